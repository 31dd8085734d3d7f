"""The outcomes and quick answers that a business starts with, in Spanish, for staff to edit."""

from messaging.inbox.models import CannedAnswer, InboxRules, Outcome

_FIRST = (
    ("Resuelta", "resolved", False),
    ("Venta", "sold", True),
    ("Visita acordada", "visit", False),
    ("Prueba de manejo", "test_drive", False),
    ("Sin interés", "not_interested", False),
    ("Sin respuesta", "no_answer", False),
)


def add_default_outcomes() -> None:
    """Add them for the business of the scope, which has none yet."""
    Outcome.objects.bulk_create(
        Outcome(name=name, code=code, is_sale=is_sale, position=10 * number)
        for number, (name, code, is_sale) in enumerate(_FIRST, 1)
    )


_CANNED = (
    ("hola", "Hola {{nombre}}, soy {{agente}}. ¿En qué te puedo ayudar?"),
    ("horario", "Atendemos de lunes a viernes de 9:00 a 18:30 y los sábados de 10:00 a 14:00."),
    ("visita", "¿Qué día te acomoda venir a ver tu {{modelo}} con nosotros?"),
    ("gracias", "¡Gracias por escribirnos, {{nombre}}! Quedamos atentos."),
)


def add_canned_answers() -> None:
    """Add them for the business of the scope, which has none yet."""
    CannedAnswer.objects.bulk_create(
        CannedAnswer(shortcut=shortcut, text=text) for shortcut, text in _CANNED
    )


def add_rules() -> None:
    """Add the rules of the business of the scope: all by hand, and always open."""
    InboxRules.objects.create()
