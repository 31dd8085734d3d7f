import contacts.phones.fields
import django.db.models.deletion
import optouts.models
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


# PostgreSQL empties a table without looking at its rows, and so without the models of Django.
REFUSAL = [
    "CREATE FUNCTION consent_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'The record of consent is never emptied.'"
    " USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE TRIGGER consent_events_no_truncate BEFORE TRUNCATE ON consent_events"
    " FOR EACH STATEMENT EXECUTE FUNCTION consent_events_refuse()",
]


def refuse_to_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in REFUSAL:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('tenants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.CharField(choices=[('out', 'opted out'), ('in', 'opted in again')], max_length=3, verbose_name='change')),
                ('source', models.CharField(choices=[('message', 'message from the person'), ('staff', 'staff'), ('provider', 'provider'), ('upload', 'uploaded list')], max_length=10, verbose_name='source')),
                ('evidence', models.TextField(blank=True, help_text="The message, or the provider's code.", verbose_name='evidence')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_events', to='contacts.contact', verbose_name='contact')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'consent event',
                'verbose_name_plural': 'consent events',
                'db_table': 'consent_events',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['tenant', 'at'], name='consent_eve_tenant__c72434_idx'), models.Index(fields=['tenant', 'change', 'source'], name='consent_eve_tenant__65a851_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('change__in', ['out', 'in'])), name='consent_change_is_known'), models.CheckConstraint(condition=models.Q(('source__in', ['message', 'staff', 'provider', 'upload'])), name='consent_source_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='message')),
                ('phrase', models.CharField(blank=True, max_length=400, verbose_name='phrase found')),
                ('held_at', models.DateTimeField(verbose_name='held')),
                ('decision', models.CharField(blank=True, choices=[('opt_out', 'opted out'), ('keep', 'not an opt-out')], max_length=8, verbose_name='decision')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='contacts.contact', verbose_name='contact')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'held message',
                'verbose_name_plural': 'held messages',
                'db_table': 'opt_out_holds',
                'ordering': ['-held_at', '-id'],
                'permissions': [('decide_hold', 'Can decide on a held message')],
                'indexes': [models.Index(condition=models.Q(('decided_at__isnull', True)), fields=['contact'], name='open_holds'), models.Index(fields=['tenant', 'held_at'], name='opt_out_hol_tenant__433b9a_idx')],
            },
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(blank=True, max_length=16, null=True, verbose_name='phone')),
                ('phone_key', contacts.phones.fields.PhoneKeyField(blank=True, editable=False, max_length=16, null=True)),
                ('opted_out_at', models.DateTimeField(verbose_name='opted out')),
                ('reason', models.CharField(choices=[('user_request', 'the person asked'), ('manual', 'entered by staff'), ('provider', 'reported by the provider'), ('import', 'uploaded list')], max_length=12, verbose_name='reason')),
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='opt_out', to='contacts.contact', verbose_name='contact')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'opt-out',
                'verbose_name_plural': 'opt-outs',
                'db_table': 'opt_outs',
                'ordering': ['-opted_out_at', '-id'],
                'permissions': [('revoke_optout', 'Can revoke an opt-out'), ('import_optout', 'Can upload a list of opt-outs'), ('export_optout', 'Can export opt-outs')],
                'indexes': [models.Index(fields=['tenant', 'opted_out_at'], name='opt_outs_tenant__4a149a_idx'), models.Index(fields=['tenant', 'reason'], name='opt_outs_tenant__5fd53f_idx'), models.Index(fields=['tenant', 'phone_key'], name='opt_outs_tenant__be4e69_idx')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'phone'), name='one_opt_out_per_phone', violation_error_message='There is already an opt-out of this phone.'), models.CheckConstraint(condition=models.Q(('reason__in', ['user_request', 'manual', 'provider', 'import'])), name='opt_out_reason_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Phrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(help_text='Case, accents and punctuation do not matter. [one|other] stands for either, [word|] for the word or nothing.', max_length=1000, verbose_name='phrase')),
                ('normalised', models.CharField(editable=False, max_length=1000)),
                ('kind', models.CharField(choices=[('opt_out', 'opt-out'), ('opt_in', 'opt-in'), ('doubtful', 'doubtful, a person decides'), ('courtesy', 'courtesy, left out'), ('innocent', 'innocent, means something else')], max_length=8, verbose_name='effect')),
                ('reach', models.CharField(choices=[('message', 'only as the whole message'), ('sentence', 'as a sentence of its own'), ('anywhere', 'anywhere in a text')], default='anywhere', help_text='Within a longer text an opt-out phrase never decides: the message is held for a person, as it is for a doubtful one. This says when it is held.', max_length=8, verbose_name='counts')),
                ('language', models.CharField(blank=True, choices=[('es', 'Spanish'), ('en', 'English'), ('pt', 'Portuguese')], db_index=True, max_length=5, verbose_name='language')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('core', models.BooleanField(default=False, editable=False, help_text='A word that everyone knows, such as BAJA or STOP: it cannot be switched off.', verbose_name='always heard')),
                ('revision', models.BigIntegerField(default=optouts.models.new_revision, editable=False)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'phrase',
                'verbose_name_plural': 'phrases',
                'db_table': 'opt_out_phrases',
                'ordering': ['kind', 'language', 'text'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'normalised'), name='one_phrase_per_tenant', violation_error_message='There is already such a phrase.'), models.CheckConstraint(condition=models.Q(('kind__in', ['opt_out', 'opt_in', 'doubtful', 'courtesy', 'innocent'])), name='phrase_kind_is_known'), models.CheckConstraint(condition=models.Q(('reach__in', ['message', 'sentence', 'anywhere'])), name='phrase_reach_is_known'), models.CheckConstraint(condition=models.Q(('core', False), models.Q(('active', True), ('kind', 'opt_out')), _connector='OR'), name='phrase_of_the_core_opts_out')],
            },
        ),
        migrations.RunPython(refuse_to_truncate, migrations.RunPython.noop),
    ]
