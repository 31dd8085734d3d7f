import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


# An event is never changed, but for its reason: people type it, and it may name a person who is
# erased. It can be emptied, and nothing else beside it changed. It is deleted by
# waproject.audit.retention alone: its transaction says up to which time, and nothing of the last
# 90 days goes even then.
_OTHERS = (
    "id", "tenant_id", "at", "actor_id", "actor_name", "action",
    "object_type", "object_id", "object_text", "before", "after", "origin",
)
_SAME = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _OTHERS)
REFUSALS = {
    "sqlite": [
        # Has a row during that transaction, which nobody else ever sees.
        "CREATE TABLE audit_retention (before datetime NOT NULL)",
        "CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events"
        f" WHEN NOT (NEW.reason = '' AND {_SAME})"
        " BEGIN SELECT RAISE(ABORT, 'An event of the audit is never changed.'); END",
        "CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events"
        " WHEN NOT EXISTS (SELECT 1 FROM audit_retention WHERE OLD.at < before"
        " AND OLD.at < datetime('now', '-90 days'))"
        " BEGIN SELECT RAISE(ABORT, 'An event of the audit is never deleted.'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN IF TG_OP = 'UPDATE' THEN"
        " IF NEW.reason = '' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason'"
        " THEN RETURN NEW; END IF;"
        " ELSIF OLD.at < NULLIF(current_setting('app.audit_retention', true), '')::timestamptz"
        " AND OLD.at < now() - interval '90 days' THEN RETURN OLD; END IF;"
        " RAISE EXCEPTION 'An event of the audit is never changed or deleted.'"
        " USING ERRCODE = 'restrict_violation'; END $$",
        "CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events"
        " FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()",
        "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()",
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
                ('actor', models.ForeignKey(db_constraint=False, db_index=False, help_text='Empty: the system itself.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'operation',
                'verbose_name_plural': 'operations',
                'db_table': 'audit_events',
                'default_permissions': ('view', 'export'),
                'indexes': [models.Index(fields=['tenant', '-id'], name='audit_latest'), models.Index(fields=['tenant', '-at', '-id'], name='audit_by_time'), models.Index(fields=['tenant', 'object_type', 'object_id', '-id'], name='audit_by_object'), models.Index(fields=['tenant', 'object_type', '-id'], name='audit_by_kind'), models.Index(fields=['tenant', 'action', '-id'], name='audit_by_action'), models.Index(fields=['tenant', 'actor', '-id'], name='audit_by_actor'), models.Index(fields=['tenant', 'origin'], name='audit_by_origin', opclasses=['int8_ops', 'varchar_pattern_ops']), models.Index(condition=models.Q(('reason', ''), _negated=True), fields=['tenant'], name='audit_with_reason')],
            },
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
    ]
