"""The menu and the confirmations that a business starts with, in Spanish, for staff to edit."""

from messaging.models import AutoReply

Event, Action = AutoReply.Event, AutoReply.Action


def add_default_replies() -> None:
    """Add them for the business of the scope, which has none yet."""
    AutoReply.objects.bulk_create(
        [
            AutoReply(
                event=Event.OPT_OUT,
                body="Listo. No volveremos a contactarte.",
                position=1,
            ),
            AutoReply(
                event=Event.OPT_IN,
                body=(
                    "Listo. Volverás a recibir nuestros mensajes."
                    " Si ya no los quieres, responde BAJA."
                ),
                position=2,
            ),
            AutoReply(
                keywords="INFO, información, 1",
                body=(
                    "¡Gracias por tu interés! Cuéntanos qué vehículo tienes o buscas y te"
                    " responderemos por aquí. Si prefieres hablar con una persona, responde 2."
                ),
                position=10,
            ),
            AutoReply(
                keywords="ejecutivo, ejecutiva, persona, asesor, asesora, humano, 2",
                body="Perfecto. Una persona de nuestro equipo te escribirá pronto.",
                action=Action.HUMAN,
                position=20,
            ),
            AutoReply(
                event=Event.FALLBACK,
                keywords="menú, opciones, ayuda, 0",
                body=(
                    "Hola, gracias por escribirnos. Responde con una opción:\n"
                    "1. INFO\n"
                    "2. Hablar con una persona\n"
                    "3. BAJA, para no recibir más mensajes"
                ),
                position=90,
            ),
        ]
    )
