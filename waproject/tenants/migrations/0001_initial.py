import django.core.validators
from django.db import migrations, models

import waproject.core.text.places


# Only the owner of a table may refresh its statistics, and the site works with a role that is not.
REFRESH_STATISTICS = """
    CREATE FUNCTION refresh_statistics(tables text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE name text;
    BEGIN
        FOREACH name IN ARRAY tables LOOP
            EXECUTE format('ANALYZE %I', name);
        END LOOP;
    END $$
"""

# The queries of the original schema count days as SQLite does: date('now', '-7 days'), of UTC.
DAYS_AGO = """
    CREATE FUNCTION date(moment text, ago text) RETURNS date LANGUAGE sql STABLE
    AS $$ SELECT (moment::timestamptz AT TIME ZONE 'UTC' + ago::interval)::date $$
"""


def add_functions(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFRESH_STATISTICS, params=None)
        schema_editor.execute(DAYS_AGO, params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('slug', models.SlugField(unique=True, verbose_name='short name')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('time_zone', models.CharField(blank=True, help_text='By it times are shown and days of reports begin: America/Santiago.', max_length=40, validators=[waproject.core.text.places.validate_zone], verbose_name='time zone')),
                ('phone_region', models.CharField(blank=True, help_text='Phones written without a country are of this one: CL.', max_length=2, validators=[waproject.core.text.places.validate_region], verbose_name='country of phones')),
                ('currency', models.CharField(blank=True, help_text='In it costs are shown, where a rate of exchange is known: CLP.', max_length=3, validators=[waproject.core.text.places.validate_currency], verbose_name='currency')),
                ('frequency_cap_messages', models.PositiveSmallIntegerField(blank=True, help_text='Within the days below, over all campaigns. 0: no limit.', null=True, verbose_name='campaign messages to one person, at most')),
                ('frequency_cap_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='within so many days')),
                ('launch_approval_above', models.PositiveIntegerField(blank=True, help_text='A launch to more people than this needs the approval of a second person. Empty: none does.', null=True, verbose_name='approval of launches to more people than')),
            ],
            options={
                'verbose_name': 'business',
                'verbose_name_plural': 'businesses',
                'db_table': 'tenants',
                'ordering': ['id'],
                'default_permissions': ('view', 'change'),
                'permissions': [('change_retention', 'Can set how long data is kept')],
            },
        ),
        migrations.RunPython(add_functions, migrations.RunPython.noop),
    ]
