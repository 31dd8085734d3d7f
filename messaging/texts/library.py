"""Templates to begin with, for a dealer of cars: whole, with examples, within WhatsApp's rules.

What they say is for customers, and so in Spanish; whoever uses one changes it as they like.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Category, HeaderType
from messaging.texts.content import PHONE, QUICK_REPLY, URL, Button, TemplateContent

LANGUAGE = "es_CL"
_OPT_OUT = "Responde BAJA para no recibir más."
_PHONE = "+56226180010"
_SITE = "https://www.example.com/"


@dataclass(frozen=True)
class Model:
    """A template of the library: how staff call it, what it is for, and what it says."""

    name: str
    title: str | Promise
    purpose: str | Promise
    content: TemplateContent


def _variable(
    source: str, example: str, fallback: str = "", kind: str = "text"
) -> dict[str, object]:
    return {
        "source": source,
        "fallback": fallback,
        "type": kind,
        "example": example,
        "required": not fallback,
    }


_NAME = _variable("contact.first_name", "Antonia", "estimado cliente")
_CAR = _variable("vehicle.model", "Creta", "tu auto")
_MODEL = _variable("vehicle.model", "Creta")
_YEAR = _variable("vehicle.year", "2021")


def _custom(field: str, example: str, kind: str = "text") -> dict[str, object]:
    return _variable(f"custom.{field}", example, kind=kind)


def _content(
    body: str,
    variables: Mapping[str, Mapping[str, object]],
    *buttons: Button,
    header: str = "",
    footer: str = "",
    category: Category = Category.MARKETING,
) -> TemplateContent:
    return TemplateContent(
        body=body,
        variables=variables,  # type: ignore[arg-type]
        language=LANGUAGE,
        category=category,
        header_type=HeaderType.TEXT if header else HeaderType.NONE,
        header_text=header,
        footer=footer or (_OPT_OUT if category == Category.MARKETING else ""),
        buttons=buttons,
    )


def _reply(text: str) -> Button:
    return Button(QUICK_REPLY, text)


def _call(text: str) -> Button:
    return Button(PHONE, text, value=_PHONE)


def _link(text: str, page: str) -> Button:
    return Button(URL, text, value=f"{_SITE}{page}")


def models() -> list[Model]:
    """The library, with new ids for the buttons each time."""
    return [*_selling(), *_serving(), *_keeping()]


def _selling() -> list[Model]:
    return [
        Model(
            "parte_de_pago",
            _("Trade-in"),
            _("For owners of a car of some years: it is taken in part payment of a newer one."),
            _content(
                "Hola {{nombre}}, ¿sigues con tu {{auto}} del {{año}}? Este mes lo recibimos en"
                " parte de pago de uno más nuevo, y la tasación no tiene costo.\n\n¿Te la"
                " preparamos?",
                {"nombre": _NAME, "auto": _MODEL, "año": _YEAR},
                _reply("Sí, quiero la tasación"),
                _reply("Ahora no"),
                header="Tu auto en parte de pago",
            ),
        ),
        Model(
            "prueba_de_manejo",
            _("Test drive"),
            _("An invitation to try a car, with an answer by one touch."),
            _content(
                "Hola {{nombre}}, ya puedes manejar el nuevo {{modelo}} por un rato, sin"
                " compromiso. Reservamos la hora que te acomode, también el sábado. ¿Agendamos?",
                {"nombre": _NAME, "modelo": _custom("modelo de interés", "Creta")},
                _reply("Agendar prueba"),
                _reply("Más adelante"),
                header="Ven a probarlo",
            ),
        ),
        Model(
            "cotizacion_lista",
            _("Quote"),
            _("Tells the person who asked for a quote that it is ready."),
            _content(
                "Hola {{nombre}}, tu cotización del {{modelo}} está lista: {{precio}} al contado."
                " Vale hasta el {{fecha}}. Si tienes dudas, responde este mensaje.",
                {
                    "nombre": _NAME,
                    "modelo": _custom("modelo de interés", "Creta"),
                    "precio": _custom("precio cotizado", "$13.990.000", "money"),
                    "fecha": _custom("vigencia", "30 de noviembre", "datetime"),
                },
                _reply("Tengo una pregunta"),
                _call("Llamar a ventas"),
                header="Tu cotización",
                category=Category.UTILITY,
            ),
        ),
        Model(
            "financiamiento",
            _("Financing"),
            _("Offers to work out the instalments of a car."),
            _content(
                "Hola {{nombre}}, podemos calcular contigo las cuotas del {{modelo}}: con el pie"
                " que prefieras y hasta en 48 meses. La evaluación demora menos de un día."
                " ¿Te llamamos?",
                {"nombre": _NAME, "modelo": _custom("modelo de interés", "Creta")},
                _reply("Sí, llámenme"),
                _link("Simular cuotas", "financiamiento"),
                header="Calcula tus cuotas",
            ),
        ),
        Model(
            "llego_un_modelo",
            _("New arrival"),
            _("Tells people who look for a model that it has come in."),
            _content(
                "Hola {{nombre}}, llegó a la automotora un {{modelo}} del {{año}} como el que"
                " buscabas. Está disponible para verlo esta semana. ¿Quieres que te lo reservemos"
                " para una visita?",
                {
                    "nombre": _NAME,
                    "modelo": _custom("modelo de interés", "Creta"),
                    "año": _custom("año de interés", "2022"),
                },
                _reply("Quiero verlo"),
                _link("Ver la ficha", "autos"),
                header="Llegó el que buscabas",
            ),
        ),
    ]


def _serving() -> list[Model]:
    return [
        Model(
            "aviso_mantencion",
            _("Service due"),
            _("The car is due for service: with dates, and the workshop's phone."),
            _content(
                "Hola {{nombre}}, a tu {{auto}} le corresponde la mantención de los {{km}} km."
                " Hay horas desde el {{fecha}} en nuestro taller. ¿Agendamos?",
                {
                    "nombre": _NAME,
                    "auto": _CAR,
                    "km": _custom("próxima mantención", "20.000"),
                    "fecha": _custom("fecha taller", "2 de diciembre", "datetime"),
                },
                _reply("Agendar hora"),
                _call("Llamar al taller"),
                header="Tu mantención",
                category=Category.UTILITY,
            ),
        ),
        Model(
            "recordatorio_hora",
            _("Appointment reminder"),
            _("The day before an appointment, to be confirmed or moved by one touch."),
            _content(
                "Hola {{nombre}}, te recordamos tu hora del {{fecha}} a las {{hora}} por tu"
                " {{auto}}. Si no puedes venir, avísanos y buscamos otra.",
                {
                    "nombre": _NAME,
                    "fecha": _custom("fecha hora", "2 de diciembre", "datetime"),
                    "hora": _custom("hora", "10:30", "datetime"),
                    "auto": _CAR,
                },
                _reply("Confirmo"),
                _reply("Necesito otra hora"),
                header="Tu hora en el taller",
                category=Category.UTILITY,
            ),
        ),
        Model(
            "permiso_circulacion",
            _("Permit renewal"),
            _("In February and March: the permiso de circulación is to be renewed."),
            _content(
                "Hola {{nombre}}, el permiso de circulación de tu {{auto}} vence el {{fecha}}."
                " Para renovarlo se necesita la revisión técnica y el seguro obligatorio al día."
                " ¿Te ayudamos con el trámite?",
                {
                    "nombre": _NAME,
                    "auto": _CAR,
                    "fecha": _custom("vence permiso", "31 de marzo", "datetime"),
                },
                _reply("Sí, ayúdenme"),
                _reply("Ya lo renové"),
                header="Tu permiso de circulación",
                category=Category.UTILITY,
            ),
        ),
        Model(
            "revision_tecnica",
            _("Technical inspection"),
            _("The revisión técnica ends this month, with an offer to look the car over first."),
            _content(
                "Hola {{nombre}}, la revisión técnica de tu {{auto}} vence en {{mes}}. Antes de"
                " que vayas a la planta podemos revisar luces, frenos y gases en el taller."
                " ¿Te reservamos una hora?",
                {"nombre": _NAME, "auto": _CAR, "mes": _custom("mes revisión", "abril")},
                _reply("Reservar hora"),
                _call("Llamar al taller"),
                header="Tu revisión técnica",
                category=Category.UTILITY,
            ),
        ),
    ]


def _keeping() -> list[Model]:
    return [
        Model(
            "satisfaccion",
            _("Satisfaction"),
            _("After a visit to the workshop or a purchase: how it was, by one touch."),
            _content(
                "Hola {{nombre}}, gracias por tu visita del {{fecha}}. ¿Cómo te atendimos? Tu"
                " respuesta la lee el equipo y nos sirve para mejorar.",
                {"nombre": _NAME, "fecha": _custom("última visita", "26 de noviembre", "datetime")},
                _reply("Muy bien"),
                _reply("Regular"),
                _reply("Mal"),
                category=Category.UTILITY,
            ),
        ),
        Model(
            "cumpleanos",
            _("Birthday"),
            _("A greeting on the birthday, with nothing to buy."),
            _content(
                "¡Feliz cumpleaños, {{nombre}}! Todo el equipo te desea un gran día y muchos"
                " buenos caminos en tu {{auto}}. Gracias por seguir con nosotros. 🎉",
                {"nombre": _NAME, "auto": _CAR},
                header="Un saludo de la automotora",
            ),
        ),
        Model(
            "resena",
            _("Ask for a review"),
            _("Asks a satisfied customer for a review, with the link to write it."),
            _content(
                "Hola {{nombre}}, nos alegra que estés contento con tu {{auto}}. ¿Nos cuentas tu"
                " experiencia en una reseña? Toma un minuto y ayuda a otras personas a elegir.",
                {"nombre": _NAME, "auto": _CAR},
                _link("Escribir la reseña", "resena"),
                header="Tu opinión nos importa",
            ),
        ),
    ]
