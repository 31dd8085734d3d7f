"""The example that the demonstration runs: a sender, a template, a campaign to Toyota owners."""

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.audience.filters import Audience
from campaigns.models import Campaign
from messaging.approvals.following import new_template
from messaging.models import Channel, Sender, Template
from waproject.accounts.actors import SYSTEM

# The simulator knows it from the start.
CONTENT_SID = f"HX{'d' * 32}"
_TEXT = (
    "Hola {{nombre}}, ¿sigues con tu {{auto}} del {{año}}? Este mes lo recibimos en parte de pago."
    " Responde INFO para saber más o BAJA para no recibir mensajes."
)
_VARIABLES = {
    "nombre": {"source": "contact.first_name", "fallback": "estimado cliente", "example": "Ana"},
    "auto": {"source": "vehicle.model", "example": "Corolla"},
    "año": {"source": "vehicle.year", "example": "2018"},
}


def make_campaign() -> Campaign:
    """A new draft to everyone who owns a Toyota of 2015 or later, named after the moment."""
    moment = timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    return Campaign.objects.create(
        name=_("Demonstration: Toyota from 2015, %(moment)s") % {"moment": moment},
        tag="demo",
        sender=example_sender(),
        template=_template(),
        audience=Audience(make=["Toyota"], year_from=2015).to_json(),
        retry_delay_seconds=1,
        max_retries=5,
    )


def example_sender() -> Sender:
    """The sender from which the demonstration writes; made once."""
    sender, _made = Sender.objects.get_or_create(
        channel=Channel.WHATSAPP,
        address="+56226180000",
        defaults={"name": _("Demonstration"), "rate": 80},
    )
    return sender


def _template() -> Template:
    made_before = Template.objects.filter(name="demo_toyota", language="es").first()
    return made_before or new_template(
        "demo_toyota",
        by=SYSTEM,
        status=Template.Status.APPROVED,
        content_sid=CONTENT_SID,
        body=_TEXT,
        variables=_VARIABLES,
    )
