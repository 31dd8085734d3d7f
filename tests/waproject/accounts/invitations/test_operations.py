import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests.factories.users import as_role, permit_only, with_rights
from waproject.accounts.actors import SYSTEM
from waproject.accounts.invitations import operations
from waproject.accounts.invitations.models import Invitation
from waproject.accounts.invitations.operations import CannotInvite, LinkHasEnded
from waproject.accounts.models import Membership, Role, User
from waproject.accounts.operations import MoreThanOwn
from waproject.audit.models import Event
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db
EMAIL = "nueva@example.com"
WORDS = {"password": "una-frase-larga-7", "first_name": "Ana", "last_name": "Rojas"}


@pytest.fixture
def agent() -> Role:
    return Role.objects.get(name="agent")


def invited(agent: Role, by=SYSTEM) -> tuple[Invitation, str]:
    return operations.invite(EMAIL, agent, by=by)


def test_invited_becomes_a_user_in_the_role_and_the_link_ends(agent):
    _invitation, token = invited(agent)

    user = operations.accept(token, **WORDS)

    held = Membership.objects.get(user=user)
    assert (user.username, user.email, user.is_staff, held.role) == (EMAIL, EMAIL, True, agent)
    assert user.check_password(WORDS["password"])
    with pytest.raises(LinkHasEnded):
        operations.accept(token, **WORDS)


def test_link_ends_after_its_time(agent, settings, time_machine):
    _invitation, token = invited(agent)

    time_machine.move_to(timezone.now() + settings.INVITATION_LASTS)

    with pytest.raises(LinkHasEnded):
        operations.accept(token, **WORDS)


def test_link_that_was_sent_again_ends_the_former_one(agent):
    invitation, former = invited(agent)

    token = operations.resend(invitation, by=SYSTEM)

    assert operations.invitation_of(token) == invitation
    with pytest.raises(LinkHasEnded):
        operations.invitation_of(former)


def test_withdrawn_invitation_has_no_link_and_cannot_be_sent_again(agent):
    invitation, token = invited(agent)

    operations.withdraw(invitation, by=SYSTEM)

    with pytest.raises(LinkHasEnded):
        operations.invitation_of(token)
    with pytest.raises(CannotInvite):
        operations.resend(invitation, by=SYSTEM)


def test_link_that_is_withdrawn_at_the_moment_of_the_answer_makes_no_user(agent, monkeypatch):
    invitation, token = invited(agent)
    read = operations.invitation_of(token)
    operations.withdraw(invitation, by=SYSTEM)
    monkeypatch.setattr(operations, "invitation_of", lambda token: read)

    with pytest.raises(LinkHasEnded):
        operations.accept(token, **WORDS)

    assert not User.objects.filter(username=EMAIL).exists()


def test_token_is_not_stored(agent):
    _invitation, token = invited(agent)

    assert token not in str(list(Invitation.objects.values()))


def test_second_invitation_of_an_address_renews_the_first(agent):
    first, _token = invited(agent)

    second, _token = operations.invite(EMAIL.upper(), Role.objects.get(name="viewer"), by=SYSTEM)

    assert (second.pk, second.role.name) == (first.pk, "viewer")


def test_nobody_invites_into_a_role_with_more_than_their_own(staff, agent):
    boss = with_rights(staff, ["users.create", "users.assign_roles"], level=30)

    with pytest.raises(MoreThanOwn):
        invited(agent, by=boss)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("permission", ["add_user", "assign_role"])
def test_inviting_needs_both_rights(staff, agent, permission):
    with pytest.raises(PermissionDenied):
        invited(agent, by=permit_only(staff, permission))


def test_who_works_here_is_not_invited(staff, agent):
    User.objects.filter(pk=staff.pk).update(email=EMAIL)

    with pytest.raises(CannotInvite):
        invited(agent)


def test_user_of_another_business_joins_with_the_user_they_have(staff, agent):
    User.objects.filter(pk=staff.pk).update(email=EMAIL)
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        _invitation, token = operations.invite(EMAIL, Role.objects.get(name="agent"), by=SYSTEM)

    operations.join(token, staff)

    with in_tenant(other.pk):
        assert Membership.objects.get(user=staff, tenant=other).role.name == "agent"


def test_nobody_joins_by_the_link_of_another(staff, superuser, agent):
    User.objects.filter(pk=staff.pk).update(email=EMAIL)
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        _invitation, token = operations.invite(EMAIL, Role.objects.get(name="agent"), by=SYSTEM)

    with pytest.raises(LinkHasEnded):
        operations.join(token, superuser)


@pytest.mark.parametrize("then", ["suspended", "agent"])
def test_link_of_who_may_not_invite_any_more_has_ended(staff, agent, then):
    _invitation, token = invited(agent, by=as_role(staff, "admin"))

    if then == "suspended":
        staff.set_status(then)
        staff.save()
    else:
        as_role(staff, then)

    with pytest.raises(LinkHasEnded):
        operations.invitation_of(token)


def test_who_came_to_work_here_meanwhile_keeps_their_role(staff, agent):
    User.objects.filter(pk=staff.pk).update(email=EMAIL)
    Membership.objects.filter(user=staff).delete()
    _invitation, token = invited(agent)
    user = as_role(staff, "manager")

    with pytest.raises(LinkHasEnded):
        operations.join(token, user)

    assert Membership.objects.get(user=staff).role.name == "manager"


def test_each_step_is_in_the_log(staff, agent):
    boss = as_role(staff, "admin")
    invitation, _token = invited(agent, by=boss)
    token = operations.resend(invitation, by=boss)

    user = operations.accept(token, **WORDS)

    events = Event.objects.order_by("pk").values_list("action", "actor_id", "object_text")
    assert list(events) == [
        ("invitations.invite", boss.pk, EMAIL),
        ("invitations.resend", boss.pk, EMAIL),
        ("accounts.assign_role", None, EMAIL),
        ("invitations.accept", user.pk, EMAIL),
    ]


def test_invitation_to_more_than_one_s_own_role_is_neither_renewed_nor_withdrawn(staff):
    above, _token = operations.invite(EMAIL, Role.objects.get(name="super_admin"), by=SYSTEM)
    admin = as_role(staff, "admin")

    for attempt in (
        lambda: operations.invite(EMAIL, Role.objects.get(name="viewer"), by=admin),
        lambda: operations.withdraw(above, by=admin),
    ):
        with pytest.raises(MoreThanOwn):
            attempt()

    above.refresh_from_db()
    assert (above.role.name, above.withdrawn_at) == ("super_admin", None)
