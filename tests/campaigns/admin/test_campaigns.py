from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.models import Campaign, Launch
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.models import Sender
from tests.factories.campaigns import recipient
from tests.sending import enqueue
from waproject.audit.models import Event
from waproject.core.jobs.models import Job

LIST = reverse("admin:campaigns_campaign_changelist")
ADD = reverse("admin:campaigns_campaign_add")
COUNT = reverse("admin:campaigns_campaign_count")


def page_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def panel_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_panel", args=[campaign.pk])


def filled(sender: Sender, **changes) -> dict[str, object]:
    """What a browser sends for a campaign of free text to owners of a Toyota."""
    return {
        "name": "Nueva",
        "sender": sender.pk,
        "message_template": "Hola",
        "max_retries": 3,
        "retry_delay_seconds": 60,
        "start_expiry_minutes": 120,
        "days": list("0123456"),
        "make": "Toyota",
        **changes,
    }


def test_add_page_opens(boss):
    assert boss.get(ADD).status_code == 200


def test_add_page_suggests_the_makes_there_are(boss, owner):
    assertContains(boss.get(ADD), '<option value="Toyota"></option>', html=True)


def test_add_stores_a_draft_with_its_audience_and_author(boss, sender, superuser):
    boss.post(ADD, filled(sender))

    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.audience, campaign.created_by) == (
        "draft",
        {"make": ["Toyota"]},
        superuser,
    )


def test_save_and_check_goes_on_to_the_preflight(boss, sender):
    response = boss.post(ADD, filled(sender, _preflight="Save and check"))

    campaign = Campaign.objects.get()
    assertRedirects(response, reverse("admin:campaigns_campaign_preflight", args=[campaign.pk]))


def test_change_page_of_a_draft_saves_what_was_changed(boss, draft):
    boss.post(page_of(draft), filled(draft.sender, make="Kia"))

    draft.refresh_from_db()
    assert (draft.name, draft.audience) == ("Nueva", {"make": ["Kia"]})


def test_a_campaign_may_ignore_the_frequency_cap(boss, sender):
    boss.post(ADD, filled(sender, ignore_frequency_cap="on"))

    assert Campaign.objects.get().ignore_frequency_cap


@pytest.mark.parametrize("status", sorted(set(CampaignStatus.values) - {"draft"}))
def test_a_campaign_that_is_no_draft_is_not_changed(boss, draft, status):
    Campaign.objects.update(status=status)

    response = boss.post(page_of(draft), filled(draft.sender))

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

    assertContains(response, "The years of the audience end before they start: from 2020 to 2015.")


@pytest.mark.parametrize("permission", ["add_campaign", "change_campaign"])
def test_count_is_open_to_those_who_write_campaigns(allow, permission):
    assert allow(permission).post(COUNT).status_code == 200


@pytest.mark.parametrize("posted", [{"people": "+56975400946"}, {"name_contains": "Juan"}])
def test_count_takes_no_filter_that_names_people_from_who_may_not_see_them(allow, owner, posted):
    for number in range(5):
        Contact.objects.create(phone=f"+5697000{number:04}")

    response = allow("add_campaign").post(COUNT, posted)

    assert response.context["count"].matched == 6


def test_count_of_few_people_is_told_to_those_alone_who_may_see_them(allow, owner):
    posted = {"make": "Toyota"}

    answers = [
        allow(*permissions).post(COUNT, posted).content.decode()
        for permissions in (["add_campaign"], ["add_campaign", "view_contact"])
    ]

    assert ["Fewer than 5 people match" in answer for answer in answers] == [True, False]


def test_form_keeps_the_people_named_by_others_and_does_not_show_them(allow, draft, owner):
    Campaign.objects.update(audience={"contact_ids": [owner.pk]})
    client = allow("view_campaign", "change_campaign")

    page = client.get(page_of(draft))
    client.post(page_of(draft), filled(draft.sender, make="", people=""))

    assertNotContains(page, owner.phone)
    draft.refresh_from_db()
    assert (draft.name, draft.audience) == ("Nueva", {"contact_ids": [owner.pk]})


def test_list_links_numbers_for_those_alone_who_may_see_recipients(allow, draft):
    recipient(draft, 1, status="sent", sent_at=timezone.now())

    links = [
        "campaign__id__exact" in allow(*permissions).get(LIST).content.decode()
        for permissions in (["view_campaign"], ["view_campaign", "view_recipient"])
    ]

    assert links == [False, True]


def test_count_is_closed_to_those_who_may_only_look(allow):
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
    assertContains(boss.post(page_of(draft), filled(draft.sender, _count="Count")), "cannot be")


def test_count_button_counts_without_saving(boss, sender, owner):
    response = boss.post(ADD, filled(sender, _count="Count"))

    assert (response.context["count"].matched, Campaign.objects.count()) == (1, 0)


def test_page_shows_the_count_of_the_stored_audience(boss, draft):
    assert boss.get(page_of(draft)).context["count"].reachable == 1


# --- Panel ----------------------------------------------------------------------------------


def test_panel_links_each_number_to_its_rows(boss, draft):
    recipient(draft, 1, status="read", sent_at=timezone.now())
    recipient(draft, 2, status="failed", error_code="63024")

    panel = boss.get(panel_of(draft)).context["panel"]

    for row in [*panel.stages, *panel.others]:
        assert boss.get(row.url).context["cl"].result_count == row.number


