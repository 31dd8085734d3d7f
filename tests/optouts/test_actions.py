"""Every operation on opt-outs: its permission, and its one event in the same transaction."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from optouts.actions import OptOutAction
from optouts.models import ConsentEvent, Hold, OptOut, Phrase
from optouts.operations import decide_hold, opt_out, revoke
from optouts.phrase_table import restore, switch
from optouts.upload import opt_out_list
from tests.factories.users import permit_all_but, permit_only
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


def do(action: OptOutAction, contact, by: User) -> object:
    match action:
        case OptOutAction.OPT_OUT:
            return opt_out(contact, reason="manual", by=by, note="Llamó")
        case OptOutAction.REVOKE:
            return revoke(contact, source="staff", by=by, note="Llamó")
        case OptOutAction.UPLOAD:
            return opt_out_list(BytesIO(b"+56975400946"), name="bajas.csv", by=by)
        case OptOutAction.DECIDE:
            return decide_hold(Hold.objects.get(), "opt_out", by=by)
        case OptOutAction.SWITCH:
            return switch(Phrase.objects.filter(text="borrar"), active=False, by=by)
    return restore(by=by)


@pytest.fixture(params=OptOutAction, ids=lambda action: action.name.lower())
def action(request, contact) -> OptOutAction:
    match request.param:
        case OptOutAction.REVOKE:
            opt_out(contact, reason="manual")
        case OptOutAction.DECIDE:
            Hold.objects.create(contact=contact, text="no más", held_at=timezone.now())
        case OptOutAction.RESTORE:
            Phrase.objects.get(text="borrar").delete()
    return request.param


def state() -> tuple[int, int, int, int]:
    phrases = Phrase.objects.in_use().count()
    return OptOut.objects.count(), ConsentEvent.objects.count(), phrases, Event.objects.count()


def test_operation_refuses_a_user_who_has_every_permission_but_its_own(contact, staff, action):
    before = state()
    codename = action.permission.partition(".")[2]

    with pytest.raises(PermissionDenied):
        do(action, contact, permit_all_but(staff, codename))

    assert state() == before


def test_operation_with_its_permission_alone_writes_one_event(contact, staff, action):
    codename = action.permission.partition(".")[2]

    do(action, contact, permit_only(staff, codename))

    assert Event.objects.values_list("actor", "action").get() == (staff.pk, action.value)


def test_operation_and_its_event_are_undone_together(contact, superuser, action):
    before = state()

    def fail_afterwards() -> None:
        with transaction.atomic():
            do(action, contact, superuser)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_afterwards()

    assert state() == before


def test_what_a_message_says_is_in_the_consent_events_alone(contact):
    opt_out(contact, reason="user_request", evidence="SM1: BAJA")
    revoke(contact, source="message", by=SYSTEM, evidence="SM2: ALTA")

    assert (ConsentEvent.objects.count(), Event.objects.count()) == (2, 0)


def test_opting_out_again_changes_nothing_and_leaves_no_event(contact, superuser):
    opt_out(contact, reason="manual")

    opt_out(contact, reason="manual", by=superuser)

    assert not Event.objects.exists()


def test_event_of_a_person_has_neither_name_nor_phone(contact, superuser):
    opt_out(contact, reason="manual", by=superuser, note="Llamó")

    event = Event.objects.get()
    assert (event.object_id, event.object_text, event.reason) == (str(contact.pk), "", "Llamó")
    assert (event.before, event.after) == ({"status": "active"}, {"status": "opted_out"})
