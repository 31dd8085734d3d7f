"""Turning people into recipients: address, text and first status, as they are at launch."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from messaging.delivery import reasons
from campaigns.launch.people import Addressee
from campaigns.models import Campaign, Recipient
from messaging.delivery.send_windows import Calendar
from campaigns.states import RecipientStatus
from campaigns.transitions import record_first_states
from messaging.models import new_tokens
from waproject.core.db.bulk_insert import blank_row, driver_moment, insert_rows
from waproject.core.db.bulk_lookup import each

# Columns that may be null and that each recipient sets for itself.
_VARYING = ("vehicle_id", "variables", "not_before", "skipped_at")


class Freezer:
    """Makes recipients of one campaign, at one moment. Holds what all their rows share.

    Whoever cannot be written to (opted out, invalid, held, a variable missing, a text too long, no
    sending hour before the end) becomes a skipped recipient that says why. Whoever is outside their
    hours waits for the next opening.
    """

    def __init__(self, campaign: Campaign, now: datetime) -> None:
        self.campaign = campaign
        self.now = now
        self.skipped_at = driver_moment(now)
        self.calendar = Calendar(campaign, now)
        self.blank = blank_row(Recipient, _VARYING, campaign_id=campaign.pk, created_at=now)
        self.fields = [str(Recipient._meta.get_field(name).name) for name in self.blank]

    def rows(self, people: Sequence[Addressee]) -> list[dict[str, Any]]:
        """Their rows by column, as the driver takes them. Needs no transaction: nothing is read."""
        return list(map(self._row, people, new_tokens(len(people))))

    def write(self, rows: Sequence[dict[str, Any]]) -> int:
        """Write rows, in the caller's transaction; return how many are to be written to."""
        insert_rows(Recipient, self.fields, [tuple(row.values()) for row in rows])
        skipped = [row["contact_id"] for row in rows if row["status"] == RecipientStatus.SKIPPED]
        if skipped:
            made = self.campaign.recipients.filter(contact__in=each(int, skipped))
            record_first_states(made, at=self.now)
        return len(rows) - len(skipped)

    def _row(self, one: Addressee, token: str) -> dict[str, Any]:
        """The row of one person, its columns in the order of `fields`."""
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
        return self.blank | own


def _why_skipped(one: Addressee, turn: datetime | None) -> str:
    """Why a person is not written to, in words; empty when they are."""
    if one.barred:
        return reasons.words(one.barred)
    if one.rendered.missing:
        return reasons.words(reasons.MISSING, names=", ".join(one.rendered.missing))
    if one.too_long:
        return reasons.words(reasons.TOO_LONG)
    return reasons.words(reasons.ENDED) if turn is None else ""
