import json

import pytest
from django.core.management import call_command

from contacts.models import Contact
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db


def test_dumpdata_and_loaddata_take_the_rows_of_every_business(contact, tmp_path):
    with in_tenant(create_tenant(name="Otra", slug="otra").pk):
        Contact.objects.create(phone="+56911111111")
    file = tmp_path / "people.json"

    call_command("dumpdata", "contacts.contact", output=str(file), verbosity=0)
    with all_tenants():
        Contact.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)

    with all_tenants():
        tenants = set(Contact.objects.values_list("tenant", flat=True))
    assert (len(json.loads(file.read_text())), len(tenants)) == (2, 2)
