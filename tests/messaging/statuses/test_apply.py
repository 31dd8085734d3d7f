"""Statuses reported by the provider, in whatever order they come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.models import KeptStatus, Message
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from tests.messaging.conftest import SID, sid

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
TIMES = ["sent_at", "delivered_at", "read_at", "failed_at"]
# What the provider may report of one message, each with the time at which it says so. The last is
# what counts.
HISTORIES = [
    ["queued", "sending", "sent", "delivered", "read"],
    ["sent", "delivered"],
    ["delivered", "read"],
    ["sending", "sent", "undelivered"],
    ["queued", "failed"],
    ["accepted", "canceled"],
    ["canceled", "failed", "undelivered"],
    ["sent", "undelivered", "delivered"],
    ["failed", "delivered", "read"],
    ["canceled", "failed", "undelivered", "read"],
]
FAILURES = {"failed", "undelivered", "canceled"}
LISTENED: list[StatusReport] = []


def listen(reports: Sequence[StatusReport]) -> list[StatusReport]:
    """A listener that knows the messages whose sid ends with f."""
    LISTENED.extend(reports)
    return [report for report in reports if report.sid.endswith("f")]


def report(status: str, **changes) -> StatusReport:
    values = {"sid": SID, "status": status, "at": START}
    return StatusReport(**{**values, **changes})


@pytest.fixture(autouse=True)
def listeners(monkeypatch) -> list[StatusReport]:
    monkeypatch.setattr(django_settings, "STATUS_LISTENERS", [f"{__name__}.listen"])
    LISTENED.clear()
    return LISTENED


def test_apply_status_moves_the_message_and_keeps_the_time(message):
    assert apply_status(report("delivered")) is True

    message.refresh_from_db()
    assert (message.status, message.delivered_at) == ("delivered", START)


def test_apply_status_never_goes_back_but_fills_in_the_late_time(message):
    apply_status(report("read", at=START + timedelta(seconds=9)))

    apply_status(report("sent"))

    message.refresh_from_db()
    assert (message.status, message.sent_at) == ("read", START)


def test_apply_status_keeps_the_first_time_of_a_repeat(message):
    apply_status(report("sent"))

    apply_status(report("sent", at=START + timedelta(hours=1)))

    message.refresh_from_db()
    assert message.sent_at == START


def test_apply_status_stores_the_error(message):
    apply_status(report("failed", error_code="63024", error_message="Not on WhatsApp"))

    message.refresh_from_db()
    assert (message.status, message.error_code, message.error_message) == (
        "failed",
        "63024",
        "Not on WhatsApp",
    )


def test_apply_status_of_a_failure_after_the_delivery_changes_nothing(message):
    apply_status(report("delivered"))

    apply_status(report("failed", error_code="30008", error_message="Unknown error"))

    message.refresh_from_db()
    assert (message.status, message.failed_at, message.error_code) == ("delivered", None, None)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_order_and_repetition_of_statuses_ends_in_the_same_state(message, data):
    history = data.draw(st.sampled_from(HISTORIES))
    repeats = data.draw(st.lists(st.sampled_from(history)))
    order = data.draw(st.permutations(history + repeats))
    Message.objects.update(status="accepted", error_code=None, **dict.fromkeys(TIMES))

    for status in order:
        apply_status(report_of(status, history))

    end = history[-1]
    times = {f"{status}_at": report_of(status, history).at for status in history}
    times["failed_at"] = report_of(end, history).at if end in FAILURES else None
    row = Message.objects.values("status", "error_code", *TIMES).get()
    assert row == {
        "status": end,
        "error_code": report_of(end, history).error_code,
        **{name: times.get(name) for name in TIMES},
    }


def report_of(status: str, history: list[str]) -> StatusReport:
    """The report of a status at its place in a history; a failure has a code of its own."""
    place = history.index(status)
    code = str(30000 + place) if status in FAILURES else None
    return report(status, at=START + timedelta(seconds=place), error_code=code)


def test_apply_status_finds_an_answer_by_its_token_and_learns_its_sid(message):
    Message.objects.update(message_sid=None)

    apply_status(report("sent", token=message.token))

    message.refresh_from_db()
    assert (message.message_sid, message.status) == (SID, "sent")


def test_apply_status_leaves_a_token_that_has_another_sid(message):
    assert apply_status(report("sent", sid=sid(2), token=message.token)) is False

    message.refresh_from_db()
    assert (message.message_sid, message.status) == (SID, "queued")


def test_apply_status_of_an_inbound_message_moves_nothing(message):
    Message.objects.update(direction="inbound", status="received")

    assert apply_status(report("sent")) is False


def test_apply_status_shows_the_report_to_the_listeners(message, listeners):
    reported = report("sent")

    apply_status(reported)

    assert listeners == [reported]


def test_apply_status_known_to_a_listener_alone_is_not_kept(db):
    assert apply_status(report("sent", sid=sid(15))) is True

    assert KeptStatus.objects.count() == 0


def test_apply_status_of_an_unknown_message_is_kept_once(db):
    assert apply_status(report("sent", token="t", address="+56975400946")) is False
    assert apply_status(report("sent", token="t")) is False

    kept = KeptStatus.objects.values_list("message_sid", "token", "status", "address").get()
    assert kept == (SID, "t", "sent", "+56975400946")
