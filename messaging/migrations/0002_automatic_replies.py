"""The built-in menu and confirmations, in Spanish, for staff to edit."""

from django.db import migrations

REPLIES = [
    {
        "event": "opt_out",
        "body": "Listo. No volveremos a contactarte.",
        "position": 1,
    },
    {
        "event": "opt_in",
        "body": (
            "Listo. Volverás a recibir nuestros mensajes."
            " Si ya no los quieres, responde BAJA."
        ),
        "position": 2,
    },
    {
        "keywords": "INFO, información, 1",
        "body": (
            "¡Gracias por tu interés! Cuéntanos qué vehículo tienes o buscas y te responderemos"
            " por aquí. Si prefieres hablar con una persona, responde 2."
        ),
        "position": 10,
    },
    {
        "keywords": "ejecutivo, ejecutiva, persona, asesor, asesora, humano, 2",
        "body": "Perfecto. Una persona de nuestro equipo te escribirá pronto.",
        "action": "human",
        "position": 20,
    },
    {
        "event": "fallback",
        "keywords": "menú, opciones, ayuda, 0",
        "body": (
            "Hola, gracias por escribirnos. Responde con una opción:\n"
            "1. INFO\n"
            "2. Hablar con una persona\n"
            "3. BAJA, para no recibir más mensajes"
        ),
        "position": 90,
    },
]


def add_replies(apps, schema_editor):
    AutoReply = apps.get_model("messaging", "AutoReply")
    AutoReply.objects.using(schema_editor.connection.alias).bulk_create(
        AutoReply(**reply) for reply in REPLIES
    )


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]
    operations = [migrations.RunPython(add_replies, migrations.RunPython.noop, elidable=False)]
