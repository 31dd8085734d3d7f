"""Invented people and the campaigns to them, for a database that holds nothing else."""

from collections.abc import Sequence

from campaigns import operations
from campaigns.audience.filters import Audience
from campaigns.launch.further_chunks import go_on
from campaigns.models import Campaign
from contacts.models import Contact, Tag
from messaging.approvals.following import new_template
from messaging.models import Channel, Sender, Template
from waproject.accounts.actors import SYSTEM
from waproject.lab.faults.provider import CONTENT_SID

_TEXT = "Hola {{nombre}}, ¿sigues con tu auto? Responde INFO para saber más o BAJA para no recibir."
_VARIABLES = {"nombre": {"source": "contact.first_name", "fallback": "cliente"}}


def make_sender(number: int, *, rate: float) -> Sender:
    """A WhatsApp sender of its own number."""
    return Sender.objects.create(
        name=f"Sender {number}",
        channel=Channel.WHATSAPP,
        address=f"+5622618{number:04}",
        rate=rate,
    )


def make_template() -> Template:
    return new_template(
        "faults",
        by=SYSTEM,
        status=Template.Status.APPROVED,
        content_sid=CONTENT_SID,
        body=_TEXT,
        variables=_VARIABLES,
    )


def make_campaigns(senders: Sequence[Sender], *, campaigns: int, people: int) -> list[Campaign]:
    """Draft campaigns that share `people` new contacts evenly, each person in one of them.

    Campaign i goes through sender i, the senders taking turns.
    """
    template = Template.objects.first() or make_template()
    first, earlier = Contact.objects.count(), Campaign.objects.count()
    made = []
    for number in range(campaigns):
        share = range(
            first + people * number // campaigns, first + people * (number + 1) // campaigns
        )
        name = f"Campaign {earlier + number + 1}"
        tag = Tag.objects.create(name=name)
        contacts = Contact.objects.bulk_create(
            Contact(phone=f"+569{70_000_000 + index}", name=f"Persona {index}") for index in share
        )
        tag.contacts.add(*contacts)
        made.append(
            Campaign.objects.create(
                name=name,
                sender=senders[number % len(senders)],
                template=template,
                audience=Audience(tags_any=[tag.pk]).to_json(),
                retry_delay_seconds=1,
            )
        )
    return made


def launch_all(campaigns: Sequence[Campaign]) -> None:
    """Launch them to the end; every one must take all of its people.

    A site's clusters are those for sending, so no job goes on with a large launch.
    """
    for campaign in campaigns:
        operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
        go_on(campaign.pk)
