"""Messages of long ago, and how fast a retention run empties them."""

import resource
import sys
import time
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Campaign, Recipient, StatusChange
from contacts.models import Contact
from messaging.models import Channel, Conversation, Message, Sender
from waproject.accounts.actors import SYSTEM
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.core.jobs import operations as jobs
from waproject.lab.bench.filling.people import make_owners
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.retention.running import start

BATCH = 5_000
LONG_AGO = timedelta(days=1_000)
_TEXT = "Hola Camila, ¿sigues con tu Toyota Yaris 2018? Responde INFO para saber más."


class Measurement(NamedTuple):
    """`seconds` by the clock; `peak` is the most memory the process ever held, in bytes."""

    rows: int
    seconds: float
    peak: int


def make_old_messages(count: int) -> None:
    """So many messages of long ago: half of them of a campaign that ended, with recipients."""
    make_owners(count // 2)
    known = Contact.objects.order_by("pk").values_list("pk", "phone")
    people = [(pk, phone or "") for pk, phone in known]
    sender = Sender.objects.create(
        name="Bench", channel=Channel.WHATSAPP, address="+56226180000", rate=100
    )
    then = timezone.now() - LONG_AGO
    campaign = Campaign.objects.create(
        name="Bench",
        sender=sender,
        status="completed",
        completed_at=then,
        total_recipients=len(people),
        sent_count=len(people),
    )
    for begin in range(0, len(people), BATCH):
        _write(people[begin : begin + BATCH], sender, campaign, then)
    refresh_statistics(Conversation, Message, Recipient, StatusChange)


def _write(
    people: list[tuple[int, str]], sender: Sender, campaign: Campaign, then: datetime
) -> None:
    """For each person a conversation, a campaign's message with its recipient, and an answer."""
    talks = Conversation.objects.bulk_create(
        Conversation(sender=sender, contact_id=pk, last_message_at=then, last_message_body="Hola")
        for pk, _phone in people
    )
    sent = {"status": "delivered", "sent_at": then, "delivered_at": then}
    made = Recipient.objects.bulk_create(
        Recipient(
            campaign=campaign,
            contact_id=pk,
            phone=phone,
            body=_TEXT,
            variables={"1": "Camila"},
            message_sid=f"SM{pk:032}",
            **sent,
        )
        for pk, phone in people
    )
    StatusChange.objects.bulk_create(
        StatusChange(recipient=one, new="delivered", at=then, source="engine") for one in made
    )
    Message.objects.bulk_create(
        Message(
            conversation=talk,
            contact_id=pk,
            account_id=sender.account_id,
            phone=phone,
            body=_TEXT,
            created_at=then,
            **of_its_direction,
        )
        for talk, (pk, phone) in zip(talks, people, strict=True)
        for of_its_direction in (
            {
                "direction": "outbound",
                "campaign_id": campaign.pk,
                "message_sid": f"SM{pk:032}",
                **sent,
            },
            {"direction": "inbound", "status": "received", "message_sid": f"SX{pk:032}"},
        )
    )


def measure_run() -> Measurement:
    """A whole run in this process."""
    job = start(by=SYSTEM)
    if job is None:
        raise RuntimeError("A run is under way.")
    begun = time.perf_counter()
    jobs.run(job.pk)
    seconds = time.perf_counter() - begun
    removed = RetentionRun.objects.get(job=job).removed
    kept = Message.objects.exclude(body="").count() + Recipient.objects.exclude(body="").count()
    if kept:
        raise RuntimeError(f"{kept} texts are still there.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # A campaign's message goes with its recipient, and is one of the two.
    return Measurement(
        2 * removed["recipients"], seconds, peak if sys.platform == "darwin" else peak * 1024
    )
