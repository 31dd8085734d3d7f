"""From people on a page to a draft."""

import re
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.audience.filters import Audience
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts.models import Tag
from tests.factories.campaigns import recipients
from tests.factories.people import people, person, vehicle
from tests.factories.users import permit_only
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:contacts_contact_changelist")
FOR_PEOPLE = reverse("admin:campaigns_campaign_for_people")


@pytest.fixture
def said() -> Callable[..., list[str]]:
    """The sentences that a response leaves for the person."""
    return lambda response: [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def owners() -> None:
    for number, make in enumerate(["Kia", "Kia", "Mazda"]):
        vehicle(person(name=f"Persona {number}"), make)


def pressed(client, page: str, words: str):
    """Press the button whose label begins with these words: its form, as the page has it."""
    html = client.get(page).content.decode()
    forms = [one for one in re.findall(r"<form.*?</form>", html, re.S) if words in one]
    action = re.search(r'action="([^"]+)"', forms[0])[1]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', forms[0]))
    hidden |= dict(re.findall(rf'name="([^"]+)" value="([^"]*)">{words}', forms[0]))
    hidden = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    return client.post(action, hidden)


def test_filtered_list_makes_a_draft_of_its_people(admin_client, sender, owners):
    answer = pressed(admin_client, f"{PEOPLE}?make=Kia", "Create a campaign for these 2 people")

    draft = Campaign.objects.get()
    assert answer.url == reverse("admin:campaigns_campaign_change", args=[draft.pk])
    assert (draft.status, draft.audience) == (CampaignStatus.DRAFT, {"make": ["Kia"]})
    assert (draft.name, draft.sender) == ("People with a vehicle: Kia", sender)
    assert Event.objects.filter(action="campaigns.draft_for_people").count() == 1


def test_draft_shows_the_number_of_the_button(admin_client, sender, owners):
    answer = pressed(admin_client, f"{PEOPLE}?make=Kia", "Create a campaign for these 2 people")

    page = admin_client.get(f"{answer.url}?step=who")
    assert page.context["audience"].describe() == "People with a vehicle: Kia."
    assert page.context["count"].matched == 2


@pytest.mark.parametrize("query", ["", "?o=1", "?q=", "?make=Fiat"])
def test_list_of_everyone_or_of_nobody_offers_no_campaign(admin_client, owners, query):
    assert "Create a campaign for these" not in admin_client.get(PEOPLE + query).content.decode()


def test_list_says_which_filter_cannot_be_kept(admin_client, owners):
    html = admin_client.get(f"{PEOPLE}?email__isnull=False").content.decode()

    assert "cannot keep the filter “email__isnull”" in html


def test_ticked_people_become_the_audience(admin_client, sender):
    chosen = [one.pk for one in people(3)][:2]

    admin_client.post(PEOPLE, {"action": "new_campaign", "_selected_action": chosen})

    assert Campaign.objects.get().audience == {"contact_ids": sorted(chosen)}


def test_all_that_match_are_kept_as_the_filter(admin_client, sender, owners):
    ticked = {"action": "new_campaign", "select_across": "1", "_selected_action": ["1"]}

    admin_client.post(f"{PEOPLE}?make=Kia", ticked)

    assert Campaign.objects.get().audience == {"make": ["Kia"]}


def test_too_many_ticked_people_are_refused(admin_client, sender, monkeypatch, said):
    monkeypatch.setattr("contacts.admin.people_offers.MOST_TICKED", 2)
    ticked = {"action": "new_campaign", "select_across": "1", "_selected_action": ["1"]}
    people(3)

    answer = admin_client.post(PEOPLE, ticked)

    assert said(answer) == [
        "These are more than 2 people. Choose fewer, or give them a tag.",
    ]


def test_owners_of_ticked_vehicles_become_the_audience(admin_client, sender):
    owner = person()
    cars = [vehicle(owner).pk, vehicle(owner, "Kia", "Rio").pk]
    url = reverse("admin:contacts_vehicle_changelist")

    admin_client.post(url, {"action": "new_campaign", "_selected_action": cars})

    assert Campaign.objects.get().audience == {"contact_ids": [owner.pk]}


def test_tag_makes_a_draft_of_its_people(admin_client, sender):
    tag = Tag.objects.create(name="vip")
    person().tags.add(tag)

    page = reverse("admin:contacts_tag_change", args=[tag.pk])
    pressed(admin_client, page, "Create a campaign for this person")

    draft = Campaign.objects.get()
    assert (draft.name, draft.audience) == ("Tagged vip", {"tags_any": [tag.pk]})


def test_without_a_sender_the_person_is_led_to_add_one(admin_client, owners, said):
    answer = admin_client.post(FOR_PEOPLE, {"people": "make=Kia"})

    assert answer.url == reverse("admin:messaging_sender_add")
    assert said(answer) == ["There is no sender yet. Add one first."]


def test_nobody_chosen_is_not_everyone(admin_client, sender, owners, said):
    answer = admin_client.post(FOR_PEOPLE, {"people": "o=1"})

    assert said(answer) == ["Choose the people first, by a filter or one by one."]
    assert not Campaign.objects.exists()


def test_name_of_a_draft_says_nothing_of_whom_was_searched(admin_client, sender):
    person(name="Ana Peña")

    admin_client.post(FOR_PEOPLE, {"people": "q=Ana"})

    draft = Campaign.objects.get()
    assert (draft.name, draft.audience) == ("Campaign to the people found", {"search": "Ana"})


def test_button_shows_to_whom_may_make_campaigns(client, staff, owners):
    client.force_login(permit_only(staff, "view_contact"))

    assert "Create a campaign for" not in client.get(f"{PEOPLE}?make=Kia").content.decode()


@pytest.mark.parametrize(
    ("words", "outcome", "statuses"),
    [
        ("Write to the 2 who did not read", "not_read", {"delivered"}),
        ("Write to the 3 who did not reply", "not_replied", {"delivered", "read"}),
        ("Write to the 2 who replied", "replied", {"replied", "closed"}),
        ("Write to the 1 who did not get it", "not_delivered", {"failed"}),
    ],
)
def test_follow_up_goes_to_as_many_as_its_button_says(
    admin_client, campaign, words, outcome, statuses
):
    recipients(
        campaign, "delivered", "delivered", "read", "replied", "closed", "failed", "skipped", "sent"
    )
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.COMPLETED, tag="Autos")

    page = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    pressed(admin_client, page, words)

    draft = Campaign.objects.latest("pk")
    assert draft.audience == {"of_campaigns": [campaign.pk], "outcome": outcome}
    assert (draft.sender, draft.tag) == (campaign.sender, "Autos")
    written = campaign.recipients.filter(status__in=statuses).values_list("contact", flat=True)
    assert {one.pk for one in Audience.from_json(draft.audience).matches()} == {*written}
    assert f" {len(written)} " in words
