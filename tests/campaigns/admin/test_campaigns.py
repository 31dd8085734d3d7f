import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts.models import Contact, Vehicle
from messaging.models import Sender, Template
from tests.factories.campaigns import recipient
from waproject.audit.models import Event

LIST = reverse("admin:campaigns_campaign_changelist")
ADD = reverse("admin:campaigns_campaign_add")
COUNT = reverse("admin:campaigns_campaign_count")
PREVIEW = reverse("admin:campaigns_campaign_preview")


def page_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def people(**changes) -> dict[str, object]:
    """What a browser sends from the first step, for a campaign to owners of a Toyota."""
    return {"step": "who", "name": "Nueva", "make": "Toyota", **changes}


def message(sender: Sender, **changes) -> dict[str, object]:
    """What it sends from the second step, for a free text."""
    return {"step": "what", "sender": sender.pk, "message_template": "Hola", **changes}


def times(**changes) -> dict[str, object]:
    """What it sends from the third step, for a launch at any hour."""
    return {
        "step": "when",
        "start": "now",
        "max_retries": 3,
        "retry_delay_seconds": 60,
        "start_expiry_minutes": 120,
        "days": list("0123456"),
        **changes,
    }


def test_add_page_opens(boss):
    assert boss.get(ADD).status_code == 200


def test_add_page_suggests_the_makes_there_are(boss, owner):
    assertContains(boss.get(ADD), '<option value="Toyota"></option>', html=True)


def test_add_stores_a_draft_with_its_audience_and_author(boss, sender, superuser):
    boss.post(ADD, people(sender=sender.pk))

    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.audience, campaign.created_by) == (
        "draft",
        {"make": ["Toyota"]},
        superuser,
    )


def test_add_page_suggests_a_name_and_the_sender_of_the_last_campaign(boss, sender, campaign):
    Sender.objects.create(name="Aaa", channel="sms", address="+56220000001")

    form = boss.get(ADD).context["adminform"].form

    assert form["name"].value().startswith("Campaign of ")
    assert form["sender"].value() == sender.pk


def test_steps_make_a_campaign_one_after_the_other(boss, sender):
    to_message = boss.post(ADD, people(sender=sender.pk, _next="yes"))
    to_times = boss.post(to_message.url, message(sender, _next="yes"))
    to_review = boss.post(to_times.url, times(per_hour=60, _next="yes"))

    campaign = Campaign.objects.get()
    page = page_of(campaign)
    assert [to_message.url, to_times.url, to_review.url] == [
        f"{page}?step=what",
        f"{page}?step=when",
        reverse("admin:campaigns_campaign_preflight", args=[campaign.pk]),
    ]
    assert (campaign.audience, campaign.message_template, campaign.per_hour) == (
        {"make": ["Toyota"]},
        "Hola",
        60,
    )


@pytest.mark.parametrize(
    ("stored", "step"),
    [
        ({"audience": {}}, "who"),
        ({"message_template": "", "template": None}, "what"),
        ({}, "when"),
    ],
)
def test_draft_opens_at_what_is_still_to_be_done(boss, draft, stored, step):
    Campaign.objects.update(**stored)

    assert boss.get(page_of(draft)).context["step"].name == step


def test_step_saves_its_own_fields_alone(boss, draft):
    boss.post(page_of(draft), people(make="Kia", per_hour=1))

    draft.refresh_from_db()
    assert (draft.name, draft.audience, draft.per_hour) == ("Nueva", {"make": ["Kia"]}, None)


def test_save_and_leave_leads_to_the_list(boss, draft):
    assert boss.post(page_of(draft), people(_save="yes")).url == LIST


def test_who_may_add_goes_on_with_their_own_draft_alone(allow, draft, sender):
    client = allow("add_campaign", "view_campaign")

    to_message = client.post(ADD, people(sender=sender.pk, _next="yes"))
    answers = [client.post(url, message(sender)) for url in (to_message.url, page_of(draft))]

    assert [answer.status_code for answer in answers] == [302, 403]


def test_template_replaces_the_text_that_was_written_before(boss, draft, template):
    Campaign.objects.update(template=None, message_template="Hola")

    boss.post(page_of(draft), message(draft.sender, template=template.pk))

    draft.refresh_from_db()
    assert (draft.template, draft.message_template) == (template, "")


def test_template_that_is_not_approved_is_shown_and_not_offered(boss, draft, template):
    Template.objects.update(status="pending")
    Campaign.objects.update(template=None)

    choice = boss.get(page_of(draft) + "?step=what").context["choices"][0]

    assert (choice.template, choice.is_open) == (template, False)


