"""Fill the phrase table with the built-in phrases; later changes to it are the staff's."""

from django.db import migrations

from optouts import builtin
from optouts.patterns import normalised


def fill(apps, schema_editor):
    Phrase = apps.get_model("optouts", "Phrase")
    Phrase.objects.bulk_create(
        Phrase(
            text=phrase.text,
            normalised=normalised(phrase.text),
            kind=phrase.kind.value,
            reach=phrase.reach.value,
            language=phrase.language,
        )
        for phrase in builtin.patterns()
    )


class Migration(migrations.Migration):
    dependencies = [("optouts", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
