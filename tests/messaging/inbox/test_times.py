"""How long people wait: rounds, targets in open hours, who is late, and the reports."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.reports.answer_times import answer_times, answer_times_by_user
from messaging import answers
from messaging import operations as basic
from messaging.answers import send_automatic
from messaging.delivery import jobs, queue
from messaging.delivery.hours import Hours
from messaging.delivery.reasons import NO_REASON
from messaging.inbound.receive import receive
from messaging.inbox import operations
from messaging.inbox.models import InboxRules, Outcome, Round
from messaging.inbox.times.clock import Clock
from messaging.inbox.times.targets import LateSince, Targets
from messaging.models import Conversation, Delivery, Message, Sender
from messaging.providers.base import StatusReport
from messaging.statuses.apply import apply_report
from tests.messaging.conftest import arrival
from tests.messaging.inbox.conftest import names
from waproject.accounts.actors import SYSTEM

# Thursday noon in Santiago.
NOON = datetime(2026, 11, 26, 15, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHONE = "+56910000001"


@pytest.fixture
def clock(db, settings):
    settings.TIME_ZONE = "America/Santiago"
    settings.INBOUND_HANDLERS = []
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def wrote(number: int = 1, text: str = "Hola") -> Conversation:
    receive(arrival(text, number, phone=PHONE, at=timezone.now()))
    return Conversation.objects.get()


def test_a_round_has_its_first_answer_and_its_resolution(clock, superuser):
    talk = wrote()
    clock.shift(5 * MINUTE)
    wrote(2, "¿Están?")
    clock.shift(5 * MINUTE)
    answers.answer(talk.pk, "Sí", by=superuser)
    clock.shift(HOUR)
    answers.answer(talk.pk, "¿Algo más?", by=superuser)
    operations.set_status(talk.pk, "resolved", by=superuser)

    row = Round.objects.get()
    assert (row.began_at, row.answered_at, row.answered_by) == (NOON, NOON + 10 * MINUTE, superuser)
    assert (row.resolved_at, row.resolved_by) == (NOON + 10 * MINUTE + HOUR, superuser)
    assert Conversation.objects.get().round_began_at is None


def test_words_after_a_resolution_begin_another_round(clock, superuser):
    talk = wrote()
    basic.close([talk.pk], by=superuser)
    clock.shift(DAY)
    wrote(2)
    operations.resolve(talk.pk, Outcome.objects.filter(is_sale=False)[0].pk, by=superuser)

    began = list(Round.objects.values_list("began_at", "answered_at", "resolved_at"))
    assert began == [(NOON, None, NOON), (NOON + DAY, None, NOON + DAY)]


def test_an_automatic_answer_is_no_first_answer(clock):
    talk = wrote()

    send_automatic(talk, "Cerrado", to=PHONE, until=NOON + DAY)

    assert (Round.objects.count(), Conversation.objects.get().waiting_since) == (0, NOON)


def test_spam_is_no_round(clock, superuser):
    talk = wrote()
    operations.set_status(talk.pk, "spam", by=superuser)
    wrote(2)

    assert (Round.objects.count(), Conversation.objects.get().round_began_at) == (0, None)


def test_an_answer_that_is_taken_back_was_none(clock, superuser):
    talk = wrote()
    answers.answer(talk.pk, "Sí", by=superuser, due_at=NOON + MINUTE)

    answers.take_back(talk.pk, Delivery.objects.get().pk, by=superuser)

    row = Round.objects.get()
    assert (row.answered_at, row.answered_by, row.answer_token) == (None, None, "")


def first_answer() -> tuple:
    return Round.objects.values_list("answered_at", "answered_by__username").get()


def test_the_first_answer_is_the_one_that_leaves_first(clock, superuser, staff):
    talk = wrote()
    answers.answer(talk.pk, "Mañana le digo", by=superuser, due_at=NOON + 9 * HOUR)
    scheduled = Delivery.objects.get()
    clock.shift(5 * MINUTE)
    answers.answer(talk.pk, "Son cinco", by=SYSTEM)
    at_once = (NOON + 5 * MINUTE, None)
    assert first_answer() == at_once

    answers.take_back(talk.pk, scheduled.pk, by=superuser)

    assert first_answer() == at_once


def test_an_answer_far_ahead_is_the_first_when_one_before_it_is_taken_back(clock, superuser):
    talk = wrote()
    Sender.objects.update(channel="sms")
    for days in (10, 12):
        answers.answer(talk.pk, f"En {days} días", by=superuser, due_at=NOON + days * DAY)
    first = answers.waiting_answers(talk)[0]
    clock.shift(9 * DAY)
    answers.forget_posts(timezone.now())

    answers.take_back(talk.pk, first.pk, by=superuser)

    assert first_answer() == (NOON + 12 * DAY, superuser.username)


@pytest.mark.parametrize("how", ["taken back", "not sent"])
def test_without_the_first_answer_the_next_one_is_the_first(clock, superuser, how):
    talk = wrote()
    answers.answer(talk.pk, "Son cinco", by=SYSTEM)
    first = answers.waiting_answers(talk).get()
    answers.answer(talk.pk, "Y mañana", by=superuser, due_at=NOON + 9 * HOUR)

    if how == "taken back":
        answers.take_back(talk.pk, first.pk, by=superuser)
    else:
        queue.remove(answers.waiting_answers(talk).filter(pk=first.pk), NO_REASON)

    assert first_answer() == (NOON + 9 * HOUR, "jefa")
    assert Conversation.objects.get().waiting_since is None


def answered_and_taken_back(talk: Conversation, user, meanwhile=lambda: None, **status) -> None:
    answers.answer(talk.pk, "Sí", by=user, due_at=timezone.now() + MINUTE)
    answer = answers.waiting_answers(talk).last()
    for name in status.values():
        operations.set_status(talk.pk, name, by=user)
    meanwhile()
    operations.take_back(talk.pk, answer.pk, by=user)


def test_a_wait_is_as_before_the_answer_that_was_taken_back(clock, superuser):
    talk = wrote()
    clock.shift(5 * MINUTE)
    wrote(2, "¿Están?")
    clock.shift(MINUTE)

    answered_and_taken_back(talk, superuser)
    assert Conversation.objects.get().waiting_since == NOON

    answered_and_taken_back(talk, superuser, lambda: (clock.shift(MINUTE), wrote(3, "¿Hola?")))
    assert Conversation.objects.get().waiting_since == NOON


def test_a_wait_that_began_after_an_answer_is_as_before_the_next(clock, superuser, simulator):
    talk = wrote()
    clock.shift(MINUTE)
    answers.answer(talk.pk, "Cinco", by=superuser)
    clock.shift(3)
    # While the first answer waits still.
    wrote(2, "¿Con IVA?")
    clock.shift(3)
    jobs.send_from(talk.sender_id)
    wrote(3, "¿Hola?")
    clock.shift(MINUTE)

    answered_and_taken_back(talk, superuser)

    assert Conversation.objects.get().waiting_since == NOON + MINUTE + timedelta(seconds=3)


def test_an_answer_that_was_not_delivered_ends_no_wait(clock, superuser, simulator):
    talk = wrote()
    answers.answer(talk.pk, "Cinco", by=superuser)
    jobs.send_from(talk.sender_id)
    [sent] = Message.objects.outbound()
    apply_report(StatusReport(sent.message_sid, "undelivered", error_code="30008"))
    clock.shift(MINUTE)

    answered_and_taken_back(talk, superuser)

    assert Conversation.objects.get().waiting_since == NOON
    clock.shift(MINUTE)

    answered_and_taken_back(talk, superuser)

    assert Conversation.objects.get().waiting_since == NOON


def test_a_lost_answer_that_left_late_is_not_taken_for_the_one_posted_after_it(
    clock, superuser, simulator
):
    talk = wrote()
    answers.answer(talk.pk, "Mañana abrimos a las nueve", by=superuser, due_at=NOON + 5 * MINUTE)
    clock.shift(MINUTE)
    wrote(2, "¿Y hoy?")
    clock.shift(MINUTE)
    answers.answer(talk.pk, "Hoy hasta las siete", by=superuser)
    jobs.send_from(talk.sender_id)
    clock.shift(5 * MINUTE)
    jobs.send_from(talk.sender_id)
    late = Message.objects.outbound().get(body__startswith="Mañana")
    apply_report(StatusReport(late.message_sid, "undelivered", error_code="30008"))

    answered_and_taken_back(talk, superuser)

    assert Conversation.objects.get().waiting_since is None


def test_nobody_waits_after_an_answer_to_nobody_who_waits_is_taken_back(clock, superuser):
    talk = wrote()
    operations.set_status(talk.pk, "resolved", by=superuser)
    clock.shift(HOUR)
    operations.set_status(talk.pk, "open", by=superuser)

    for status in ({}, {"then": "resolved"}):
        answered_and_taken_back(talk, superuser, **status)
        after = Conversation.objects.get()
        assert (after.status, after.waiting_since, after.round_began_at) == ("open", None, None)
    assert Round.objects.get().resolved_at == NOON


def test_words_after_a_resolution_that_is_taken_back_are_of_the_same_round(clock, superuser):
    talk = wrote()
    clock.shift(MINUTE)

    answered_and_taken_back(
        talk, superuser, lambda: (clock.shift(3), wrote(2, "Espere")), then="resolved"
    )

    after = Conversation.objects.get()
    assert (after.status, after.waiting_since, after.round_began_at) == ("open", NOON, NOON)
    assert Round.objects.get().resolved_at is None


def test_a_resolution_that_is_taken_back_lets_the_round_go_on(clock, superuser):
    talk = wrote()
    answers.answer(talk.pk, "Sí", by=superuser, due_at=NOON + MINUTE)
    operations.set_status(talk.pk, "resolved", by=superuser)

    operations.take_back(talk.pk, Delivery.objects.get().pk, by=superuser)

    row = Round.objects.get()
    assert (row.answered_at, row.resolved_at) == (None, None)
    assert Conversation.objects.get().round_began_at == NOON


OFFICE = Hours(time(9), time(18), 0b1_1111)
# The office closed on Thursday at 18:00, and on Friday; today is Monday, 10:00.
MONDAY = datetime(2026, 11, 30, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "allowed", "since"),
    [
        (Hours(), HOUR, MONDAY - HOUR),
        (OFFICE, HOUR, MONDAY - HOUR),
        (OFFICE, 2 * HOUR, datetime(2026, 11, 27, 20, tzinfo=UTC)),
        (OFFICE, 11 * HOUR, datetime(2026, 11, 26, 20, tzinfo=UTC)),
        (OFFICE, None, None),
        (Hours(days=0), HOUR, None),
    ],
)
def test_late_since_counts_open_hours_alone(settings, hours, allowed, since):
    settings.TIME_ZONE = "America/Santiago"

    assert Targets(hours=hours).late_since(allowed, MONDAY) == since


def test_clock_agrees_with_the_hours(settings):
    zones = [timezone.get_default_timezone()]
    clock = Clock(OFFICE, zones, MONDAY - 30 * DAY, MONDAY)

    for hour in range(0, 29 * 24, 7):
        begin = MONDAY - 30 * DAY + hour * HOUR
        end = begin + 25 * HOUR
        assert clock.between(begin, min(end, MONDAY)) == OFFICE.open_time(
            begin, min(end, MONDAY), zones
        )


def test_the_list_says_who_is_late_and_a_view_holds_them(db, talk, admin_client):
    InboxRules.objects.update(answer_within=15, resolve_within=2)
    talk(name="Puntual", ago=14)
    talk(name="Tarde", ago=16)
    talk(name="Más tarde", ago=500, round_began_at=None)
    old = talk(name="Respondida", ago=600, waiting_since=None)
    Conversation.objects.filter(pk=old.pk).update(round_began_at=timezone.now() - 10 * HOUR)

    assert names(admin_client, view="late") == ["Más tarde", "Tarde"]
    assert names(admin_client, view="overdue") == ["Respondida"]
    page = admin_client.get(reverse("admin:inbox"), {"view": "late"})
    assert [chip.tone for chip in page.context["listing"].rows[1].chips] == ["bad"]
    assert page.context["numbers"]["late"] == 2


def test_pages_of_the_late_follow_each_other(db, talk, admin_client):
    InboxRules.objects.update(answer_within=1)
    for number in range(45):
        talk(name=f"P{number:02}", ago=100 - number)

    page = admin_client.get(reverse("admin:inbox"), {"view": "late"})
    further = page.context["listing"].further

    shown = [row.name for row in page.context["listing"].rows]
    assert shown + names(admin_client, view="late", after=further) == [
        f"P{n:02}" for n in range(45)
    ]


def test_nobody_is_late_without_a_target(db, talk, admin_client):
    talk(ago=5_000)

    assert (names(admin_client, view="late"), LateSince.now()) == ([], LateSince(None, None))


def test_the_reports_have_medians_and_shares(clock, superuser, talk):
    InboxRules.objects.update(answer_within=15, resolve_within=24)
    for minutes in (5, 10, 30):
        one = talk(ago=0)
        Conversation.objects.filter(pk=one.pk).update(round_began_at=NOON)
        with time_machine.travel(NOON + minutes * MINUTE, tick=False):
            answers.answer(one.pk, "Sí", by=superuser)
    late = talk(ago=0)
    Conversation.objects.filter(pk=late.pk).update(round_began_at=NOON)
    clock.shift(2 * HOUR)
    operations.set_status(one.pk, "resolved", by=superuser)

    with CaptureQueriesContext(connection) as queries:
        [day] = answer_times()
    [user] = answer_times_by_user()

    assert len(queries) == 3
    assert (day.conversations, day.answered, day.late) == (4, 3, 1)
    assert (day.answer_median, day.answer_p90, day.answered_rate) == (10.0, 30.0, 50.0)
    assert (day.resolved, day.resolution_median, day.resolved_rate) == (1, 2.0, 100.0)
    assert (user.user_id, user.answered, user.answered_rate) == (superuser.pk, 3, 66.7)


@pytest.mark.parametrize("column", ["waiting_since", "round_began_at"])
def test_views_of_the_late_are_read_by_their_indexes(db, column):
    rows = Conversation.objects.filter(**{f"{column}__lte": NOON}).order_by(column, "pk")

    plan = rows[:40].explain()

    assert "inbox_waiting" in plan or "inbox_unresolved" in plan or connection.vendor != "sqlite"
