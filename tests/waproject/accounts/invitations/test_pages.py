"""Inviting on the page, and the page behind the link."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories.users import as_role, browser_of
from waproject.accounts.actors import SYSTEM
from waproject.accounts.invitations import operations
from waproject.accounts.invitations.models import Invitation
from waproject.accounts.models import Role, User
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db
EMAIL = "nueva@example.com"
PASSWORD = "una-frase-larga-7"
ADD = reverse("admin:invitations_invitation_add")
LIST = reverse("admin:invitations_invitation_changelist")
NAMES = {"first_name": "Ana", "last_name": "Rojas"}


@pytest.fixture
def boss(staff):
    return browser_of(as_role(staff, "admin"))


@pytest.fixture
def link(boss, django_capture_on_commit_callbacks) -> str:
    """The address in the e-mail."""
    with django_capture_on_commit_callbacks(execute=True):
        boss.post(ADD, {"email": EMAIL, "role": Role.objects.get(name="agent").pk})
    return re.search(r"http://testserver(/accounts/\S+)", mail.outbox[0].body)[1]


def choose(client, link: str, password: str = PASSWORD):
    return client.post(link, {**NAMES, "new_password1": password, "new_password2": password})


def test_newcomer_chooses_a_password_and_logs_in(client, link):
    page = client.get(link).content.decode()
    answer = choose(client, link)

    user = User.objects.get(username=EMAIL)
    assert "Your role: Agent." in page
    assert (answer.headers["Location"], user.first_name) == (reverse("account_login"), "Ana")
    assert mail.outbox[0].to == [EMAIL]
    entered = client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    assert entered.headers["Location"] == reverse("admin:index")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("corta-7", "at least 12 characters"),
        ("password1234", "too common"),
        ("nueva@example", "too similar"),
    ],
)
def test_bad_password_is_refused_and_the_link_goes_on(client, link, password, sentence):
    answer = choose(client, link, password)

    assert sentence in answer.content.decode()
    assert not User.objects.filter(username=EMAIL).exists()
    assert choose(client, link).status_code == 302


def test_password_of_small_letters_alone_is_taken(client, link):
    assert choose(client, link, "caballo correcto grapa").status_code == 302


def test_link_that_ended_says_so(client, link):
    choose(client, link)

    answer = client.get(link)

    assert (answer.status_code, "This link has ended" in answer.content.decode()) == (410, True)


def test_page_refuses_who_works_here(boss, staff):
    User.objects.filter(pk=staff.pk).update(email=EMAIL)

    answer = boss.post(ADD, {"email": EMAIL, "role": Role.objects.get(name="agent").pk})

    assert answer.context["adminform"].form.errors == {"email": [f"{EMAIL} works here already."]}


def test_page_refuses_a_role_with_more_than_one_s_own(boss):
    answer = boss.post(ADD, {"email": EMAIL, "role": Role.objects.get(name="super_admin").pk})

    assert "role" in answer.context["adminform"].form.errors
    assert not Invitation.objects.exists()


def test_list_sends_again_and_withdraws(boss, link):
    invitation = Invitation.objects.get()

    for action in ("resend_selected", "withdraw_selected"):
        boss.post(LIST, {"action": action, "_selected_action": [invitation.pk]})

    invitation.refresh_from_db()
    assert (len(mail.outbox), invitation.withdrawn_at is not None) == (2, True)


def test_server_of_e_mails_that_does_not_answer_leaves_the_invitation(boss, link, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9  # nobody listens

    boss.post(
        LIST, {"action": "resend_selected", "_selected_action": [Invitation.objects.get().pk]}
    )

    page = boss.get(LIST).content.decode()
    assert f"The e-mail to {EMAIL} could not be sent" in page
    assert Invitation.objects.get().state == "waits for an answer"
    assert EMAIL not in caplog.text


def test_user_of_another_business_logs_in_and_joins(client, staff, settings):
    User.objects.filter(pk=staff.pk).update(email=EMAIL)
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        _one, token = operations.invite(EMAIL, Role.objects.get(name="agent"), by=SYSTEM)
    link = reverse("accept-invitation", args=[token])

    assert client.get(link).headers["Location"] == f"{reverse('account_login')}?next={link}"
    client.force_login(staff)
    assert "Otra" in client.get(link).content.decode()
    client.post(link)

    assert set(staff.memberships.values_list("tenant__name", flat=True)) >= {"Otra"}


def test_link_of_another_person_is_not_taken_by_who_is_logged_in(client, staff, superuser):
    User.objects.filter(pk=staff.pk).update(email=EMAIL)
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        _one, token = operations.invite(EMAIL, Role.objects.get(name="agent"), by=SYSTEM)
    client.force_login(superuser)

    page = client.get(reverse("accept-invitation", args=[token])).content.decode()

    assert "This invitation is for somebody else" in page


def test_inviting_has_one_button(boss):
    page = boss.get(ADD)

    assert page.context["title"] == "Invite by e-mail"
    assert (page.text.count('name="_save"'), "_continue" in page.text) == (1, False)
    assert "_addanother" not in page.text
