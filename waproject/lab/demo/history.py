"""Weeks of a business that went before the demonstration, written into the database and never sent.

Without them the first page, the reports and the lists would show a single day. Each row is as the
engine leaves it, so that the checks of integrity hold of them as well.
"""

import random
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.audience.filters import Audience
from campaigns.launch.people import Addressee, addressees
from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from contacts.models import Contact, ContactStatus, Vehicle
from messaging.approvals.following import new_template
from messaging.delivery.reasons import NotSent
from messaging.inbound.store import LAST_MESSAGE, LAST_WORDS
from messaging.models import Conversation, Message, Sender, Template
from messaging.states import Direction, MessageStatus
from optouts.models import Change, ConsentEvent, OptOut, Reason, Source
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs.models import Job
from waproject.lab.demo.example import example_sender
from waproject.lab.demo.past import (
    CLOSES,
    DAYS,
    OPENS,
    OPT_OUTS,
    PART_PAYMENT,
    SERVICE,
    TALKS,
    PastCampaign,
    Wording,
    moment,
    past_campaigns,
)

_S = RecipientStatus
# What becomes of a hundred people to whom a message leaves.
SHARES = {_S.UNDELIVERED: 3, _S.DELIVERED: 25, _S.READ: 56, _S.REPLIED: 16}
# Of a hundred who reply so many opt out; of as many others so many write again.
OPTING_OUT, WRITING_AGAIN = 6, 60
UNREACHABLE = "63024"
WINDOW = timedelta(hours=24)
# Talks of the last days are open, all others are taken care of.
OPEN_SINCE = timedelta(days=2)
# People who write on a day without having been written to.
WRITING_A_DAY = (3, 7)


@dataclass(frozen=True)
class Written:
    """How much was made up."""

    campaigns: int
    messages: int


def write_past(seed: int) -> Written | None:
    """Write the weeks before today; None where campaigns are there already."""
    if Campaign.objects.exists():
        return None
    with transaction.atomic():
        return _Past(random.Random(seed)).write()


