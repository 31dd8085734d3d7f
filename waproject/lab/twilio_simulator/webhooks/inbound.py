"""People's messages, posted to the project's inbound webhook, and the TwiML it answers."""

import logging
import time
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree  # the markup comes from our own server

from waproject.lab.twilio_simulator.account import ACCOUNT_SID, API_VERSION
from waproject.lab.twilio_simulator.journal import Journal
from waproject.lab.twilio_simulator.people import profile_name
from waproject.lab.twilio_simulator.serving.media import Attached
from waproject.lab.twilio_simulator.serving.validation import TwilioError, channel_of, check
from waproject.lab.twilio_simulator.store import SimulatedMessage, Store
from waproject.lab.twilio_simulator.webhooks.callbacks import Callbacks
from waproject.lab.twilio_simulator.webhooks.carried import Carried, Tap
from waproject.lab.twilio_simulator.webhooks.webhook_client import WebhookClient

logger = logging.getLogger(__name__)

PATH = "/twilio/inbound"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message from a person: its sid, the webhook's HTTP status (0: none), what we answered."""

    sid: str
    status: int
    replies: list[str]


class Inbound:
    """Lets people write. Without a webhook base nobody does."""

    def __init__(
        self,
        webhook_base: str,
        store: Store,
        journal: Journal,
        webhook_client: WebhookClient,
        callbacks: Callbacks,
    ) -> None:
        self._url = f"{webhook_base.rstrip('/')}{PATH}" if webhook_base else ""
        self._store = store
        self._journal = journal
        self._webhook_client = webhook_client
        self._callbacks = callbacks
        # The names of the samples that came with a message, by its sid.
        self.attached: dict[str, tuple[str, ...]] = {}

    @property
    def is_connected(self) -> bool:
        return bool(self._url)

    async def write(
        self,
        from_: str,
        to: str,
        body: str,
        intent: str | None = None,
        more: Carried | None = None,
    ) -> Exchange:
        """A person writes: post it, note it in the journal, send what the answer asks for."""
        at = time.time()
        message = self._store.add_inbound(from_, to, body, at)
        form = parameters(message) | dict(more.parameters(message.sid) if more else {})
        if isinstance(more, Attached):
            self.attached[message.sid] = (more.name,)
        status, answer = await self._webhook_client.post(self._url, form)
        answered_at = time.time() if status else None
        self._journal.write(
            {
                "kind": "inbound",
                "sid": message.sid,
                "from": from_,
                "to": to,
                "body": body,
                "intent": intent,
                "button": more.payload if isinstance(more, Tap) else None,
                "status": status,
                "at": at,
                "answered_at": answered_at,
            }
        )
        replies = self._send_replies(message, answer) if 200 <= status < 300 else []
        return Exchange(message.sid, status, replies)

    def _send_replies(self, inbound: SimulatedMessage, twiml: str) -> list[str]:
        sent = []
        for body, callback in replies_in(twiml):
            form = {"To": inbound.from_, "From": inbound.to, "Body": body}
            if callback:
                form["StatusCallback"] = urljoin(self._url, callback)
            try:
                check(form)
            except TwilioError as error:
                logger.warning("A TwiML answer was refused with code %s.", error.code)
                continue
            reply = self._store.add_outbound(form, time.time(), "outbound-reply")
            self._journal.write(reply.entry("reply"))
            self._callbacks.follow(reply)
            sent.append(body)
        return sent


def replies_in(twiml: str) -> list[tuple[str, str | None]]:
    """The text and the status callback of every <Message> of a TwiML document."""
    if not twiml.strip():
        return []
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314
    except ElementTree.ParseError:
        logger.warning("An answer to an inbound message was no TwiML (Twilio's error 12100).")
        return []
    messages = root.iter("Message") if root.tag == "Response" else ()
    return [
        (_text(message), message.get("statusCallback") or message.get("action"))
        for message in messages
    ]


def _text(message: ElementTree.Element) -> str:
    body = message.find("Body")
    return ((message if body is None else body).text or "").strip()


def parameters(message: SimulatedMessage) -> dict[str, str]:
    """The form of an inbound webhook, as captured from WhatsApp and SMS traffic."""
    form = {
        "SmsMessageSid": message.sid,
        "NumMedia": "0",
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.to,
        "NumSegments": "1",
        "MessageSid": message.sid,
        "AccountSid": ACCOUNT_SID,
        "From": message.from_,
        "ApiVersion": API_VERSION,
    }
    if channel_of(message.from_) != "whatsapp":
        return form
    bare = message.from_.partition(":")[2]
    form |= {
        "ProfileName": profile_name(message.from_),
        "MessageType": "text",
        "ReferralNumMedia": "0",
    }
    # A person with a username comes without a phone, and so without WhatsApp's id made of it.
    form |= {"WaId": bare[1:]} if bare.startswith("+") else {"ExternalUserId": bare}
    return form
