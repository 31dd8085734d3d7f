"""Setting up a second factor, logging in with it, and who needs one."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.factories.users import as_role, permit_only, with_rights
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.accounts.signin.adapters import rotate_second_factors
from waproject.accounts.signin.checks import check_second_factor
from waproject.accounts.signin.helping import take_second_factor_away
from waproject.accounts.signin.second_factor import standing
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db
LOGIN, FACTOR, INDEX = map(reverse, ("account_login", "mfa_index", "admin:index"))
CODE, ACTIVATE = map(reverse, ("mfa_authenticate", "mfa_activate_totp"))
PASSKEY = reverse("mfa_login_webauthn")
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(key: str = KEY, steps: int = 0) -> str:
    """What an app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + steps))


def enter(client, name="vendedor"):
    return client.post(LOGIN, {"login": name, "password": "secreta"})


@pytest.fixture
def demanded(settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["super_admin", "admin", "manager"]


@pytest.fixture
def manager(staff) -> User:
    return as_role(staff, "manager")


@pytest.fixture
def with_app(manager) -> User:
    """A manager whose app has the key, and who keeps recovery codes."""
    TOTP.activate(manager, KEY)
    RecoveryCodes.activate(manager)
    return manager


def test_who_needs_one_sets_it_up_before_any_other_page(client, demanded, manager):
    enter(client)

    led = client.get(INDEX)
    page = client.get(FACTOR).content.decode()
    setting_up = client.get(ACTIVATE).content.decode()
    key = re.search(r'id="authenticator_secret">(\w+)<', setting_up)[1]
    activated = client.post(ACTIVATE, {"code": code_of(key)})

    assert (led.status_code, led.headers["Location"]) == (302, FACTOR)
    assert "Your role needs a second factor" in page
    assert "<svg" in setting_up
    assert "data:image" not in setting_up
    assert activated.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(INDEX).status_code == 200


def test_part_of_a_page_leads_the_whole_page_there(client, demanded, manager):
    client.force_login(manager)

    answer = client.get(INDEX, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, FACTOR)


@pytest.mark.parametrize("role", ["agent", "analyst", "viewer"])
def test_other_roles_go_on_without(client, demanded, staff, role):
    client.force_login(as_role(staff, role))

    assert client.get(INDEX).status_code == 200


def test_superuser_needs_one(client, demanded, superuser):
    client.force_login(superuser)

    assert client.get(INDEX).headers["Location"] == FACTOR


@pytest.mark.parametrize(
    ("level", "counts_as"),
    [(100, "super_admin"), (79, "manager"), (60, "manager"), (59, "agent"), (9, "")],
)
def test_role_of_a_business_s_own_counts_by_its_level(level, counts_as):
    assert standing(level) == counts_as


def test_log_in_asks_for_the_code(client, demanded, with_app):
    asked = enter(client)
    before = client.get(INDEX).status_code

    entered = client.post(CODE, {"code": code_of()})

    assert (asked.headers["Location"], before) == (CODE, 302)
    assert entered.headers["Location"] == INDEX
    assert client.get(INDEX).status_code == 200


def test_code_counts_once(client, with_app):
    enter(client)
    client.post(CODE, {"code": code_of()})
    client.logout()
    enter(client)

    again = client.post(CODE, {"code": code_of()})

    assert "The code or the passkey is wrong" in again.content.decode()


def test_recovery_code_lets_in_once(client, with_app):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    answers = []

    for _attempt in range(2):
        enter(client)
        answers.append(client.post(CODE, {"code": code}).status_code)
        client.logout()

    assert answers == [302, 200]


def test_wrong_codes_have_to_wait(client, with_app):
    enter(client)
    for _attempt in range(5):
        client.post(CODE, {"code": "000000"})

    answer = client.post(CODE, {"code": code_of()})

    assert "Too many wrong attempts" in answer.content.decode()
    assert Event.objects.filter(action="signin.code_failed").count() == 5


def test_keys_are_encrypted_in_the_database(client, demanded, manager):
    enter(client)
    key = re.search(r'authenticator_secret">(\w+)<', client.get(ACTIVATE).content.decode())[1]

    client.post(ACTIVATE, {"code": code_of(key)})

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert (stored.count("gAAAA"), key in stored) == (2, False)


def test_keys_follow_the_installation_s(with_app, settings):
    former = settings.FIELD_ENCRYPTION_KEYS[0]
    settings.FIELD_ENCRYPTION_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0=", former]

    written = rotate_second_factors()

    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    totp = Authenticator.objects.get(type="totp").wrap()
    assert (written, totp.validate_code(code_of())) == (2, True)


def test_last_one_stays_where_it_is_demanded(client, demanded, with_app):
    enter(client)
    client.post(CODE, {"code": code_of()})

    page = client.post(reverse("mfa_deactivate_totp"))

    assert "this is the last one" in page.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_one_that_is_not_demanded_can_be_removed(client, with_app):
    enter(client)
    client.post(CODE, {"code": code_of()})

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert Event.objects.filter(action="signin.factor_removed").count() == 2


def test_lost_one_is_taken_away_with_the_sessions(client, demanded, with_app):
    enter(client)
    client.post(CODE, {"code": code_of()})

    taken = take_second_factor_away(with_app, by=SYSTEM)

    assert (taken, take_second_factor_away(with_app, by=SYSTEM)) == (True, False)
    assert "/login/" in client.get(INDEX).headers["Location"]
    enter(client)
    assert client.get(INDEX).headers["Location"] == FACTOR
    event = Event.objects.get(action="signin.factor_taken_away")
    assert event.before == {"kinds": ["recovery_codes", "totp"]}


def test_nobody_takes_it_away_from_who_may_do_more(with_app, superuser):
    other = with_rights(User.objects.create_user("otra"), ["users.update", "users.read"], level=10)

    with pytest.raises(PermissionDenied):
        take_second_factor_away(with_app, by=other)


def test_taking_away_needs_its_right(with_app):
    with pytest.raises(PermissionDenied):
        take_second_factor_away(with_app, by=permit_only(User.objects.create_user("otra")))


def test_list_of_users_shows_who_has_one_and_takes_it_away(boss, with_app, superuser):
    address = reverse("admin:accounts_user_changelist")
    shown = {row.username: row.second for row in boss.get(address).context["cl"].result_list}

    boss.post(address, {"action": "take_second_factor_away", "_selected_action": [with_app.pk]})

    assert shown == {"vendedor": True, "jefa": False}
    assert not Authenticator.objects.exists()


ODD = ["1", "[1]", '"x"', '{"id": "x"}', '{"id": "eA", "rawId": "eA", "type": "public-key"}']


@pytest.mark.parametrize("credential", ODD)
def test_passkey_that_does_not_fit_is_refused_and_in_the_log(client, with_app, credential):
    posted = {"credential": credential}
    client.post(PASSKEY, posted)
    enter(client)

    page = client.post(CODE, posted)

    told = Event.objects.filter(action="signin.code_failed").order_by("pk")
    assert list(told.values_list("object_text", flat=True)) == ["", "vendedor"]
    assert page.status_code == 200


@pytest.mark.parametrize("credential", ODD)
def test_odd_passkey_is_not_added(client, manager, credential):
    enter(client)

    page = client.post(reverse("mfa_add_webauthn"), {"credential": credential})

    assert (page.status_code, Authenticator.objects.count()) == (200, 0)


def test_check_names_roles_that_are_none_and_a_missing_key(settings):
    settings.SECOND_FACTOR_ROLES, settings.FIELD_ENCRYPTION_KEYS = ["boss"], []

    assert [error.id for error in check_second_factor(None)] == ["waproject.E030", "waproject.E031"]


def test_nobody_takes_their_own_away_without_its_page(client, superuser):
    TOTP.activate(superuser, KEY)
    client.force_login(superuser)

    answer = client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "take_second_factor_away", "_selected_action": [superuser.pk]},
    )

    assert answer.status_code == 403
    assert Authenticator.objects.filter(user=superuser).exists()


def test_who_is_suspended_between_password_and_code_stays_out(client, with_app):
    enter(client)
    with_app.set_status("suspended")
    with_app.save()

    client.post(CODE, {"code": code_of()})

    assert client.get(INDEX).status_code == 302
