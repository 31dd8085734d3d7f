"""People who were sent a campaign, and what the provider posts about them and from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.sending.streams import as_claimed, follow_campaign
from contacts.models import Contact
from messaging.delivery.settling.settlement import record_accepted
from messaging.models import Account, Message, Sender
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.lab.twilio_simulator.store import SimulatedMessage
from waproject.lab.twilio_simulator.webhooks import callbacks, inbound
from waproject.lab.twilio_simulator.webhooks.webhook_client import signature

OUR_NUMBER = "+56220000000"
BATCH = 1_000
OPT_OUT, DIGIT = "BAJA", "1"
TALK = (
    "Hola, ¿cuánto vale la mantención?",
    "Me interesa, ¿tienen financiamiento?",
    "Gracias",
    "👍",
    "¿Lo reciben en parte de pago?",
    "¿A qué hora abren el sábado?",
    "Lo voy a pensar y les aviso la próxima semana, tengo que verlo con mi señora.",
)


@dataclass(frozen=True, slots=True)
class Request:
    """A form that the provider posts to `url`."""

    url: str
    form: dict[str, str]

    def signed(self, path: str = "") -> bytes:
        """It as HTTP, to the path of `url` or to another path with the same query."""
        parts = urlsplit(self.url)
        asked = parts._replace(path=path or parts.path)
        body = urlencode(self.form)
        lines = (
            f"POST {asked._replace(scheme='', netloc='').geturl()} HTTP/1.1",
            f"Host: {asked.netloc}",
            "User-Agent: TwilioProxy/1.1",
            "Accept: */*",
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
            f"Content-Length: {len(body)}",
            f"X-Twilio-Signature: {signature(asked.geturl(), self.form)}",
            "",
            body,
        )
        return "\r\n".join(lines).encode()


def make_people(number: int, *, each: int = 1) -> None:
    """So many contacts; every `each`th of them was sent a message of one campaign.

    PostgreSQL has seen the tables, as on a site that has sent for longer than a minute.
    """
    sender = Sender.objects.create(name="Bench", channel="whatsapp", address=OUR_NUMBER)
    campaign = Campaign.objects.create(
        name="Bench", sender=sender, status="active", total_recipients=number
    )
    for first in range(0, number, BATCH):
        people = Contact.objects.bulk_create(
            Contact(phone=phone(n), name=f"Persona {n}")
            for n in range(first, min(first + BATCH, number))
        )
        _send(campaign, people[::each])
    refresh_statistics(Contact, Recipient, Message)


def _send(campaign: Campaign, people: Sequence[Contact]) -> None:
    now, stream = timezone.now(), follow_campaign(campaign.pk)
    pending = Recipient.objects.bulk_create(
        Recipient(
            campaign=campaign,
            contact=person,
            phone=person.phone or "",
            body=f"Hola {person.name}, tenemos ofertas para tu auto. Responde BAJA para salir.",
        )
        for person in people
    )
    record_accepted([(as_claimed(one, stream), f"SM{one.contact_id:032x}", now) for one in pending])


def callbacks_of(people: range) -> Iterator[Request]:
    """The status reports of these people's messages: each delivered, later each read."""
    phones = [phone(n) for n in people]
    recipients = Recipient.objects.filter(phone__in=phones).order_by("pk")
    rows = list(recipients.values_list("message_sid", "phone", "body", "token"))
    account = Account.objects.of_environment()
    for status in ("delivered", "read"):
        for sid, address, body, token in rows:
            message = _message(sid or "", f"whatsapp:{address}", _ours(), body)
            yield Request(account.callback_url(token), callbacks.parameters(message, status))


def messages_of(people: range) -> Iterator[Request]:
    """Two messages of each of these people: in a hundred one opt-out and ten menu digits."""
    url = settings.PUBLIC_BASE_URL + reverse("messaging:inbound", args=["twilio"])
    for turn in range(2):
        for n in people:
            sid = f"MM{turn:016x}{n:016x}"
            message = _message(sid, _ours(), f"whatsapp:{phone(n)}", _text(n, turn))
            yield Request(url, inbound.parameters(message))


def _text(n: int, turn: int) -> str:
    if n % 50 == 0 and turn:
        return OPT_OUT
    return DIGIT if n % 10 == 5 else TALK[(n + turn) % len(TALK)]


def phone(n: int) -> str:
    return f"+569{n:08d}"


def _ours() -> str:
    return f"whatsapp:{OUR_NUMBER}"


def _message(sid: str, to: str, from_: str, body: str) -> SimulatedMessage:
    return SimulatedMessage(sid, "", to, from_, body, "", 0.0)
