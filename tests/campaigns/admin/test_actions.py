import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.admin.action_pages import offered
from campaigns.models import Campaign
from tests.factories.campaigns import recipient
from tests.factories.users import browser_of, permit_all_but
from tests.sending import enqueue

LIST = reverse("admin:campaigns_campaign_changelist")
EVERYONE = "The audience has no filter: it is everyone."
# Sent at any hour of the day on which the tests run.
NOW = {"when": "now", "confirmed": "yes"}


def preflight_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_preflight", args=[campaign.pk])


def decide(campaign: Campaign, name: str) -> str:
    return reverse("admin:campaigns_campaign_decide", args=[campaign.pk, name])


def page_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def status_of(campaign: Campaign) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


def chosen(action: str, *campaigns: Campaign, **also) -> dict[str, object]:
    return {"action": action, "_selected_action": [one.pk for one in campaigns], **also}


# --- Pause, resume, unschedule, cancel ------------------------------------------------------

MOVES = [
    ("pause", "active", "paused", "pause_campaign", "“Promo” was paused."),
    ("resume", "paused", "active", "resume_campaign", "“Promo” was resumed."),
    ("unschedule", "scheduled", "draft", "launch_campaign", "“Promo” is a draft again."),
    (
        "cancel",
        "active",
        "cancelled",
        "cancel_campaign",
        "“Promo” is cancelled; 1 person will not be written to.",
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "permission", "sentence"), MOVES)
def test_decision_is_carried_out_with_its_permission_alone(
    allow, draft, said, name, before, after, permission, sentence
):
    Campaign.objects.update(status=before)
    recipient(draft, 1)
    enqueue(draft)

    response = allow(permission).post(decide(draft, name))

    assert (status_of(draft), said(response)) == (after, [sentence])


@pytest.mark.parametrize(("name", "before", "after", "permission", "sentence"), MOVES)
def test_decision_needs_its_permission(staff, draft, name, before, after, permission, sentence):
    Campaign.objects.update(status=before)
    browser = browser_of(permit_all_but(staff, permission))

    response = browser.post(decide(draft, name))

    assert (response.status_code, status_of(draft)) == (403, before)


@pytest.mark.parametrize(("name", "before", "after", "permission", "sentence"), MOVES)
def test_decision_is_asked_for_before_it_is_carried_out(
    boss, draft, name, before, after, permission, sentence
):
    Campaign.objects.update(status=before)

    response = boss.get(decide(draft, name))

    assert (response.status_code, status_of(draft)) == (200, before)


def test_decision_that_the_state_forbids_is_refused_in_a_sentence(boss, draft, said):
    response = boss.post(decide(draft, "resume"))

    assert said(response) == ["“Promo”: “Promo” is draft, so it cannot do that now."]


def test_decision_that_the_state_forbids_is_not_offered_on_its_page(boss, draft):
    forbidden = boss.get(decide(draft, "resume"))
    Campaign.objects.update(status="paused")
    allowed = boss.get(decide(draft, "resume"))

    assertContains(forbidden, "in this state it is not possible")
    assertNotContains(forbidden, ">Resume</button>")
    assertContains(allowed, ">Resume</button>")


def test_decision_that_does_not_exist_is_refused(boss, draft):
    assert boss.post(decide(draft, "explode")).status_code == 403


def test_decision_about_no_campaign_is_not_found(boss, draft):
    draft.pk = 999

    assert boss.post(decide(draft, "pause")).status_code == 404


@pytest.mark.parametrize("name", ["launch", "pause", "resume", "cancel"])
def test_list_action_needs_its_permission(allow, draft, name):
    client = allow("view_campaign", "change_campaign")

    client.post(LIST, chosen(f"{name}_selected", draft, confirmed="yes"))

    assert status_of(draft) == "draft"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("launch", "draft", "active"),
        ("pause", "active", "paused"),
        ("resume", "paused", "active"),
        ("cancel", "active", "cancelled"),
    ],
)
def test_list_action_is_carried_out_once_confirmed(allow, draft, name, before, after):
    Campaign.objects.update(status=before)
    client = allow("view_campaign", f"{name}_campaign")

    asked = client.post(LIST, chosen(f"{name}_selected", draft))
    assert (asked.status_code, status_of(draft)) == (200, before)

    client.post(LIST, chosen(f"{name}_selected", draft, confirmed="yes"))
    assert status_of(draft) == after


