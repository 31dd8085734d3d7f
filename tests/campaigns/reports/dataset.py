"""A small business in one database: every case in which a report could count wrongly."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus, RecipientStatus
from contacts.models import Contact, ContactStatus, Vehicle
from messaging.approvals.following import new_template
from messaging.inbox.models import Round
from messaging.models import Message, Sender
from messaging.states import Direction, MessageStatus
from optouts.models import OptOut, Reason
from tests.factories.people import add_address
from waproject.accounts.actors import SYSTEM

MICROSECOND = timedelta(microseconds=1)


def midnight(days: int) -> datetime:
    """The midnight, in the zone that is current, that began the day `days` ago."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time.min))


def make_contacts() -> list[Contact]:
    """Thirty people: every seventh opted out, every eleventh invalid, two without a phone."""
    contacts = [
        Contact(
            phone=f"+5697540{number:04}" if number % 15 else None,
            name=f"Persona {number}" if number % 4 else "",
            status=_status(number),
        )
        for number in range(1, 31)
    ]
    made = Contact.objects.bulk_create(contacts)
    for contact in (one for one in made if not one.phone):
        add_address(contact, f"CL.{contact.pk}")
    return made


def _status(number: int) -> str:
    if number % 7 == 0:
        return ContactStatus.OPTED_OUT
    return ContactStatus.INVALID if number % 11 == 0 else ContactStatus.ACTIVE


def make_opt_outs(contacts: list[Contact]) -> None:
    for days, contact in enumerate(contacts):
        if contact.status == ContactStatus.OPTED_OUT:
            OptOut.objects.create(
                contact=contact,
                phone=contact.phone,
                opted_out_at=timezone.now() - timedelta(days=days * 5),
                reason=Reason.values[days % 4],
            )


def make_vehicles(contacts: list[Contact]) -> None:
    """Up to three vehicles each; some without a price, twice listed, or from before the window."""
    makes = [("Toyota", "Yaris"), ("Toyota", "Hilux"), ("Kia", "Rio"), ("Mazda", "3")]
    for number, contact in enumerate(contacts):
        for copy in range(number % 4):
            make, model = makes[(number + copy // 2) % 4] if number % 5 else ("Make", f"M{number}")
            vehicle = Vehicle.objects.create(
                contact=contact,
                make=make,
                model=model,
                year=2010 + number % 12,
                price=None if number % 3 == 0 else 4_500_000 + 1_001 * number,
                link=f"https://example.com/{copy}",
            )
            arrived = midnight(90) - MICROSECOND * (copy == 1)
            Vehicle.objects.filter(pk=vehicle.pk).update(created_at=arrived)


def make_messages(contacts: list[Contact]) -> None:
    """Messages on both sides of each window's edge, from everyone and to everyone."""
    now = timezone.now()
    edges = [midnight(days) - MICROSECOND * before for days in (7, 30) for before in (0, 1)]
    moments = [now, *edges, midnight(1) + timedelta(hours=23, minutes=59), midnight(0)]
    Message.objects.bulk_create(
        Message(
            contact=contact,
            direction=direction,
            phone=contact.address,
            message_sid=f"SM{number:04}{index}{direction}",
            status=MessageStatus.RECEIVED if direction == "inbound" else MessageStatus.SENT,
            created_at=moment,
        )
        for number, contact in enumerate(contacts)
        for direction in Direction.values
        for index, moment in enumerate(moments[: 1 + (number * 3) % 8])
    )


def make_campaigns(contacts: list[Contact]) -> None:
    """One campaign with people at every status, one with a repeating rate, one without anybody."""
    sender = Sender.objects.create(name="Ventas", channel="whatsapp", address="+56220000009")
    template = new_template("ventas", by=SYSTEM, body="Hola", content_sid=f"HX{'1' * 32}")
    for name, people in (("Enero", contacts), ("Febrero", contacts[:3]), ("Marzo", [])):
        campaign = Campaign.objects.create(
            name=name,
            sender=sender,
            template=template,
            template_version=template.current,
            status=CampaignStatus.ACTIVE,
            total_recipients=len(people),
        )
        statuses = RecipientStatus.values
        Recipient.objects.bulk_create(
            Recipient(
                campaign=campaign,
                contact=contact,
                phone=contact.address,
                status=statuses[(3 + number) % len(statuses)],
                sent_at=timezone.now(),
            )
            for number, contact in enumerate(people)
        )


def make_rounds() -> None:
    """One that was answered and resolved; nobody knows any more with whom."""
    now = timezone.now()
    Round.objects.create(began_at=now - timedelta(hours=1), answered_at=now, resolved_at=now)


def make_business() -> None:
    contacts = make_contacts()
    make_opt_outs(contacts)
    make_vehicles(contacts)
    make_messages(contacts)
    make_campaigns(contacts)
    make_rounds()
