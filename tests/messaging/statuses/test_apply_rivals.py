"""Reports that come at the same moment: on PostgreSQL alone, since SQLite lets one in at a time."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, Recipient, StatusChange
from contacts.models import Contact
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.settling.settlement import Outcome, settle
from messaging.models import Delivery, KeptStatus, Message
from messaging.providers.base import Accepted
from messaging.statuses.apply import apply_report, apply_status, apply_together
from messaging.statuses.reports import StatusReport
from tests.messaging.conftest import PEOPLE, sid
from tests.messaging.rivals import all_at_once, in_a_thread, wait_until_one_waits
from tests.sending import delivery_of, recipients

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_reports_of_many_threads_all_take_effect(sids):
    [unlucky, *others] = sids
    reports = [StatusReport(one, status) for one in others for status in ("delivered", "read")]
    foreign = StatusReport("SM" + "e" * 32, "delivered")
    failure = StatusReport(unlucky, "failed", error_code="63016")

    raised = all_at_once([partial(apply_report, one) for one in [*reports, foreign, failure]])

    read = {"status": "read", "delivered_at__isnull": False}
    assert (raised, KeptStatus.objects.count()) == ([], 1)
    assert Recipient.objects.get(status="failed").message_sid == unlucky
    assert (Recipient.objects.filter(**read).count(), Message.objects.filter(**read).count()) == (
        PEOPLE - 1,
        PEOPLE - 1,
    )
    assert StatusChange.objects.filter(new="read").count() == PEOPLE - 1


def test_groups_in_opposite_order_do_not_wait_for_each_other(sids, monkeypatch):
    monkeypatch.setattr("waproject.core.db.retry.ATTEMPTS", 1)
    delivered = [StatusReport(one, "delivered") for one in sids]
    read = [StatusReport(one, "read") for one in reversed(sids)]

    raised = all_at_once([partial(apply_together, delivered), partial(apply_together, read)] * 4)

    assert raised == []
    assert set(Recipient.objects.values_list("status", flat=True)) == {"read"}


def test_report_that_waited_for_a_later_one_moves_nothing_back(sids):
    """Its statement began before the other's commit, and yet goes by what that left."""
    report = StatusReport(sids[0], "delivered")
    late = in_a_thread(partial(all_at_once, [partial(apply_report, report)]))

    with transaction.atomic():
        apply_status(StatusReport(sids[0], "read"))
        late.start()
        wait_until_one_waits()
    late.join()

    recipient = Recipient.objects.get(message_sid=sids[0])
    message = Message.objects.get(message_sid=sids[0])
    assert (recipient.status, message.status) == ("read", "read")
    assert None not in (recipient.delivered_at, message.delivered_at)
    changes = StatusChange.objects.filter(recipient=recipient).exclude(new="sent")
    assert list(changes.values_list("old", "new")) == [("sent", "read")]


def test_early_reports_and_the_workers_batch_do_not_keep_each_other_waiting(campaign, monkeypatch):
    """All deliveries are in both, in opposite order; each is accepted once."""
    monkeypatch.setattr("waproject.core.db.retry.ATTEMPTS", 1)
    made = Contact.objects.bulk_create(Contact(phone=f"+5697{n:07d}") for n in range(PEOPLE))
    Campaign.objects.update(status="active", total_recipients=PEOPLE)
    sent = list(enumerate(recipients(campaign, made)))
    claims = [(Claimed.of(delivery_of(one)), sid(n), timezone.now()) for n, one in sent]
    batch = [Outcome(claim, Accepted(named, "queued", {}), at) for claim, named, at in claims]
    reports = [StatusReport(sid(n), "delivered", token=one.token) for n, one in reversed(sent)]

    raised = all_at_once(
        [partial(settle, campaign.sender, batch), *[partial(apply_report, one) for one in reports]]
    )

    assert (raised, Delivery.objects.count(), KeptStatus.objects.count()) == ([], 0, 0)
    assert Message.objects.filter(status="delivered").count() == PEOPLE
    assert Recipient.objects.filter(status="delivered").count() == PEOPLE
    assert Campaign.objects.get().sent_count == PEOPLE
