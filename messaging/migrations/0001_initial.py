import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import messaging.providers.ids
import messaging.tokens
import waproject.core.secrets
import waproject.tenants.fields
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


# What was sent refers to its version, so the text of one is never changed.
FROZEN = (
    "template_id, number, language, category, header_type, header_text, header_media, body, footer,"
    " buttons, variables, change_reason, created_at"
)
# What the provider gives to a version is written once. The column, and what it holds before.
WRITTEN_ONCE = {"content_sid": "''", "provider_data": "'{}'"}
REFUSALS = {
    "sqlite": [
        f"CREATE TRIGGER template_versions_frozen BEFORE UPDATE OF {FROZEN} ON template_versions"
        " BEGIN SELECT RAISE(ABORT, 'A version of a template is never changed.'); END",
        *(
            f"CREATE TRIGGER template_versions_{column}_once BEFORE UPDATE OF {column}"
            f" ON template_versions WHEN OLD.{column} <> {before}"
            " BEGIN SELECT RAISE(ABORT, 'A version of a template is never changed.'); END"
            for column, before in WRITTEN_ONCE.items()
        ),
    ],
    "postgresql": [
        "CREATE FUNCTION template_versions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'A version of a template is never changed.'"
        " USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER template_versions_frozen BEFORE UPDATE OF {FROZEN} ON template_versions"
        " FOR EACH ROW EXECUTE FUNCTION template_versions_refuse()",
        *(
            f"CREATE TRIGGER template_versions_{column}_once BEFORE UPDATE OF {column}"
            f" ON template_versions FOR EACH ROW WHEN (OLD.{column} <> {before})"
            " EXECUTE FUNCTION template_versions_refuse()"
            for column, before in WRITTEN_ONCE.items()
        ),
        "CREATE TRIGGER template_versions_no_truncate BEFORE TRUNCATE ON template_versions"
        " FOR EACH STATEMENT EXECUTE FUNCTION template_versions_refuse()",
    ],
}


