import pytest

from campaigns.models import Recipient
from contacts.models import Contact, Tag, Vehicle
from messaging.models import Account
from tests.waproject.tenants.businesses import make_business, make_other_business
from waproject.accounts.models import Role
from waproject.tenants.integrity import integrity_problems, keys_between_tenant_rows
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(other_tenant) -> Contact:
    """A contact of another business."""
    with in_tenant(other_tenant.pk):
        return Contact.objects.create(phone="+56911111111", name="Ana")


def test_two_whole_businesses_refer_to_their_own_rows_alone(other_tenant):
    Account.objects.of_environment()
    make_business()
    make_other_business(other_tenant)

    found = list(integrity_problems())
    with in_tenant(other_tenant.pk):
        found += integrity_problems()

    assert (found, Recipient.objects.count()) == ([], 7)


def test_a_key_that_leads_to_another_business_is_named(theirs, contact, other_tenant):
    car = Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2020)
    Vehicle.objects.filter(pk=car.pk).update(contact=theirs)

    ours = list(integrity_problems())
    with in_tenant(other_tenant.pk):
        seen_by_them = list(integrity_problems())

    assert (ours, seen_by_them) == (
        [f"Rows of vehicles whose contact_id is a row of another business: {car.pk}."],
        [],
    )


def test_a_link_that_leads_to_another_business_is_named(theirs, contact, other_tenant):
    with in_tenant(other_tenant.pk):
        tag = Tag.objects.create(name="vip")
    link = Contact.tags.through.objects.create(contact=contact, tag=tag)

    assert list(integrity_problems()) == [
        f"Rows of contacts_tags whose tag_id is a row of another business: {link.pk}."
    ]


def test_a_membership_whose_role_is_of_another_business_is_named(staff, other_tenant):
    with in_tenant(other_tenant.pk):
        agent = Role.objects.get(name="agent")
    staff.memberships.update(role=agent)

    assert list(integrity_problems()) == [
        "Rows of memberships whose role_id is a row of another business:"
        f" {staff.memberships.get().pk}."
    ]


def test_every_key_between_rows_of_tenants_is_looked_at():
    keys = {f"{key.model._meta.label}.{key.name}" for key in keys_between_tenant_rows()}

    assert {"campaigns.Recipient.vehicle", "contacts.Contact_tags.tag"} <= keys
    assert not any(name.endswith((".tenant", "_by", ".assignee")) for name in keys)
