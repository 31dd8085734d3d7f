"""A campaign whose people were written to, and the journal that says so."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from tests.sending import accept, recipients
from waproject.lab.demo.proof import Entry

ENTRY: dict[str, Any] = {"kind": "api", "at": 100.0, "asked_at": 100.0}


def sid_of(recipient: Recipient) -> str:
    return f"SM{recipient.pk:032}"


@pytest.fixture(autouse=True)
def no_integrity_checks(settings):
    settings.INTEGRITY_CHECKS = []


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """The journal's line of a recipient's message."""

    def line(recipient: Recipient, **changes: Any) -> Entry:
        given = {
            "sid": sid_of(recipient),
            "to": f"whatsapp:{recipient.phone}",
            "from": f"whatsapp:{recipient.campaign.sender.address}",
            "status_callback": f"http://127.0.0.1/twilio/status?token={recipient.token}",
        }
        return {**ENTRY, **given, **changes}

    return line


@pytest.fixture
def delivered(campaign: Campaign) -> list[Recipient]:
    """Three recipients of a completed campaign, sent and delivered."""
    Campaign.objects.update(status="completed", total_recipients=3)
    people = Contact.objects.bulk_create(Contact(phone=f"+5697000000{n}") for n in range(3))
    rows = recipients(campaign, people)
    accept(*[(row, sid_of(row)) for row in rows])
    for row in rows:
        apply_status(StatusReport(sid=sid_of(row), status="delivered"))
    campaign.refresh_from_db()
    return list(Recipient.objects.order_by("pk"))


@pytest.fixture
def journal(delivered: list[Recipient], entry: Callable[..., Entry]) -> list[Entry]:
    return [entry(one) for one in delivered]


@pytest.fixture
def statuses(delivered: list[Recipient]) -> dict[str, str]:
    """What the provider says of them."""
    return {sid_of(one): "read" for one in delivered}
