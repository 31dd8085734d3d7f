"""Campaigns that are over: their recipients and messages are copies of a few, with other people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from campaigns.tracking.funnel import REACHED
from contacts.models import Contact
from messaging.delivery.reasons import NotSent
from messaging.models import Message
from messaging.states import Direction, MessageStatus
from waproject.lab.bench.filling.rows import copy_rows

CAMPAIGNS = 30
_S = RecipientStatus
# What became of twenty recipients, one after the other; all others are copies of these.
OUTCOMES = (
    *[_S.READ] * 8,
    *[_S.DELIVERED] * 5,
    *[_S.REPLIED] * 2,
    _S.SENT,
    *[_S.FAILED] * 2,
    _S.UNDELIVERED,
    _S.SKIPPED,
)
FEW = len(OUTCOMES)
# Of a campaign's recipients each is so many people further than the one before: all are different
# while a campaign has no more than a third of the people.
STEP = 3
FIRST_RECIPIENT = 1_000_000
# The answer to a message has its id and so much more.
REPLIES_FROM = 1_000_000
_ERROR = {_S.FAILED: "63024", _S.UNDELIVERED: "63016"}
_TEXT = "Hola Camila, ¿sigues con tu Toyota Yaris 2018? Responde INFO para saber más."
_ANSWERS = ("Sí, me interesa", "¿Cuánto me darían por él?")


def make_finished_campaigns(
    like: Campaign, recipients: int, first_person: int, people: int
) -> None:
    """So many recipients in CAMPAIGNS campaigns, one on each of the last days."""
    each = max(1, recipients // CAMPAIGNS // FEW) * FEW
    now = timezone.now()
    for number in range(CAMPAIGNS):
        at = now - timedelta(days=CAMPAIGNS - number)
        campaign = _campaign(like, number, each, at)
        first = FIRST_RECIPIENT + number * each
        _Sent(campaign, first, at, first_person, people, number).write(each // FEW - 1)


def _campaign(like: Campaign, number: int, recipients: int, at: datetime) -> Campaign:
    campaign = Campaign.objects.create(
        name=f"Renovación {number + 1}",
        tag=f"ola {number % 5}",
        sender=like.sender,
        template=like.template,
        template_version=like.template.in_use if like.template else None,
        audience=like.audience,
        status=CampaignStatus.COMPLETED,
        total_recipients=recipients,
        sent_count=recipients // FEW * (FEW - 1),
        started_at=at,
        completed_at=at + timedelta(hours=2),
    )
    Campaign.objects.filter(pk=campaign.pk).update(created_at=at)
    return campaign


class _Sent:
    """Writes the recipients of one campaign, the moves of each, and their messages."""

    def __init__(
        self,
        campaign: Campaign,
        first: int,
        at: datetime,
        first_person: int,
        people: int,
        number: int,
    ) -> None:
        self._campaign, self._first, self._at = campaign, first, at
        self._first_person, self._people, self._shift = first_person, people, number

    def write(self, times: int) -> None:
        """The few, and `times` copies of them."""
        ids = [self._first + place for place in range(FEW)]
        persons = [
            self._first_person + (place * STEP + self._shift) % self._people for place in range(FEW)
        ]
        phones = dict(Contact.objects.filter(pk__in=persons).values_list("pk", "phone"))
        rows = [
            self._recipient(pk, person, phones[person] or "", status)
            for pk, person, status in zip(ids, persons, OUTCOMES, strict=True)
        ]
        Recipient.objects.bulk_create(rows)
        StatusChange.objects.bulk_create(
            StatusChange(
                pk=one.pk, recipient=one, new=one.status, at=self._at, source=StatusSource.WEBHOOK
            )
            for one in rows
        )
        Message.objects.bulk_create(one for row in rows for one in self._messages(row))
        self._copy(ids, times)

    def _copy(self, ids: list[int], times: int) -> None:
        changed = self._changed(0)
        copy_rows(Recipient, ids, times, changed)
        copy_rows(StatusChange, ids, times, {"id": changed["id"], "recipient_id": changed["id"]})
        copy_rows(Message, ids, times, {**changed, "conversation_id": changed["contact_id"]})
        changed = self._changed(REPLIES_FROM)
        replies = [REPLIES_FROM + pk for pk in ids]
        copy_rows(Message, replies, times, {**changed, "conversation_id": changed["contact_id"]})

    def _changed(self, above: int) -> dict[str, str]:
        """What is different in each copy; ids of `original` are so far above the recipient's."""
        place = f"(original.id - {self._first + above} + {FEW} * n)"
        person = f"({place} * {STEP} + {self._shift}) % {self._people}"
        pk = f"original.id + {FEW} * n"
        return {
            "id": pk,
            "contact_id": f"{self._first_person} + {person}",
            "phone": f"'+569' || CAST(70000000 + {person} AS varchar)",
            "token": f"'copy' || CAST({pk} AS varchar)",
            "message_sid": f"CASE WHEN original.message_sid IS NULL THEN NULL"
            f" ELSE 'SM' || CAST({pk} AS varchar) END",
        }

    def _recipient(self, pk: int, person: int, phone: str, status: str) -> Recipient:
        shared = {
            "pk": pk,
            "campaign": self._campaign,
            "contact_id": person,
            "phone": phone,
            "body": _TEXT,
            "variables": {"1": "Camila"},
            "status": status,
            "token": f"copy{pk}",
        }
        if status == _S.SKIPPED:
            return Recipient(**shared, reason=NotSent.CAPPED, skipped_at=self._at)
        return Recipient(
            **shared,
            **self._times(status),
            message_sid=f"SM{pk}",
            attempts=1,
            error_code=_ERROR.get(status),  # type: ignore[call-overload]
            replied_at=self._replied_at if status == _S.REPLIED else None,
        )

    @property
    def _replied_at(self) -> datetime:
        return self._at + timedelta(hours=1)

    def _times(self, status: str) -> dict[str, datetime | None]:
        arrived, read = status in REACHED["delivered"], status in REACHED["read"]
        return {
            "sent_at": self._at,
            "delivered_at": self._at + timedelta(seconds=5) if arrived else None,
            "read_at": self._at + timedelta(minutes=9) if read else None,
            "failed_at": self._at + timedelta(seconds=5) if status in _ERROR else None,
        }

    def _messages(self, row: Recipient) -> Iterator[Message]:
        """The message to a recipient, and their answer."""
        if row.message_sid is None:
            return
        theirs = {
            "contact_id": row.contact_id,
            "conversation_id": row.contact_id,
            "account": self._campaign.sender.account,
        }
        yield Message(
            pk=row.pk,
            **theirs,
            phone=row.phone,
            body=row.body,
            campaign_id=self._campaign.pk,
            template_version=self._campaign.template_version,
            direction=Direction.OUTBOUND,
            type="template",
            message_sid=row.message_sid,
            token=row.token,
            status=MessageStatus.READ if row.status == _S.REPLIED else row.status,
            error_code=row.error_code,
            created_at=self._at,
            **self._times(row.status),
        )
        if row.status == _S.REPLIED:
            yield Message(
                pk=REPLIES_FROM + row.pk,
                **theirs,
                phone=row.phone,
                body=_ANSWERS[row.pk % len(_ANSWERS)],
                campaign_id=self._campaign.pk,
                direction=Direction.INBOUND,
                message_sid=f"SM{REPLIES_FROM + row.pk}",
                token=f"copy{REPLIES_FROM + row.pk}",
                status=MessageStatus.RECEIVED,
                created_at=self._replied_at,
            )
