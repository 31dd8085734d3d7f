"""The pages of logging in: whose site it is, and what each refusal says to do."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from waproject.tenants.operations import create_tenant

pytestmark = pytest.mark.django_db
LOGIN, RESET = map(reverse, ("account_login", "account_reset_password"))
SPANISH = {"Accept-Language": "es"}


def test_log_in_names_the_only_business(client, tenant):
    assert f"<strong>{tenant.name}</strong>" in client.get(LOGIN).text


def test_log_in_tells_no_stranger_which_businesses_there_are(client, tenant):
    create_tenant(name="Otra", slug="otra")

    page = client.get(LOGIN).text

    assert (tenant.name in page, "Otra" in page) == (False, False)


def test_own_account_names_the_business_one_works_in(client, staff, tenant):
    create_tenant(name="Otra", slug="otra")
    client.force_login(staff)

    assert f"<strong>{tenant.name}</strong>" in client.get(reverse("usersessions_list")).text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The user name or the password is wrong. Look at both"),
        ("es", "El usuario o la contraseña no son correctos. Revisar ambos"),
    ],
)
def test_wrong_password_is_told_with_the_way_out(client, staff, language, sentence):
    answer = client.post(
        LOGIN,
        {"login": staff.username, "password": "otra"},
        headers={"Accept-Language": language},
    )

    assert sentence in answer.text
    assert f'href="{RESET}"' in answer.text


def test_one_writes_the_name_at_once(client):
    page = client.get(LOGIN).text

    assert page.count("autofocus") == 1
    assert page.index('name="login"') < page.index("autofocus") < page.index('name="password"')


def test_link_to_a_new_password_that_has_ended_leads_to_another(client):
    link = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "x"})

    page = client.get(link, headers=SPANISH).text

    assert "<h1>Este enlace ya no sirve</h1>" in page
    assert f'href="{RESET}"' in page


def test_passkey_s_name_is_asked_for_in_the_reader_s_language(client, staff):
    client.post(LOGIN, {"login": staff.username, "password": "secreta"})
    adding = client.get(reverse("mfa_add_webauthn"), headers=SPANISH).text
    key = Authenticator.objects.create(
        user=staff, type="webauthn", data={"name": "Teléfono", "credential": {}}
    )
    renaming = client.get(reverse("mfa_edit_webauthn", args=[key.pk]), headers=SPANISH).text

    label = ">Nombre de la llave de acceso</label>"
    assert (adding.count(label), renaming.count(label)) == (1, 1)
