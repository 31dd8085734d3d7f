"""What the demonstration's business has done in the last weeks: all of it is made up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.audience.filters import Audience
from waproject.lab.demo.example import CONTENT_SID

# The last of the campaigns was so many days ago: today's is the one that is really sent.
DAYS = 33
OPENS, CLOSES = 10, 18
SUNDAY = 6

_NAME = {"source": "contact.first_name", "fallback": "estimado cliente", "example": "Ana"}
_CAR = {"source": "vehicle.model", "fallback": "auto", "example": "Corolla"}
_YEAR = {"source": "vehicle.year", "example": "2018"}


@dataclass(frozen=True)
class Wording:
    """A template: its name, its text, and the digit of which the provider's name for it is made."""

    name: str
    digit: int
    body: str

    @property
    def content_sid(self) -> str:
        return f"HX{str(self.digit) * 32}"

    @property
    def variables(self) -> dict[str, Any]:
        known = {"nombre": _NAME, "auto": _CAR, "año": _YEAR}
        return {name: source for name, source in known.items() if f"{{{{{name}}}}}" in self.body}


@dataclass(frozen=True)
class PastCampaign:
    """To whom it went, so many days ago, at an hour, and how many messages left in an hour."""

    name: str
    wording: Wording
    days_ago: int
    hour: int
    audience: Audience = field(default_factory=Audience)
    per_hour: int = 120
    tag: str = ""


PART_PAYMENT = Wording(
    "parte_de_pago",
    1,
    "Hola {{nombre}}, este mes recibimos tu {{auto}} del {{año}} en parte de pago, con bono extra."
    " ¿Te interesa? Responde BAJA para no recibir mensajes.",
)
SERVICE = Wording(
    "aviso_mantencion",
    2,
    "Hola {{nombre}}, a tu {{auto}} le toca la mantención. ¿Agendamos una hora esta semana?"
    " Responde BAJA para no recibir mensajes.",
)
TEST_DRIVE = Wording(
    "prueba_manejo",
    3,
    "Hola {{nombre}}, el sábado puedes probar los modelos nuevos en nuestra sucursal, de 10 a 14."
    " ¿Te esperamos? Responde BAJA para no recibir mensajes.",
)
RECALL = Wording(
    "llamado_airbag",
    4,
    "Hola {{nombre}}, hay un llamado de seguridad para tu {{auto}} del {{año}}, sin costo. ¿Qué día"
    " puedes traerlo? Responde BAJA para no recibir mensajes.",
)
USED_CARS = Wording(
    "seminuevos_mes",
    5,
    "Hola {{nombre}}, llegaron seminuevos con un solo dueño y garantía. ¿Te mando la lista?"
    " Responde BAJA para no recibir mensajes.",
)

WORDINGS = (PART_PAYMENT, SERVICE, TEST_DRIVE, RECALL, USED_CARS)


def past_campaigns() -> list[PastCampaign]:
    """The campaigns, the earliest first."""
    return [
        PastCampaign(
            _("Used cars of the month"), USED_CARS, 33, 11, Audience(year_to=2014), 90, "seminuevos"
        ),
        PastCampaign(
            _("Part payment: Hyundai and Kia"),
            PART_PAYMENT,
            29,
            10,
            Audience(make=["Hyundai", "Kia"], year_from=2014),
            tag="permuta",
        ),
        PastCampaign(
            _("Service of 20,000 km"), SERVICE, 26, 12, Audience(year_from=2021), 60, "taller"
        ),
        PastCampaign(
            _("Saturday of test drives"),
            TEST_DRIVE,
            22,
            17,
            Audience(make=["Toyota", "Mazda", "Suzuki"]),
            tag="ventas",
        ),
        PastCampaign(
            _("Recall of airbags"),
            RECALL,
            18,
            10,
            Audience(make=["Nissan", "Chevrolet"], year_to=2018),
            60,
            "taller",
        ),
        PastCampaign(
            _("Part payment: pickups"),
            PART_PAYMENT,
            15,
            11,
            Audience(model=["Hilux", "L200", "BT-50", "NP300", "Navara", "Ranger", "D-Max"]),
            tag="permuta",
        ),
        PastCampaign(
            _("Service before the summer"),
            SERVICE,
            11,
            12,
            Audience(year_from=2016, year_to=2020),
            90,
            "taller",
        ),
        PastCampaign(
            _("Used cars: second round"),
            USED_CARS,
            7,
            16,
            Audience(make=["Chevrolet", "Peugeot", "Citroën", "MG", "Chery"]),
            tag="seminuevos",
        ),
        PastCampaign(
            _("Part payment: SUVs"),
            PART_PAYMENT,
            3,
            10,
            Audience(
                model=["Tucson", "Sportage", "RAV4", "CX-5", "X-Trail", "Creta", "Vitara", "Rush"]
            ),
            tag="permuta",
        ),
    ]


def known_contents() -> list[str]:
    """The options by which the simulator knows the templates of the demonstration."""
    return [f"--content={sid}" for sid in (CONTENT_SID, *(one.content_sid for one in WORDINGS))]


# What people answer to a campaign, what a seller says, and what they say then.
TALKS: Sequence[tuple[str, str, str]] = (
    ("Sí, me interesa. ¿Cuánto me darían?", "Depende del kilometraje. ¿Cuántos tiene?", "48 mil"),
    ("¿Puedo ir el sábado?", "Claro, te esperamos a las 11. ¿A nombre de quién?", "A mi nombre"),
    ("¿Cuánto sale la mantención?", "Desde $129.000 con cambio de aceite.", "Gracias, lo pienso"),
    ("Todavía no, quizá en marzo", "Sin problema, te escribimos entonces.", "Gracias"),
    ("Ya lo vendí", "Gracias por avisar, lo anotamos.", "Ok"),
    ("¿Tienen financiamiento?", "Sí, hasta 48 cuotas. ¿Te mando una simulación?", "Sí, por favor"),
    ("Me interesa, ¿dónde están?", "En Av. Las Condes 9120. Abrimos a las 9:30.", "Paso mañana"),
    ("¿Atienden el lunes?", "Sí, de 9:30 a 18:30. ¿Qué hora te acomoda?", "A las 10 está bien"),
)
OPT_OUTS = ("BAJA", "No me escriban más", "Baja por favor")


def moment(days_ago: int, hour: int, minute: int = 0) -> datetime:
    """A moment of a past day by the clock of the business, which is closed on Sundays."""
    day = timezone.localtime() - timedelta(days=days_ago)
    if day.weekday() == SUNDAY:
        day -= timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
