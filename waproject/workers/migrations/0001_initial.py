import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='TickTask',
            fields=[
                ('name', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('last_tenant_id', models.PositiveBigIntegerField(default=0)),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('taken_until', models.DateTimeField()),
            ],
            options={
                'db_table': 'tick_tasks',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Cluster',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='The name of the queue whose jobs it runs.', max_length=40, verbose_name='queue')),
                ('host', models.CharField(max_length=255, verbose_name='machine')),
                ('started_at', models.DateTimeField(verbose_name='supervisor started at')),
                ('seen_at', models.DateTimeField(verbose_name='last report of the supervisor')),
                ('heard_at', models.DateTimeField(help_text='When a job last went through the queue, a worker and the book of results.', null=True, verbose_name='last heartbeat')),
                ('busy', models.BooleanField(default=False, verbose_name='at work')),
                ('restarts', models.PositiveIntegerField(default=0, verbose_name='restarts')),
            ],
            options={
                'verbose_name': 'worker cluster',
                'verbose_name_plural': 'worker clusters',
                'db_table': 'worker_clusters',
                'ordering': ['name', 'host', 'started_at'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['seen_at'], name='worker_clusters_seen_at')],
            },
        ),
    ]
