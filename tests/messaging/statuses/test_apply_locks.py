"""What status reports lock, and in which order: on PostgreSQL alone.

SQLite lets one transaction write at a time, and there is nothing to lock.
"""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.models import Recipient
from campaigns.tracking.status_listener import follow_statuses
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.settling.reconciliation import resolve
from messaging.delivery.settling.settlement import Outcome, settle
from messaging.models import Delivery, Message, Sender
from messaging.providers.base import Rejected
from messaging.statuses.apply import apply_status, apply_together
from messaging.statuses.reports import StatusReport
from tests.messaging.rivals import free, held_up
from tests.sending import delivery_of, enqueue

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
RECIPIENTS = "campaign_recipients"


@pytest.fixture
def reports(sids) -> list[StatusReport]:
    """Of the last three messages of several; the oldest of the three lies last in its table."""
    oldest, *others = sids[-3:]
    for model in (Recipient, Message):
        model.objects.filter(message_sid=oldest).update(phone="+56971111111")
    return [StatusReport(one, "delivered") for one in [*others, oldest]]


def rows_of(model: type[Recipient] | type[Message], reports: list[StatusReport]) -> list[int]:
    named = model.objects.filter(message_sid__in=[one.sid for one in reports])
    return list(named.order_by("pk").values_list("pk", flat=True))


def test_recipients_are_locked_until_the_end_and_no_others(reports):
    mine = set(rows_of(Recipient, reports))
    everyone = free(RECIPIENTS)
    with transaction.atomic():
        follow_statuses(reports)

        assert free(RECIPIENTS) == everyone - mine
    assert free(RECIPIENTS) == everyone


def test_rows_that_refer_to_locked_recipients_may_be_inserted(reports):
    with transaction.atomic():
        follow_statuses(reports)

        assert set(rows_of(Recipient, reports)) <= free(RECIPIENTS, "KEY SHARE")


@pytest.mark.parametrize("model", [Recipient, Message])
def test_rows_are_locked_in_the_order_of_their_ids(reports, model):
    first, *others = rows_of(model, reports)
    table = model._meta.db_table

    with held_up(partial(apply_together, reports), by=table, row=first):
        assert set(others) <= free(table)


@pytest.mark.parametrize("apply", [apply_together, lambda reports: apply_status(reports[0])])
def test_a_recipient_is_locked_before_its_message(reports, apply):
    [recipient], [message] = rows_of(Recipient, reports[:1]), rows_of(Message, reports[:1])

    with held_up(partial(apply, reports[:1]), by=RECIPIENTS, row=recipient):
        assert message in free("messages")


def failure_of(recipient: Recipient) -> None:
    apply_status(StatusReport(recipient.message_sid, "undelivered", error_code="21211"))


def delivery_after_failure_of(recipient: Recipient) -> None:
    apply_status(StatusReport(recipient.message_sid, "delivered"))


def refusal_of(recipient: Recipient) -> None:
    claimed = Claimed.of(delivery_of(recipient))
    refused = Outcome(claimed, Rejected("21211", "wrong number", 400), timezone.now())
    settle(Sender.objects.select_related("account").get(), [refused])


def reconciliation_of(recipient: Recipient) -> None:
    resolve(delivery_of(recipient), [])


@pytest.mark.parametrize(
    ("work", "status"),
    [
        (failure_of, "sent"),
        (delivery_after_failure_of, "undelivered"),
        (refusal_of, "pending"),
        (reconciliation_of, "pending"),
    ],
)
def test_a_person_is_locked_before_their_recipient(sids, work, status):
    """As inbound messages do, which lock the person and then the recipient they credit."""
    Recipient.objects.filter(message_sid=sids[0]).update(status=status)
    recipient = Recipient.objects.select_related("campaign").get(message_sid=sids[0])
    if status == "pending":
        enqueue(recipient.campaign)
        state = "uncertain" if work is reconciliation_of else "claimed"
        now = timezone.now()
        Delivery.objects.update(state=state, claimed_at=now, lease_until=now)

    with held_up(partial(work, recipient), by="contacts", row=recipient.contact_id):
        assert recipient.pk in free(RECIPIENTS)
