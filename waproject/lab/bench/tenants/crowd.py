"""A large business, made by the database itself: each row is copied a million times."""

from django.utils import timezone

from campaigns.models import Recipient
from campaigns.sending.streams import as_claimed, follow_campaign
from contacts.models import Contact
from messaging.delivery.settling.settlement import record_accepted
from messaging.models import Account, Conversation, Delivery, Message
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.lab.bench.filling.people import launch_all, make_campaign, make_owners
from waproject.lab.bench.filling.rows import copy_rows
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

# Far above the ids that the database gives by itself.
_FIRST_ID = 1_000_000_000
_ID = f"{_FIRST_ID} + n"
_TOKEN, _SID = "'crowd' || CAST(n AS varchar)", "'SM' || CAST(n AS varchar)"
_UNUSED = "never used"
_PHONE = "'+5491' || CAST(100000000 + n AS varchar)"
# Of so many people one still waits for the message.
_WAITING = 10


def make_large_business(count: int) -> None:
    """A business whose campaign was sent to so many people, and goes on to a tenth as many."""
    tenant = create_tenant(name="Large", slug="large")
    with in_tenant(tenant.pk):
        account = Account(name="Large", external_id=f"AC{'1' * 32}", access_token=_UNUSED)
        account.save()
        make_owners(2)
        campaign = make_campaign(account)
        launch_all(campaign)
        sent, waiting = campaign.recipients.order_by("pk")
        stream = follow_campaign(campaign.pk)
        record_accepted([(as_claimed(sent, stream), "SM0", timezone.now())])
        person = {"id": _ID, "phone": _PHONE, "phone_key": _PHONE}
        theirs = {"id": _ID, "contact_id": _ID}
        outgoing = {**theirs, "phone": _PHONE, "token": _TOKEN, "message_sid": _SID}
        copy_rows(Contact, [sent.contact_id], count, person)
        copy_rows(Conversation, [Conversation.objects.get().pk], count, theirs)
        copy_rows(Recipient, [sent.pk], count, outgoing)
        logged = {**outgoing, "conversation_id": _ID}
        copy_rows(Message, [Message.objects.get().pk], count, logged)
        queued = {**theirs, "token": _TOKEN, "address": _PHONE}
        copy_rows(Delivery, [_delivery_of(waiting)], count // _WAITING, queued)
    refresh_statistics(Contact, Conversation, Recipient, Message, Delivery)


def _delivery_of(recipient: Recipient) -> int:
    return Delivery.objects.get(token=recipient.token).pk
