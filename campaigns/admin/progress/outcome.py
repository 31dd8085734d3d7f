"""What became of a campaign's messages: why some did not arrive, when they left, what was answered.

By the indexes that begin with the campaign. A page asks for it once it is there.
"""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse

from campaigns.admin.progress.panel import recipients_url
from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from campaigns.summaries.campaigns import recent
from campaigns.tracking.funnel import REACHED
from contacts.permissions import may_see_people, said_address, shown_text
from messaging.models import Message
from messaging.states import Direction
from waproject.core.db.expressions import PartOfTime
from waproject.core.db.lately import Lately
from waproject.core.stretches import (
    STEPS,
    begin_of,
    kind_for,
    short_label,
    stretches,
    title_of,
)

_S = RecipientStatus
ANSWERS = 5
# A chart has so many bars at most; it leaves room for so many, and names so many of them.
BARS = 48
FEWEST = 8
LABELS = 10
# The database counts by parts of so many seconds: each stretch, of any zone, begins with one.
PART = int(STEPS["minute"].total_seconds())


@dataclass(frozen=True)
class Cause:
    """So many people did not get the message for this reason."""

    number: int
    words: str
    status: str
    url: str


@dataclass(frozen=True)
class Bar:
    """A stretch of time: its number in the picture of 100 by 100, and how high each amount is."""

    title: str
    label: str
    sent: int
    replied: int
    left: float
    width: float
    sent_height: float
    replied_height: float

    @property
    def sent_x(self) -> float:
        return round(self.left + self.width * 0.15, 2)

    @property
    def sent_width(self) -> float:
        return round(self.width * 0.45, 2)

    @property
    def wide(self) -> float:
        """The width where nothing stands beside it."""
        return round(self.width * 0.7, 2)

    @property
    def sent_top(self) -> float:
        return round(100 - self.sent_height, 1)

    @property
    def replied_x(self) -> float:
        return round(self.left + self.width * 0.65, 2)

    @property
    def replied_width(self) -> float:
        return round(self.width * 0.2, 2)

    @property
    def replied_top(self) -> float:
        return round(100 - self.replied_height, 1)


@dataclass(frozen=True)
class Curve:
    """How many messages left, and how many people replied, from stretch to stretch."""

    bars: list[Bar]
    highest: int

    @property
    def room(self) -> range:
        """The places that stay empty beside a few bars."""
        return range(FEWEST - len(self.bars))


@dataclass(frozen=True)
class Answer:
    person: str
    text: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Counts:
    """What was counted of a campaign: people by cause, and what happened in each part of time."""

    causes: list[dict[str, Any]]
    sent: dict[int, int]
    replied: dict[int, int]


def counts(campaign: Campaign) -> Lately[Counts]:
    """Three queries. Of a large campaign they are a minute old at most."""
    return recent(campaign, "outcome", lambda: _counts(campaign))


def _counts(campaign: Campaign) -> Counts:
    rows = Recipient.objects.filter(campaign=campaign.pk).order_by()
    failed = rows.filter(status__in=[_S.FAILED, _S.UNDELIVERED, _S.SKIPPED])
    by_cause = failed.values("status", "reason", "error_code")
    return Counts(
        list(by_cause.annotate(people=Count("pk"), example=Min("pk"))),
        _by_part(rows, "sent_at"),
        # Whoever replied is in one of these: an index finds them.
        _by_part(rows.filter(status__in=REACHED["replied"]), "replied_at"),
    )


def _by_part(rows: Any, field: str) -> dict[int, int]:
    """How many moments of a column fall into each part of time, by its number."""
    parts = rows.filter(**{f"{field}__isnull": False}).annotate(part=PartOfTime(field, PART))
    return dict(parts.values_list("part").annotate(people=Count("pk")))


def causes(counted: Counts) -> list[Cause]:
    """Why people did not get the message, the most frequent first."""
    found = sorted(counted.causes, key=lambda row: -row["people"])
    examples = Recipient.objects.in_bulk([row["example"] for row in found])
    return [
        Cause(
            row["people"],
            _words(examples[row["example"]]),
            str(RecipientStatus(row["status"]).label),
            recipients_url(examples[row["example"]].campaign_id, **_filters(row)),
        )
        for row in found
        if row["example"] in examples
    ]


def _words(recipient: Recipient) -> str:
    return recipient.why or shown_text(recipient.error_message) or recipient.get_status_display()


def _filters(row: dict[str, Any]) -> dict[str, str]:
    filters = {"status__exact": row["status"]}
    if row["error_code"]:
        return {**filters, "error_code__exact": row["error_code"]}
    return {**filters, "reason__exact": row["reason"]} if row["reason"] else filters


def curve(counted: Counts) -> Curve | None:
    """When messages left and replies came; None while nothing has left."""
    if not counted.sent:
        return None
    first, last = min(counted.sent), max([*counted.sent, *counted.replied])
    kind = kind_for(timedelta(seconds=(last - first) * PART), BARS)
    shown = list(stretches(_moment(first), _moment(last), kind))[:BARS]
    return drawn(shown, _counted(counted.sent, kind), _counted(counted.replied, kind), kind)


def _counted(parts: dict[int, int], kind: str) -> Counter[datetime]:
    """How much is in each stretch, by its beginning."""
    found: Counter[datetime] = Counter()
    for part, people in parts.items():
        found[begin_of(_moment(part), kind)] += people
    return found


def _moment(part: int) -> datetime:
    return datetime.fromtimestamp(part * PART, UTC)


def drawn(
    shown: list[datetime], sent: Counter[datetime], replied: Counter[datetime], kind: str
) -> Curve:
    """The bars of these stretches of time, with how much was sent and replied in each."""
    highest = max(max(sent[at], replied[at]) for at in shown) or 1
    width = 100 / max(len(shown), FEWEST)
    every = math.ceil(len(shown) / LABELS)
    return Curve(
        [
            Bar(
                title_of(at, kind),
                short_label(at, kind) if place % every == 0 else "",
                sent[at],
                replied[at],
                round(place * width, 2),
                round(width, 2),
                round(100 * sent[at] / highest, 1),
                round(100 * replied[at] / highest, 1),
            )
            for place, at in enumerate(shown)
        ],
        highest,
    )


def answers(campaign: Campaign, user: Any, most: int = ANSWERS) -> list[Answer]:
    """What people answered to the campaign, the latest first, for who may read it."""
    if not (may_see_people(user) and user.has_perm("messaging.view_conversation")):
        return []
    if not campaign.recipients.filter(status__in=REACHED["replied"]).exists():
        return []
    rows = Message.objects.filter(campaign_id=campaign.pk, direction=Direction.INBOUND)
    rows = rows.select_related("conversation__contact").order_by("-pk")[:most]
    return [_answer(row) for row in rows if row.conversation_id]


def _answer(message: Message) -> Answer:
    conversation = message.conversation
    person = conversation.contact
    return Answer(
        person.name or said_address(person.phone) or str(person.pk),
        shown_text(message.body) or message.type_in_words,
        message.created_at,
        reverse("admin:inbox", query={"talk": conversation.pk}),
    )
