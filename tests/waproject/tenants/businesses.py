"""A business with rows in the tables that matter, for tests of two beside each other."""

from datetime import timedelta

from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.operations import launch
from contacts.models import Tag
from messaging.approvals.following import new_template
from messaging.inbound.receive import receive
from messaging.models import Account, Conversation, Sender
from optouts.models import Hold
from optouts.operations import opt_out
from tests.factories.people import known_as, person, vehicle
from tests.messaging.conftest import arrival, sid
from tests.sending import accept
from waproject.accounts.actors import SYSTEM
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant

PHONES = [f"+5697540094{number}" for number in range(6)]


def make_business() -> None:
    """People, and what was sent to and heard from them, in the business of the scope."""
    people = [person(phone=phone, name="Juan") for phone in PHONES]
    people[0].tags.add(Tag.objects.create(name="vip"))
    vehicle(people[0], price=4_500_000)
    opt_out(people[5], reason="manual", by=SYSTEM)
    Hold.objects.create(contact=people[4], text="baja o no", held_at=timezone.now())
    known_as("CL.7")
    sender = Sender.objects.create(
        name="Ventas", channel="whatsapp", address="+56220000000", rate=500
    )
    template = new_template(
        "promo", by=SYSTEM, status="approved", content_sid="HX" + "a" * 32, body="Hola"
    )
    sent = Campaign.objects.create(name="Enviada", sender=sender, template=template)
    launch(sent.pk, by=SYSTEM, accept_warnings=True)
    pending = Recipient.objects.filter(campaign=sent, status="pending").order_by("pk")
    accept(*((one, sid(number)) for number, one in enumerate(pending[:3])))
    receive(arrival("INFO", phone=PHONES[0]))
    Campaign.objects.create(name="Borrador", sender=sender, template=template)
    Conversation.objects.update(window_expires_at=timezone.now() + timedelta(hours=20))


def make_other_business(tenant: Tenant) -> None:
    """The very same rows for another business, which has an account of its own."""
    with in_tenant(tenant.pk):
        Account.objects.create(name="Otra", external_id="AC" + "1" * 32, access_token="suyo")
        make_business()
