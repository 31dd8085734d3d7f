"""What people write by themselves, and how they go on when they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from waproject.lab.twilio_simulator.people import OPT_OUT, REPLY


class Manner(Enum):
    """What the message that begins a scene carries besides its text."""

    PLAIN = auto()
    QUOTE = auto()
    REACTION = auto()
    LOCATION = auto()
    # Of somebody who was never written to: after a tap on an advertisement, or without a phone.
    ADVERTISEMENT = auto()
    USERNAME = auto()


@dataclass(frozen=True, slots=True)
class Scene:
    """A message, and what its writer answers to each answer, in order; after that, nothing.

    `file` names a sample that comes with the message (serving.media). `intent` is what the journal
    says of it.
    """

    text: str
    goes_on: Sequence[str] = ()
    manner: Manner = Manner.PLAIN
    file: str = ""
    intent: str = REPLY

    @property
    def is_newcomers(self) -> bool:
        """Whether somebody plays it who was never written to."""
        return self.manner in {Manner.ADVERTISEMENT, Manner.USERNAME}


THANKS = "Gracias 🙏"
# They come in this order, over and over: the first eight show every kind of message there is.
SCENES: Sequence[Scene] = (
    Scene(
        "Hola, ¿cuánto sale la mantención de los 20 mil?",
        ("¿Y eso incluye el filtro de aire?", "Perfecto, ¿tienen hora el jueves?", THANKS),
    ),
    Scene(
        "¿Cuánto me dan por este?",
        ("Tiene 48 mil kilómetros y un solo dueño", "Me parece, ¿cuándo lo llevo?", THANKS),
        file="picture",
    ),
    Scene(
        "Este me interesa. ¿Sigue disponible?",
        ("¿Lo puedo ver el sábado?", "A las 11 me acomoda", THANKS),
        Manner.QUOTE,
    ),
    Scene("👍", manner=Manner.REACTION),
    Scene("BAJA", intent=OPT_OUT),
    Scene("", ("Eso mismo preguntaba en el audio", THANKS), file="recording"),
    Scene(
        "Hola, vi el aviso. ¿Qué cuotas tienen?",
        ("¿Y con un pie de 3 millones?", "Lo converso en la casa y aviso", THANKS),
        Manner.ADVERTISEMENT,
    ),
    Scene(
        "Estoy acá, ¿me queda cerca la sucursal?",
        ("Ah, perfecto. ¿Hay estacionamiento?", THANKS),
        Manner.LOCATION,
    ),
    Scene(
        "¿Tienen financiamiento?",
        ("¿Hasta cuántas cuotas?", "¿Me mandan una simulación?", THANKS),
    ),
    Scene(
        "permiso-de-circulacion.pdf",
        ("Ese es del año pasado, ¿sirve igual?", THANKS),
        file="document",
    ),
    Scene("Quiero hablar con una persona", ("Es por el llamado de seguridad", THANKS)),
    Scene("Número equivocado", ("No se preocupen, gracias",)),
    Scene("", ("Es mi señora, coordinen con ella", THANKS), file="card"),
    Scene(
        "¿A qué hora abren el sábado?",
        ("¿Tengo que pedir hora?", THANKS),
        Manner.USERNAME,
    ),
    Scene("Gracias, quedó impecable el auto", ("😀",)),
    Scene(
        "¿Lo reciben en parte de pago?",
        ("Es un 2017 con 80 mil", "¿Y la diferencia en cuotas?", THANKS),
        Manner.QUOTE,
    ),
)
# How somebody goes on who was answered after a campaign, or after an earlier run.
OTHERWISE: Sequence[Sequence[str]] = (
    ("¿Y atienden el sábado?", THANKS),
    ("Buenísimo, ¿me mandan la dirección?", THANKS),
    (THANKS,),
    ("👌",),
)