@dataclass
class _Past:
    """The story under way: talks by contact, and the rows that are written at its end."""

    random: random.Random
    talks: dict[int, Conversation] = field(default_factory=dict)
    phones: dict[int, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def write(self) -> Written:
        self.sender = example_sender()
        self.templates: dict[str, Template] = {}
        told = past_campaigns()
        _put_back_people()
        for one in told:
            self._campaign(one)
        for days_ago in range(DAYS, 0, -1):
            self._day(days_ago)
        self._store()
        _plan(self.sender, self._template(SERVICE), self._template(PART_PAYMENT))
        return Written(len(told), len(self.messages))

    def _template(self, wording: Wording) -> Template:
        if wording.name not in self.templates:
            self.templates[wording.name] = new_template(
                wording.name,
                by=SYSTEM,
                status=Template.Status.APPROVED,
                content_sid=wording.content_sid,
                body=wording.body,
                variables=wording.variables,
            )
        return self.templates[wording.name]

    def _campaign(self, told: PastCampaign) -> None:
        """One campaign with its recipients, their moves, and the messages either way."""
        template, begin = self._template(told.wording), moment(told.days_ago, told.hour)
        campaign = Campaign.objects.create(
            name=told.name,
            tag=told.tag,
            sender=self.sender,
            template=template,
            template_version=template.current,
            audience=told.audience.to_json(),
            per_hour=told.per_hour,
        )
        people = [one for batch in addressees(campaign, told.audience) for one in batch]
        self._meet(one.contact.pk for one in people if not one.hindrance)
        step = timedelta(hours=1) / told.per_hour
        rows = [
            self._recipient(campaign, one, begin + step * place) for place, one in enumerate(people)
        ]
        Recipient.objects.bulk_create(rows)
        Recipient.objects.filter(campaign=campaign).update(created_at=begin)
        StatusChange.objects.bulk_create(move for row in rows for move in _moves(row))
        for row in rows:
            self._messages_of(row, campaign)
        Campaign.objects.filter(pk=campaign.pk).update(
            status=CampaignStatus.COMPLETED,
            created_at=begin - timedelta(hours=2),
            started_at=begin,
            completed_at=begin + step * len(rows) + timedelta(minutes=1),
            total_recipients=len(rows),
            sent_count=sum(row.sent_at is not None for row in rows),
        )

    def _meet(self, contact_ids: Iterable[int]) -> None:
        """A conversation with each of these people with whom there was none."""
        new = [pk for pk in contact_ids if pk not in self.talks]
        made = Conversation.objects.bulk_create(
            Conversation(sender=self.sender, contact_id=pk) for pk in new
        )
        self.talks |= {talk.contact_id: talk for talk in made}

    def _recipient(self, campaign: Campaign, one: Addressee, at: datetime) -> Recipient:
        row = Recipient(
            campaign=campaign,
            contact_id=one.contact.pk,
            vehicle_id=one.vehicle.pk if one.vehicle else None,
            phone=one.address,
            body=one.rendered.text,
            variables=one.rendered.variables,
            status=_S.SKIPPED,
        )
        if one.hindrance:
            row.reason, row.reason_details = one.hindrance.code, one.hindrance.details
            row.skipped_at = at
            return row
        self.phones[one.contact.pk] = one.address
        [row.status] = self.random.choices([*SHARES], [*SHARES.values()])
        row.attempts, row.message_sid, row.sent_at = 1, _sid(), at
        self._follow(row)
        return row

    def _follow(self, row: Recipient) -> None:
        """The moments of what became of a message that left."""
        at = row.sent_at or timezone.now()
        if row.status == _S.UNDELIVERED:
            row.error_code, row.failed_at = UNREACHABLE, at + timedelta(seconds=3)
            row.reason = NotSent.PROVIDER_ERROR
            row.reason_details = {"error": UNREACHABLE, "provider": "twilio"}
            return
        row.delivered_at = at + timedelta(seconds=self.random.randint(2, 40))
        if row.status in (_S.READ, _S.REPLIED):
            row.read_at = row.delivered_at + self._minutes(40)
        if row.status == _S.REPLIED and row.read_at:
            row.replied_at = row.read_at + self._minutes(60)

    def _minutes(self, usual: int) -> timedelta:
        """Mostly less than usual, now and then some hours."""
        return timedelta(minutes=1 + min(self.random.expovariate(1 / usual), 20 * 60))

    def _messages_of(self, row: Recipient, campaign: Campaign) -> None:
        if row.sent_at is None:
            return
        sent = self._message(row.contact_id, row.sent_at, row.body, Direction.OUTBOUND)
        sent.campaign_id, sent.template_version = campaign.pk, campaign.template_version
        sent.message_sid = row.message_sid
        for name in ("delivered_at", "read_at", "failed_at", "error_code"):
            setattr(sent, name, getattr(row, name))
        read = row.status in (_S.READ, _S.REPLIED)
        sent.status = MessageStatus.READ if read else MessageStatus(row.status)
        if row.replied_at:
            self._reply(row.contact_id, row.replied_at, campaign.pk)

    def _reply(self, contact_id: int, at: datetime, campaign_id: int | None = None) -> None:
        """An opt-out, or a question, what a seller said to it, and perhaps a word more."""
        if campaign_id and self.random.randrange(100) < OPTING_OUT:
            text = self.random.choice(OPT_OUTS)
            asked = self._message(contact_id, at, text, Direction.INBOUND)
            asked.campaign_id = campaign_id
            self._opt_out(contact_id, asked)
            return
        question, answer, thanks = self.random.choice(TALKS)
        self._message(contact_id, at, question, Direction.INBOUND).campaign_id = campaign_id
        answered_at = at + self._minutes(25)
        if answered_at > timezone.now():
            return
        said = self._message(contact_id, answered_at, answer, Direction.OUTBOUND)
        said.status, said.delivered_at = MessageStatus.READ, answered_at + timedelta(seconds=4)
        said.read_at = answered_at + timedelta(minutes=2)
        again = answered_at + self._minutes(15)
        if self.random.randrange(100) < WRITING_AGAIN and again < timezone.now():
            self._message(contact_id, again, thanks, Direction.INBOUND)

    def _message(self, contact_id: int, at: datetime, text: str, way: Direction) -> Message:
        is_ours = way == Direction.OUTBOUND
        message = Message(
            conversation=self.talks[contact_id],
            contact_id=contact_id,
            account=self.sender.account,
            phone=self.phones[contact_id],
            direction=way,
            body=text,
            message_sid=_sid(),
            status=MessageStatus.SENT if is_ours else MessageStatus.RECEIVED,
            created_at=at,
            sent_at=at if is_ours else None,
        )
        self.messages.append(message)
        return message

    def _opt_out(self, contact_id: int, asked: Message) -> None:
        Contact.objects.filter(pk=contact_id).update(status=ContactStatus.OPTED_OUT)
        contact = Contact.objects.get(pk=contact_id)
        shared = {"contact": contact}
        OptOut.objects.create(
            phone=contact.phone,
            opted_out_at=asked.created_at,
            reason=Reason.USER_REQUEST,
            **shared,
        )
        ConsentEvent.objects.create(
            change=Change.OUT,
            source=Source.MESSAGE,
            evidence=f"{asked.message_sid}: {asked.body}",
            at=asked.created_at,
            **shared,
        )

    def _day(self, days_ago: int) -> None:
        """People who wrote by themselves, as every day."""
        gone = set(OptOut.objects.values_list("contact_id", flat=True))
        known = [pk for pk in self.phones if pk not in gone]
        for pk in self.random.sample(known, min(len(known), self.random.randint(*WRITING_A_DAY))):
            hour, minute = self.random.randrange(OPENS, CLOSES), self.random.randrange(60)
            self._reply(pk, moment(days_ago, hour, minute))

    def _store(self) -> None:
        """The messages in the order of their moments, and what the conversations show of them."""
        self.messages.sort(key=lambda message: message.created_at)
        Message.objects.bulk_create(self.messages)
        for message in self.messages:
            _show(self.talks[message.contact_id or 0], message)
        shown = [*LAST_MESSAGE, *LAST_WORDS, "status", "resolved_at", "window_expires_at"]
        Conversation.objects.bulk_update(
            self.talks.values(), [*shown, "waiting_since", "round_began_at"], batch_size=100
        )


def _sid() -> str:
    return f"SM{secrets.token_hex(16)}"


def _moves(row: Recipient) -> Iterator[StatusChange]:
    """How a recipient came to where it is, a step at a time."""
    if row.status == _S.SKIPPED:
        steps = [(_S.SKIPPED, row.skipped_at)]
    else:
        steps = [
            (_S.SENT, row.sent_at),
            (_S.DELIVERED, row.delivered_at),
            (_S.READ, row.read_at),
            (_S.REPLIED, row.replied_at),
            (_S.UNDELIVERED, row.failed_at),
        ]
    old = _S.PENDING
    for new, at in steps:
        if at is None:
            continue
        by_engine = new in (_S.SENT, _S.SKIPPED)
        yield StatusChange(
            recipient=row,
            old=old,
            new=new,
            at=at,
            source=StatusSource.ENGINE if by_engine else StatusSource.WEBHOOK,
        )
        old = new


def _show(talk: Conversation, message: Message) -> None:
    """Let a conversation show this message as its last one."""
    talk.last_message_at = message.created_at
    talk.last_message_body = message.body[:160]
    talk.last_message_direction = message.direction
    if message.direction == Direction.INBOUND:
        talk.window_expires_at = message.created_at + WINDOW
        talk.last_inbound_at = message.created_at
        talk.last_inbound_body = message.body[:160]
        talk.last_inbound_type = message.type
    is_old = message.created_at < timezone.now() - OPEN_SINCE
    talk.status = Conversation.Status.RESOLVED if is_old else Conversation.Status.OPEN
    talk.resolved_at = message.created_at if is_old else None
    talk.waiting_since = talk.round_began_at = None if is_old else talk.last_inbound_at


def _put_back_people() -> None:
    """The people were there before the first campaign, and so was their import."""
    at = moment(DAYS + 2, OPENS)
    Contact.objects.update(created_at=at)
    Vehicle.objects.update(created_at=at)
    Job.objects.filter(kind="import").update(
        created_at=at, started_at=at, finished_at=at + timedelta(seconds=3)
    )


def _plan(sender: Sender, service: Template, part_payment: Template) -> None:
    """What comes next: one campaign in some days, and a draft."""
    Campaign.objects.create(
        name=_("Reminder of the service"),
        tag="taller",
        sender=sender,
        template=service,
        audience=Audience(year_from=2021).to_json(),
        status=CampaignStatus.SCHEDULED,
        scheduled_at=moment(-3, OPENS),
    )
    Campaign.objects.create(
        name=_("Bonus of December"),
        tag="permuta",
        sender=sender,
        template=part_payment,
        audience=Audience(make=["Toyota", "Mazda"], year_from=2018).to_json(),
    )
