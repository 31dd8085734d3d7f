"""The people at the other end: whether they answer a message, and what they write."""

from dataclasses import dataclass

from waproject.lab.twilio_simulator.chance import draw, pick
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.store import SimulatedMessage

OPT_OUT = "opt_out"
REPLY = "reply"

OPT_OUT_WORDS = (
    "BAJA",
    "baja",
    "Baja por favor",
    "quiero darme de baja",
    "STOP",
    "Stop. Gracias",
    "ALTO",
    "No molestar",
    "No me escriban más",
    "salir 🙏",
    "3",
)
OTHER_WORDS = (
    "INFO",
    "info",
    "1",
    "2",
    "Hola, ¿cuánto vale la mantención?",
    "Me interesa, ¿tienen financiamiento?",
    "Gracias",
    "👍",
    "Ya lo vendí, gracias",
    "¿Lo reciben en parte de pago?",
    "Tengo 3 autos, ¿los ven todos?",
    "Quiero bajar el precio, ¿se puede?",
    "¿A qué hora abren el sábado?",
)
_NAMES = ("Juan", "María", "Pedro", "Camila", "Ignacio", "Francisca", "Diego", "Valentina")


@dataclass(frozen=True, slots=True)
class Words:
    """What a person writes, and whether they mean to opt out (`opt_out`) or not (`reply`)."""

    body: str
    intent: str


def answer_to(message: SimulatedMessage, options: Options) -> Words | None:
    """What the recipient of a delivered message writes back, None for most."""
    key = (message.to, message.ordinal)
    mood = draw(options.seed, "mood", *key)
    if mood < options.optout_share:
        return Words(pick(OPT_OUT_WORDS, options.seed, "words", *key), OPT_OUT)
    if mood < options.optout_share + options.reply_share:
        return Words(pick(OTHER_WORDS, options.seed, "words", *key), REPLY)
    return None


def profile_name(address: str) -> str:
    """The first name on a person's WhatsApp profile, always the same for an address."""
    return pick(_NAMES, address)