def freeze_versions(apps, schema_editor):
    for statement in REFUSALS[schema_editor.connection.vendor]:
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
            name='Sender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('channel', models.CharField(choices=[('whatsapp', 'WhatsApp'), ('sms', 'SMS'), ('other', 'other')], max_length=10, verbose_name='channel')),
                ('address', models.CharField(max_length=255, validators=[django.core.validators.RegexValidator('^(\\+[1-9][0-9]{6,14}|[0-9]{3,8})$', 'The number must look like +56975400946, or be a short code such as 12345.')], verbose_name='number')),
                ('messaging_service_sid', models.CharField(blank=True, max_length=34, validators=[messaging.providers.ids.validate_service_id], verbose_name='messaging service')),
                ('sends_files', models.BooleanField(default=False, help_text='Whether a number for SMS can send pictures and other files (MMS).', verbose_name='sends MMS')),
                ('rate', models.FloatField(default=80, validators=[django.core.validators.MinValueValidator(0.01), django.core.validators.MaxValueValidator(1000)], verbose_name='messages per second')),
                ('daily_limit', models.PositiveIntegerField(blank=True, help_text='Left empty, there is no limit.', null=True, verbose_name='people a day')),
                ('quality', models.CharField(choices=[('unknown', 'unknown'), ('green', 'high'), ('yellow', 'medium'), ('red', 'low')], default='unknown', max_length=10, verbose_name='quality')),
                ('tier', models.CharField(choices=[('unknown', 'unknown'), ('tier_250', '250 people a day'), ('tier_2k', '2,000 people a day'), ('tier_10k', '10,000 people a day'), ('tier_100k', '100,000 people a day'), ('unlimited', 'unlimited')], default='unknown', max_length=12, verbose_name='limit')),
                ('warm_up', models.JSONField(blank=True, default=list, verbose_name='warm-up plan')),
                ('warm_up_since', models.DateTimeField(editable=False, null=True, verbose_name='first used')),
                ('share_when_medium', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='people a day at medium quality, in percent')),
                ('share_when_low', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='people a day at low quality, in percent')),
                ('status', models.CharField(choices=[('active', 'in use'), ('disabled', 'switched off')], default='active', max_length=10, verbose_name='status')),
                ('asked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('next_slot', models.FloatField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'sender',
                'verbose_name_plural': 'senders',
                'db_table': 'senders',
                'ordering': ['name'],
                'permissions': [('send_test', 'Can send tests to a number of their own')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='sender_rate_is_positive'),
                    models.CheckConstraint(condition=models.Q(('channel__in', ['whatsapp', 'sms', 'other'])), name='sender_channel_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('provider', models.CharField(default='twilio', max_length=20, verbose_name='provider')),
                ('external_id', models.CharField(help_text="The provider's name for the account, for example AC and 32 characters.", max_length=64, verbose_name='account id')),
                ('in_environment', models.BooleanField(default=False, editable=False)),
                ('access_token', waproject.core.secrets.EncryptedTextField(blank=True, verbose_name='token')),
                ('token_expires_at', models.DateTimeField(blank=True, null=True, verbose_name='token valid until')),
                ('token_set_at', models.DateTimeField(editable=False, null=True, verbose_name='token set')),
                ('webhook_verify_token', waproject.core.secrets.EncryptedTextField(blank=True, verbose_name='webhook verify token')),
                ('waba_id', models.CharField(blank=True, max_length=50, verbose_name='WhatsApp Business account')),
                ('phone_number_id', models.CharField(blank=True, max_length=50, verbose_name='phone number id')),
                ('display_name', models.CharField(blank=True, max_length=100, verbose_name='display name')),
                ('verified_name', models.CharField(blank=True, max_length=100, verbose_name='verified name')),
                ('quality', models.CharField(choices=[('unknown', 'unknown'), ('green', 'high'), ('yellow', 'medium'), ('red', 'low')], default='unknown', max_length=10, verbose_name='quality')),
                ('tier', models.CharField(choices=[('unknown', 'unknown'), ('tier_250', '250 people a day'), ('tier_2k', '2,000 people a day'), ('tier_10k', '10,000 people a day'), ('tier_100k', '100,000 people a day'), ('unlimited', 'unlimited')], default='unknown', max_length=12, verbose_name='limit')),
                ('status', models.CharField(choices=[('pending', 'not tried yet'), ('connected', 'connected'), ('disconnected', 'switched off'), ('suspended', 'suspended by the provider'), ('error', 'in error')], default='pending', max_length=12, verbose_name='status')),
                ('status_reason', models.JSONField(blank=True, default=str, editable=False, verbose_name='reason')),
                ('last_synced_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last asked')),
                ('templates_synced_at', models.DateTimeField(editable=False, null=True)),
                ('senders_unanswered', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('senders_ask_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'db_table': 'provider_accounts',
                'ordering': ['-in_environment', 'name', 'pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('provider', 'external_id'), name='one_account_per_provider_and_id', violation_error_message='There is already an account with this id.'),
                    models.UniqueConstraint(condition=models.Q(('in_environment', True)), fields=('in_environment',), name='one_account_of_the_environment'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'connected', 'disconnected', 'suspended', 'error'])), name='account_status_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AutoReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(blank=True, choices=[('', 'a word'), ('opt_out', 'the person opted out'), ('opt_in', 'the person opted in again'), ('fallback', 'nothing else matched')], max_length=10, verbose_name='answers to')),
                ('keywords', models.CharField(blank=True, help_text='Separated by commas; a digit counts only when it is the whole message.', max_length=200, verbose_name='words')),
                ('body', models.TextField(max_length=1600, verbose_name='answer')),
                ('action', models.CharField(choices=[('reply', 'only answer'), ('human', 'ask for a person')], default='reply', max_length=10, verbose_name='action')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='position')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'automatic reply',
                'verbose_name_plural': 'automatic replies',
                'db_table': 'auto_replies',
                'ordering': ['position', 'id'],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('event', ''), _negated=True), fields=('tenant', 'event'), name='one_reply_per_event', violation_error_message='There is already a reply to this event.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='KeptStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.account', verbose_name='account')),
                ('message_sid', models.CharField(blank=True, max_length=100, verbose_name='message sid')),
                ('token', models.CharField(blank=True, max_length=64)),
                ('status', models.CharField(blank=True, max_length=60, verbose_name='status')),
                ('error_code', models.CharField(blank=True, max_length=50, null=True, verbose_name='error code')),
                ('error_message', models.TextField(blank=True, verbose_name='error')),
                ('address', models.CharField(blank=True, max_length=64, verbose_name='address')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('try_at', models.DateTimeField(editable=False, null=True, verbose_name='tried again')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'kept status',
                'verbose_name_plural': 'kept statuses',
                'db_table': 'kept_statuses',
                'ordering': ['id'],
                'indexes': [
                    models.Index(fields=['tenant', 'try_at'], name='kept_status_tenant__5d59f5_idx'),
                    models.Index(fields=['tenant', 'received_at'], name='kept_status_tenant__02facc_idx'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'message_sid', 'status', 'account'), name='one_kept_status_per_message_and_account'),
                    models.UniqueConstraint(condition=models.Q(('account', None)), fields=('tenant', 'message_sid', 'status'), name='one_kept_status_per_message'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Lane',
            fields=[
                ('sender', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lane', serialize=False, to='messaging.sender')),
                ('runner_token', models.CharField(blank=True, default='', max_length=22)),
                ('runner_until', models.DateTimeField(null=True)),
                ('wake_at', models.DateTimeField(null=True)),
                ('queued_at', models.DateTimeField(null=True)),
                ('room_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'delivery_lanes',
                'default_permissions': (),
                'indexes': [
                    models.Index(condition=models.Q(('wake_at__isnull', False)), fields=['wake_at'], name='lanes_to_wake'),
                    models.Index(condition=models.Q(('queued_at__isnull', False)), fields=['queued_at'], name='lanes_in_the_queue'),
                ],
            },
        ),
        migrations.AddField(
            model_name='sender',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='senders', to='messaging.account', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='sender',
            name='tenant',
            field=models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business'),
        ),
        migrations.CreateModel(
            name='DeliveryStream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('source_id', models.BigIntegerField(default=0, verbose_name='source')),
                ('state', models.CharField(choices=[('open', 'open'), ('paused', 'paused'), ('ended', 'ended')], default='open', max_length=8, verbose_name='state')),
                ('priority', models.PositiveSmallIntegerField(choices=[(10, "a person's answer"), (20, 'an automatic answer'), (30, 'a campaign')], default=30, verbose_name='priority')),
                ('purpose', models.CharField(choices=[('marketing', 'marketing'), ('service', 'service'), ('reply', 'reply')], default='marketing', max_length=10, verbose_name='purpose')),
                ('per_hour', models.PositiveIntegerField(null=True)),
                ('next_slot', models.FloatField(default=0)),
                ('hours_start', models.TimeField(null=True)),
                ('hours_end', models.TimeField(null=True)),
                ('days', models.PositiveSmallIntegerField(default=127)),
                ('ends_at', models.DateTimeField(null=True)),
                ('max_retries', models.PositiveSmallIntegerField(default=0)),
                ('retry_delay_seconds', models.PositiveIntegerField(default=60)),
                ('can_pause', models.BooleanField(default=False)),
                ('served', models.BigIntegerField(default=0)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('sender', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='streams', to='messaging.sender', verbose_name='sender')),
            ],
            options={
                'verbose_name': 'delivery stream',
                'verbose_name_plural': 'delivery streams',
                'db_table': 'delivery_streams',
                'default_permissions': (),
                'indexes': [
                    models.Index(fields=['kind', 'source_id'], name='delivery_st_kind_e410f5_idx'),
                    models.Index(condition=models.Q(('state', 'open')), fields=['sender'], name='streams_open'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('sender', 'kind', 'source_id'), name='one_stream_per_sender_and_source'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['open', 'paused', 'ended'])), name='stream_state_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('open', 'open'), ('pending', 'pending'), ('resolved', 'resolved'), ('spam', 'spam')], default='open', max_length=8, verbose_name='status')),
                ('unread_count', models.PositiveIntegerField(default=0, verbose_name='unread')),
                ('has_unread', models.GeneratedField(db_persist=True, expression=models.Q(('unread_count__gt', 0)), output_field=models.BooleanField(verbose_name='unread'), verbose_name='unread')),
                ('wants_human', models.BooleanField(default=False, verbose_name='asks for a person')),
                ('taken_over', models.BooleanField(db_default=False, default=False, verbose_name='taken over from the menu')),
                ('window_expires_at', models.DateTimeField(blank=True, help_text="WhatsApp allows free text for 24 hours after the person's last message.", null=True, verbose_name='free text until')),
                ('last_message_at', models.DateTimeField(blank=True, null=True, verbose_name='last message')),
                ('last_message_body', models.CharField(blank=True, max_length=160, verbose_name='last text')),
                ('last_message_direction', models.CharField(blank=True, max_length=8)),
                ('last_inbound_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last wrote')),
                ('last_inbound_body', models.CharField(blank=True, default='', editable=False, max_length=160, verbose_name='last words')),
                ('last_inbound_type', models.CharField(blank=True, default='', editable=False, max_length=20)),
                ('waiting_since', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='waiting since')),
                ('round_began_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='resolved')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='contacts.contact', verbose_name='contact')),
                ('tags', waproject.tenants.fields.TenantManyToManyField(blank=True, to='contacts.tag', verbose_name='tags')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='messaging.sender', verbose_name='sender')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
                'db_table': 'conversations',
                'ordering': ['-last_message_at', '-id'],
                'indexes': [
                    models.Index(fields=['tenant', '-last_message_at', '-id'], name='conversatio_tenant__948742_idx'),
                    models.Index(fields=['tenant', '-has_unread', '-last_message_at', '-id'], name='conversatio_tenant__a4cae3_idx'),
                    models.Index(fields=['tenant', 'status', '-has_unread', '-last_message_at'], name='conversatio_tenant__bdabfe_idx'),
                    models.Index(fields=['tenant', 'window_expires_at'], name='conversatio_tenant__c4822a_idx'),
                    models.Index(condition=models.Q(('last_inbound_at__isnull', False)), fields=['tenant', '-last_inbound_at', '-id'], name='inbox_of_all'),
                    models.Index(condition=models.Q(('unread_count__gt', 0)), fields=['tenant', '-last_inbound_at', '-id'], name='inbox_unread'),
                    models.Index(condition=models.Q(('last_inbound_at__isnull', False), ('status__in', ['open', 'pending'])), fields=['assignee', '-last_inbound_at', '-id'], name='inbox_of_somebody'),
                    models.Index(condition=models.Q(('assignee__isnull', True), ('last_inbound_at__isnull', False), ('status__in', ['open', 'pending'])), fields=['tenant', '-last_inbound_at', '-id'], name='inbox_of_nobody'),
                    models.Index(condition=models.Q(('wants_human', True)), fields=['tenant', '-last_inbound_at', '-id'], name='inbox_asking_for_a_person'),
                    models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['tenant', 'waiting_since', 'id'], name='inbox_waiting'),
                    models.Index(condition=models.Q(('round_began_at__isnull', False)), fields=['tenant', 'round_began_at', 'id'], name='inbox_unresolved'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('status__in', ['open', 'pending', 'resolved', 'spam'])), name='conversation_status_is_known'),
                    models.UniqueConstraint(fields=('sender', 'contact'), name='one_conversation_per_sender_and_contact'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.contact')),
                ('sender', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.sender')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['sender', 'at'], name='openings_of_a_day'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('sender', 'contact'), name='one_opening_per_sender_and_contact'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, validators=[django.core.validators.RegexValidator('^[a-z0-9_]+$', 'Use lowercase letters, digits and underscores.')], verbose_name='name')),
                ('language', models.CharField(default='es', max_length=10, verbose_name='language')),
                ('category', models.CharField(choices=[('marketing', 'marketing'), ('utility', 'utility'), ('authentication', 'authentication')], default='marketing', max_length=15, verbose_name='category')),
                ('status', models.CharField(choices=[('draft', 'not submitted'), ('pending', 'in review'), ('approved', 'approved'), ('rejected', 'rejected'), ('paused', 'paused'), ('disabled', 'disabled'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='status')),
                ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archived')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='templates', to='messaging.account', verbose_name='account')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'template',
                'verbose_name_plural': 'templates',
                'db_table': 'templates',
                'ordering': ['name', 'language'],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'account', 'name', 'language'), name='one_template_per_account_name_and_language', violation_error_message='There is already a template of this name and language.'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'pending', 'approved', 'rejected', 'paused', 'disabled', 'archived'])), name='template_status_is_known'),
                ],
                'indexes': [
                    models.Index(fields=['tenant', 'status'], name='templates_tenant__81025d_idx'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('category', models.CharField(choices=[('marketing', 'marketing'), ('utility', 'utility'), ('authentication', 'authentication')], default='marketing', max_length=15, verbose_name='category')),
                ('header_type', models.CharField(choices=[('none', 'none'), ('text', 'text'), ('image', 'picture'), ('video', 'video'), ('document', 'document')], default='none', max_length=10, verbose_name='header')),
                ('header_text', models.CharField(blank=True, max_length=200, verbose_name='text of the header')),
                ('header_media', models.CharField(blank=True, help_text='A public address, https://…, or the path of a file kept here.', max_length=1000, verbose_name='file of the header')),
                ('body', models.TextField(help_text='With placeholders in double braces, for example {{nombre}} or {{1}}.', max_length=1024, verbose_name='text')),
                ('footer', models.CharField(blank=True, max_length=200, verbose_name='footer')),
                ('buttons', models.JSONField(blank=True, default=list, verbose_name='buttons')),
                ('variables', models.JSONField(blank=True, default=dict, verbose_name='variables')),
                ('content_sid', models.CharField(blank=True, help_text="The provider's id of the approved template, as its console shows it.", max_length=34, validators=[messaging.providers.ids.validate_template_id], verbose_name='content sid')),
                ('provider_data', models.JSONField(blank=True, default=dict, editable=False)),
                ('change_reason', models.CharField(blank=True, max_length=300, verbose_name='why it was changed')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('template', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='messaging.template', verbose_name='template')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'version of a template',
                'verbose_name_plural': 'versions of templates',
                'db_table': 'template_versions',
                'ordering': ['template', '-number'],
                'constraints': [
                    models.UniqueConstraint(fields=('template', 'number'), name='one_version_per_template_and_number'),
                ],
            },
        ),
        migrations.AddField(
            model_name='template',
            name='current',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='messaging.templateversion', verbose_name='current version'),
        ),
        migrations.AddField(
            model_name='template',
            name='in_use',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='messaging.templateversion', verbose_name='version in use'),
        ),
        migrations.CreateModel(
            name='TemplateApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('draft', 'not submitted'), ('pending', 'in review'), ('approved', 'approved'), ('rejected', 'rejected'), ('paused', 'paused'), ('disabled', 'disabled')], default='draft', max_length=10, verbose_name='status')),
                ('submitted_name', models.CharField(blank=True, max_length=512, verbose_name='name at the provider')),
                ('reason', models.JSONField(blank=True, default=str, verbose_name='reason')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='submitted')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided on')),
                ('synced_at', models.DateTimeField(null=True, verbose_name='last asked')),
                ('known_at', models.DateTimeField(null=True)),
                ('stuck_at', models.DateTimeField(null=True)),
                ('gone_at', models.DateTimeField(null=True, verbose_name='gone')),
                ('category_there', models.CharField(blank=True, max_length=20, verbose_name='category at the provider')),
                ('quality', models.CharField(blank=True, max_length=20, verbose_name='quality')),
                ('raw', models.JSONField(blank=True, default=dict)),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='approval', to='messaging.templateversion', verbose_name='version of the template')),
            ],
            options={
                'verbose_name': 'approval of a template',
                'verbose_name_plural': 'approvals of templates',
                'db_table': 'template_approvals',
                'default_permissions': (),
                'indexes': [
                    models.Index(fields=['tenant', 'status'], name='template_ap_tenant__05f7d7_idx'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'pending', 'approved', 'rejected', 'paused', 'disabled'])), name='approval_status_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign_id', models.BigIntegerField(blank=True, null=True, verbose_name='campaign')),
                ('direction', models.CharField(choices=[('inbound', 'received'), ('outbound', 'sent')], max_length=8, verbose_name='direction')),
                ('type', models.CharField(default='text', max_length=20, verbose_name='type')),
                ('phone', models.CharField(blank=True, help_text="The person's phone or WhatsApp user id.", max_length=255, verbose_name='address')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('content', models.JSONField(blank=True, default=dict, verbose_name='content')),
                ('message_sid', models.CharField(blank=True, max_length=100, null=True, verbose_name='message sid')),
                ('token', models.CharField(default=messaging.tokens.new_token, editable=False, max_length=22)),
                ('status', models.CharField(choices=[('accepted', 'accepted'), ('queued', 'queued'), ('sending', 'sending'), ('sent', 'sent'), ('delivered', 'delivered'), ('read', 'read'), ('failed', 'failed'), ('undelivered', 'not delivered'), ('canceled', 'cancelled'), ('received', 'received')], max_length=12, verbose_name='status')),
                ('error_code', models.CharField(blank=True, max_length=50, null=True, verbose_name='error code')),
                ('error_message', models.TextField(blank=True, verbose_name='error')),
                ('price', models.DecimalField(blank=True, decimal_places=5, max_digits=10, null=True, verbose_name='price')),
                ('price_unit', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failed')),
                ('is_test', models.BooleanField(db_default=False, default=False, verbose_name='test')),
                ('poll_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('account', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='messaging.account', verbose_name='account')),
                ('contact', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='contacts.contact', verbose_name='contact')),
                ('conversation', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='messaging.conversation', verbose_name='conversation')),
                ('in_reply_to', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='automatic_reply', to='messaging.message', verbose_name='answer to')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('template_version', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.templateversion', verbose_name='version of the template')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'db_table': 'messages',
                'ordering': ['-id'],
                'permissions': [('export_message', 'Can export conversations and messages')],
                'indexes': [
                    models.Index(fields=['tenant', '-id'], name='messages_tenant__f47513_idx'),
                    models.Index(fields=['tenant', 'created_at'], name='messages_tenant__a683c0_idx'),
                    models.Index(fields=['contact', 'created_at'], name='messages_contact_2f45f7_idx'),
                    models.Index(fields=['conversation', 'id'], name='messages_convers_c96a9f_idx'),
                    models.Index(fields=['campaign_id', '-id'], name='messages_campaig_b1a8ef_idx'),
                    models.Index(fields=['tenant', 'direction', 'created_at'], name='messages_tenant__cb41fc_idx'),
                    models.Index(fields=['tenant', 'status', '-id'], name='messages_tenant__b27b83_idx'),
                    models.Index(fields=['tenant', 'phone', '-id'], name='messages_tenant__02e09a_idx'),
                    models.Index(condition=models.Q(('error_code__isnull', False)), fields=['tenant', 'error_code', '-id'], name='messages_with_an_error'),
                    models.Index(condition=models.Q(('is_test', True)), fields=['tenant', '-id'], name='messages_of_tests'),
                    models.Index(condition=models.Q(('template_version__isnull', False)), fields=['template_version', '-id'], name='messages_of_a_template'),
                    models.Index(condition=models.Q(('poll_at__isnull', False), ('status__in', ['accepted', 'queued', 'sending', 'sent'])), fields=['poll_at'], name='messages_without_news'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'message_sid'), name='one_message_per_sid'),
                    models.UniqueConstraint(fields=('token',), name='one_message_per_token'),
                    models.CheckConstraint(condition=models.Q(('direction__in', ['inbound', 'outbound'])), name='message_direction_is_known'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['accepted', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'undelivered', 'canceled', 'received'])), name='message_status_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(help_text='The phone or WhatsApp user id, as it was at the last attempt.', max_length=255, verbose_name='address')),
                ('time_zone', models.CharField(blank=True, default='', max_length=400)),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('variables', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('claimed', 'being sent'), ('uncertain', 'uncertain')], default='waiting', max_length=10, verbose_name='state')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('valid_until', models.DateTimeField(null=True, verbose_name='valid until')),
                ('asked_at', models.DateTimeField(null=True)),
                ('token', models.CharField(default=messaging.tokens.new_token, max_length=22)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('retries', models.PositiveSmallIntegerField(default=0, verbose_name='retries')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='claimed')),
                ('lease_until', models.DateTimeField(null=True, verbose_name='claim ends')),
                ('asked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='contacts.contact', verbose_name='contact')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('stream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='messaging.deliverystream', verbose_name='stream')),
                ('template_version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.templateversion')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'db_table': 'deliveries',
                'default_permissions': ('view',),
                'indexes': [
                    models.Index(condition=models.Q(('state', 'waiting')), fields=['stream', 'due_at', 'id'], name='deliveries_waiting'),
                    models.Index(condition=models.Q(('state__in', ['claimed', 'uncertain'])), fields=['lease_until'], name='deliveries_in_hand'),
                    models.Index(condition=models.Q(('asked_at__isnull', False)), fields=['contact'], name='deliveries_asked_for'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('token',), name='one_delivery_per_token'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'claimed', 'uncertain'])), name='delivery_state_is_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), models.Q(('claimed_at__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='delivery_claim_has_an_end'),
                ],
            },
        ),
        migrations.AddField(
            model_name='lane',
            name='tenant',
            field=models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business'),
        ),
        migrations.AddConstraint(
            model_name='sender',
            constraint=models.UniqueConstraint(fields=('tenant', 'channel', 'address'), name='one_sender_per_channel_and_number', violation_error_message='There is already a sender with this number.'),
        ),
        migrations.CreateModel(
            name='AnswerPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('enclosed', models.CharField(blank=True, default='', max_length=64)),
                ('token', models.CharField(editable=False, max_length=22)),
                ('posted_at', models.DateTimeField(auto_now_add=True)),
                ('leaves_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.conversation', verbose_name='conversation')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'db_table': 'answer_posts',
                'default_permissions': (),
                'indexes': [models.Index(fields=['tenant', 'posted_at'], name='answer_post_tenant__67d1ee_idx')],
                'constraints': [models.UniqueConstraint(fields=('conversation', 'digest', 'enclosed'), name='one_answer_per_post'), models.UniqueConstraint(fields=('token',), name='one_answer_post_per_token')],
            },
        ),
        migrations.RunPython(freeze_versions, migrations.RunPython.noop),
    ]
