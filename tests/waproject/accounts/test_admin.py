import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from waproject.accounts.models import User
from waproject.core.admin.permissions import in_words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("codename", "words"),
    [
        ("add_campaign", "Campañas | campaña | Puede agregar"),
        ("launch_campaign", "Campañas | campaña | Puede lanzar una campaña"),
        ("view_reports", "Campañas | campaña | Puede ver los informes"),
        ("view_failure", "Tareas | tarea fallida | Puede ver"),
    ],
)
def test_permission_is_said_in_the_language_of_the_reader(codename, words):
    permission = Permission.objects.get(codename=codename)

    with translation.override("es"):
        assert in_words(permission) == words


@pytest.mark.parametrize("page", ["admin:accounts_user_change", "admin:auth_group_add"])
def test_pages_offer_every_permission_in_words(admin_client, admin_user, page, settings):
    settings.LANGUAGE_CODE = "es"
    path = reverse(page, args=[admin_user.pk] if page.endswith("change") else [])

    form = admin_client.get(path, headers={"Accept-Language": "es"}).context["adminform"].form

    field = form.fields.get("user_permissions") or form.fields["permissions"]
    english = [label for _value, label in field.choices if " Can " in label]
    assert (len(field.choices), english) == (Permission.objects.count(), [])


@pytest.mark.parametrize("page", ["admin:accounts_user_changelist", "admin:accounts_user_add"])
def test_pages_of_users_open(admin_client, page):
    assert admin_client.get(reverse(page)).status_code == 200


@pytest.fixture
def clerk(staff) -> User:
    """A member of staff who may manage users and groups, and see campaigns."""
    manage = Q(content_type__app_label__in=["accounts", "auth"]) | Q(codename="view_campaign")
    staff.user_permissions.set(Permission.objects.filter(manage))
    return staff


@pytest.fixture
def browser(client, clerk):
    client.force_login(clerk)
    return client


def codenames(user: User) -> set[str]:
    return set(user.user_permissions.values_list("codename", flat=True))


def save(browser, user: User, **changes) -> int:
    """Post the page of a user with these changes; the status of the answer."""
    own = list(user.user_permissions.values_list("pk", flat=True))
    posted = {"username": user.username, "is_staff": "on", "user_permissions": own}
    posted |= {"account_status": user.account_status, "user_type": user.user_type}
    posted |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    url = reverse("admin:accounts_user_change", args=[user.pk])
    return browser.post(url, posted | changes).status_code


def test_clerk_cannot_become_a_superuser(browser, clerk):
    assert save(browser, clerk, is_superuser="on") == 302
    clerk.refresh_from_db()
    assert not clerk.is_superuser


def test_clerk_gives_what_the_clerk_has_and_nothing_else(browser, clerk):
    new = User.objects.create_user("nuevo")
    give = Permission.objects.filter(codename__in=["view_campaign", "launch_campaign"])

    for permission in give.order_by("-codename"):
        save(browser, new, user_permissions=[permission.pk])

    assert codenames(new) == {"view_campaign"}


def test_clerk_puts_nobody_into_a_group_that_may_more(browser, clerk):
    new = User.objects.create_user("nuevo")
    group = Group.objects.create(name="Ventas")
    group.permissions.add(Permission.objects.get(codename="launch_campaign"))

    save(browser, new, groups=[group.pk])

    assert not new.groups.exists()


def test_clerk_cannot_add_to_a_group_what_the_clerk_lacks(browser, clerk):
    group = Group.objects.create(name="Ventas")
    clerk.groups.add(group)
    launch = Permission.objects.get(codename="launch_campaign")

    url = reverse("admin:auth_group_change", args=[group.pk])
    browser.post(url, {"name": "Ventas", "permissions": [launch.pk]})

    assert not group.permissions.exists()


@pytest.mark.parametrize("page", ["change", "delete", "password"])
@pytest.mark.parametrize("above", ["superuser", "inactive superuser", "more", "more by group"])
def test_clerk_cannot_touch_an_account_that_may_more(browser, clerk, page, above):
    other = User(username="otra", is_superuser="superuser" in above)
    other.set_status("inactive" if "inactive" in above else "active")
    other.save()
    launch = Permission.objects.get(codename="launch_campaign")
    if above == "more":
        other.user_permissions.add(launch)
    if above == "more by group":
        group = Group.objects.create(name="Ventas")
        group.permissions.add(launch)
        other.groups.add(group)
    name = {"password": "auth_user_password_change"}.get(page, f"accounts_user_{page}")
    old = other.password

    posted = {"password1": "una-clave-larga", "password2": "una-clave-larga", "post": "yes"}
    answer = browser.post(reverse(f"admin:{name}", args=[other.pk]), posted)

    assert (answer.status_code, User.objects.get(pk=other.pk).password) == (403, old)


def test_superuser_makes_superusers(admin_client):
    new = User.objects.create_user("nueva")

    assert save(admin_client, new, is_superuser="on") == 302
    new.refresh_from_db()
    assert new.is_superuser


@pytest.mark.parametrize(("status", "active"), [("suspended", False), ("active", True)])
def test_page_of_a_user_changes_the_account_status(admin_client, staff, status, active):
    save(admin_client, staff, account_status=status, user_type="agent")

    staff.refresh_from_db()
    assert (staff.account_status, staff.is_active, staff.user_type) == (status, active, "agent")


def test_page_adds_a_user_of_a_kind(admin_client):
    words = {"password1": "una-clave-larga", "password2": "una-clave-larga"}
    posted = {"username": "nueva", "user_type": "analyst", "usable_password": "true", **words}

    admin_client.post(reverse("admin:accounts_user_add"), posted)

    assert User.objects.get(username="nueva").user_type == "analyst"
