import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from waproject.user_admin import in_words

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


@pytest.mark.parametrize("page", ["admin:auth_user_change", "admin:auth_group_add"])
def test_pages_offer_every_permission_in_words(admin_client, admin_user, page, settings):
    settings.LANGUAGE_CODE = "es"
    path = reverse(page, args=[admin_user.pk] if page.endswith("change") else [])

    form = admin_client.get(path, headers={"Accept-Language": "es"}).context["adminform"].form

    field = form.fields.get("user_permissions") or form.fields["permissions"]
    english = [label for _value, label in field.choices if " Can " in label]
    assert (len(field.choices), english) == (Permission.objects.count(), [])


@pytest.mark.parametrize("page", ["admin:auth_user_changelist", "admin:auth_user_add"])
def test_pages_of_users_open(admin_client, page):
    assert admin_client.get(reverse(page)).status_code == 200
