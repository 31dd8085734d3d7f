"""Reports that share a transaction, and those that must not."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from messaging.models import KeptStatus, Message
from messaging.statuses.apply import apply_report, apply_status, apply_together
from messaging.statuses.reports import StatusReport
from tests.messaging.conftest import SID, sid
from tests.messaging.statuses.test_apply import START, report

LISTENED: list[list[str]] = []


def listen(reports: Sequence[StatusReport]) -> list[StatusReport]:
    LISTENED.append([one.in_company for one in reports])
    return []


def refuse_company(reports: Sequence[StatusReport]) -> list[StatusReport]:
    if reports[0].in_company or not reports[0].token:
        raise RuntimeError
    return []


@pytest.fixture(autouse=True)
def listeners(monkeypatch) -> list[list[str]]:
    monkeypatch.setattr(django_settings, "STATUS_LISTENERS", [f"{__name__}.listen"])
    LISTENED.clear()
    return LISTENED


@pytest.fixture
def other(message) -> Message:
    """A second message, of the same conversation."""
    kept = {"conversation": message.conversation, "contact": message.contact}
    return Message.objects.create(
        **kept, direction="outbound", status="queued", message_sid=sid(2), created_at=START
    )


def test_apply_together_moves_each_message_to_its_own_status_and_time(message, other):
    later = START + timedelta(seconds=1)

    assert apply_together([report("sent"), report("read", sid=sid(2), at=later)]) == [True, True]

    rows = Message.objects.order_by("pk").values_list("status", "sent_at", "read_at")
    assert list(rows) == [("sent", START, None), ("read", None, later)]


@pytest.mark.parametrize("order", [["delivered", "read"], ["read", "delivered"]])
def test_apply_together_goes_forward_only_within_a_group(message, order):
    apply_together([report(status) for status in order])

    message.refresh_from_db()
    assert (message.status, message.delivered_at, message.read_at) == ("read", START, START)


def test_apply_together_lets_the_first_report_of_a_status_count(message):
    later = report("delivered", at=START + timedelta(hours=1))

    apply_together([report("delivered"), later])
    apply_together([later])

    message.refresh_from_db()
    assert message.delivered_at == START


def test_apply_together_takes_statuses_that_have_no_time(message):
    Message.objects.update(status="accepted")

    apply_together([report("sending")])

    message.refresh_from_db()
    assert message.status == "sending"


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_apply_together_leaves_failures_alone(message, status):
    assert apply_together([report("sent"), report(status)]) == [True, False]

    message.refresh_from_db()
    assert message.status == "sent"


def test_apply_together_leaves_what_only_a_token_finds(message):
    Message.objects.update(message_sid=None)

    assert apply_together([report("sent", token=message.token)]) == [False]


def test_apply_together_leaves_an_inbound_message(message):
    Message.objects.update(direction="inbound", status="received")

    assert apply_together([report("sent")]) == [False]


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_apply_together_leaves_a_delivery_after_a_failure(message, status):
    apply_status(report(status))

    assert apply_together([report("delivered")]) == [False]

    message.refresh_from_db()
    assert message.status == status


def test_apply_together_tells_the_listeners_that_the_reports_are_in_company(message, listeners):
    apply_together([report("sent", token="t"), report("delivered", token="t")])

    assert listeners == [[True, True]]


def test_take_note_of_a_known_message_needs_no_second_try(message, listeners):
    apply_report(report("delivered", token="t"))

    message.refresh_from_db()
    assert (message.status, listeners) == ("delivered", [[True]])


def test_take_note_of_an_unknown_message_keeps_it(db):
    apply_report(report("delivered"))

    assert KeptStatus.objects.get().message_sid == SID


def test_take_note_tries_alone_what_failed_in_its_group(message, monkeypatch):
    monkeypatch.setattr(django_settings, "STATUS_LISTENERS", [f"{__name__}.refuse_company"])

    apply_report(report("delivered", token=message.token))

    message.refresh_from_db()
    assert message.status == "delivered"


def test_take_note_raises_what_fails_alone_too(message, monkeypatch):
    monkeypatch.setattr(django_settings, "STATUS_LISTENERS", [f"{__name__}.refuse_company"])

    with pytest.raises(RuntimeError):
        apply_report(report("delivered"))


def appear(reports: Sequence[StatusReport]) -> list[StatusReport]:
    """Another worker writes the message down just after it was looked for."""
    Message.objects.filter(message_sid=None).update(message_sid=SID)
    return []


def test_apply_together_leaves_a_message_that_appeared_after_it_was_looked_for(other, monkeypatch):
    monkeypatch.setattr(django_settings, "STATUS_LISTENERS", [f"{__name__}.appear"])
    Message.objects.exclude(pk=other.pk).update(message_sid=None)

    assert apply_together([report("delivered"), report("sent", sid=sid(2))]) == [False, True]

    assert Message.objects.get(message_sid=SID).status == "queued"
