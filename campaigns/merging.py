"""Recipients, when two contacts turn out to be one person (CONTACT_MERGERS)."""

from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus, RecipientStatus
from campaigns.summaries.models import CampaignSummary
from campaigns.transitions import record_merged
from contacts.merging import Merge
from messaging.delivery.queue import withdraw
from optouts.models import Change, ConsentEvent

# Of two recipients of one campaign the one that got furthest stays. One whose message did not
# arrive goes before one that is still to be written to.
_FURTHEST = [
    *(RecipientStatus.CLOSED, RecipientStatus.REPLIED, RecipientStatus.READ),
    *(RecipientStatus.DELIVERED, RecipientStatus.SENT, RecipientStatus.PENDING),
    *(RecipientStatus.UNDELIVERED, RecipientStatus.FAILED, RecipientStatus.SKIPPED),
]


def move_recipients(moving: Merge) -> dict[str, int]:
    """Give the one that stays all recipients; two of one campaign become the one further on.

    The deliveries of pending recipients were moved before (messaging.delivery.merging).
    """
    both = Recipient.objects.filter(contact__in=[moving.kept, moving.gone])
    rows = list(both.order_by("pk").select_for_update(of=("self",)))
    for gone, kept in moving.vehicles.items():
        Recipient.objects.filter(vehicle=gone).update(vehicle=kept)
    moved = sum(one.contact_id == moving.gone.pk for one in rows)
    for dropped, stays in _clashes(rows):
        _drop(dropped, stays)
    Recipient.objects.filter(contact=moving.gone).update(contact=moving.kept)
    _count_opt_outs_again(moving)
    _rename_in_audiences(moving)
    return {str(Recipient._meta.verbose_name_plural): moved}


def _clashes(rows: Iterable[Recipient]) -> list[tuple[Recipient, Recipient]]:
    """Of each campaign that has both: the recipient that goes, and the one that stays."""
    first: dict[int, Recipient] = {}
    clashes = []
    for one in rows:
        other = first.setdefault(one.campaign_id, one)
        if other is not one:
            stays, dropped = sorted((other, one), key=_place)
            clashes.append((dropped, stays))
    return clashes


def _place(one: Recipient) -> int:
    return _FURTHEST.index(RecipientStatus(one.status))


def _drop(dropped: Recipient, stays: Recipient) -> None:
    """Delete a recipient; the history of the other keeps what became of it."""
    record_merged(dropped, stays, at=timezone.now())
    was_sent = int(dropped.sent_at is not None)
    Campaign.objects.filter(pk=dropped.campaign_id).update(
        total_recipients=F("total_recipients") - 1, sent_count=F("sent_count") - was_sent
    )
    withdraw([dropped.token])
    dropped.delete()


def _count_opt_outs_again(moving: Merge) -> None:
    """An opt-out of either is from now on one of all their campaigns that wrote within a week."""
    people = [moving.kept, moving.gone]
    if ConsentEvent.objects.filter(contact__in=people, change=Change.OUT).exists():
        campaigns = Recipient.objects.filter(contact=moving.kept).values("campaign")
        CampaignSummary.objects.filter(campaign__in=campaigns).delete()


def _rename_in_audiences(moving: Merge) -> None:
    """Campaigns yet to be launched that name the person one by one name the one that stays."""
    waiting = Campaign.objects.filter(
        status__in=[CampaignStatus.DRAFT, CampaignStatus.SCHEDULED],
        audience__has_key="contact_ids",
    )
    for campaign in waiting.select_for_update(of=("self",)).order_by("pk"):
        named = campaign.audience["contact_ids"]
        if moving.gone.pk in named:
            ids = [moving.kept.pk if one == moving.gone.pk else one for one in named]
            campaign.audience = {**campaign.audience, "contact_ids": list(dict.fromkeys(ids))}
            campaign.save(update_fields=["audience"])
