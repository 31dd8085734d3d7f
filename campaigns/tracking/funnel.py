"""How far the people of a campaign have come: the one definition that every count uses."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from campaigns.models import Recipient
from campaigns.states import OPEN, RecipientStatus

_S = RecipientStatus

# A reply implies read (receipts may be off), and read implies delivered.
REACHED: dict[str, tuple[str, ...]] = {
    "delivered": (_S.DELIVERED, _S.READ, _S.REPLIED, _S.CLOSED),
    "read": (_S.READ, _S.REPLIED, _S.CLOSED),
    "replied": (_S.REPLIED, _S.CLOSED),
    "closed": (_S.CLOSED,),
}
_ACCEPTED = (_S.SENT, *REACHED["delivered"])
# What the provider accepted counts as sent, even when it failed later.
STAGES: dict[str, Q] = {
    "sent": Q(sent_at__isnull=False),
    **{stage: Q(status__in=statuses) for stage, statuses in REACHED.items()},
}
# Of those to whom it was sent, those who did not get it, or not yet.
NOT_ARRIVED = STAGES["sent"] & ~STAGES["delivered"]


@dataclass(frozen=True)
class Funnel:
    """Counts of one campaign's recipients.

    `sent` to `closed` count all who reached that stage (STAGES); the others count those in that
    status now. `recipients` counts all, the skipped too.
    """

    recipients: int = 0
    pending: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    replied: int = 0
    closed: int = 0
    failed: int = 0
    undelivered: int = 0
    skipped: int = 0

    @property
    def open(self) -> int:
        """People whose outcome is not known yet."""
        return sum(getattr(self, status) for status in OPEN)

    @property
    def settled(self) -> int:
        """People with an outcome: accepted by the provider, failed or skipped."""
        return self.recipients - self.open

    @property
    def unread(self) -> int:
        """People who got the message and did not read it, as far as is known."""
        return self.delivered - self.read

    @property
    def unanswered(self) -> int:
        """People who got the message and did not reply."""
        return self.delivered - self.replied

    @property
    def delivered_rate(self) -> float | None:
        """Delivered in percent of sent; None when nothing was sent."""
        return percent(self.delivered, self.sent)

    @property
    def read_rate(self) -> float | None:
        """Read in percent of sent; None when nothing was sent."""
        return percent(self.read, self.sent)

    @property
    def replied_rate(self) -> float | None:
        """Replied in percent of sent; None when nothing was sent."""
        return percent(self.replied, self.sent)


def percent(part: int, whole: int) -> float | None:
    """`part` in percent of `whole`, with one decimal; None when there is no whole."""
    return round(100 * part / whole, 1) if whole else None


def funnel(campaign_ids: Iterable[int]) -> dict[int, Funnel]:
    """The funnel of each of these campaigns, by id: one grouped query, whatever their number."""
    counts: dict[int, dict[str, int]] = {pk: {} for pk in campaign_ids}
    sent = dict.fromkeys(counts, 0)
    rows = (
        Recipient.objects.filter(campaign__in=counts)
        .order_by()
        .values_list("campaign_id", "status")
        # Where the status tells that it was sent, the index is enough and no row is read.
        .annotate(people=Count("*"), timed=Count("sent_at", filter=~Q(status__in=_ACCEPTED)))
    )
    for pk, status, people, timed in rows:
        counts[pk][status] = people
        sent[pk] += people if status in _ACCEPTED else timed
    return {pk: _funnel(counts[pk], sent[pk]) for pk in counts}


def _funnel(now_in: dict[str, int], sent: int) -> Funnel:
    stages = {
        stage: sum(now_in.get(status, 0) for status in statuses)
        for stage, statuses in REACHED.items()
    }
    current = ("pending", "failed", "undelivered", "skipped")
    return Funnel(
        recipients=sum(now_in.values()),
        sent=sent,
        **stages,
        **{status: now_in.get(status, 0) for status in current},
    )
