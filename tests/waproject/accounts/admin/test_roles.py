import pytest
from django.urls import reverse
from django.utils import translation

from tests.factories.users import as_role, browser_of, with_rights
from waproject.accounts.models import Role, User
from waproject.accounts.permissions import rights
from waproject.audit.models import Event

LIST = reverse("admin:accounts_role_changelist")
ADD = reverse("admin:accounts_role_add")

pytestmark = pytest.mark.django_db


def page_of(role: Role, kind: str = "change") -> str:
    return reverse(f"admin:accounts_role_{kind}", args=[role.pk])


def form(*names: str, level: int = 30) -> dict:
    return {"name": "Posventa", "description": "", "level": level, "rights": list(names)}


def test_matrix_offers_every_right_in_words_and_none_of_djangos(boss):
    with translation.override("es"):
        page = boss.get(ADD, headers={"Accept-Language": "es"}).text

    assert page.count('type="checkbox" name="rights"') == len(rights())
    assert (" Can " in page, "Campañas" in page) == (False, True)


def test_role_is_made_with_what_its_rights_need(browser, admin):
    response = browser.post(ADD, form("campaigns.send"), follow=True)

    role = Role.objects.get(name="Posventa")
    assert role.rights == {"campaigns.send", "campaigns.view"}
    assert "Added, because other rights need them: Campaigns: See." in response.text
    event = Event.objects.get()
    assert (event.action, event.actor) == ("accounts.add_role", admin)
    assert event.after["rights"] == ["campaigns.send", "campaigns.view"]


def test_role_is_not_made_with_what_its_maker_lacks(browser):
    response = browser.post(ADD, form("settings.credentials", "settings.accounts"))

    assert "Your own role lacks these rights" in response.text
    assert not Role.objects.filter(name="Posventa").exists()


def test_role_is_not_made_above_the_level_of_its_maker(browser):
    response = browser.post(ADD, form("campaigns.view", level=81))

    assert "The level of your own role is 80: choose none above it." in response.text
    assert not Role.objects.filter(name="Posventa").exists()


def test_right_that_the_reader_lacks_cannot_be_ticked(browser):
    page = browser.get(ADD).text

    box = '<input type="checkbox" name="rights" value="settings.credentials" disabled>'
    assert box in page


def test_role_is_changed_with_its_rights_before_and_after(browser, own_role):
    browser.post(page_of(own_role), {**form("campaigns.view"), "name": "Ventas"})

    event = Event.objects.get()
    assert event.before["rights"] == ["campaigns.send", "campaigns.view"]
    assert (event.after["rights"], event.after["level"]) == (["campaigns.view"], 30)


def test_system_role_is_looked_at_alone(boss):
    for name in ("viewer", "super_admin"):
        role = Role.objects.get(name=name)
        assert boss.get(page_of(role)).status_code == 200
        assert boss.post(page_of(role), form("users.delete")).status_code == 403
        assert boss.post(page_of(role, "delete"), {"post": "yes"}).status_code == 403
    assert Role.objects.filter(is_system=True).count() == 6


def test_role_that_may_more_than_the_reader_is_looked_at_alone(staff, own_role):
    clerk = browser_of(with_rights(staff, ["roles.view", "roles.manage", "campaigns.view"]))

    assert clerk.get(page_of(own_role)).status_code == 200
    assert clerk.post(page_of(own_role), form("campaigns.view")).status_code == 403
    assert clerk.post(page_of(own_role, "delete"), {"post": "yes"}).status_code == 403


def test_role_that_nobody_has_is_deleted_with_one_event(browser, own_role):
    browser.post(page_of(own_role, "delete"), {"post": "yes"})

    assert not Role.objects.filter(pk=own_role.pk).exists()
    assert Event.objects.values_list("action", "object_text").get() == (
        "accounts.delete_role",
        "Ventas",
    )


def test_role_that_somebody_has_is_not_deleted(browser, own_role, new):
    new.memberships.update(role=own_role)

    browser.post(page_of(own_role, "delete"), {"post": "yes"})

    assert Role.objects.filter(pk=own_role.pk).exists()


def test_new_role_begins_like_another_one(browser):
    viewer = Role.objects.get(name="viewer")
    link = f"{ADD}?like={viewer.pk}"
    assert f'href="{link}"' in browser.get(page_of(viewer)).text

    page = browser.get(link)

    initial = page.context["adminform"].form.initial
    assert (set(initial["rights"]), initial["level"]) == (viewer.rights, 10)


def test_list_shows_the_six_roles_in_spanish_the_highest_first(boss):
    page = boss.get(LIST, headers={"Accept-Language": "es"})

    with translation.override("es"):
        titles = [role.title for role in page.context["cl"].result_list]
    assert titles == [
        "Superadministrador",
        "Administrador",
        "Gerente",
        "Agente",
        "Analista",
        "Lector",
    ]


def test_number_of_users_opens_them(browser, new):
    viewer = Role.objects.get(name="viewer")
    url = reverse("admin:accounts_user_changelist", query={"role": viewer.pk})
    assert f'<a href="{url}">1</a>' in browser.get(LIST).text

    assert list(browser.get(url).context["cl"].result_list) == [new]


@pytest.mark.parametrize("rows", [1, 20])
def test_list_costs_the_same_for_1_and_20_roles(boss, rows, django_assert_num_queries):
    for number in range(rows):
        role = Role.objects.create(name=f"Rol {number}", level=10)
        user = as_role(User.objects.create(username=f"user{number}"), "viewer")
        user.memberships.update(role=role)

    with django_assert_num_queries(8):
        assert boss.get(LIST).status_code == 200


def test_role_that_is_only_looked_at_says_what_it_lacks(browser):
    viewer = Role.objects.get(name="viewer")

    page = browser.get(reverse("admin:accounts_role_change", args=[viewer.pk])).text

    assert 'type="checkbox"' not in page
    assert page.count("Not permitted:") == len(rights()) - len(viewer.rights)
