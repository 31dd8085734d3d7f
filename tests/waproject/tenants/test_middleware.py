from collections.abc import Iterator
from contextvars import Context

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from tests.factories.users import permit_only
from waproject.accounts.models import Membership, User
from waproject.audit.models import Event
from waproject.tenants.scope import all_tenants, has_tenant, in_tenant
from waproject.tenants.web.middleware import TenantMiddleware
from waproject.tenants.web.switching import CHOSEN

CONTACTS = reverse("admin:contacts_contact_changelist")


@pytest.fixture
def both(other_tenant, staff, tenant) -> Client:
    """The browser of someone who may see the contacts of two businesses."""
    for one in (tenant, other_tenant):
        with in_tenant(one.pk):
            permit_only(staff, "view_contact")
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


def test_a_business_reads_in_its_log_who_came_in(both, tenant, other_tenant, boss):
    switch(both, other_tenant)
    switch(boss, other_tenant)

    assert not Event.objects.filter(action="tenants.enter").exists()
    with in_tenant(other_tenant.pk):
        events = Event.objects.filter(action="tenants.enter").order_by("pk")
        assert [(event.actor_name, event.after) for event in events] == [
            ("vendedor", {"as_operator": False}),
            ("jefa", {"as_operator": True}),
        ]


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


def test_a_form_of_a_business_that_ended_for_the_user_is_refused(staff, both, other_tenant):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff)
    browser.get(CONTACTS)
    token = browser.cookies["csrftoken"].value
    browser.post(
        reverse("switch-tenant"), {"tenant": other_tenant.pk, "csrfmiddlewaretoken": token}
    )
    browser.get(CONTACTS)
    token = browser.cookies["csrftoken"].value
    Membership.objects.filter(tenant=other_tenant).delete()

    late = browser.post(CONTACTS, {"csrfmiddlewaretoken": token})
    token = browser.cookies["csrftoken"].value
    again = browser.post(CONTACTS, {"csrfmiddlewaretoken": token})

    assert (late.status_code, again.status_code) == (403, 200)


def test_a_further_business_does_not_take_the_place_of_the_one_at_hand(
    staff, both, tenant, other_tenant
):
    membership = Membership.objects.get(tenant=tenant)
    membership.delete()
    browser = Client()
    browser.force_login(staff)

    Membership.objects.create(tenant=tenant, user=staff, role=membership.role)

    assert people(browser) == ["De Otra automotora"]


def test_nobody_with_one_business_sees_the_word(boss):
    assert f'"{reverse("switch-tenant")}"' not in boss.get(CONTACTS).content.decode()


def test_a_user_with_several_may_switch_in_the_header(both):
    assert f'"{reverse("switch-tenant")}"' in both.get(CONTACTS).content.decode()


def test_a_user_of_no_business_is_told_so(client, db):
    client.force_login(User.objects.create_user("nueva", password="secreta", is_staff=True))

    page = client.get(reverse("admin:index"))

    assert page.status_code == 403
    assert "belongs to no business yet" in page.content.decode()


def test_the_scope_ends_with_the_request(both):

    def ask() -> bool:
        both.get(CONTACTS)
        return has_tenant()

    assert Context().run(ask) is False


def test_rows_that_are_read_while_they_are_sent_are_those_of_the_business(
    staff, tenant, other_tenant, rf
):
    for one in (tenant, other_tenant):
        with in_tenant(one.pk):
            permit_only(staff, "view_contact")
            Contact.objects.create(phone="+56975400946", name=f"De {one.name}")
    request = rf.get("/")
    request.user, request.session = staff, {CHOSEN: other_tenant.pk}

    def names() -> Iterator[str]:
        yield from Contact.objects.values_list("name", flat=True)

    sent = TenantMiddleware(lambda _request: StreamingHttpResponse(names()))(request)

    with all_tenants():
        assert b"".join(sent).decode() == "De Otra automotora"
