"""Turning people into recipients: address, text and first status, as they are at launch."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaigns.launch.people import Addressee
from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from campaigns.streams import due_by_zone, enqueue_recipients, follow_campaign, stream_of
from campaigns.transitions import record_first_states
from messaging.delivery import reasons
from messaging.delivery.send_windows import Calendar
from messaging.models import new_tokens
from waproject.core.db.bulk_insert import blank_row, driver_moment, insert_rows
from waproject.core.db.bulk_lookup import each

# Columns that may be null and that each recipient sets for itself.
_VARYING = ("vehicle_id", "variables", "skipped_at")


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
        # When those may be written to first who are outside their hours now, by their zones.
        self.turns: dict[str, datetime] = {}
        self.blank = blank_row(Recipient, _VARYING, campaign_id=campaign.pk, created_at=now)
        self.fields = [str(Recipient._meta.get_field(name).name) for name in self.blank]

    def rows(self, people: Sequence[Addressee]) -> list[dict[str, Any]]:
        """Their rows by column, as the driver takes them. Needs no transaction: nothing is read."""
        return list(map(self._row, people, new_tokens(len(people))))

    def write(self, rows: Sequence[dict[str, Any]]) -> int:
        """Write rows and queue their deliveries, in the caller's transaction.

        Returns how many are to be written to. Nothing leaves yet: the stream is not open.
        """
        insert_rows(Recipient, self.fields, [tuple(row.values()) for row in rows])
        skipped = [row["contact_id"] for row in rows if row["status"] == RecipientStatus.SKIPPED]
        if skipped:
            made = self.campaign.recipients.filter(contact__in=each(int, skipped))
            record_first_states(made, at=self.now)
        self._enqueue([row["contact_id"] for row in rows])
        return len(rows) - len(skipped)

    def _enqueue(self, contacts: Sequence[int]) -> None:
        """Queue the deliveries of those who are pending; ids in order, as they were read."""
        if not contacts:
            return
        pending = self.campaign.recipients.filter(
            status=RecipientStatus.PENDING, contact__gte=contacts[0], contact__lte=contacts[-1]
        )
        campaign = Campaign.objects.select_related("sender").get(pk=self.campaign.pk)
        stream = stream_of(campaign.pk) or follow_campaign(campaign.pk)
        due_at = due_by_zone(self.turns, self.now)
        enqueue_recipients(campaign, stream, pending, due_at=due_at)

    def _row(self, one: Addressee, token: str) -> dict[str, Any]:
        """The row of one person, its columns in the order of `fields`."""
        turn = self.calendar.turn(one.time_zone)
        reason = _why_skipped(one, turn)
        if turn and turn != self.now:
            self.turns[one.time_zone] = turn
        own = {
            "contact_id": one.contact.pk,
            "vehicle_id": one.vehicle.pk if one.vehicle else None,
            "phone": one.address,
            "body": one.rendered.text,
            "time_zone": one.time_zone,
            "variables": json.dumps(one.rendered.variables),
            "status": (RecipientStatus.SKIPPED if reason else RecipientStatus.PENDING).value,
            "reason": reason,
            "skipped_at": self.skipped_at if reason else None,
            "token": token,
        }
        return self.blank | own


def _why_skipped(one: Addressee, turn: datetime | None) -> str:
    """Why a person is not written to, in words; empty when they are."""
    if one.barrier:
        return reasons.words(one.barrier.label)
    if one.rendered.missing:
        return reasons.words(reasons.MISSING, names=", ".join(one.rendered.missing))
    if one.too_long:
        return reasons.words(reasons.TOO_LONG)
    return reasons.words(reasons.ENDED) if turn is None else ""
