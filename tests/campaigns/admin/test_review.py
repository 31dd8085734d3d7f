"""The review of a campaign, the last of its steps, and the launch from there."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.launch import left_out
from campaigns.launch import people as addressees
from campaigns.models import Campaign
from contacts.models import Contact
from messaging.models import Sender, Template, TemplateApproval
from messaging.pricing.models import Price
from tests.campaigns.admin.test_actions import EVERYONE, NOW, page_of, preflight_of, status_of
from waproject.audit.models import Event

# In Santiago it is 01:04 in the night of a Friday.
AT_NIGHT = "2026-11-27T04:04:00Z"


def left_out_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_left_out", args=[campaign.pk])


def test_preflight_page_shows_what_would_happen(boss, draft):
    response = boss.get(preflight_of(draft))

    assert response.context["preflight"].recipients == 1
    assertContains(response, "Hola Juan Pérez, tenemos ofertas. Responde INFO.")


@pytest.mark.parametrize(
    ("permissions", "people", "figures"),
    [
        (["view_campaign"], False, False),
        (["view_campaign", "launch_campaign"], False, True),
        (["view_campaign", "view_contact", "view_full_address"], True, True),
    ],
)
def test_preflight_page_shows_people_only_to_users_who_may_see_them(
    allow, draft, permissions, people, figures
):
    response = allow(*permissions).get(preflight_of(draft))

    content = response.content.decode()
    assert ("Juan Pérez" in content, "+56 9 7540 0946" in content) == (people, people)
    assert "+56975400946" not in content
    assert ("Will get the message" in content, "Fewer than 5 people match" in content) == (
        figures,
        not figures,
    )


def test_preflight_page_shows_figures_of_more_people_to_everyone(allow, to_everyone):
    for number in range(5):
        Contact.objects.create(phone=f"+5697000{number:04}", name=f"Persona {number}")

    response = allow("view_campaign").get(preflight_of(to_everyone))

    assertContains(response, "Will get the message")
    assertNotContains(response, "Persona")


def test_preflight_page_blocks_the_launch_on_an_error(boss, draft):
    draft.sender.__class__.objects.update(status="disabled")

    response = boss.get(preflight_of(draft))

    assertContains(response, 'name="when" value="now" disabled>Send to 1</button>')
    assertContains(response, reverse("admin:messaging_sender_change", args=[draft.sender_id]))


def test_preflight_page_wants_a_tick_for_warnings(boss, to_everyone):
    assertContains(
        boss.get(preflight_of(to_everyone)),
        '<input type="checkbox" name="accept_warnings" required>',
        html=True,
    )


def test_preflight_page_of_a_running_campaign_leads_to_its_page(boss, draft):
    Campaign.objects.update(status="active")

    assertRedirects(boss.get(preflight_of(draft)), page_of(draft))


def test_preflight_page_has_no_launch_button_for_users_who_may_only_look(allow, draft):
    response = allow("view_campaign").get(preflight_of(draft))

    assert (response.status_code, response.context["may_launch"]) == (200, False)


def test_preflight_page_is_closed_without_a_permission(allow, draft):
    assert allow("view_contact").get(preflight_of(draft)).status_code == 403


def test_launch_starts_the_campaign(boss, draft, said, superuser):
    response = boss.post(preflight_of(draft), NOW)

    draft.refresh_from_db()
    assert (draft.status, draft.launched_by, said(response)) == (
        "active",
        superuser,
        ["“Promo” was launched to 1 person."],
    )


def test_launch_of_more_than_one_chunk_leads_to_its_progress(boss, to_everyone, said, monkeypatch):
    monkeypatch.setattr(addressees, "BATCH", 1)
    Contact.objects.create(phone="+56911111111")

    response = boss.post(preflight_of(to_everyone), NOW | {"accept_warnings": "on"})

    assert (status_of(to_everyone), said(response)) == (
        "launching",
        ["The launch of “Promo” has begun. Its page shows how far it is."],
    )


def test_launch_leaves_one_event_with_the_address_of_the_person(boss, draft):
    boss.post(preflight_of(draft), NOW)

    event = Event.objects.get()
    assert (event.action, event.object_text, event.origin) == (
        "campaigns.launch",
        "Promo",
        "web 127.0.0.1",
    )


def test_what_somebody_changed_since_is_not_launched(boss, draft, said):
    seen = boss.get(preflight_of(draft)).context["seen"]
    Campaign.objects.update(audience={"language": "en"})

    response = boss.post(preflight_of(draft), {**NOW, "seen": seen})

    assert (status_of(draft), said(response)) == (
        "draft",
        ["“Promo”: It was changed while its page was open. Look at it again."],
    )


def test_second_question_remembers_what_was_seen(boss, draft):
    Campaign.objects.update(scheduled_at=timezone.now() + timedelta(days=1))
    seen = boss.get(preflight_of(draft)).context["seen"]

    page = boss.post(preflight_of(draft), {"when": "now", "seen": seen})

    assertContains(page, f'name="seen" value="{seen}"')


def test_launch_needs_its_permission(allow, draft):
    response = allow("view_campaign", "change_campaign").post(preflight_of(draft))

    assert (response.status_code, status_of(draft)) == (403, "draft")


def test_launch_with_its_permission_alone_starts_the_campaign(allow, draft):
    allow("launch_campaign").post(preflight_of(draft), NOW)

    assert status_of(draft) == "active"


def test_launch_without_the_tick_is_refused(boss, to_everyone, said):
    response = boss.post(preflight_of(to_everyone), NOW)

    assert (status_of(to_everyone), said(response)) == ("draft", [f"“Promo”: {EVERYONE}"])


def test_launch_with_the_tick_starts_the_campaign(boss, to_everyone):
    boss.post(preflight_of(to_everyone), NOW | {"accept_warnings": "on"})

    assert status_of(to_everyone) == "active"


def test_launch_at_the_hour_set_schedules_the_campaign(boss, draft):
    Campaign.objects.update(scheduled_at=timezone.now() + timedelta(days=1))

    boss.post(preflight_of(draft), {"when": "later"})

    assert status_of(draft) == "scheduled"


def test_launch_later_without_an_hour_is_refused(boss, draft, said):
    response = boss.post(preflight_of(draft), {"when": "later"})

    assert said(response) == ["“Promo”: No start is set. Set one on the campaign's page."]


def test_review_of_a_short_campaign_says_that_it_takes_less_than_a_minute(boss, draft):
    assertContains(boss.get(preflight_of(draft)), "<dd>less than a minute</dd>", html=True)


# --- What stands in the way, and who is left out ----------------------------------------------


def test_review_leads_to_the_template_that_is_to_be_mended(boss, draft):
    Template.objects.update(status="rejected")

    [finding] = boss.get(preflight_of(draft)).context["errors"]

    assert finding.url == reverse("admin:messaging_template_change", args=[draft.template_id])


@pytest.mark.parametrize(
    ("stored", "step"),
    [
        ({"template": None}, "what"),
        ({"audience": {"make": ["Lada"]}}, "who"),
        ({"scheduled_at": "2099-01-02T10:00Z", "ends_at": "2099-01-01T10:00Z"}, "when"),
    ],
)
def test_review_leads_to_the_step_that_is_to_be_mended(boss, draft, stored, step):
    Campaign.objects.update(**stored)

    [finding] = boss.get(preflight_of(draft)).context["errors"]

    assert finding.url == f"{page_of(draft)}?step={step}"


def test_review_leads_to_the_people_who_are_left_out(boss, draft):
    Contact.objects.update(status="opted_out")

    page = boss.get(preflight_of(draft))
    shown = boss.get(left_out_of(draft), {"reason": "opted_out"})

    assertContains(page, f"{left_out_of(draft)}?reason=opted_out")
    assertContains(shown, "Juan Pérez")
    assertContains(shown, "Opted out")


def test_people_left_out_are_those_of_the_reason(boss, draft):
    Contact.objects.update(status="opted_out")

    response = boss.get(left_out_of(draft), {"reason": "missing"})

    assertContains(response, "Nobody is left out")


def test_people_left_out_are_shown_to_users_who_may_see_people_alone(allow, draft):
    answers = [
        allow(*permissions).get(left_out_of(draft)).status_code
        for permissions in (["view_campaign"], ["view_contact"], ["view_campaign", "view_contact"])
    ]

    assert answers == [403, 403, 200]


# --- Asking again before it is sent at once ---------------------------------------------------


def test_review_of_a_dated_campaign_offers_the_date_first(boss, draft):
    Campaign.objects.update(scheduled_at=timezone.now() + timedelta(days=1))

    response = boss.get(preflight_of(draft))

    assertContains(response, 'value="later">Schedule for 1</button>')


def test_review_of_a_campaign_whose_date_has_passed_sends_now(boss, draft):
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(days=1))

    response = boss.get(preflight_of(draft))

    assertContains(response, "The date that was chosen has passed.")
    assertContains(response, 'value="now">Send to 1</button>')


def test_dated_campaign_is_sent_now_after_a_second_look(boss, draft):
    Campaign.objects.update(scheduled_at=timezone.now() + timedelta(days=1))

    asked = boss.post(preflight_of(draft), {"when": "now"})
    before = status_of(draft)
    boss.post(preflight_of(draft), NOW)

    assertContains(asked, "Keep the date")
    assert (before, status_of(draft)) == ("draft", "active")


@time_machine.travel(AT_NIGHT)
def test_launch_at_night_is_asked_about_and_can_wait_for_the_morning(boss, draft):
    asked = boss.post(preflight_of(draft), {"when": "now"})
    boss.post(preflight_of(draft), {"when": "morning"})

    draft.refresh_from_db()
    assertContains(asked, "It is 01:04, and the campaign has no sending hours")
    assertContains(asked, "Send today at 10:00")
    assert draft.status == "scheduled"
    assert timezone.localtime(draft.scheduled_at).isoformat() == "2026-11-27T10:00:00-03:00"


@time_machine.travel(AT_NIGHT)
def test_launch_at_night_with_sending_hours_is_not_asked_about(boss, draft):
    Campaign.objects.update(hours_start="09:00", hours_end="20:00")

    boss.post(preflight_of(draft), {"when": "now", "accept_warnings": "on"})

    assert status_of(draft) == "active"


def test_second_look_keeps_that_the_warnings_were_accepted(boss, to_everyone):
    Campaign.objects.update(scheduled_at=timezone.now() + timedelta(days=1))

    asked = boss.post(preflight_of(to_everyone), {"when": "now", "accept_warnings": "on"})

    assertContains(asked, '<input type="hidden" name="accept_warnings" value="on">', html=True)


def test_page_of_the_left_out_leads_on_where_more_people_are_to_be_looked_at(
    boss, draft, monkeypatch
):
    monkeypatch.setattr(left_out, "LOOKED_AT", 1)
    draft.audience = {}
    draft.save()
    Contact.objects.create(phone="+56970000001", status="opted_out")

    first = boss.get(left_out_of(draft))
    second = boss.get(f"{left_out_of(draft)}?{first.context['further']}")

    assertContains(first, "Look further")
    assertContains(second, "Opted out")
    assertNotContains(second, "Look further")


def test_review_says_what_it_will_cost_by_country(boss, to_everyone, contact):
    Contact.objects.create(phone="+5491123456789", name="Ana")
    Contact.objects.create(phone="+5351234567", name="Yoel")

    found = boss.get(preflight_of(to_everyone)).context["estimate"]

    assert [(line.country, line.people) for line in found.lines] == [
        ("Argentina", 1),
        ("Chile", 1),
        ("CU", 1),
    ]
    assert (found.total.shown, found.unpriced) == ("US$\u00a00.16", 1)


def test_review_reckons_with_the_category_that_whatsapp_gave_the_text(boss, to_everyone, contact):
    TemplateApproval.objects.update(category_there="utility")

    found = boss.get(preflight_of(to_everyone)).context["estimate"]

    assert found.lines[0].each == "US$\u00a00.0250"


def test_review_reckons_with_the_category_of_the_text_that_is_sent(boss, to_everyone, contact):
    Template.objects.update(category="utility")  # of a newer text, which is not approved yet

    found = boss.get(preflight_of(to_everyone)).context["estimate"]

    assert found.lines[0].each == "US$\u00a00.0939"


def test_review_counts_the_parts_of_an_sms(boss, to_everyone, contact):
    sms = Sender.objects.create(name="Avisos", channel="sms", address="+56220000001")
    text = "Hola, ó " * 20  # 160 characters, of which one is none of the alphabet of SMS
    Campaign.objects.update(sender=sms, template=None, message_template=text)
    Price.objects.create(charge="sms", amount="0.10", valid_from="2026-01-01")

    page = boss.get(preflight_of(to_everyone))

    assert page.context["estimate"].parts == 3
    assertContains(page, "The texts are billed as 3 parts")
    assertContains(page, "Each part")


def test_review_says_so_where_no_price_is_known(boss, to_everyone, contact):
    Price.objects.all().delete()

    page = boss.get(preflight_of(to_everyone)).content.decode()

    assert "No price" in page
    assert "1 person is not in the total" in page


def test_costs_are_for_those_who_may_see_prices(allow, to_everyone, contact):
    rights = ("launch_campaign", "view_campaign", "view_contact")

    without = allow(*rights).get(preflight_of(to_everyone)).context["estimate"]
    with_right = allow(*rights, "view_price").get(preflight_of(to_everyone)).context["estimate"]

    assert without is None
    assert with_right.total.shown == "US$\u00a00.09"
