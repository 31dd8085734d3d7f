import json

import pytest
from django.core.management import call_command

from contacts.models import Contact, Tag
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


def test_loaddata_gives_each_link_of_a_tag_the_business_of_its_contact(contact, tmp_path):
    other = create_tenant(name="Otra", slug="otra").pk
    with in_tenant(other):
        theirs = Contact.objects.create(phone="+56911111111")
        theirs.tags.add(Tag.objects.create(name="VIP"))
    contact.tags.add(Tag.objects.create(name="VIP"))
    file = tmp_path / "people.json"
    names = ("--natural-foreign", "--natural-primary")

    call_command(
        "dumpdata", "contacts.tag", "contacts.contact", *names, output=str(file), verbosity=0
    )
    with all_tenants():
        Contact.objects.all().delete()
        Tag.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)

    with all_tenants():
        links = Contact.tags.through.objects.values_list(
            "tenant_id", "contact__tenant_id", "tag__tenant_id"
        )
        assert {*links} == {(one, one, one) for one in (contact.tenant_id, other)}
