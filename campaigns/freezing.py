"""Turning an audience into recipients: address, text and first status, as they are at launch."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns import reasons
from campaigns.addressees import Addressee, addressees
from campaigns.audience import Audience
from campaigns.models import Campaign, Recipient
from campaigns.moves import record_first_states
from campaigns.sending.calendar import Calendar
from campaigns.states import RecipientStatus
from contacts.bulk_insert import blank_row, driver_moment, insert_rows, refresh_statistics
from messaging.models import new_tokens

# Columns that may be null and that each recipient sets for itself.
_VARYING = ("vehicle_id", "variables", "not_before", "skipped_at")


@dataclass(frozen=True, slots=True)
class Frozen:
    """How many recipients a launch made, and how many of them are to be written to."""

    total: int
    pending: int


def freeze_recipients(
    campaign: Campaign,
    *,
    now: datetime,
    watch: Callable[[list[Addressee]], object] | None = None,
) -> Frozen:
    """Make a recipient of everyone in the campaign's audience, in the caller's transaction.

    Whoever cannot be written to (opted out, invalid, held, a variable missing, a text too long, no
    sending hour before the end) becomes a skipped recipient that says why. Whoever is outside their
    hours waits for the next opening. `watch` sees everyone, in batches.
    """
    freezer = _Freezer(campaign, now)
    total = 0
    for people in addressees(campaign, Audience.from_json(campaign.audience)):
        rows = map(freezer.row, people, new_tokens(len(people)))
        insert_rows(Recipient, freezer.fields, list(rows))
        total += len(people)
        if watch:
            watch(people)
    skipped = campaign.recipients.filter(status=RecipientStatus.SKIPPED)
    recorded = record_first_states(skipped, at=now)
    refresh_statistics(Recipient)
    return Frozen(total, total - recorded)


class _Freezer:
    """What every row of one launch shares."""

    def __init__(self, campaign: Campaign, now: datetime) -> None:
        self.now = now
        self.skipped_at = driver_moment(now)
        self.calendar = Calendar(campaign, now)
        self.blank = blank_row(Recipient, _VARYING, campaign_id=campaign.pk, created_at=now)
        self.fields = [str(Recipient._meta.get_field(name).name) for name in self.blank]

    def row(self, one: Addressee, token: str) -> tuple[Any, ...]:
        """The row of one person, in the order of `fields`."""
        turn = self.calendar.turn(one.time_zone)
        reason = _why_skipped(one, turn)
        waits = turn if turn != self.now and not reason else None
        own = {
            "contact_id": one.contact.pk,
            "vehicle_id": one.vehicle.pk if one.vehicle else None,
            "phone": one.address,
            "body": one.rendered.text,
            "time_zone": one.time_zone,
            "variables": json.dumps(one.rendered.variables),
            "not_before": driver_moment(waits) if waits else None,
            "status": (RecipientStatus.SKIPPED if reason else RecipientStatus.PENDING).value,
            "reason": reason,
            "skipped_at": self.skipped_at if reason else None,
            "token": token,
        }
        return tuple((self.blank | own).values())


def _why_skipped(one: Addressee, turn: datetime | None) -> str:
    """Why a person is not written to, in words; empty when they are."""
    if one.barred:
        return reasons.words(one.barred)
    if one.rendered.missing:
        return reasons.words(reasons.MISSING, names=", ".join(one.rendered.missing))
    if one.too_long:
        return reasons.words(reasons.TOO_LONG)
    return reasons.words(reasons.ENDED) if turn is None else ""
