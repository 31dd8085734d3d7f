"""An active campaign whose recipients are already frozen, and runs of its sender."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from campaigns.launch.texts import frozen
from campaigns.models import Campaign, Recipient
from campaigns.sending.streams import as_claimed, enqueue_recipients, follow_campaign
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.delivery import waking
from messaging.delivery.claiming import claims
from messaging.delivery.lanes import Hold, take_lane
from messaging.delivery.sending import runner
from messaging.delivery.settling.settlement import record_accepted
from messaging.models import Delivery, Lane, Sender

Fill = Callable[[int], list[Recipient]]


@pytest.fixture
def active(campaign: Campaign, settings) -> Campaign:
    settings.RECONCILE_AFTER_SECONDS = 0.05
    Campaign.objects.filter(pk=campaign.pk).update(
        status=CampaignStatus.ACTIVE, total_recipients=10_000, **frozen(campaign)
    )
    campaign.sender.rate = 500
    campaign.sender.save()
    follow_campaign(campaign.pk)
    quiet()
    return Campaign.objects.select_related("sender", "template_version").get(pk=campaign.pk)


@pytest.fixture
def fill(active: Campaign) -> Fill:
    """Add recipients to the active campaign, with their deliveries."""

    def add(count: int) -> list[Recipient]:
        people = Contact.objects.bulk_create(
            Contact(phone=f"+5697{number:07d}") for number in range(count)
        )
        return recipients(
            active,
            people,
            body="Hola cliente, tenemos ofertas. Responde INFO.",
            variables={"nombre": "cliente"},
        )

    return add


def recipients(campaign: Campaign, people: list[Contact], **fields: object) -> list[Recipient]:
    """Pending recipients of a campaign, each with its delivery."""
    made = Recipient.objects.bulk_create(
        Recipient(campaign=campaign, contact=one, phone=one.address, **fields) for one in people
    )
    enqueue(campaign)
    return made


def enqueue(campaign: Campaign, *, due_at: datetime | None = None) -> None:
    """Queue what is pending in the campaign and has no delivery."""
    campaign = Campaign.objects.select_related("sender").get(pk=campaign.pk)
    queued = Delivery.objects.values("token")
    pending = campaign.recipients.filter(status="pending").exclude(token__in=queued)
    stream = follow_campaign(campaign.pk)
    enqueue_recipients(campaign, stream, pending, due_at=due_at or timezone.now())
    quiet()


def quiet() -> None:
    """Forget the jobs in the queue, and that a sender is to be served."""
    OrmQ.objects.all().delete()
    Lane.objects.update(queued_at=None, wake_at=None)


def set_status(campaign: Campaign, status: CampaignStatus, **fields: object) -> None:
    """Give a campaign a status, or other fields, and its stream what follows from them."""
    Campaign.objects.filter(pk=campaign.pk).update(status=status, **fields)
    follow_campaign(campaign.pk)


def run(campaign: Campaign, *, seconds: float, hold: Hold | None = None) -> runner.Ran:
    """Send what is due from the sender of a campaign, in a lane of its own unless one is given."""
    return run_sender(campaign.sender, seconds=seconds, hold=hold)


def run_sender(sender: Sender, *, seconds: float, hold: Hold | None = None) -> runner.Ran:
    """Send what is due from a sender, in a lane of its own unless one is given."""
    sender.refresh_from_db()
    waking.begin(sender.pk)
    ours = hold or take_lane(sender.pk)
    try:
        return runner.run(sender, seconds=seconds, hold=ours)
    finally:
        if ours and not hold:
            ours.leave()


def claim(campaign: Campaign, limit: int = 10, **options: object) -> claims.Claim:
    return claims.claim(campaign.sender_id, limit, **{"now": timezone.now(), **options})


def delivery_of(recipient: Recipient) -> Delivery:
    """The delivery of a recipient, with what a worker needs of it."""
    rows = Delivery.objects.select_related("stream__sender__account", "template_version")
    return rows.get(token=Recipient.objects.values_list("token", flat=True).get(pk=recipient.pk))


def change(campaign: Campaign, **fields: object) -> None:
    """Give a campaign other fields, and its stream what follows from them."""
    Campaign.objects.filter(pk=campaign.pk).update(**fields)
    follow_campaign(campaign.pk)
    quiet()


def accept(*sent: tuple[Recipient, str]) -> None:
    """Record that the provider accepted the messages of recipients, each with its sid."""
    stream = follow_campaign(sent[0][0].campaign_id)
    now = timezone.now()
    record_accepted([(as_claimed(one, stream), sid, now) for one, sid in sent])
