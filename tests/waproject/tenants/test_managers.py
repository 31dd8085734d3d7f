from contextvars import Context

import pytest

from contacts.models import Contact, Tag, Vehicle
from waproject.tenants.scope import ScopeError, all_tenants, in_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(other_tenant) -> Contact:
    """A contact of another business."""
    with in_tenant(other_tenant.pk):
        return Contact.objects.create(phone="+56911111111", name="Ana")


def test_a_row_belongs_to_the_tenant_of_the_scope(theirs, other_tenant, contact, tenant):
    assert (contact.tenant_id, theirs.tenant_id) == (tenant.pk, other_tenant.pk)


def test_a_scope_sees_its_own_rows_alone(theirs, other_tenant, contact):
    with in_tenant(other_tenant.pk):
        seen = list(Contact.objects.filter(status="active"))

    assert (seen, list(Contact.objects.filter(status="active"))) == ([theirs], [contact])


def test_all_tenants_sees_every_row(theirs, contact):
    with all_tenants():
        assert {*Contact.objects.all()} == {contact, theirs}


def test_a_query_outside_of_any_scope_raises(contact):
    with pytest.raises(ScopeError):
        Context().run(Contact.objects.count)


def test_a_query_is_of_the_scope_in_which_it_is_run(theirs, other_tenant):
    composed = Context().run(Contact.objects.all)

    with in_tenant(other_tenant.pk):
        assert list(composed) == [theirs]


def test_an_update_and_a_delete_leave_the_rows_of_others(theirs, other_tenant):
    touched = Contact.objects.update(name="Nadie"), Contact.objects.all().delete()[0]

    with in_tenant(other_tenant.pk):
        theirs.refresh_from_db()
    assert (touched, theirs.name) == ((0, 0), "Ana")


def test_rows_reached_by_a_relation_are_of_the_scope_too(theirs, other_tenant):
    with in_tenant(other_tenant.pk):
        Vehicle.objects.create(contact=theirs, make="Kia", model="Rio", year=2020)
        within = theirs.vehicles.count()

    assert (within, theirs.vehicles.count()) == (1, 0)


def test_links_of_a_many_to_many_field_carry_the_tenant(contact, tenant):
    contact.tags.add(Tag.objects.create(name="vip"))

    link = Contact.tags.through.objects.get()
    assert (link.tenant_id, [tag.name for tag in contact.tags.all()]) == (tenant.pk, ["vip"])
