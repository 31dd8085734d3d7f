"""Reports that come at the same moment: on PostgreSQL alone, since SQLite lets one in at a time."""

from functools import partial

import pytest

from campaigns.models import Recipient, StatusChange
from messaging.models import KeptStatus, Message
from messaging.statuses import StatusReport, apply_together, take_note
from tests.messaging.conftest import PEOPLE
from tests.messaging.rivals import all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_reports_of_many_threads_all_take_effect(sids):
    [unlucky, *others] = sids
    reports = [StatusReport(one, status) for one in others for status in ("delivered", "read")]
    foreign = StatusReport("SM" + "e" * 32, "delivered")
    failure = StatusReport(unlucky, "failed", error_code=63016)

    raised = all_at_once([partial(take_note, one) for one in [*reports, foreign, failure]])

    read = {"status": "read", "delivered_at__isnull": False}
    assert (raised, KeptStatus.objects.count()) == ([], 1)
    assert Recipient.objects.get(status="failed").message_sid == unlucky
    assert (Recipient.objects.filter(**read).count(), Message.objects.filter(**read).count()) == (
        PEOPLE - 1,
        PEOPLE - 1,
    )
    assert StatusChange.objects.filter(new="read").count() == PEOPLE - 1


def test_groups_in_opposite_order_do_not_wait_for_each_other(sids, monkeypatch):
    monkeypatch.setattr("messaging.attempts.ATTEMPTS", 1)
    delivered = [StatusReport(one, "delivered") for one in sids]
    read = [StatusReport(one, "read") for one in reversed(sids)]

    raised = all_at_once([partial(apply_together, delivered), partial(apply_together, read)] * 4)

    assert raised == []
    assert set(Recipient.objects.values_list("status", flat=True)) == {"read"}
