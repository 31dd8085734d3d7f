"""Fill the phrase table with the built-in phrases; later changes to it are the staff's.

A later migration that gives phrases another kind or column takes this filling over, as this one
did from 0002: the built-in phrases are those of today's files.
"""

from django.db import migrations

from optouts import builtin
from optouts.patterns import normalised

# Rows of the first table that would still opt out whoever sends what is now held for a person.
RETIRED = [
    "anular",
    "cancelar",
    "cancele",
    "quero-sair",
    "me-quiero-salir",
    "quiero [salir|salirme|parar]",
    "[detener|detenganse|detengase|suspender|retirar|suprimir]",
    "[quitar|desactivar|desuscripcion]",
    "cancelar [mensajes|los-mensajes|el-envio|los-envios|envios|publicidad|todo]",
]


def fill(apps, schema_editor):
    Phrase = apps.get_model("optouts", "Phrase")
    Phrase.objects.filter(normalised__in=RETIRED).delete()
    core = [normalised(phrase.text) for phrase in builtin.core()]
    Phrase.objects.filter(normalised__in=core).update(active=True, kind="opt_out")
    Phrase.objects.bulk_create(
        [row(Phrase, phrase) for phrase in builtin.patterns()],
        update_conflicts=True,
        unique_fields=["normalised"],
        update_fields=["kind", "reach", "core"],
    )


def row(Phrase, phrase):
    return Phrase(
        text=phrase.text,
        normalised=normalised(phrase.text),
        kind=phrase.kind.value,
        reach=phrase.reach.value,
        language=phrase.language,
        core=phrase.core,
    )


class Migration(migrations.Migration):
    dependencies = [("optouts", "0003_doubtful_phrases_and_a_core")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
