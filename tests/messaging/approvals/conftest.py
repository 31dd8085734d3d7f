from dataclasses import replace

import pytest
from django_q.models import OrmQ

from messaging.models import Template
from messaging.texts.content import Button, TemplateContent
from messaging.texts.template_versions import write_template
from waproject.accounts.actors import SYSTEM

CONTENT = TemplateContent(
    body="Hola {{nombre}}, tu {{auto}} ya está listo para retirar en el taller.",
    variables={
        "nombre": {"source": "contact.first_name", "fallback": "cliente", "example": "María"},
        "auto": {"source": "vehicle.model", "fallback": "auto", "example": "Yaris"},
    },
    category="utility",
    footer="Automotora del Sur",
    buttons=(Button("quick_reply", "Ya voy", id="abcdefgh"),),
)
PROMOTION = replace(CONTENT, body="Hola {{nombre}}, tenemos una oferta para tu {{auto}} este mes.")


def write(content=CONTENT, name="aviso"):
    return write_template(name, by=SYSTEM, content=content)


@pytest.fixture
def draft(db) -> Template:
    return write()


def queued() -> list[str]:
    """The names of the jobs that wait."""
    return [job.name() for job in OrmQ.objects.order_by("pk")]