def test_panel_refreshes_itself_while_sending(boss, draft):
    Campaign.objects.update(status="active")
    recipient(draft, 1)

    response = boss.get(panel_of(draft))

    assertContains(response, f'hx-get="{panel_of(draft)}?was=active" hx-trigger="every 2s"')


@pytest.mark.parametrize(
    ("launch", "told"),
    [
        ({"expected": None}, "40 people so far. Nothing leaves before all are ready."),
        ({"expected": 160}, "40 of about 160 people. Nothing leaves before all are ready."),
        ({"refused": ["Nobody."]}, "It becomes a draft again; 40 recipients are still to be"),
    ],
)
def test_panel_shows_how_far_a_launch_is(boss, draft, launch, told):
    Campaign.objects.update(status="launching", total_recipients=40)
    total = launch.pop("expected", 160)
    job = Job.objects.create(kind="launch", title="Promo", total=total)
    under_way = {"accept_warnings": True, "cursor": 0, "last_contact": 0}
    Launch.objects.create(campaign=draft, job=job, **under_way, **launch)

    response = boss.get(panel_of(draft))

    assertContains(response, told)
    assertContains(response, 'hx-trigger="every 2s"')
    assert response.context["panel"].launching.share == (25.0 if total else None)


@pytest.mark.parametrize(("was", "reloads"), [("launching", True), ("draft", False)])
def test_panel_reloads_the_page_of_what_became_a_draft(boss, draft, was, reloads):
    response = boss.get(panel_of(draft), {"was": was})

    assert response.headers.get("HX-Refresh") == ("true" if reloads else None)


def test_panel_of_a_draft_stands_still(boss, draft):
    assertNotContains(boss.get(panel_of(draft)), "hx-get")


def test_panel_tells_why_a_campaign_is_paused(boss, draft):
    Campaign.objects.update(status="paused", status_reason="The account is suspended.")

    assertContains(boss.get(panel_of(draft)), "The account is suspended.")


@pytest.mark.parametrize(("minutes", "told"), [(5, True), (0.5, False)])
def test_panel_says_when_a_waiting_campaign_goes_on(boss, draft, minutes, told):
    Campaign.objects.update(status="active")
    recipient(draft, 1)
    later = timezone.now() + timedelta(minutes=minutes)
    enqueue(draft, due_at=later)

    goes_on_at = boss.get(panel_of(draft)).context["panel"].goes_on_at

    assert goes_on_at == (later if told else None)


def test_panel_reckons_the_time_left_under_a_daily_limit(boss, draft):
    Campaign.objects.update(status="active")
    Sender.objects.update(daily_limit=2)
    for number in range(5):
        recipient(draft, number)

    assert boss.get(panel_of(draft)).context["panel"].time_left == "2 d"


def test_panel_reckons_the_time_left(boss, draft):
    Campaign.objects.update(status="active")
    draft.sender.__class__.objects.update(rate=0.5)
    for number in range(31):
        recipient(draft, number)

    assert boss.get(panel_of(draft)).context["panel"].time_left == "1 min 2 s"


def test_panel_shows_no_link_to_those_who_may_not_see_recipients(allow, draft):
    recipient(draft, 1)

    assertNotContains(allow("view_campaign").get(panel_of(draft)), "/admin/campaigns/recipient/")


def test_panel_is_closed_without_the_permission(allow, draft):
    assert allow("view_recipient").get(panel_of(draft)).status_code == 403


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("draft", ["cancel"]),
        ("scheduled", ["unschedule", "cancel"]),
        ("launching", ["cancel"]),
        ("active", ["pause", "cancel"]),
        ("paused", ["resume", "cancel"]),
        ("completed", []),
        ("cancelled", []),
    ],
)
def test_panel_offers_what_the_state_allows(boss, draft, status, buttons):
    Campaign.objects.update(status=status)

    offered = boss.get(panel_of(draft)).context["decisions"]

    assert [decision.name for decision in offered] == buttons


# --- List -----------------------------------------------------------------------------------


def test_list_shows_the_rates_of_each_campaign(boss, draft):
    now = timezone.now()
    for number, status in enumerate(["sent", "delivered", "read", "replied"]):
        recipient(draft, number, status=status, sent_at=now)

    response = boss.get(LIST)

    rates = {f"{rate}&nbsp;%</a>": 1 for rate in ("75.0", "50.0", "25.0")}
    for shown, times in rates.items():
        assertContains(response, shown, times)


def test_list_takes_as_many_queries_for_20_campaigns_as_for_one(
    boss, draft, django_assert_num_queries
):
    recipient(draft, 1)
    with django_assert_num_queries(8):
        boss.get(LIST)

    for number in range(19):
        sender = Sender.objects.create(name="S", channel="sms", address=f"+56220000{number:03}")
        recipient(Campaign.objects.create(name="Otra", sender=sender), 100 + number)

    with django_assert_num_queries(8):
        boss.get(LIST)


def test_list_opens_for_people_who_may_only_look(allow, draft):
    assert allow("view_campaign").get(LIST).status_code == 200


def test_history_of_a_campaign_opens(boss, draft):
    boss.post(page_of(draft), filled(draft.sender))

    event = Event.objects.get()
    assert (event.action, event.object_text) == ("admin.change", "Nueva")
    assert boss.get(reverse("admin:campaigns_campaign_history", args=[draft.pk])).status_code == 200
