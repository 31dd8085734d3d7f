import django.core.validators
import django.db.models.deletion
import messaging.delivery.reasons
import messaging.tokens
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


# PostgreSQL empties a table without looking at its rows, and so without the models of Django.
REFUSAL = [
    "CREATE FUNCTION status_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'The history of recipients is never emptied.'"
    " USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE TRIGGER status_history_no_truncate BEFORE TRUNCATE ON status_history"
    " FOR EACH STATEMENT EXECUTE FUNCTION status_history_refuse()",
]


def refuse_to_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in REFUSAL:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('jobs', '0001_initial'),
        ('messaging', '0001_initial'),
        ('tenants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('tag', models.CharField(blank=True, help_text='To group campaigns in lists.', max_length=100, verbose_name='group of campaigns')),
                ('follow_up_stage', models.CharField(blank=True, help_text='A note for yourselves: which message of a series this is.', max_length=100, verbose_name='follow-up stage')),
                ('message_template', models.TextField(blank=True, help_text="Instead of a template. WhatsApp takes it only within 24 hours of the person's last message. Placeholders: {{nombre}}, {{marca}}, {{modelo}}, {{año}}, {{precio}}, {{link}}.", max_length=1600, verbose_name='free text')),
                ('template_values', models.JSONField(blank=True, default=dict, editable=False, verbose_name='values of the campaign')),
                ('audience', models.JSONField(blank=True, default=dict, verbose_name='audience')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('scheduled', 'scheduled'), ('launching', 'being launched'), ('active', 'sending'), ('paused', 'paused'), ('completed', 'completed'), ('cancelled', 'cancelled')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('status_reason', models.CharField(blank=True, editable=False, max_length=20, verbose_name='why')),
                ('status_details', models.JSONField(blank=True, default=dict, editable=False)),
                ('scheduled_at', models.DateTimeField(blank=True, null=True, verbose_name='start at')),
                ('start_expiry_minutes', models.PositiveIntegerField(default=120, help_text='A start that was missed by more than this does not happen by itself.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10080)], verbose_name='minutes it may start late')),
                ('ends_at', models.DateTimeField(blank=True, help_text='People who have not been written to by then are skipped.', null=True, verbose_name='end at')),
                ('hours_start', models.TimeField(blank=True, null=True, verbose_name='not before')),
                ('hours_end', models.TimeField(blank=True, null=True, verbose_name='not after')),
                ('days', models.PositiveSmallIntegerField(default=127, verbose_name='days')),
                ('per_hour', models.PositiveIntegerField(blank=True, help_text="Spread evenly. Left empty, the sender's rate is the limit.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000)], verbose_name='messages per hour')),
                ('ignore_frequency_cap', models.BooleanField(default=False, help_text='For news of a purchase or an appointment, never for advertising: it goes also to people who had enough campaign messages lately, and does not count as one.', verbose_name='ignore the frequency cap')),
                ('max_retries', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(10)], verbose_name='retries')),
                ('retry_delay_seconds', models.PositiveIntegerField(default=60, help_text='Doubled at each further retry.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(86400)], verbose_name='seconds before the first retry')),
                ('total_recipients', models.PositiveIntegerField(default=0, editable=False, verbose_name='recipients')),
                ('sent_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='sent')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('started_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='started')),
                ('completed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='completed')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('launched_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='launched by')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='messaging.sender', verbose_name='sender')),
                ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='messaging.template', verbose_name='template')),
                ('template_version', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.templateversion', verbose_name='version of the template')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'campaign',
                'verbose_name_plural': 'campaigns',
                'db_table': 'campaigns',
                'ordering': ['-id'],
                'permissions': [('launch_campaign', 'Can launch a campaign'), ('approve_campaign', 'Can approve the launch of a campaign'), ('pause_campaign', 'Can pause a campaign'), ('resume_campaign', 'Can resume a campaign'), ('cancel_campaign', 'Can cancel a campaign'), ('retry_campaign', 'Can write again to people whose message failed'), ('export_campaign', 'Can export campaigns'), ('view_reports', 'Can see the reports'), ('view_analytics', 'Can see figures and charts')],
                'indexes': [
                    models.Index(fields=['status'], name='campaigns_status_a03570_idx'),
                    models.Index(fields=['created_at'], name='campaigns_created_9201e5_idx'),
                    models.Index(fields=['scheduled_at'], name='campaigns_schedul_e9d492_idx'),
                    models.Index(fields=['tag'], name='campaigns_tag_fa00e9_idx'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'scheduled', 'launching', 'active', 'paused', 'completed', 'cancelled'])), name='campaign_status_is_known'),
                    models.CheckConstraint(condition=models.Q(('sent_count__lte', models.F('total_recipients'))), name='campaign_sent_at_most_all'),
                    models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 127)), name='campaign_days_are_weekdays'),
                    models.CheckConstraint(condition=models.Q(models.Q(('hours_end__isnull', True), ('hours_start__isnull', True)), models.Q(('hours_end__isnull', False), ('hours_start__isnull', False)), _connector='OR'), name='campaign_hours_have_both_ends', violation_error_message='Give both times of the sending hours, or neither.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveIntegerField()),
                ('content', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='campaigns.campaign')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'db_table': 'campaign_approvals',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(help_text='The phone or WhatsApp user id, as it was at the last attempt.', max_length=255, verbose_name='address')),
                ('time_zone', models.CharField(blank=True, default='', max_length=400, verbose_name='time zone')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('variables', models.JSONField(blank=True, default=dict, verbose_name='variables')),
                ('status', models.CharField(choices=[('pending', 'pending'), ('sent', 'sent'), ('delivered', 'delivered'), ('read', 'read'), ('replied', 'replied'), ('closed', 'closed'), ('failed', 'failed'), ('undelivered', 'not delivered'), ('skipped', 'skipped')], default='pending', max_length=12, verbose_name='status')),
                ('reason', models.CharField(blank=True, choices=messaging.delivery.reasons.choices, max_length=20, verbose_name='why')),
                ('reason_details', models.JSONField(blank=True, default=dict, editable=False)),
                ('error_code', models.CharField(blank=True, max_length=50, null=True, verbose_name='error code')),
                ('error_message', models.TextField(blank=True, verbose_name='error')),
                ('message_sid', models.CharField(blank=True, max_length=100, null=True, verbose_name='message sid')),
                ('given_up_sid', models.CharField(blank=True, editable=False, max_length=100, null=True)),
                ('token', models.CharField(default=messaging.tokens.new_token, editable=False, max_length=22)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('retries', models.PositiveSmallIntegerField(default=0, verbose_name='retries')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('replied_at', models.DateTimeField(blank=True, null=True, verbose_name='replied')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failed')),
                ('skipped_at', models.DateTimeField(blank=True, null=True, verbose_name='skipped')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='campaigns.campaign', verbose_name='campaign')),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='contacts.contact', verbose_name='contact')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('vehicle', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.vehicle', verbose_name='vehicle')),
            ],
            options={
                'verbose_name': 'recipient',
                'verbose_name_plural': 'recipients',
                'db_table': 'campaign_recipients',
                'ordering': ['-id'],
                'permissions': [('export_recipient', 'Can export recipients')],
                'indexes': [
                    models.Index(fields=['campaign', 'id'], name='campaign_re_campaig_5ad5a2_idx'),
                    models.Index(fields=['campaign', 'status', 'id'], name='campaign_re_campaig_7d9d5f_idx'),
                    models.Index(fields=['contact', 'sent_at'], name='campaign_re_contact_a4b931_idx'),
                    models.Index(fields=['tenant', '-id'], name='campaign_re_tenant__3f7ac7_idx'),
                    models.Index(fields=['tenant', 'sent_at'], name='campaign_re_tenant__dc5488_idx'),
                    models.Index(fields=['tenant', 'phone'], name='campaign_re_tenant__7f61e0_idx'),
                    models.Index(condition=models.Q(('status__in', ['replied', 'closed'])), fields=['tenant', 'status', '-id'], name='recipients_who_replied'),
                    models.Index(condition=models.Q(('status__in', ['replied', 'closed'])), fields=['tenant', 'sent_at'], name='recipients_replied_by_day'),
                    models.Index(condition=models.Q(('given_up_sid__isnull', False)), fields=['given_up_sid'], name='recipients_tried_again'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('campaign', 'contact'), name='one_recipient_per_campaign_and_contact'),
                    models.UniqueConstraint(fields=('tenant', 'message_sid'), name='one_recipient_per_sid'),
                    models.UniqueConstraint(fields=('token',), name='one_recipient_per_token'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'sent', 'delivered', 'read', 'replied', 'closed', 'failed', 'undelivered', 'skipped'])), name='recipient_status_is_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['sent', 'delivered', 'read', 'replied', 'closed']), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='recipient_sent_has_a_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old', models.CharField(blank=True, choices=[('pending', 'pending'), ('sent', 'sent'), ('delivered', 'delivered'), ('read', 'read'), ('replied', 'replied'), ('closed', 'closed'), ('failed', 'failed'), ('undelivered', 'not delivered'), ('skipped', 'skipped')], max_length=12, verbose_name='from')),
                ('new', models.CharField(choices=[('pending', 'pending'), ('sent', 'sent'), ('delivered', 'delivered'), ('read', 'read'), ('replied', 'replied'), ('closed', 'closed'), ('failed', 'failed'), ('undelivered', 'not delivered'), ('skipped', 'skipped')], max_length=12, verbose_name='to')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('source', models.CharField(choices=[('engine', 'engine'), ('webhook', 'webhook'), ('polling', 'polling'), ('manual', 'by hand')], max_length=8, verbose_name='source')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='details')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='campaigns.recipient', verbose_name='recipient')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'status change',
                'verbose_name_plural': 'status changes',
                'db_table': 'status_history',
                'ordering': ['id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('source__in', ['engine', 'webhook', 'polling', 'manual'])), name='status_change_source_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Launch',
            fields=[
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='launch', serialize=False, to='campaigns.campaign')),
                ('accept_warnings', models.BooleanField()),
                ('cursor', models.BigIntegerField()),
                ('last_contact', models.BigIntegerField()),
                ('tally', models.JSONField(default=dict)),
                ('refused', models.JSONField(default=list)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='launch', to='jobs.job')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'db_table': 'campaign_launches',
                'default_permissions': (),
            },
        ),
        migrations.RunPython(refuse_to_truncate, migrations.RunPython.noop),
    ]
