"""Nothing any more: 0003 fills the phrase table, with kinds of phrase that came later."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("optouts", "0001_initial")]

    operations = []
