"""Reports that come before the provider's answer was written down.

Such a report proves that the provider accepted the message, so the delivery is accepted by it.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.models import Delivery, DeliveryQuerySet
from messaging.delivery.settling.error_actions import lock_people
from messaging.delivery.settling.settlement import record_accepted
from messaging.delivery.sources import WEBHOOK
from messaging.states import ENDS
from messaging.statuses.accounts import is_of_another
from messaging.statuses.reports import StatusReport
from waproject.core.db.bulk_lookup import Among
from waproject.core.db.retry import persistently


def accept_together(reports: Sequence[StatusReport]) -> bool:
    """Accept the deliveries whose messages go forward; return whether there were any.

    All in one transaction. One by one they would queue for the row of their campaign, each with a
    delivery in hand for which the worker's next batch has to wait. Failures are left for
    `accept_alone`: they may change the person, who is locked first. So is what another account
    reports.
    """
    # Of several reports of one message the first counts.
    early = {one.token: one for one in reversed(reports) if one.token and one.status not in ENDS}
    return bool(early) and _accept(early)


@persistently
@transaction.atomic(durable=True)
def _accept(by_token: Mapping[str, StatusReport]) -> bool:
    waiting = _rows().filter(Among("token", str, by_token)).order_by("pk")
    pairs = [(row, by_token[row.token]) for row in waiting]
    accepted = [
        (Claimed.of(row), one.sid, one.at)
        for row, one in pairs
        if not is_of_another(one, row.stream.sender.account_id)
    ]
    if accepted:
        record_accepted(accepted, origin=WEBHOOK)
    return bool(accepted)


def accept_alone(report: StatusReport) -> None:
    """Accept the delivery whose message this is, if there is one, in the caller's transaction."""
    row = _rows().filter(token=report.token).first() if report.token else None
    if row is None:
        return
    # First, as everywhere: a failure that is reported may change the person too.
    lock_people([(row.contact_id, row.address)])
    record_accepted([(Claimed.of(row), report.sid, report.at)], origin=WEBHOOK)


def _rows() -> DeliveryQuerySet:
    return Delivery.objects.select_related("stream__sender", "template_version")
