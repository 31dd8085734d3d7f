import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


# An event is never changed or deleted. A later way to forget old ones replaces these triggers.
REFUSALS = {
    "sqlite": [
        "CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events"
        " BEGIN SELECT RAISE(ABORT, 'An event of the audit is never changed.'); END",
        "CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events"
        " BEGIN SELECT RAISE(ABORT, 'An event of the audit is never deleted.'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'An event of the audit is never changed or deleted.'"
        " USING ERRCODE = 'restrict_violation'; END $$",
        "CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events"
        " FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()",
    ],
}


def refuse_changes(apps, schema_editor):
    for statement in REFUSALS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('actor_name', models.CharField(blank=True, max_length=150, verbose_name='name of the user')),
                ('action', models.CharField(max_length=100, verbose_name='what')),
                ('object_type', models.CharField(max_length=100, verbose_name='kind of object')),
                ('object_id', models.CharField(blank=True, max_length=64, verbose_name='id of the object')),
                ('object_text', models.CharField(blank=True, max_length=200, verbose_name='object')),
                ('before', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='before')),
                ('after', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='after')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('origin', models.CharField(blank=True, max_length=200, verbose_name='from where')),
                ('actor', models.ForeignKey(db_constraint=False, help_text='Empty: the system itself.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'db_table': 'audit_events',
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['tenant', '-id'], name='audit_latest'), models.Index(fields=['tenant', 'at'], name='audit_by_time'), models.Index(fields=['tenant', 'object_type', 'object_id', '-id'], name='audit_by_object'), models.Index(fields=['tenant', 'action', '-id'], name='audit_by_action'), models.Index(fields=['tenant', 'actor', '-id'], name='audit_by_actor')],
            },
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
    ]
