"""The people at the other end: whether they answer a message, and what they write."""

from dataclasses import dataclass

from waproject.lab.twilio_simulator.chance import draw, pick
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.store import SimulatedMessage

OPT_OUT = "opt_out"
REPLY = "reply"
# How many of those who answer a message with buttons tap one.
TAP_SHARE = 0.7

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
# How many of those who answer without a button send a file, and with which words.
FILE_SHARE = 0.15
FILES = (
    ("picture", "¿Cuánto me dan por este?"),
    ("picture", ""),
    ("document", "permiso-de-circulacion.pdf"),
    ("recording", ""),
    ("card", ""),
)
_NAMES = ("Juan", "María", "Pedro", "Camila", "Ignacio", "Francisca", "Diego", "Valentina")


@dataclass(frozen=True, slots=True)
class Words:
    """What a person writes, and whether they mean to opt out (`opt_out`) or not (`reply`).

    `payload` is the id of a quick reply that they tapped; then `body` is what stands on it. `file`
    names a sample that they send with it (serving.media).
    """

    body: str
    intent: str
    payload: str = ""
    file: str = ""


def answer_to(message: SimulatedMessage, options: Options) -> Words | None:
    """What the recipient of a delivered message writes back, None for most."""
    key = (message.to, message.ordinal)
    mood = draw(options.seed, "mood", *key)
    if mood < options.optout_share:
        return Words(pick(OPT_OUT_WORDS, options.seed, "words", *key), OPT_OUT)
    if mood < options.optout_share + options.reply_share:
        if message.quick_replies and draw(options.seed, "tap", *key) < TAP_SHARE:
            text, payload = pick(message.quick_replies, options.seed, "button", *key)
            return Words(text, REPLY, payload)
        if draw(options.seed, "file", *key) < FILE_SHARE:
            name, text = pick(FILES, options.seed, "which", *key)
            return Words(text, REPLY, file=name)
        return Words(pick(OTHER_WORDS, options.seed, "words", *key), REPLY)
    return None


def profile_name(address: str) -> str:
    """The first name on a person's WhatsApp profile, always the same for an address."""
    return pick(_NAMES, address)
