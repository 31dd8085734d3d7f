import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from messaging.approvals.asking import ask
from messaging.approvals.following import adopt
from messaging.approvals.handing_in import hand_in
from messaging.approvals.submitting import CannotSubmit, submit
from messaging.models import Account, Template, TemplateApproval, TemplateVersion
from tests.factories.users import permit_only
from tests.messaging.approvals.conftest import CONTENT, queued
from tests.templates import edit
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event


def approval_of(version):
    return TemplateVersion.objects.get(pk=version.pk).approval


def test_a_version_is_in_review_and_a_job_brings_it(draft):
    submit(draft.current, by=SYSTEM)

    approval = approval_of(draft.current)
    assert (approval.status, approval.submitted_name) == ("pending", "aviso")
    assert (Template.objects.get().status, queued()) == ("pending", ["hand_in"])


def test_who_submitted_is_kept_and_logged(draft, superuser):
    submit(draft.current, by=superuser)

    event = Event.objects.get(action="messaging.submit_template")
    assert (approval_of(draft.current).submitted_by, event.actor) == (superuser, superuser)
    assert event.after == {"version": 1, "status": "pending"}


def test_it_needs_the_right(draft, staff):
    with pytest.raises(PermissionDenied):
        submit(draft.current, by=permit_only(staff, "view_template"))


def test_a_further_version_goes_under_a_name_of_its_own(draft):
    submit(draft.current, by=SYSTEM)
    second = edit(draft, body="Hola {{nombre}}, ya puedes retirar tu {{auto}} desde hoy.")

    submit(second, by=SYSTEM)

    assert approval_of(second).submitted_name == "aviso_v2"


def test_a_version_is_submitted_once(draft):
    submit(draft.current, by=SYSTEM)
    draft.current.refresh_from_db()

    with pytest.raises(CannotSubmit) as refusal:
        submit(draft.current, by=SYSTEM)

    assert refusal.value.sentences == [
        "This version was submitted already. Change the text to submit another version."
    ]


def test_what_whatsapp_would_refuse_is_refused_here(draft):
    version = edit(draft, body="{{nombre}}, hola")

    with pytest.raises(CannotSubmit):
        submit(version, by=SYSTEM)

    assert (approval_of(version).status, queued()) == ("draft", [])


def test_an_account_that_is_switched_off_takes_nothing(draft):
    Account.objects.update(status="disconnected")

    with pytest.raises(CannotSubmit, match="is switched off"):
        submit(draft.current, by=SYSTEM)


def test_an_archived_template_is_not_submitted(draft):
    Template.objects.update(archived_at="2026-11-27T12:00Z")

    with pytest.raises(CannotSubmit, match="archived"):
        submit(draft.current, by=SYSTEM)


def test_what_only_we_know_needs_no_new_approval(draft, simulator):
    submit(draft.current, by=SYSTEM)
    hand_in(draft.current.pk)
    simulator.settle()
    first = TemplateVersion.objects.get()
    ask([first.pk])
    other = {**CONTENT.variables, "nombre": {"source": "contact.name", "example": "Ana"}}

    second = edit(draft, variables=other)
    submit(second, by=SYSTEM)

    second.refresh_from_db()
    template = Template.objects.get()
    assert (approval_of(second).status, second.content_sid) == ("approved", first.content_sid)
    assert (template.in_use_id, template.status) == (second.pk, "approved")
    assert second.provider_data == first.provider_data == {"names": {"nombre": "1", "auto": "2"}}


@pytest.fixture
def said_of(draft):
    """What WhatsApp says of the first version, and the second one, of which it sees no change."""

    def say(status):
        adopt(draft.current, content_sid="HX" + "b" * 32, status=status)
        other = {**CONTENT.variables, "nombre": {"source": "contact.name", "example": "Ana María"}}
        return edit(draft, variables=other)

    return say


@pytest.mark.parametrize("status", ["pending", "approved", "paused"])
def test_it_takes_over_what_whatsapp_says_of_the_same_text(said_of, status):
    second = said_of(status)

    assert submit(second, by=SYSTEM) == status

    second.refresh_from_db()
    assert (approval_of(second).status, second.content_sid[:3]) == (status, "HXb")
    assert "hand_in" not in queued()


@pytest.mark.parametrize("status", ["rejected", "disabled"])
def test_what_whatsapp_did_not_take_is_submitted_again_with_better_examples(said_of, status):
    second = said_of(status)

    assert submit(second, by=SYSTEM) == "pending"

    assert (approval_of(second).status, queued()) == ("pending", ["hand_in"])


def test_what_is_gone_at_the_provider_is_submitted_again(said_of):
    second = said_of("approved")
    TemplateApproval.objects.exclude(version=second).update(gone_at=timezone.now())

    assert submit(second, by=SYSTEM) == "pending"
