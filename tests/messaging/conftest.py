"""Fixtures of messages: a conversation, a message sent, a person who writes."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from twilio.request_validator import RequestValidator

from campaigns.models import Campaign
from contacts.models import Contact
from messaging.inbound.types import Arrival, Inbound, InboundHandler, Reply
from messaging.models import Conversation, Message, Sender
from tests.sending import accept, recipients

collect_ignore = (
    [
        "approvals/test_syncing_rivals.py",
        "inbound/test_receive_rivals.py",
        "statuses/test_apply_locks.py",
        "statuses/test_apply_rivals.py",
        "test_daily_limit_rivals.py",
        "test_merging_rivals.py",
    ]
    if "sqlite" in django_settings.DATABASES["default"]["ENGINE"]
    else []
)

SID = "SM" + "1" * 32
OUR_NUMBER = "+56220000000"
PERSON = "+56975400946"
PEOPLE = 12

Post = Callable[..., Any]


def sid(number: int) -> str:
    return f"SM{number:032x}"


@pytest.fixture
def conversation(sender: Sender, contact: Contact) -> Conversation:
    return Conversation.objects.create(sender=sender, contact=contact)


@pytest.fixture
def message(conversation: Conversation) -> Message:
    """A message sent to the contact."""
    return Message.objects.create(
        conversation=conversation,
        contact=conversation.contact,
        account=conversation.sender.account,
        direction="outbound",
        phone=PERSON,
        body="Hola Juan",
        message_sid=SID,
        status="queued",
        created_at=timezone.now(),
    )


@pytest.fixture
def sids(campaign) -> list[str]:
    """The sids of the messages of a campaign to so many people, all sent."""
    made = Contact.objects.bulk_create(Contact(phone=f"+5697{n:07d}") for n in range(PEOPLE))
    Campaign.objects.update(status="active", total_recipients=PEOPLE)
    sent = recipients(campaign, made)
    accept(*[(one, sid(n)) for n, one in enumerate(sent)])
    return [sid(n) for n in range(PEOPLE)]


def arrival(text: str = "Hola", number: int = 7, **changes: Any) -> Arrival:
    """A WhatsApp message from the contact's phone."""
    values: dict[str, Any] = {
        "sid": sid(number),
        "channel": "whatsapp",
        "sender_address": OUR_NUMBER,
        "phone": PERSON,
        "user_id": None,
        "name": "Juan",
        "text": text,
        "type": "text",
        "content": {},
        "at": timezone.now(),
    }
    return Arrival(**{**values, **changes})


def signed(path: str, parameters: dict[str, str]) -> str:
    """The signature of our account for such a request."""
    return signed_by(django_settings.TWILIO_AUTH_TOKEN, path, parameters)


def signed_by(token: str, path: str, parameters: dict[str, str]) -> str:
    """The signature of the account that has this token."""
    validator = RequestValidator(token)
    return validator.compute_signature(django_settings.PUBLIC_BASE_URL + path, parameters)


@pytest.fixture
def post(client: Client) -> Post:
    """Post to a webhook as the provider does: signed, for our account."""

    def send(path: str, **parameters: str) -> Any:
        parameters = {"AccountSid": django_settings.TWILIO_ACCOUNT_SID, **parameters}
        signature = signed(path, parameters)
        return client.post(path, parameters, headers={"X-Twilio-Signature": signature})

    return send


@pytest.fixture
def write(post: Post) -> Post:
    """Post a WhatsApp message of the contact to the inbound webhook."""

    def send(body: str = "Hola", number: int = 7, **parameters: str) -> Any:
        given = {
            "MessageSid": sid(number),
            "From": f"whatsapp:{PERSON}",
            "To": f"whatsapp:{OUR_NUMBER}",
            "Body": body,
            "ProfileName": "Juan",
            "MessageType": "text",
            **parameters,
        }
        return post("/twilio/inbound", **{k: v for k, v in given.items() if v is not None})

    return send


def one_by_one(handler: Callable[[Inbound], Reply | None]) -> InboundHandler:
    """Make a handler of what answers a single message, or does not (None)."""

    @wraps(handler)
    def handle(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
        replies = ((one, handler(one)) for one in arrived)
        return {one: reply for one, reply in replies if reply is not None}

    return handle