def test_choice_of_templates_says_what_each_costs(boss, allow, draft):
    page = page_of(draft) + "?step=what"
    [choice] = boss.get(page).context["choices"]
    assert (choice.category, choice.price) == (
        "marketing",
        "≈ US$\u00a00.0939 per message in Chile",
    )

    [choice] = allow("change_campaign").get(page).context["choices"]

    assert (choice.category, choice.price) == ("marketing", "")


def test_a_campaign_may_ignore_the_frequency_cap(boss, draft):
    boss.post(page_of(draft), times(ignore_frequency_cap="on"))

    draft.refresh_from_db()
    assert draft.ignore_frequency_cap


# --- Preview --------------------------------------------------------------------------------


def test_preview_shows_the_message_as_its_people_read_it_one_by_one(boss, draft, template, owner):
    other = Contact.objects.create(phone="+56911111111", name="Ana Díaz")
    Vehicle.objects.create(contact=other, make="Toyota", model="Yaris", year=2019)
    asked = {"campaign": draft.pk, "template": template.pk}

    shown = [boss.post(PREVIEW, {**asked, "reader": place}).context["phone"] for place in (0, 1)]

    assert [(one.text, one.has_next) for one in shown] == [
        ("Hola <mark>Juan Pérez</mark>, tenemos ofertas. Responde INFO.", True),
        ("Hola <mark>Ana Díaz</mark>, tenemos ofertas. Responde INFO.", False),
    ]


def test_preview_escapes_what_is_typed(boss, draft):
    asked = {"campaign": draft.pk, "message_template": "<b>{{nombre}}</b>"}

    response = boss.post(PREVIEW, asked)

    assertContains(response, "&lt;b&gt;<mark>Juan</mark>&lt;/b&gt;")


def test_preview_masks_phones_for_users_who_may_not_read_them(allow, draft):
    client = allow("change_campaign", "view_contact")

    response = client.post(PREVIEW, {"campaign": draft.pk, "message_template": "{{telefono}}"})

    assertContains(response, "Juan Pérez")
    assertNotContains(response, "+56975400946")


def test_preview_shows_nobody_to_users_who_may_not_see_people(allow, draft, template):
    client = allow("change_campaign")

    response = client.post(PREVIEW, {"campaign": draft.pk, "template": template.pk})

    assert response.context["phone"].is_invented
    assertNotContains(response, "Juan")


@pytest.mark.parametrize("status", sorted(set(CampaignStatus.values) - {"draft"}))
def test_a_campaign_that_is_no_draft_is_not_changed(boss, draft, status):
    Campaign.objects.update(status=status)

    response = boss.post(page_of(draft), people())

    draft.refresh_from_db()
    assert (response.status_code, draft.name, draft.status) == (403, "Promo", status)


@pytest.mark.parametrize("status", sorted(set(CampaignStatus.values) - {"draft"}))
def test_page_of_a_campaign_that_is_no_draft_describes_its_audience(boss, draft, status):
    Campaign.objects.update(status=status)

    assertContains(boss.get(page_of(draft)), "People with a vehicle: Toyota.")


def test_page_opens_for_people_who_may_only_look(allow, draft):
    response = allow("view_campaign").get(page_of(draft))

    assertNotContains(response, 'name="make"')


def test_a_draft_can_be_deleted(boss, draft):
    boss.post(reverse("admin:campaigns_campaign_delete", args=[draft.pk]), {"post": "yes"})

    assert Campaign.objects.count() == 0


@pytest.mark.parametrize("status", ["active", "completed", "cancelled"])
def test_a_campaign_that_is_no_draft_cannot_be_deleted(boss, draft, status):
    Campaign.objects.update(status=status)

    response = boss.post(
        reverse("admin:campaigns_campaign_delete", args=[draft.pk]), {"post": "yes"}
    )

    assert (response.status_code, Campaign.objects.count()) == (403, 1)


def test_campaigns_that_are_no_drafts_stay_when_deleted_from_the_list(boss, draft):
    Campaign.objects.update(status="completed")

    boss.post(LIST, {"action": "delete_selected", "_selected_action": [draft.pk], "post": "yes"})

    assert Campaign.objects.count() == 1


def test_count_shows_some_of_the_people_with_their_vehicle(boss, draft, owner):
    Vehicle.objects.update(price=12_990_000)

    page = boss.post(COUNT, {"make": "toyota"})

    assertContains(page, 'hx-swap-oob="true"')
    assertContains(page, "<small>+56 9 7540 0946</small>")
    assertContains(page, "$12,990,000")


