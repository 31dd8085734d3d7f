"""Invented owners of cars, and a campaign to all of them."""

from decimal import Decimal

from campaigns import operations
from campaigns.audience.filters import Audience
from campaigns.launch.further_chunks import go_on
from campaigns.models import Campaign
from contacts.imports.storing import insert_vehicles
from contacts.models import Contact, Vehicle
from messaging.approvals.following import new_template
from messaging.models import Account, Channel, Sender, Template, TemplateVersion
from waproject.accounts.actors import SYSTEM
from waproject.core.db.bulk_insert import refresh_statistics

BATCH = 5_000
# Messages per second: far more than any wire takes, so that the rate is no limit.
UNLIMITED = 5_000.0
_TEXT = (
    "Hola {{nombre}}, ¿sigues con tu {{marca}} {{modelo}} {{ano}}? Lo recibimos en {{precio}}."
    " Responde INFO para saber más o BAJA para no recibir mensajes."
)
_CONTENT_SID = f"HX{'b' * 32}"
_CARS = (("Toyota", "Yaris"), ("Kia", "Sportage"), ("Suzuki", "Baleno"), ("Mazda", "CX-5"))


def phone(number: int) -> str:
    return f"+569{70_000_000 + number}"


def make_owners(count: int) -> None:
    """So many contacts, each with a phone and a car."""
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        made = Contact.objects.bulk_create(
            Contact(phone=phone(number), name=f"Camila Rojas {number}") for number in numbers
        )
        insert_vehicles(
            (one.pk, *_CARS[number % len(_CARS)], 2015 + number % 9, "", Decimal(7_990_000))
            for number, one in zip(numbers, made, strict=True)
        )
    refresh_statistics(Contact, Vehicle)


def new_campaign(account: Account | None = None) -> Campaign:
    """A draft to everyone with a car, by an approved template, with nothing of it stored yet.

    Its sender is of the account of the environment, unless another one is given.
    """
    sender = Sender(
        name="Bench",
        account=account or Account.objects.of_environment(),
        channel=Channel.WHATSAPP,
        address="+56226180000",
        rate=UNLIMITED,
    )
    text = TemplateVersion(content_sid=_CONTENT_SID, body=_TEXT)
    template = Template(name="bench", status=Template.Status.APPROVED, current=text, in_use=text)
    audience = Audience(year_from=2010).to_json()
    return Campaign(name="Bench", sender=sender, template=template, audience=audience)


def make_campaign(account: Account | None = None) -> Campaign:
    """The same, stored."""
    campaign = new_campaign(account)
    campaign.sender.save()
    campaign.template = new_template(
        "bench",
        by=SYSTEM,
        status=Template.Status.APPROVED,
        content_sid=_CONTENT_SID,
        body=_TEXT,
    )
    campaign.save()
    return campaign


def launch_all(campaign: Campaign) -> None:
    """Launch a campaign to its end, in this process: the first chunk, then a job's."""
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    go_on(campaign.pk)
