import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.urls import reverse

from waproject.accounts.memberships import tenants_of
from waproject.accounts.models import Membership, User
from waproject.tenants.models import Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(tenant) -> Tenant:
    return Tenant.objects.create(name="Otra", slug="otra")


@pytest.fixture
def clerk(staff) -> User:
    """A member of staff who may change users, in the first business."""
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    Membership.objects.create(user=staff)
    return staff


@pytest.fixture
def new(db) -> User:
    return User.objects.create_user("nueva")


def save(client, user: User, *rows: dict, old: int = 0) -> int:
    """Post the page of a user with these rows of memberships; the status of the answer."""
    posted = {"username": user.username, "account_status": "active", "user_type": "agent"}
    posted |= {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": old}
    for number, row in enumerate(rows):
        posted |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return client.post(reverse("admin:accounts_user_change", args=[user.pk]), posted).status_code


def test_user_works_for_the_businesses_of_their_memberships(new, tenant, other):
    Membership.objects.create(user=new, tenant=other)

    assert list(tenants_of(new)) == [other]


def test_superuser_works_for_every_business(superuser, tenant, other):
    assert list(tenants_of(superuser)) == [tenant, other]


@pytest.mark.parametrize("fields", [{}, {"role": "boss"}])
def test_database_refuses_a_second_membership_and_an_unknown_role(new, clerk, fields):
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=new if fields else clerk, **fields)


def test_user_made_in_the_admin_works_for_the_readers_business(boss, tenant):
    words = {"password1": "una-clave-larga", "password2": "una-clave-larga"}
    posted = {"username": "nueva", "user_type": "agent", "usable_password": "true", **words}

    boss.post(reverse("admin:accounts_user_add"), posted)

    assert Membership.objects.values_list("user__username", "tenant", "role").get() == (
        "nueva",
        tenant.pk,
        "viewer",
    )


def test_page_gives_a_role_in_the_only_business(boss, new, tenant):
    assert save(boss, new, {"user": new.pk, "role": "manager"}) == 302

    assert Membership.objects.values_list("tenant", "role").get() == (tenant.pk, "manager")


def test_page_says_nothing_of_businesses_where_there_is_one(boss, new):
    page = boss.get(reverse("admin:accounts_user_change", args=[new.pk])).content.decode()

    assert "memberships-__prefix__-role" in page
    assert "memberships-__prefix__-tenant" not in page


def test_page_offers_every_business_to_a_superuser(boss, new, other):
    row = {"user": new.pk, "tenant": other.pk, "role": "agent"}

    assert save(boss, new, row) == 302

    assert Membership.objects.get().tenant == other


def test_clerk_neither_sees_nor_gives_away_another_business(client, clerk, new, tenant, other):
    Membership.objects.create(user=new, tenant=other, role="manager")
    client.force_login(clerk)

    page = client.get(reverse("admin:accounts_user_change", args=[new.pk])).content.decode()
    save(client, new, {"user": new.pk, "tenant": other.pk, "role": "admin"})

    assert "Otra" not in page
    assert set(new.memberships.values_list("tenant", "role")) == {
        (other.pk, "manager"),
        (tenant.pk, "admin"),
    }
