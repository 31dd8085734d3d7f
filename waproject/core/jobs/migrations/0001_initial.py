import django.db.models.deletion
import waproject.core.jobs.models
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('title', models.CharField(max_length=255, verbose_name='what')),
                ('language', models.CharField(blank=True, max_length=10)),
                ('parameters', models.JSONField(blank=True, default=waproject.core.jobs.models._nothing, verbose_name='parameters')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('completed', 'completed'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='done')),
                ('total', models.PositiveIntegerField(blank=True, null=True, verbose_name='in all')),
                ('result', models.JSONField(blank=True, default=waproject.core.jobs.models._nothing, verbose_name='result')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('file_name', models.CharField(blank=True, max_length=255, verbose_name='file name')),
                ('stored_as', models.CharField(blank=True, max_length=100, verbose_name='stored as')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('stalls', models.PositiveSmallIntegerField(default=0)),
                ('lease_expires_at', models.DateTimeField(blank=True, null=True, verbose_name='held by a worker until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='kept until')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'background task',
                'verbose_name_plural': 'background tasks',
                'db_table': 'jobs',
                'ordering': ['-id'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['owner', '-id'], name='jobs_of_an_owner'), models.Index(condition=models.Q(('state__in', ('waiting', 'running'))), fields=['lease_expires_at'], name='jobs_open'), models.Index(fields=['expires_at'], name='jobs_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'completed', 'failed', 'cancelled'])), name='job_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ('waiting', 'running'))), models.Q(models.Q(('state__in', ('waiting', 'running')), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='job_has_an_end_exactly_when_it_ended')],
            },
        ),
    ]