def test_people_are_not_shown_to_whom_may_not_see_them(allow, draft):
    page = allow("change_campaign").post(COUNT, {"make": "toyota"})

    assert page.context["sample"] == []


def test_count_says_how_many_people_an_unsaved_audience_has(boss, owner):
    Contact.objects.filter(pk=owner.pk).update(status="opted_out")
    Contact.objects.create(phone="+56970000001")

    context = boss.post(COUNT, {"make": "toyota"}).context

    assert (context["count"].matched, context["count"].reachable) == (1, 0)


def test_count_says_what_is_wrong_with_a_filter(boss):
    response = boss.post(COUNT, {"year_from": "x"})

    assertContains(response, "<li>Year from: Enter a whole number.</li>", html=True)


def test_count_says_what_is_wrong_between_filters(boss):
    response = boss.post(COUNT, {"year_from": "2020", "year_to": "2015"})

    assertContains(response, "Year to: It must not be less than “Year from”.")


@pytest.mark.parametrize("permission", ["add_campaign", "change_campaign"])
def test_count_is_open_to_users_who_write_campaigns(allow, permission):
    assert allow(permission).post(COUNT).status_code == 200


@pytest.mark.parametrize("posted", [{"people": "+56975400946"}, {"name_contains": "Juan"}])
def test_count_takes_no_filter_that_names_people_from_users_who_may_not_see_them(
    allow, owner, posted
):
    for number in range(5):
        Contact.objects.create(phone=f"+5697000{number:04}")

    response = allow("add_campaign").post(COUNT, posted)

    assert response.context["count"].matched == 6


def test_count_of_few_people_is_told_only_to_users_who_may_see_them(allow, owner):
    posted = {"make": "Toyota"}

    answers = [
        allow(*permissions).post(COUNT, posted).content.decode()
        for permissions in (["add_campaign"], ["add_campaign", "view_contact"])
    ]

    assert ["Fewer than 5 people match" in answer for answer in answers] == [True, False]


def test_form_keeps_the_people_named_by_others_and_does_not_show_them(allow, draft, owner):
    Campaign.objects.update(audience={"contact_ids": [owner.pk]})
    client = allow("view_campaign", "change_campaign")

    page = client.get(page_of(draft) + "?step=who")
    client.post(page_of(draft), people(make="", people=""))

    assertNotContains(page, owner.phone)
    draft.refresh_from_db()
    assert (draft.name, draft.audience) == ("Nueva", {"contact_ids": [owner.pk]})


def test_list_links_numbers_only_for_users_who_may_see_recipients(allow, draft):
    recipient(draft, 1, status="sent", sent_at=timezone.now())

    links = [
        "campaign__id__exact" in allow(*permissions).get(LIST).content.decode()
        for permissions in (["view_campaign"], ["view_campaign", "view_recipient"])
    ]

    assert links == [False, True]


def test_count_is_closed_to_users_who_may_only_look(allow):
    assert allow("view_campaign").post(COUNT).status_code == 403


def test_count_is_not_read_by_get(boss):
    assert boss.get(COUNT).status_code == 405


def test_count_goes_by_the_channel_of_the_chosen_sender(boss, sender, owner):
    Contact.objects.filter(pk=owner.pk).block_channel("whatsapp", "63024")

    asked = [boss.post(COUNT, {"sender": chosen}).context for chosen in ("", sender.pk, "9" * 30)]

    assert [context["count"].reachable for context in asked] == [1, 0, 1]


def test_count_of_a_stored_campaign_goes_by_its_channel(boss, draft, owner):
    Contact.objects.filter(pk=owner.pk).block_channel("whatsapp", "63024")

    assert boss.get(page_of(draft)).context["count"].reachable == 0
    assertContains(boss.post(page_of(draft), people(_count="Count")), "cannot be")


def test_count_button_counts_without_saving(boss, sender, owner):
    response = boss.post(ADD, people(sender=sender.pk, _count="Count"))

    assert (response.context["count"].matched, Campaign.objects.count()) == (1, 0)


def test_page_shows_the_count_of_the_stored_audience(boss, draft):
    assert boss.get(page_of(draft)).context["count"].reachable == 1


# --- Panel ----------------------------------------------------------------------------------


def test_history_of_a_campaign_opens(boss, draft):
    boss.post(page_of(draft), people())

    event = Event.objects.get()
    assert (event.action, event.object_text) == ("admin.change", "Nueva")
    assert boss.get(reverse("admin:campaigns_campaign_history", args=[draft.pk])).status_code == 200
