"""A business after some years: people, finished campaigns, one under way, and all around them."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Left, Mod
from django.utils import timezone

from campaigns.audience.filters import Audience
from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.summaries.campaigns import count_campaigns
from campaigns.summaries.days import count_days
from campaigns.summaries.marks import SETTLING
from campaigns.summaries.models import Mark
from contacts.models import Contact, ContactStatus, ImportJob, Tag, Vehicle
from messaging.approvals.following import new_template
from messaging.models import Account, Conversation, KeptStatus, Message, Sender, Template
from messaging.states import Direction
from optouts.models import ConsentEvent, Hold, OptOut, Reason
from optouts.operations import hold, opt_out
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.core.jobs.models import Job, JobState
from waproject.lab.bench.audit import log
from waproject.lab.bench.filling.people import launch_all, make_campaign, phone
from waproject.lab.bench.filling.rows import copy_rows
from waproject.lab.bench.pages.history import make_finished_campaigns

# Of so many recipients one is a person: each person was in nine campaigns.
CAMPAIGNS_A_PERSON = 9
EVENTS = 100_000
# Far above the ids that the database gives by itself.
FIRST_PERSON = 1_000_000
# Of so many people one opted out, one wrote what may be an opt-out, one has an unread message, and
# one asks for a person.
OPTED_OUT, HELD, UNREAD, ASKING = 20, 200, 100, 1_000
OF_A_KIND = 200

_FIRST_NAMES = [
    *("Camila", "Sofía", "Valentina", "Martina", "Antonia", "Josefa", "Catalina", "Isidora"),
    *("Fernanda", "Paula", "Benjamín", "Vicente", "Martín", "Matías", "Joaquín", "Agustín"),
    *("Tomás", "Diego", "José", "Álvaro"),
]
_LAST_NAMES = [
    *("González", "Muñoz", "Rojas", "Díaz", "Pérez", "Soto", "Contreras", "Silva", "Martínez"),
    *("Sepúlveda", "Morales", "Rodríguez", "López", "Fuentes", "Hernández", "Torres", "Araya"),
    *("Flores", "Espinoza", "Núñez"),
]
_NAMES = [f"{first} {last}" for first in _FIRST_NAMES for last in _LAST_NAMES]
_CARS = (
    *(("Toyota", "Yaris"), ("Toyota", "Hilux"), ("Kia", "Sportage"), ("Kia", "Morning")),
    *(("Suzuki", "Baleno"), ("Suzuki", "Swift"), ("Mazda", "CX-5"), ("Mazda", "3")),
    *(("Chevrolet", "Sail"), ("Chevrolet", "Groove"), ("Hyundai", "Tucson"), ("Nissan", "Kicks")),
)
_TAGS = ("Feria de mayo", "Web", "Referido", "Postventa", "Crédito", "Flota", "VIP", "Prueba")


def make_business(recipients: int) -> None:
    """Fill the business of the scope, whose finished campaigns have so many recipients in all."""
    log.prepare(min(EVENTS, recipients))
    count = people_for(recipients)
    sending = make_campaign()
    make_people(count)
    make_conversations(sending.sender, count)
    make_finished_campaigns(sending, recipients, FIRST_PERSON, count)
    refresh_statistics(Contact, Vehicle, Conversation, Recipient, StatusChange, Message)
    show_last_messages()
    make_campaigns_to_come(sending)
    make_opt_outs(count)
    make_the_rest()
    count_summaries()


def people_for(recipients: int) -> int:
    """How many people they are: a multiple of the number of names."""
    return max(1, recipients // CAMPAIGNS_A_PERSON // len(_NAMES)) * len(_NAMES)


def make_people(count: int) -> None:
    """People with names that others share, each with a car or two, and most with a tag."""
    few, times = len(_NAMES), count // len(_NAMES) - 1
    ids = range(FIRST_PERSON, FIRST_PERSON + few)
    Contact.objects.bulk_create(
        Contact(pk=pk, phone=phone(number), name=name, email=f"persona{number}@example.com")
        for number, (pk, name) in enumerate(zip(ids, _NAMES, strict=True))
    )
    number = f"original.id - {FIRST_PERSON} + {few} * n"
    new_phone = f"'+569' || CAST(70000000 + {number} AS varchar)"
    email = f"'persona' || CAST({number} AS varchar) || '@example.com'"
    person = {"id": f"original.id + {few} * n", "phone": new_phone, "phone_key": new_phone}
    copy_rows(Contact, ids, times, {**person, "email": email})
    Contact.objects.create(phone="+56998765432", name="Zoraida Quilapán")

    theirs = {"contact_id": f"original.contact_id + {few} * n"}
    cars = Vehicle.objects.bulk_create(_cars_of(ids))
    copy_rows(Vehicle, [car.pk for car in cars], times, theirs)
    tags = Tag.objects.bulk_create(Tag(name=name) for name in _TAGS)
    links = Contact.tags.through._default_manager.bulk_create(
        Contact.tags.through(contact_id=pk, tag=tags[pk % len(tags)]) for pk in ids if pk % 5
    )
    copy_rows(Contact.tags.through, [link.pk for link in links], times, theirs)


def _cars_of(people: range) -> list[Vehicle]:
    return [
        Vehicle(
            contact_id=pk,
            make=make,
            model=model,
            year=2010 + (pk + further) % 15,
            price=4_990_000 + (pk * 37_000) % 9_000_000,
        )
        for pk in people
        for further in range(1 + (pk % 4 == 0))
        for make, model in [_CARS[(pk + further) % len(_CARS)]]
    ]


def make_conversations(sender: Sender, count: int) -> None:
    """One with each person, whose id it has."""
    Conversation.objects.create(pk=FIRST_PERSON, sender=sender, contact_id=FIRST_PERSON)
    theirs = {"id": "original.id + n", "contact_id": "original.contact_id + n"}
    copy_rows(Conversation, [FIRST_PERSON], count - 1, theirs)


def show_last_messages() -> None:
    """Let each conversation show the last of its messages, and some of them wait for an answer."""
    last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-created_at", "-pk")
    Conversation.objects.filter(Exists(last)).update(
        last_message_at=Subquery(last.values("created_at")[:1]),
        last_message_body=Left(Subquery(last.values("body")[:1]), 160),
        last_message_direction=Subquery(last.values("direction")[:1]),
    )
    words = last.filter(direction=Direction.INBOUND)
    Conversation.objects.filter(Exists(words)).update(
        last_inbound_at=Subquery(words.values("created_at")[:1]),
        last_inbound_body=Left(Subquery(words.values("body")[:1]), 160),
        last_inbound_type="text",
        waiting_since=Subquery(words.values("created_at")[:1]),
        round_began_at=Subquery(words.values("created_at")[:1]),
    )
    numbered = Conversation.objects.alias(nth=Mod(F("pk"), Value(ASKING)))
    numbered.alias(of_unread=Mod(F("pk"), Value(UNREAD))).filter(of_unread=1).update(unread_count=2)
    numbered.filter(nth=2).update(
        wants_human=True, window_expires_at=timezone.now() + timedelta(hours=20)
    )


def make_campaigns_to_come(sending: Campaign) -> None:
    """One under way, one paused, one scheduled, and drafts: to few, and to everybody."""
    now = timezone.now()
    shared = {"sender": sending.sender, "template": sending.template}
    few = Audience(tags_any=[Tag.objects.get(name=_TAGS[0]).pk]).to_json()
    sending.audience = {**few, "year_from": 2022}
    sending.save()
    launch_all(sending)
    Campaign.objects.create(name="Pausada", status="paused", started_at=now, **shared)
    Campaign.objects.create(
        name="Programada",
        status="scheduled",
        scheduled_at=now + timedelta(days=1),
        audience=few,
        **shared,
    )
    Campaign.objects.create(name="Borrador a pocos", audience=few, **shared)
    Campaign.objects.create(name="Borrador a todos", **shared)


def make_opt_outs(count: int) -> None:
    """People who opted out lately, and messages that may be opt-outs."""
    first = Contact.objects.get(pk=FIRST_PERSON)
    row = opt_out(first, reason=Reason.USER_REQUEST, evidence="BAJA")
    event = ConsentEvent.objects.get(contact=first)
    number = f"{FIRST_PERSON} + {OPTED_OUT} * n"
    key = f"'+569' || CAST(70000000 + {OPTED_OUT} * n AS varchar)"
    times = count // OPTED_OUT - 1
    copy_rows(OptOut, [row.pk], times, {"contact_id": number, "phone": key, "phone_key": key})
    copy_rows(ConsentEvent, [event.pk], times, {"contact_id": number})
    Contact.objects.filter(opt_out__isnull=False).update(status=ContactStatus.OPTED_OUT)
    held = hold(Contact.objects.get(pk=FIRST_PERSON + 1), "Ya no me escriban tan seguido")
    if held:
        person = f"original.contact_id + {HELD} * n"
        copy_rows(Hold, [held.pk], count // HELD - 1, {"contact_id": person})


def make_the_rest() -> None:
    """Some of everything else that has a list."""
    now, owner = timezone.now(), User.objects.get(username="bench")
    account = Account.objects.foremost()
    for number in range(20):
        new_template(
            f"plantilla_{number}",
            by=SYSTEM,
            status=Template.Status.APPROVED,
            content_sid=f"HX{number:032x}",
            body="Hola {{nombre}}, ¿sigues con tu auto?",
            variables={"nombre": {"source": "contact.first_name", "fallback": "hola"}},
        )
    KeptStatus.objects.bulk_create(
        KeptStatus(message_sid=f"SK{number}", status="sent", received_at=now, account=account)
        for number in range(OF_A_KIND)
    )
    ended = {"state": JobState.COMPLETED, "done": 100, "total": 100, "finished_at": now}
    jobs = Job.objects.bulk_create(
        Job(kind=kind, title=f"contactos-{number}.csv", owner=owner, **ended)
        for kind in ("export", "import")
        for number in range(OF_A_KIND)
    )
    ImportJob.objects.bulk_create(
        ImportJob(job=job, file=f"imports/{job.pk}.csv", created_count=90, updated_count=10)
        for job in jobs[OF_A_KIND:]
    )


def count_summaries() -> None:
    """Count the finished campaigns and the days, as the tick does in the course of time."""
    count_campaigns()
    count_campaigns()
    count_days()
    Mark.objects.update(seen_at=timezone.now() - SETTLING)
    while count_days() == "goes on":
        continue
