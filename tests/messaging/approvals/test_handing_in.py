"""A submitted version comes to the provider once, whatever happens on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from messaging.approvals import handing_in
from messaging.approvals.asking import ask
from messaging.approvals.handing_in import hand_in
from messaging.approvals.submitting import submit
from messaging.models import Template, TemplateVersion
from messaging.providers.base import ProviderUnavailable
from messaging.providers.templates import ContentSpec
from messaging.twilio.contents.api import TwilioTemplates
from tests.messaging.approvals.conftest import CONTENT, PROMOTION, write
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event


def submitted(content=CONTENT):
    template = write(content)
    submit(template.current, by=SYSTEM)
    return template.current


def stored(version):
    return TemplateVersion.objects.select_related("approval").get(pk=version.pk)


def there(simulator):
    return [content.body for content in simulator.contents if content.types]


@pytest.fixture
def later():
    """After the time in which a former try would be dead."""
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        yield


def test_a_version_is_made_submitted_and_approved(simulator, db):
    version = submitted()

    hand_in(version.pk)
    simulator.settle()
    ask([version.pk])

    kept, template = stored(version), Template.objects.get()
    assert (kept.approval.status, template.status, template.in_use) == (
        "approved",
        "approved",
        kept,
    )
    [content] = [one for one in simulator.contents if one.types]
    assert (content.sid, content.body, content.variables) == (
        kept.content_sid,
        "Hola {{1}}, tu {{2}} ya está listo para retirar en el taller.",
        {"1": "María", "2": "Yaris"},
    )
    assert content.quick_replies == [("Ya voy", "abcdefgh")]


def test_a_rejection_has_a_reason_in_our_words_and_in_theirs(simulator, db):
    version = submitted(PROMOTION)

    hand_in(version.pk)
    simulator.settle()
    ask([version.pk])

    approval = stored(version).approval
    assert (approval.status, Template.objects.get().status) == ("rejected", "rejected")
    assert approval.why.startswith("The text does not fit its category or its language. WhatsApp")


def test_a_decision_is_logged_as_the_systems(simulator, db):
    version = submitted(PROMOTION)
    hand_in(version.pk)
    simulator.settle()

    ask([version.pk])

    event = Event.objects.get(action="messaging.template_decided")
    assert (event.actor, event.before["status"], event.after["status"]) == (
        None,
        "pending",
        "rejected",
    )


def test_a_second_job_does_nothing(simulator, db):
    version = submitted()
    hand_in(version.pk)

    hand_in(version.pk)

    assert len(there(simulator)) == 1


def test_a_job_that_died_after_the_content_was_made_finds_it(simulator, db, later, monkeypatch):
    version = submitted()
    with time_machine.travel(timezone.now() - timedelta(minutes=2)):
        kill_after(monkeypatch, "create", version)

    hand_in(version.pk)

    assert (len(there(simulator)), stored(version).approval.raw["status"]) == (1, "received")


def test_a_job_that_died_after_the_approval_was_asked_for_takes_it(
    simulator, db, later, monkeypatch
):
    version = submitted()
    with time_machine.travel(timezone.now() - timedelta(minutes=2)):
        kill_after(monkeypatch, "submit", version)
    simulator.settle()

    assert hand_in(version.pk) == "approved"

    assert (len(there(simulator)), stored(version).approval.status) == (1, "approved")


def kill_after(monkeypatch, step, version):
    """Let a job end right after the provider did something and before that is written down."""
    done = getattr(TwilioTemplates, step)

    async def die(self, *asked):
        await done(self, *asked)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(TwilioTemplates, step, die)
        with pytest.raises(KeyboardInterrupt):
            hand_in(version.pk)


def test_a_provider_that_is_away_leaves_it_in_review(db, settings):
    settings.TWILIO_CONTENT_BASE_URL = "http://127.0.0.1:9"
    version = submitted()

    with pytest.raises(ProviderUnavailable):
        hand_in(version.pk)

    assert (stored(version).approval.status, stored(version).content_sid) == ("pending", "")


def test_what_the_provider_does_not_take_is_rejected(simulator, db, monkeypatch):
    def nameless(content: object, name: str) -> ContentSpec:
        return replace(spec_of(content, name), language="xx-YY")

    spec_of = handing_in.spec_of
    monkeypatch.setattr(handing_in, "spec_of", nameless)
    version = submitted()

    hand_in(version.pk)

    approval = stored(version).approval
    assert (approval.status, approval.why) == (
        "rejected",
        "The provider does not take the template: Invalid language code",
    )
