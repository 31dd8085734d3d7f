"""Three ledgers held against each other: the provider's journal, Recipient rows, Message rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.models.querysets import RecipientQuerySet
from campaigns.states import OPEN, CampaignStatus, RecipientStatus
from messaging.models import Message
from waproject.lab.demo.proof import Entry, problems_of_all, token_of

# What the provider's word for a message should have become; `delivered` and `read` count as one,
# since nobody asks about a message that is known to have arrived.
_ARRIVED: set[str] = {
    RecipientStatus.DELIVERED,
    RecipientStatus.READ,
    RecipientStatus.REPLIED,
    RecipientStatus.CLOSED,
}
EXPECTED: dict[str, set[str]] = {
    "delivered": _ARRIVED,
    "read": _ARRIVED,
    "failed": {RecipientStatus.FAILED},
    "undelivered": {RecipientStatus.UNDELIVERED},
}
# So many ids are named in one sentence.
NAMED = 10


@dataclass(frozen=True)
class Totals:
    """One campaign in the three ledgers. `missing` are people whom nothing accounts for."""

    campaign: Campaign
    people: int
    accepted: int
    sent: int
    logged: int
    twice: int
    skipped: int
    missing: int
    open: int


def totals_of(campaign: Campaign, journal: Sequence[Entry]) -> Totals:
    """The campaign's numbers, each counted in its own ledger."""
    written = _written(campaign, journal)
    rows = Recipient.objects.filter(campaign=campaign).aggregate(
        people=Count("pk"),
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        skipped=Count("pk", filter=Q(status=RecipientStatus.SKIPPED)),
        open=Count("pk", filter=Q(status__in=OPEN)),
    )
    return Totals(
        campaign=campaign,
        people=rows["people"],
        accepted=written.total(),
        sent=rows["sent"],
        logged=Message.objects.outbound().of_campaign(campaign.pk).count(),
        twice=sum(times > 1 for times in written.values()),
        skipped=rows["skipped"],
        missing=len(_lost(campaign, written)),
        open=rows["open"],
    )


def differences(
    campaigns: Sequence[Campaign], journal: Sequence[Entry], statuses: Mapping[str, str]
) -> list[str]:
    """A sentence for each thing that does not hold; `statuses` are the provider's, by sid."""
    found: list[str] = []
    for campaign in campaigns:
        written = _written(campaign, journal)
        found += _sentences(_of_campaign(campaign, written, statuses))
    return [*found, *problems_of_all([one.pk for one in campaigns], journal)]


def _written(campaign: Campaign, journal: Sequence[Entry]) -> Counter[int]:
    """How often the provider accepted a message to each recipient of the campaign, by id."""
    ids = dict(Recipient.objects.filter(campaign=campaign).values_list("token", "pk"))
    tokens = (token_of(entry) for entry in journal if entry["kind"] == "api")
    return Counter(ids[token] for token in tokens if token in ids)


def _lost(campaign: Campaign, written: Counter[int]) -> list[int]:
    """Recipients who got nothing, and whom neither an opt-out nor a cancellation explains."""
    rows = Recipient.objects.filter(campaign=campaign).exclude(status=RecipientStatus.SKIPPED)
    return sorted(set(rows.values_list("pk", flat=True)) - set(written))


def _of_campaign(
    campaign: Campaign, written: Counter[int], statuses: Mapping[str, str]
) -> Iterator[tuple[str, list[int]]]:
    """Sentences, each with the ids it is about: none when the sentence does not apply."""
    rows = Recipient.objects.filter(campaign=campaign)
    yield (
        _("Recipients written to twice: %(ids)s."),
        sorted(pk for pk, times in written.items() if times > 1),
    )
    yield _("Recipients neither written to nor skipped: %(ids)s."), _lost(campaign, written)
    yield (
        _("Recipients skipped, and written to all the same: %(ids)s."),
        _ids(rows.filter(status=RecipientStatus.SKIPPED, pk__in=written)),
    )
    yield _("Recipients whose outcome is open: %(ids)s."), _ids(rows.filter(status__in=OPEN))
    yield (
        _("Recipients sent, and without a final status: %(ids)s."),
        _ids(rows.filter(status=RecipientStatus.SENT)),
    )
    sent = rows.filter(message_sid__isnull=False).values_list("pk", "message_sid", "status")
    yield (
        _("Recipients in another state than the provider has them: %(ids)s."),
        [
            pk
            for pk, sid, status in sent
            if status not in EXPECTED.get(statuses.get(sid or "", ""), {status})
        ],
    )
    logged = Message.objects.outbound().of_campaign(campaign.pk)
    sids = set(logged.values_list("message_sid", flat=True))
    yield (
        _("Recipients sent, and not in the log of messages: %(ids)s."),
        [pk for pk, sid, _s in sent if sid not in sids],
    )
    ended = {CampaignStatus.COMPLETED, CampaignStatus.CANCELLED}
    if Campaign.objects.get(pk=campaign.pk).status not in ended:
        yield _("Campaigns that did not end: %(ids)s."), [campaign.pk]


def _ids(rows: RecipientQuerySet) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _sentences(found: Iterator[tuple[str, list[int]]]) -> Iterator[str]:
    for sentence, ids in found:
        if ids:
            more = f", … ({len(ids)})" if len(ids) > NAMED else ""
            yield sentence % {"ids": ", ".join(map(str, ids[:NAMED])) + more}