def test_list_action_says_what_became_of_each_campaign(boss, draft, said):
    other = Campaign.objects.create(name="Otra", sender=draft.sender, status="active")

    response = boss.post(LIST, chosen("pause_selected", draft, other, confirmed="yes"))

    assert said(response) == [
        "“Promo”: “Promo” is draft, so it cannot do that now.",
        "“Otra” was paused.",
    ]


def test_launch_of_several_shows_the_preflight_of_each(boss, to_everyone):
    response = boss.post(LIST, chosen("launch_selected", to_everyone))

    assertContains(response, EVERYONE)
    assertContains(response, 'name="accept_warnings"')


def test_launch_of_several_has_no_tick_where_nothing_is_warned_of(boss, draft):
    response = boss.post(LIST, chosen("launch_selected", draft))

    assertContains(response, "1 person will be written to.")
    assertNotContains(response, 'name="accept_warnings"')


def test_launch_of_several_says_which_cannot_start_and_promises_nothing(boss, draft):
    Campaign.objects.update(status="completed")

    response = boss.post(LIST, chosen("launch_selected", draft))

    assertContains(response, "It is completed, so it is not launched.")
    assertNotContains(response, "will be written to")
    assertNotContains(response, 'value="Launch now"')


def test_copy_makes_a_new_draft(boss, draft, superuser):
    Campaign.objects.update(status="completed", sent_count=0)

    boss.post(LIST, chosen("copy_selected", draft))

    copy = Campaign.objects.exclude(pk=draft.pk).get()
    assert (copy.name, copy.status, copy.audience, copy.template, copy.created_by) == (
        "Promo (copy)",
        "draft",
        {"make": ["Toyota"]},
        draft.template,
        superuser,
    )


def test_copy_needs_the_permission_to_add(allow, draft):
    allow("view_campaign", "change_campaign").post(LIST, chosen("copy_selected", draft))

    assert Campaign.objects.count() == 1


@pytest.fixture
def half_failed(draft: Campaign) -> Campaign:
    """A completed campaign with a failure that can pass and one that cannot."""
    Campaign.objects.update(status="completed")
    for number, code in enumerate(("30003", "21211")):
        recipient(draft, number, status="failed", error_code=code, failed_at=timezone.now())
    return draft


def test_retry_button_writes_again_and_says_who_is_left_out(allow, half_failed, said):
    client = allow("retry_campaign")

    response = client.post(decide(half_failed, "retry"))

    assert said(response) == [
        "“Promo”: 1 person is written to again. Left out: 1 (The number is not valid)."
    ]
    assert status_of(half_failed) == "active"


def test_retry_says_before_how_many_it_would_take_and_leave(allow, half_failed):
    client = allow("retry_campaign")

    page = client.get(decide(half_failed, "retry"))

    assertContains(
        page,
        "1 person would be written to again. Left out: 1 (The number is not valid).",
    )
    assert half_failed.recipients.failed().count() == 2


def test_retry_action_asks_first_and_then_does_it(boss, half_failed):
    boss.post(LIST, chosen("retry_selected", half_failed))
    asked = status_of(half_failed)

    boss.post(LIST, chosen("retry_selected", half_failed, confirmed="yes"))

    assert (asked, status_of(half_failed)) == ("completed", "active")


def test_retry_needs_its_permission(staff, half_failed):
    client = browser_of(permit_all_but(staff, "retry_campaign"))

    assert client.post(decide(half_failed, "retry")).status_code == 403
    client.post(LIST, chosen("retry_selected", half_failed, confirmed="yes"))
    assert status_of(half_failed) == "completed"


def test_retry_is_offered_only_where_somebody_failed(boss, superuser, half_failed):
    half_failed.refresh_from_db()
    before = [one.name for one in offered(half_failed, superuser)]
    half_failed.recipients.update(status="skipped")

    assert (before, offered(half_failed, superuser)) == (["retry"], [])
