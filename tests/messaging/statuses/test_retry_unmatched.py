"""Reports that came before their message, and those that say nothing we know."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from messaging.models import KeptStatus, Message
from messaging.outbound_log import SentMessage, log_sent
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from messaging.statuses.retry_unmatched import apply_kept_statuses
from tests.messaging.conftest import SID
from tests.messaging.statuses.test_apply import LISTENED, START, listen, report


@pytest.fixture(autouse=True)
def listeners(monkeypatch) -> list[StatusReport]:
    monkeypatch.setattr(django_settings, "STATUS_LISTENERS", [f"{listen.__module__}.listen"])
    LISTENED.clear()
    return LISTENED


def test_kept_status_is_applied_with_its_own_time_when_the_message_appears(contact, sender):
    apply_status(report("delivered"))
    log_sent(
        [
            SentMessage(
                *(SID, sender.pk, sender.account_id, contact.pk, contact.phone),
                *("Hola", None, "queued", START),
            )
        ]
    )

    assert apply_kept_statuses() == 1

    row = Message.objects.values_list("status", "delivered_at").get()
    assert row == ("delivered", START)
    assert KeptStatus.objects.count() == 0


def test_kept_status_of_a_still_unknown_message_waits_as_long_again(db):
    apply_status(report("sent"))
    now = START + timedelta(minutes=10)

    assert apply_kept_statuses(now) == 0

    assert KeptStatus.objects.get().try_at == START + timedelta(minutes=20)


def test_kept_status_that_says_nothing_we_know_is_never_tried(message, listeners):
    apply_status(report("partially_delivered"))

    KeptStatus.objects.hurry([SID], START)
    apply_kept_statuses(START + timedelta(days=1))

    assert (listeners, KeptStatus.objects.get().try_at) == ([], None)


def test_kept_status_that_waits_is_not_tried(db, listeners):
    apply_status(report("sent"))
    apply_kept_statuses(START + timedelta(minutes=10))
    listeners.clear()

    apply_kept_statuses(START + timedelta(minutes=19))

    assert listeners == []
