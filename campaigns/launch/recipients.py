"""Turning people into recipients: address, text and first status, as they are at launch."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaigns.launch.people import Addressee
from campaigns.models import Campaign, Recipient
from campaigns.sending.streams import due_by_zone, enqueue_recipients, follow_campaign, stream_of
from campaigns.states import RecipientStatus
from campaigns.transitions import record_first_states
from messaging.delivery.reasons import NO_REASON, NotSent, Why, why
from messaging.delivery.timing.send_windows import Calendar
from messaging.models import new_tokens
from waproject.core.db.bulk_insert import blank_row, driver_moment, insert_rows
from waproject.core.db.bulk_lookup import Among, each

# Columns that may be null and that each recipient sets for itself.
_VARYING = ("vehicle_id", "variables", "reason_details", "skipped_at")


class Freezer:
    """Makes recipients of one campaign, at one moment. Holds what all their rows share.

    A person who cannot be written to (opted out, invalid, held, a variable missing, a text too
    long, no sending hour before the end) becomes a skipped recipient with the reason. A person
    outside their hours waits for the next opening.
    """

    def __init__(self, campaign: Campaign, now: datetime) -> None:
        self.campaign = campaign
        self.now = now
        self.skipped_at = driver_moment(now)
        self.calendar = Calendar(campaign, now)
        # By time zone: when people who are outside their hours now may be written to.
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
        if not rows:
            return 0
        insert_rows(Recipient, self.fields, [tuple(row.values()) for row in rows])
        skipped = [row["contact_id"] for row in rows if row["status"] == RecipientStatus.SKIPPED]
        if skipped:
            made = self.campaign.recipients.filter(contact__in=each(int, skipped))
            record_first_states(made, at=self.now)
        self._enqueue([row["contact_id"] for row in rows])
        return len(rows) - len(skipped)

    def _enqueue(self, contacts: Sequence[int]) -> None:
        """Queue the deliveries of the pending ones among these contacts; ids in ascending order.

        Somebody between them may be a recipient already: a recipient was joined with them.
        """
        pending = self.campaign.recipients.filter(
            Among("contact", int, contacts),
            status=RecipientStatus.PENDING,
            # Says nothing new: by a range the database finds the rows of a chunk quickly.
            contact__gte=contacts[0],
            contact__lte=contacts[-1],
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
            "reason": reason.code,
            "reason_details": json.dumps(reason.details) if reason else "{}",
            "skipped_at": self.skipped_at if reason else None,
            "token": token,
        }
        return self.blank | own


def _why_skipped(one: Addressee, turn: datetime | None) -> Why:
    """Why a person is not written to; false when they are."""
    ended = why(NotSent.ENDED) if turn is None else NO_REASON
    return one.hindrance or ended
