from contextvars import Context

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from waproject.accounts.models import Membership, User
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import has_tenant, in_tenant

CONTACTS = reverse("admin:contacts_contact_changelist")


@pytest.fixture
def both(other_tenant, staff, tenant) -> Client:
    """The browser of someone who may see the contacts of two businesses."""
    staff.user_permissions.set(Permission.objects.filter(codename="view_contact"))
    for one in (tenant, other_tenant):
        Membership.objects.get_or_create(user=staff, tenant=one)
        with in_tenant(one.pk):
            Contact.objects.create(phone="+56975400946", name=f"De {one.name}")
    browser = Client()
    browser.force_login(staff)
    return browser


def switch(browser: Client, tenant) -> None:
    browser.post(reverse("switch-tenant"), {"tenant": tenant.pk})


def people(browser: Client) -> list[str]:
    return [one.name for one in browser.get(CONTACTS).context["cl"].result_list]


def test_a_request_sees_the_business_of_its_user(both, tenant):
    assert people(both) == [f"De {tenant.name}"]


def test_the_chosen_business_holds_for_the_session(both, other_tenant):
    switch(both, other_tenant)

    assert people(both) == ["De Otra automotora"]


def test_a_business_that_is_not_the_users_cannot_be_chosen(both, tenant, other_tenant):
    Membership.objects.filter(tenant=other_tenant).delete()

    switch(both, other_tenant)

    assert people(both) == [f"De {tenant.name}"]


def test_a_membership_that_ends_ends_the_choice_too(both, tenant, other_tenant):
    switch(both, other_tenant)
    Membership.objects.filter(tenant=other_tenant).delete()

    assert people(both) == [f"De {tenant.name}"]


def test_logging_in_as_somebody_else_forgets_the_choice(both, tenant, other_tenant, superuser):
    switch(both, other_tenant)

    both.force_login(superuser)

    assert people(both) == [f"De {tenant.name}"]


def test_a_form_that_was_open_before_the_switch_is_refused(staff, both, other_tenant):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff)
    browser.get(CONTACTS)
    old = browser.cookies["csrftoken"].value

    browser.post(reverse("switch-tenant"), {"tenant": other_tenant.pk, "csrfmiddlewaretoken": old})
    late = browser.post(CONTACTS, {"csrfmiddlewaretoken": old})

    assert late.status_code == 403


def test_nobody_with_one_business_sees_the_word(boss):
    assert reverse("switch-tenant") not in boss.get(CONTACTS).content.decode()


def test_a_user_with_several_may_switch_in_the_header(both):
    assert reverse("switch-tenant") in both.get(CONTACTS).content.decode()


def test_a_user_of_no_business_is_told_so_where_there_are_several(other_tenant, client):
    client.force_login(User.objects.create_user("nueva", password="secreta", is_staff=True))

    page = client.get(reverse("admin:index"))

    assert page.status_code == 403
    assert "belongs to no business yet" in page.content.decode()


def test_the_scope_ends_with_the_request(both):

    def ask() -> bool:
        both.get(CONTACTS)
        return has_tenant()

    assert Context().run(ask) is False


def test_making_a_second_business_keeps_users_where_they_are(staff, tenant):
    create_tenant(name="Otra", slug="otra")

    assert list(staff.memberships.values_list("tenant", flat=True)) == [tenant.pk]
