"""The page of a campaign that was launched: its settings, its outcome, the answers, a copy."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.admin.progress.outcome import causes, counts, curve
from campaigns.models import Campaign
from messaging.models import Conversation, Message
from tests.factories.campaigns import recipient
from tests.factories.messages import message

NOON = datetime(2026, 11, 27, 15, tzinfo=UTC)  # 12:00 in Santiago


def page_of(campaign: Campaign, name: str = "change") -> str:
    return reverse(f"admin:campaigns_campaign_{name}", args=[campaign.pk])


@pytest.fixture
def launched(draft: Campaign) -> Campaign:
    Campaign.objects.update(status="active", started_at=timezone.now())
    draft.refresh_from_db()
    return draft


@pytest.fixture
def now_and_then(monkeypatch) -> Iterator[Callable[[], None]]:
    """What is kept in the process is kept until this is called."""
    monkeypatch.setattr("waproject.core.db.lately.TIMES", 1_000_000)
    yield caches["process"].clear
    caches["process"].clear()


@pytest.fixture
def reply(launched: Campaign, owner) -> Message:
    """What the owner answered to the campaign."""
    recipient(launched, 1, status="replied", sent_at=timezone.now())
    talk = Conversation.objects.create(sender=launched.sender, contact=owner)
    return Message.objects.create(
        conversation=talk,
        contact=owner,
        campaign_id=launched.pk,
        direction="inbound",
        status="received",
        body="¿Cuánto vale?",
        created_at=timezone.now(),
    )


def test_page_asks_for_what_became_of_the_messages_once_there_are_any(boss, launched):
    before = boss.get(page_of(launched))
    recipient(launched, 1, status="sent", sent_at=timezone.now())

    assertNotContains(before, page_of(launched, "outcome"))
    assertContains(boss.get(page_of(launched)), page_of(launched, "outcome"))


def test_page_shows_the_message_and_the_settings(boss, launched):
    response = boss.get(page_of(launched))

    assertContains(response, "Hola <mark>{{nombre}}</mark>, tenemos ofertas. Responde INFO.")
    assertContains(response, "People with a vehicle: Toyota.")


@pytest.mark.parametrize(("permissions", "shown"), [(["view_contact"], True), ([], False)])
def test_page_shows_the_message_as_somebody_got_it_to_users_who_may_see_people(
    allow, launched, permissions, shown
):
    recipient(launched, 1, status="sent", sent_at=timezone.now(), body="Hola Persona 1.")

    content = allow("view_campaign", *permissions).get(page_of(launched)).content.decode()

    assert ("Hola Persona 1." in content) == shown


def test_page_takes_as_many_queries_for_20_recipients_as_for_one(
    boss, launched, django_assert_max_num_queries
):
    for number in range(20):
        recipient(launched, number, status="failed", reason="capped")

    with django_assert_max_num_queries(20):
        boss.get(page_of(launched))
    with django_assert_max_num_queries(16):
        boss.get(page_of(launched, "outcome"))


# --- Outcome --------------------------------------------------------------------------------


def test_causes_count_people_by_reason_and_lead_to_them(boss, launched):
    for number, fields in enumerate(
        [
            {"status": "failed", "error_code": "63024", "reason": "provider_error"}
            | {"reason_details": {"provider": "twilio", "error": "63024"}},
            {"status": "skipped", "reason": "capped"},
            {"status": "skipped", "reason": "capped"},
            {"status": "sent", "sent_at": timezone.now()},
        ]
    ):
        recipient(launched, number, **fields)

    found = causes(counts(launched).value)

    assert [(one.number, one.status) for one in found] == [(2, "skipped"), (1, "failed")]
    assert found[0].words == "had enough campaign messages lately"
    for one in found:
        assert boss.get(one.url).context["cl"].result_count == one.number


@time_machine.travel(NOON)
def test_curve_counts_what_left_and_what_was_answered_in_each_stretch(launched):
    for number, (sent, replied) in enumerate([(0, None), (4, 6), (11, None)]):
        recipient(
            launched,
            number,
            status="replied" if replied else "sent",
            sent_at=NOON + timedelta(minutes=sent),
            replied_at=replied and NOON + timedelta(minutes=replied),
        )

    drawn = curve(counts(launched).value)

    assert drawn
    assert [(bar.title, bar.sent, bar.replied) for bar in drawn.bars] == [
        ("12:00", 2, 0),
        ("12:05", 0, 1),
        ("12:10", 1, 0),
    ]
    assert [bar.sent_height for bar in drawn.bars] == [100, 0, 50]


@pytest.mark.parametrize(("hours", "bars"), [(3, 37), (30, 31), (24 * 10, 11), (24 * 400, 48)])
def test_curve_has_longer_stretches_for_a_longer_time(launched, hours, bars):
    for number, sent in enumerate([NOON, NOON + timedelta(hours=hours)]):
        recipient(launched, number, status="sent", sent_at=sent)

    drawn = curve(counts(launched).value)

    assert drawn
    assert len(drawn.bars) == bars


def test_curve_of_what_was_not_sent_is_none(launched):
    recipient(launched, 1)

    assert curve(counts(launched).value) is None


def test_figures_of_a_large_campaign_are_counted_again_after_a_while(
    boss, launched, monkeypatch, now_and_then
):
    monkeypatch.setattr("campaigns.summaries.campaigns.LARGE", 1)
    Campaign.objects.update(total_recipients=2)
    recipient(launched, 1, status="skipped", reason="capped")
    pages = [page_of(launched, "outcome"), page_of(launched, "panel")]

    def skipped() -> list[int]:
        outcome, panel = (boss.get(page).context for page in pages)
        return [outcome["causes"][0].number, panel["panel"].counts.skipped]

    first = skipped()
    recipient(launched, 2, status="skipped", reason="capped")
    kept = skipped()
    now_and_then()

    assert (first, kept, skipped()) == ([1, 1], [1, 1], [2, 2])
    assertContains(boss.get(pages[0]), "As of ")


# --- Answers --------------------------------------------------------------------------------


def test_answer_without_words_says_what_it_is(boss, launched, reply):
    Message.objects.filter(pk=reply.pk).update(body="", type="audio")

    [answer] = boss.get(page_of(launched, "outcome")).context["answers"]

    assert answer.text == "audio"


def test_answers_lead_to_their_conversations(boss, launched, reply):
    pages = [boss.get(page_of(launched, name)) for name in ("outcome", "answers")]

    talk = reverse("admin:inbox", query={"talk": reply.conversation_id})
    for page in pages:
        assertContains(page, "¿Cuánto vale?")
        assertContains(page, f'href="{talk}"')


def test_answers_are_not_shown_to_users_who_may_not_read_them(allow, launched, reply):
    client = allow("view_campaign", "view_contact")

    assertNotContains(client.get(page_of(launched, "outcome")), "¿Cuánto vale?")
    assert client.get(page_of(launched, "answers")).status_code == 403


# --- Copy -----------------------------------------------------------------------------------


def test_copy_opens_the_new_draft(boss, launched, said):
    response = boss.post(page_of(launched, "copy"))

    draft = Campaign.objects.get(status="draft")
    assert response.url == page_of(draft)
    assert said(response) == [f'“<a href="{page_of(draft)}">Promo (copy)</a>” is a new draft.']


def test_copy_needs_its_permission(allow, launched):
    assert allow("view_campaign").post(page_of(launched, "copy")).status_code == 403


def test_cost_is_what_the_provider_has_told(boss, launched, contact):
    sent = {"direction": "outbound", "campaign_id": launched.pk, "price_unit": "USD"}
    message(contact, timezone.now(), price="0.0939", **sent)
    message(contact, timezone.now(), **sent | {"price_unit": ""})

    billed = boss.get(page_of(launched, "outcome")).context["billed"]

    assert billed.cost.shown == "US$\u00a00.09"
    assert (billed.priced, billed.messages) == (1, 2)


def test_cost_is_shown_to_users_who_may_see_prices_alone(allow, launched, contact):
    message(contact, timezone.now(), "outbound", campaign_id=launched.pk)

    page = allow("view_campaign").get(page_of(launched, "outcome"))

    assert page.context["billed"] is None
