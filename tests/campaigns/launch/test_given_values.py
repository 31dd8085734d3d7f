"""Values that a campaign gives to its template: asked for, checked, frozen, sent."""

import pytest

from campaigns import operations
from campaigns.changing import OperationRefused
from campaigns.launch.checks import text_problems
from campaigns.models import Campaign
from messaging.delivery import jobs
from tests.templates import edit
from waproject.accounts.actors import SYSTEM

VARIABLES = {
    "nombre": {"source": "contact.name", "fallback": "cliente", "example": "Ana"},
    "fecha": {"source": "campaign", "type": "datetime", "example": "sábado 12"},
    "sucursal": {"source": "campaign", "example": "Maipú", "fallback": "nuestro local"},
}


@pytest.fixture
def event(campaign) -> Campaign:
    """A campaign whose template asks for a date and a branch."""
    body = "Hola {{nombre}}, te esperamos el {{fecha}} en {{sucursal}}. Responde INFO."
    edit(campaign.template, body=body, variables=VARIABLES, content_sid="HX" + "b" * 32)
    return Campaign.objects.get(pk=campaign.pk)


def launch(campaign: Campaign) -> None:
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)


def test_a_missing_value_stops_the_launch_with_a_sentence(event, contact):
    with pytest.raises(OperationRefused, match="is missing or wrong, in the step"):
        launch(event)

    assert list(text_problems(event)) == [
        "The value of {{fecha}} is missing or wrong, in the step “What”: It has no value yet."
    ]


def test_a_value_of_another_type_stops_the_launch(event, contact):
    Campaign.objects.update(template_values={"fecha": "pronto"})

    with pytest.raises(OperationRefused, match="It has neither a date nor a time"):
        launch(event)


def test_everyone_reads_the_values_of_the_campaign(event, contact, simulator):
    Campaign.objects.update(template_values={"fecha": "sábado  12"})

    launch(event)
    jobs.send_from(event.sender_id)

    text = "Hola Juan Pérez, te esperamos el sábado 12 en nuestro local. Responde INFO."
    assert event.recipients.get().body == text
    [sent] = simulator.journal
    assert sent["content_variables"] == {"1": "Juan Pérez", "2": "sábado 12", "3": "nuestro local"}


def test_a_copy_says_the_same(event):
    Campaign.objects.update(template_values={"fecha": "sábado 12"})

    assert Campaign.objects.get().copy().template_values == {"fecha": "sábado 12"}
