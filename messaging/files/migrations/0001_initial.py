import django.core.validators
import django.db.models.deletion
import messaging.files.models
import uuid
import waproject.tenants.scope
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('messaging', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='id')),
                ('position', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('file_type', models.CharField(choices=[('image', 'picture'), ('video', 'video'), ('audio', 'audio'), ('document', 'document'), ('other', 'other')], default='other', max_length=10, verbose_name='kind')),
                ('mime_type', models.CharField(blank=True, max_length=100, verbose_name='content type')),
                ('original_filename', models.CharField(blank=True, max_length=500, verbose_name='name')),
                ('file_size', models.PositiveIntegerField(blank=True, null=True, verbose_name='size')),
                ('file_path', models.CharField(blank=True, max_length=500, verbose_name='stored as')),
                ('thumbnail_path', models.CharField(blank=True, editable=False, max_length=500)),
                ('storage_location', models.CharField(choices=[('local', "on this installation's disk"), ('s3', 'in an S3 bucket')], default='local', max_length=5, verbose_name='stored')),
                ('bucket_name', models.CharField(blank=True, max_length=255, verbose_name='bucket')),
                ('object_key', models.CharField(blank=True, max_length=500, verbose_name='object')),
                ('checksum_sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('content', models.JSONField(blank=True, default=messaging.files.models._nothing, editable=False, verbose_name='content')),
                ('is_archived', models.BooleanField(default=False, verbose_name='archived')),
                ('state', models.CharField(choices=[('waiting', 'on its way'), ('stored', 'kept'), ('failed', 'not here')], default='waiting', max_length=8, verbose_name='state')),
                ('reason', models.CharField(blank=True, choices=[('forbidden', 'its address leads to a place that may not be asked'), ('gone', 'the provider has it no more'), ('denied', "the provider did not accept the account's credentials"), ('refused', 'the provider refused to give it'), ('too_large', 'it is larger than what is taken'), ('packed', 'it came compressed, which was not asked for'), ('astray', 'its address leads in circles'), ('away', 'the provider did not give it at any of several attempts'), ('no_room', 'there was no room for it here at any of several attempts'), ('empty', 'it is empty'), ('other_type', 'it is something else than it says'), ('no_account', 'the account through which it came works no more')], max_length=12, verbose_name='reason')),
                ('source_url', models.CharField(blank=True, editable=False, max_length=1000)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('upload_timestamp', models.DateTimeField(blank=True, null=True, verbose_name='stored at')),
                ('accessed_count', models.PositiveIntegerField(default=0, verbose_name='times opened')),
                ('last_accessed', models.DateTimeField(blank=True, null=True, verbose_name='last opened')),
                ('retention_days', models.PositiveSmallIntegerField(blank=True, help_text='Empty: as long as the business keeps files.', null=True, validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(3650)], verbose_name='kept for, in days')),
                ('keep_until', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('contact', models.ForeignKey(db_column='cliente_id', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='contacts.contact', verbose_name='contact')),
                ('message', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='files', to='messaging.message', verbose_name='message')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
                'db_table': 'client_file_storage',
                'ordering': ['-id'],
                'default_permissions': ('view', 'change'),
                'indexes': [models.Index(fields=['contact', 'created_at'], name='files_of_a_person'), models.Index(fields=['tenant', 'file_type', '-id'], name='files_by_kind'), models.Index(fields=['tenant', 'state', '-id'], name='files_by_state'), models.Index(fields=['tenant', 'created_at'], name='files_by_day'), models.Index(condition=models.Q(('keep_until__isnull', False)), fields=['tenant', 'keep_until'], name='files_with_own_end'), models.Index(fields=['tenant', 'checksum_sha256'], name='files_by_content'), models.Index(fields=['tenant', 'file_path'], name='files_by_place'), models.Index(condition=models.Q(('state', 'waiting')), fields=['tenant', 'next_try_at'], name='files_to_fetch')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'file_id'), name='one_file_per_id'), models.UniqueConstraint(fields=('message', 'position'), name='one_file_per_message_and_position'), models.CheckConstraint(condition=models.Q(('file_type__in', ['image', 'video', 'audio', 'document', 'other'])), name='file_type_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'stored', 'failed'])), name='file_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'stored'), models.Q(('file_path', ''), _negated=True)), models.Q(models.Q(('state', 'stored'), _negated=True), ('file_path', '')), _connector='OR'), name='file_is_stored_exactly_with_a_place')],
            },
        ),
    ]
