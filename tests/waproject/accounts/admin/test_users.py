import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse

from tests.factories.users import as_role, browser_of, permit_only, with_rights
from waproject.accounts.models import Membership, Role, User
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant

LIST = reverse("admin:accounts_user_changelist")
ADD = reverse("admin:accounts_user_add")
PASSWORD = {"password1": "una-clave-larga", "password2": "una-clave-larga"}

NOBODY = (
    "Nobody of My business would be left who can give roles. Give somebody else the right"
    " “Users: Give roles” first."
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(tenant) -> Tenant:
    return Tenant.objects.create(name="Otra", slug="otra")


def role(name: str) -> Role:
    return Role.objects.get(name=name)


def role_of(user: User) -> str:
    return user.memberships.get().role.name


def page_of(user: User, kind: str = "change") -> str:
    name = {"password": "auth_user_password_change"}.get(kind, f"accounts_user_{kind}")
    return reverse(f"admin:{name}", args=[user.pk])


def save(browser, user: User, **changes):
    """Post the page of a user with these changes."""
    membership = user.memberships.first()
    posted = {"username": user.username, "is_staff": "on", "user_type": user.user_type}
    posted |= {"account_status": user.account_status}
    posted |= {"role": membership.role_id if membership else ""}
    return browser.post(page_of(user), posted | changes)


def test_page_gives_a_role_and_the_log_says_so(browser, admin, new):
    assert save(browser, new, role=role("agent").pk).status_code == 302

    event = Event.objects.get()
    assert (role_of(new), event.action, event.actor) == ("agent", "accounts.assign_role", admin)
    assert (event.before, event.after) == ({"role": "viewer"}, {"role": "agent"})


def test_page_offers_no_way_to_a_role_above_the_readers(browser, new):
    response = save(browser, new, role=role("super_admin").pk)

    errors = response.context["adminform"].form.errors["role"]
    assert errors == [
        "Your own role lacks these rights: Senders and accounts: Create, change and delete"
        " accounts of providers."
    ]
    assert role_of(new) == "viewer"


def test_nobody_raises_themselves(browser, admin):
    save(browser, admin, role=role("super_admin").pk)

    assert role_of(admin) == "admin"


@pytest.mark.parametrize("flag", ["is_superuser", "is_staff"])
def test_right_to_change_users_makes_nobody_a_superuser_or_staff(browser, admin, new, flag):
    for user in (admin, new):
        save(browser, user, is_staff="on", is_superuser="on")

    assert list(User.objects.order_by("pk").values_list(flag, flat=True)) == [
        flag == "is_staff",
        False,
    ]


def test_superuser_makes_superusers(boss, new):
    assert save(boss, new, is_superuser="on").status_code == 302

    new.refresh_from_db()
    assert new.is_superuser


def test_right_to_change_users_gives_no_roles(staff, new):
    clerk = browser_of(permit_only(staff, "change_user", "view_user"))

    save(clerk, new, role=role("agent").pk, first_name="Ana")

    new.refresh_from_db()
    assert (new.first_name, role_of(new)) == ("", "viewer")  # who may more is not touched


def test_right_to_give_roles_changes_no_account(staff, new):
    has = ["users.read", "users.assign_roles", *Role.objects.get(name="manager").rights]
    clerk = browser_of(with_rights(staff, has))

    assert save(clerk, new, role=role("agent").pk, first_name="Ana").status_code == 302

    new.refresh_from_db()
    assert (new.first_name, role_of(new)) == ("", "agent")
    assert clerk.post(page_of(new, "password"), PASSWORD).status_code == 403


@pytest.mark.parametrize("page", ["change", "delete", "password"])
@pytest.mark.parametrize("above", ["super_admin", "inactive super_admin", "superuser"])
def test_account_that_may_more_than_the_reader_is_not_touched(browser, new, page, above):
    if above == "superuser":
        User.objects.filter(pk=new.pk).update(is_superuser=True)
    else:
        as_role(new, "super_admin")
        new.set_status("inactive" if "inactive" in above else "active")
        new.save()
    old = User.objects.get(pk=new.pk)

    posted = {**PASSWORD, "post": "yes", "username": "otra", "account_status": "suspended"}
    answer = browser.post(page_of(new, page), posted)

    after = User.objects.get(pk=new.pk)
    assert (after.username, after.password) == (old.username, old.password)
    assert (after.account_status, answer.status_code == 200) == (old.account_status, False)


@pytest.mark.parametrize("page", ["change", "delete", "password"])
def test_account_that_works_for_another_business_too_is_not_touched(browser, new, other, page):
    with in_tenant(other.pk):
        with_rights(new, [])
    old = User.objects.get(pk=new.pk)

    browser.post(page_of(new, page), {**PASSWORD, "post": "yes", "username": "otra"})

    after = User.objects.get(pk=new.pk)
    assert (after.username, after.password) == (old.username, old.password)


def test_users_of_another_business_are_not_there(browser, other):
    stranger = User.objects.create_user("ajena")
    with in_tenant(other.pk):
        with_rights(stranger, [])

    assert "ajena" not in browser.get(LIST).text
    assert browser.get(page_of(stranger)).status_code == 302
    assert browser.get(page_of(stranger, "password")).status_code == 404


def test_superuser_sees_all_and_takes_one_into_the_business(boss, other, tenant):
    stranger = User.objects.create_user("ajena")
    with in_tenant(other.pk):
        with_rights(stranger, [])
    assert "ajena" in boss.get(LIST).text

    page = {"username": "ajena", "account_status": "active", "user_type": "agent"}
    boss.post(page_of(stranger), page | {"role": role("agent").pk})

    assert set(stranger.memberships.values_list("tenant", flat=True)) == {tenant.pk, other.pk}


def test_user_without_a_role_works_here_no_more(browser, new):
    save(browser, new, role="")

    assert not Membership.objects.filter(user=new).exists()


def test_last_one_who_gives_roles_keeps_that_right(browser, admin):
    response = save(browser, admin, role=role("manager").pk)

    assert response.context["adminform"].form.errors["role"] == [NOBODY]
    assert role_of(admin) == "admin"


@pytest.mark.parametrize("status", ["suspended", "inactive"])
@pytest.mark.parametrize("who", ["their own page", "a superuser"])
def test_last_one_who_gives_roles_is_not_kept_out(browser, admin, superuser, status, who):
    reader = browser if who == "their own page" else browser_of(superuser)

    response = save(reader, admin, account_status=status)

    admin.refresh_from_db()
    assert response.context["adminform"].form.errors["account_status"] == [NOBODY]
    assert admin.account_status == "active"


def test_last_one_who_gives_roles_stays_staff(boss, admin):
    response = save(boss, admin, is_staff="")

    assert response.context["adminform"].form.errors["is_staff"] == [NOBODY]


def test_one_of_two_who_give_roles_is_suspended(browser, admin, new):
    User.objects.filter(pk=new.pk).update(is_staff=True)
    as_role(new, "admin")

    save(browser, new, account_status="suspended")

    new.refresh_from_db()
    assert new.account_status == "suspended"


def test_who_cannot_enter_is_not_counted_as_one_who_gives_roles(browser, admin, new):
    as_role(new, "admin")
    new.set_status("suspended")
    new.save()

    response = save(browser, admin, account_status="inactive")

    assert response.context["adminform"].form.errors["account_status"] == [NOBODY]


@pytest.mark.parametrize("step", ["asked", "confirmed"])
@pytest.mark.parametrize("by", ["page", "list"])
def test_last_one_who_gives_roles_is_not_deleted(boss, admin, new, by, step):
    post = {"post": "yes"} if step == "confirmed" else {}
    if by == "page":
        way = boss.post if post else boss.get
        answer = way(page_of(admin, "delete"), post)
    else:
        chosen = {"action": "delete_selected", "_selected_action": [admin.pk, new.pk]}
        answer = boss.post(LIST, chosen | post)

    assert [str(one) for one in get_messages(answer.wsgi_request)] == [NOBODY]
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    assert User.objects.filter(pk__in=[admin.pk, new.pk]).count() == 2


def test_last_one_of_another_business_is_not_deleted(boss, admin, other):
    with in_tenant(other.pk):
        with_rights(admin, ["users.assign_roles"])
    browser_of(as_role(User.objects.create_user("otra", is_staff=True), "admin"))

    answer = boss.post(page_of(admin, "delete"), {"post": "yes"})

    assert "Nobody of Otra would be left" in str(*get_messages(answer.wsgi_request))
    assert User.objects.filter(pk=admin.pk).exists()


@pytest.mark.parametrize(("status", "active"), [("suspended", False), ("active", True)])
def test_page_of_a_user_changes_the_account_status(browser, new, status, active):
    save(browser, new, account_status=status, user_type="agent")

    new.refresh_from_db()
    assert (new.account_status, new.is_active, new.user_type) == (status, active, "agent")


def test_page_adds_a_user_with_a_role_who_may_enter(browser, tenant):
    posted = {"username": "nueva", "user_type": "agent", "usable_password": "true", **PASSWORD}

    browser.post(ADD, posted | {"role": role("agent").pk})

    user = User.objects.get(username="nueva")
    assert (user.is_staff, user.is_superuser, user.user_type) == (True, False, "agent")
    assert user.memberships.values_list("tenant", "role__name").get() == (tenant.pk, "agent")


def test_page_adds_nobody_without_a_role_or_with_one_above(browser):
    posted = {"username": "nueva", "user_type": "agent", "usable_password": "true", **PASSWORD}

    for chosen in ("", role("super_admin").pk):
        browser.post(ADD, posted | {"role": chosen})

    assert not User.objects.filter(username="nueva").exists()


def test_list_narrows_by_role(browser, new):
    response = browser.get(LIST, {"role": role("viewer").pk})

    assert [user.username for user in response.context["cl"].result_list] == ["nueva"]


@pytest.mark.parametrize("rows", [1, 20])
def test_list_costs_the_same_for_1_and_20_users(browser, rows, django_assert_num_queries):
    for number in range(rows):
        as_role(User.objects.create(username=f"user{number}"), "viewer")

    with django_assert_num_queries(12):
        assert browser.get(LIST).status_code == 200


@pytest.mark.parametrize("by", ["page", "list"])
def test_user_whom_rows_of_another_business_name_is_deleted(browser, new, other, by):
    with in_tenant(other.pk):
        job = Job.objects.create(kind="import", title="lista.csv", owner=new)

    if by == "page":
        browser.post(page_of(new, "delete"), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [new.pk], "post": "yes"}
        browser.post(LIST, chosen)

    connection.check_constraints()
    with in_tenant(other.pk):
        job.refresh_from_db()
    assert (User.objects.filter(pk=new.pk).exists(), job.owner_id) == (False, None)


def test_list_says_in_words_who_has_a_second_factor(browser, new):
    before = browser.get(f"{LIST}?q={new.username}").text
    Authenticator.objects.create(user=new, type="totp", data={})
    after = browser.get(f"{LIST}?q={new.username}").text

    cell = '<td class="field-second_factor" data-label="Second factor">'
    assert (f"{cell}No</td>" in before, f"{cell}Yes</td>" in after) == (True, True)


def test_own_password_is_changed_with_the_former_one_alone(browser, admin):
    answer = browser.post(page_of(admin, "password"), PASSWORD)

    assert answer.headers["Location"] == reverse("admin:password_change")
    assert User.objects.get(pk=admin.pk).password == admin.password


def test_what_goes_with_a_user_names_no_session(browser, new):
    UserSession.objects.create(
        user=new, session_key="k", ip="127.0.0.1", user_agent="Mozilla", data={}
    )

    page = browser.get(page_of(new, "delete")).text

    assert new.username in page
    assert "Mozilla" not in page
