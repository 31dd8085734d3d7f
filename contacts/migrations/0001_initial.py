import contacts.phones.fields
import contacts.import_jobs
import waproject.core.text.places
import django.core.serializers.json
import django.db.models.deletion
import waproject.tenants.fields
import waproject.tenants.scope
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),
        ('tenants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='import_job', serialize=False, to='jobs.job', verbose_name='background task')),
                ('file', models.FileField(upload_to='imports/%Y/%m/', verbose_name='file')),
                ('mended_file', models.FileField(blank=True, help_text='Rows of the file as a person corrected them before the import.', upload_to='imports/%Y/%m/', verbose_name='mended rows')),
                ('created_count', models.PositiveIntegerField(default=0, verbose_name='created')),
                ('updated_count', models.PositiveIntegerField(default=0, verbose_name='updated')),
                ('unchanged_count', models.PositiveIntegerField(default=0, verbose_name='unchanged')),
                ('skipped_count', models.PositiveIntegerField(default=0, verbose_name='skipped')),
                ('failed_count', models.PositiveIntegerField(default=0, verbose_name='failed')),
                ('remarked_count', models.PositiveIntegerField(default=0, verbose_name='taken with remarks')),
                ('repeated_count', models.PositiveIntegerField(default=0, verbose_name='rows of a phone seen before')),
                ('repeated_lines', models.JSONField(blank=True, default=contacts.import_jobs._lines, help_text='Pairs: the line of a row, and the earlier line with the same phone.', verbose_name='repeated lines')),
                ('ignored_columns', models.JSONField(blank=True, default=contacts.import_jobs._titles, verbose_name='columns left out')),
                ('rejected_file', models.FileField(blank=True, max_length=255, upload_to='imports/%Y/%m/', verbose_name='rows not taken')),
                ('remarks_file', models.FileField(blank=True, max_length=255, upload_to='imports/%Y/%m/', verbose_name='rows taken with remarks')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'db_table': 'import_jobs',
                'ordering': ['-job'],
            },
        ),
        migrations.CreateModel(
            name='ImportRejection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('reason', models.TextField(verbose_name='reason')),
                ('cells', models.JSONField(verbose_name='cells')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejections', to='contacts.importjob')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'rejected row',
                'verbose_name_plural': 'rejected rows',
                'db_table': 'import_rejections',
                'ordering': ['line'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('reason', models.TextField(verbose_name='reason')),
                ('cells', models.JSONField(verbose_name='cells')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='contacts.importjob')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'row taken with remarks',
                'verbose_name_plural': 'rows taken with remarks',
                'db_table': 'import_remarks',
                'ordering': ['line'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'db_table': 'tags',
                'ordering': ['name'],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'name'), name='one_tag_per_name', violation_error_message='There is already a tag with this name.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(blank=True, help_text='With country code, for example +56975400946.', max_length=16, null=True, verbose_name='phone')),
                ('phone_key', contacts.phones.fields.PhoneKeyField(blank=True, editable=False, max_length=16, null=True)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(blank=True, db_default='', default='', help_text='For example America/Santiago. Left empty, the country and area of the phone tell.', max_length=40, validators=[waproject.core.text.places.validate_zone], verbose_name='time zone')),
                ('status', models.CharField(choices=[('active', 'active'), ('opted_out', 'opted out'), ('invalid', 'invalid')], default='active', editable=False, max_length=12, verbose_name='status')),
                ('custom_fields', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='further fields')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('tags', waproject.tenants.fields.TenantManyToManyField(blank=True, related_name='contacts', to='contacts.tag', verbose_name='tags')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'db_table': 'contacts',
                'ordering': ['-id'],
                'permissions': [('import_contact', 'Can import contacts'), ('export_contact', 'Can export contacts'), ('unblock_contact', 'Can make people reachable again'), ('merge_contact', 'Can merge contacts'), ('erase_contact', 'Can erase people for good'), ('disclose_contact', 'Can make the file of all that is held of a person'), ('view_full_address', 'Can see phones and other addresses in full')],
                'indexes': [
                    models.Index(fields=['tenant', '-id'], name='contacts_tenant__201c45_idx'),
                    models.Index(fields=['tenant', 'status'], name='contacts_tenant__5850a0_idx'),
                    models.Index(fields=['tenant', 'created_at'], name='contacts_tenant__1beb0e_idx'),
                    models.Index(fields=['tenant', 'name'], name='contacts_tenant__6a7034_idx'),
                    models.Index(condition=models.Q(('phone__isnull', False), ('phone_key__isnull', True)), fields=['tenant', 'phone'], name='contacts_without_key'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'phone'), name='one_contact_per_phone', opclasses=['int8_ops', 'varchar_pattern_ops'], violation_error_message='There is already a contact with this phone.'),
                    models.UniqueConstraint(fields=('tenant', 'phone_key'), name='one_contact_per_phone_key', violation_error_message='There is already a contact with this phone.'),
                    models.CheckConstraint(condition=models.Q(('phone__isnull', True), ('phone__regex', '^\\+[1-9][0-9]{6,14}$'), _connector='OR'), name='contact_phone_is_e164', violation_error_message='The phone must look like +56975400946.'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['active', 'opted_out', 'invalid'])), name='contact_status_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Vehicle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('make', models.CharField(max_length=60, verbose_name='make')),
                ('model', models.CharField(max_length=100, verbose_name='model')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='price')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vehicles', to='contacts.contact', verbose_name='contact')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'vehicle',
                'verbose_name_plural': 'vehicles',
                'db_table': 'vehicles',
                'ordering': ['-id'],
                'indexes': [
                    models.Index(fields=['tenant', 'make', 'model', 'year', 'price', 'created_at', 'contact'], name='vehicles_tenant__110f6f_idx'),
                    models.Index(fields=['tenant', '-id'], name='vehicles_tenant__f8834a_idx'),
                    models.Index(fields=['tenant', 'year'], name='vehicles_tenant__b9d856_idx'),
                    models.Index(fields=['tenant', 'price'], name='vehicles_tenant__dec327_idx'),
                    models.Index(fields=['tenant', 'created_at'], name='vehicles_tenant__328bb5_idx'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('contact', 'make', 'model', 'year', 'link'), name='one_vehicle_per_contact_and_link', violation_error_message='This contact already has this vehicle.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('phone', 'phone'), ('whatsapp', 'WhatsApp'), ('sms', 'SMS'), ('other', 'other')], max_length=10, verbose_name='channel')),
                ('value', models.CharField(max_length=255, verbose_name='address')),
                ('key', models.CharField(editable=False, max_length=255)),
                ('blocked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='unreachable since')),
                ('blocked_code', models.CharField(blank=True, editable=False, max_length=50, verbose_name='error code')),
                ('bars_phone', models.BooleanField(db_default=False, default=False, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='contacts.contact', verbose_name='contact')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'db_table': 'contact_addresses',
                'ordering': ['id'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key', 'channel'), name='one_contact_per_address', opclasses=['int8_ops', 'varchar_pattern_ops', 'varchar_pattern_ops'], violation_error_message='Another contact has this address.'), models.CheckConstraint(condition=models.Q(('channel__in', ['phone', 'whatsapp', 'sms', 'other'])), name='address_channel_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='contacts.contact', verbose_name='contact')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'db_table': 'contact_notes',
                'ordering': ['-created_at', '-id'],
                'default_permissions': ('add',),
                'indexes': [models.Index(fields=['contact', 'created_at'], name='contact_not_contact_49dca9_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_says_something')],
            },
        ),
        migrations.AddField(
            model_name='importjob',
            name='tag',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.tag', verbose_name='tag for these people'),
        ),
        migrations.CreateModel(
            name='ImportedPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='people', to='contacts.importjob', verbose_name='import')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken_by_imports', to='contacts.contact', verbose_name='contact')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=waproject.tenants.scope.tenant_of_new_rows, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='business')),
            ],
            options={
                'verbose_name': 'import of a person',
                'verbose_name_plural': 'imports of a person',
                'db_table': 'import_people',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('job', 'contact'), name='one_row_per_import_and_person')],
            },
        ),
    ]
