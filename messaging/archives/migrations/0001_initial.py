import django.db.models.deletion
import messaging.archives.models
import uuid
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('messaging', '0001_initial'),
        ('tenants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConversationArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archive_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='id')),
                ('format', models.CharField(choices=[('json', 'JSON, which can be restored'), ('html', 'HTML, a page to read'), ('pdf', 'PDF'), ('txt', 'text')], default='json', max_length=4, verbose_name='format')),
                ('file_path', models.CharField(blank=True, max_length=500, verbose_name='stored as')),
                ('file_size', models.PositiveIntegerField(default=0, verbose_name='size')),
                ('checksum_sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('start_date', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('end_date', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('message_count', models.PositiveIntegerField(default=0, verbose_name='messages')),
                ('figures', models.JSONField(default=messaging.archives.models._nothing, editable=False, verbose_name='figures')),
                ('storage_status', models.CharField(choices=[('active', 'made by hand'), ('archived', 'made at night'), ('deleted', 'file deleted')], default='active', max_length=8, verbose_name='state')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('contact', models.ForeignKey(db_column='cliente_id', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='archives', to='contacts.contact', verbose_name='contact')),
                ('conversation', models.ForeignKey(blank=True, db_column='conversation_thread_id', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='archives', to='messaging.conversation', verbose_name='conversation')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'archive',
                'verbose_name_plural': 'archives',
                'db_table': 'client_conversation_archive',
                'ordering': ['-id'],
                'permissions': [('restore_conversationarchive', 'Can restore conversations from archives')],
                'default_permissions': ('view', 'add'),
                'indexes': [models.Index(fields=['contact', 'start_date'], name='archives_of_a_person'), models.Index(fields=['tenant', 'created_at'], name='archives_by_day'), models.Index(fields=['tenant', 'format', '-id'], name='archives_by_format')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'archive_id'), name='one_archive_per_id'), models.CheckConstraint(condition=models.Q(('format__in', ['json', 'html', 'pdf', 'txt'])), name='archive_format_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('storage_status', 'deleted'), ('file_path', '')), models.Q(models.Q(('storage_status', 'deleted'), _negated=True), models.Q(('file_path', ''), _negated=True)), _connector='OR'), name='archive_is_deleted_exactly_without_a_file')],
            },
        ),
    ]
