"""A template edited while its campaign sends changes nothing that is sent."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns import operations
from campaigns.launch.texts import text_and_mapping
from campaigns.models import Campaign
from messaging.delivery import jobs
from messaging.models import Message, Sender
from tests.templates import edit, edit_and_approve
from waproject.accounts.actors import SYSTEM

OLD, NEW = "HX" + "a" * 32, "HX" + "b" * 32


@pytest.fixture
def edited(campaign, contact, simulator) -> Campaign:
    """A launched campaign whose template was edited since."""
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    edit(campaign.template, body="Texto nuevo", variables={}, content_sid=NEW)
    return Campaign.objects.get(pk=campaign.pk)


def test_an_edited_template_does_not_change_what_is_sent(edited, simulator):
    jobs.send_from(edited.sender_id)

    [sent] = simulator.journal
    assert (sent["content_sid"], sent["content_variables"]) == (OLD, {"1": "Juan Pérez"})
    assert Message.objects.get().template_version.number == 1


def test_a_launched_campaign_shows_its_own_text(edited, client, superuser):
    client.force_login(superuser)

    page = client.get(reverse("admin:campaigns_campaign_change", args=[edited.pk]))

    assertContains(page, "Hola <mark>{{nombre}}</mark>, tenemos ofertas.")
    assertNotContains(page, "Texto nuevo")


def test_a_copy_takes_the_template_as_it_is_now(edited):
    copy = edited.copy()

    assert (text_and_mapping(copy)[0], copy.template_version) == ("Texto nuevo", None)


def test_a_scheduled_campaign_is_frozen_at_its_launch(campaign, contact):
    Campaign.objects.update(status="scheduled", scheduled_at=timezone.now())
    edit_and_approve(campaign.template, body="Texto nuevo")

    operations.launch_on_time(campaign.pk)

    assert Campaign.objects.get().recipients.get().body == "Texto nuevo"


def test_a_version_that_is_not_approved_is_not_launched(campaign, contact):
    edit(campaign.template, body="Texto nuevo")

    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    launched = Campaign.objects.get()
    assert launched.template_version.number == 1
    assert launched.recipients.get().body == "Hola Juan Pérez, tenemos ofertas. Responde INFO."


def test_sms_takes_the_version_that_is_being_edited(campaign, contact):
    edit(campaign.template, body="Texto nuevo")
    Sender.objects.update(channel="sms")

    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    assert Campaign.objects.get().recipients.get().body == "Texto nuevo"


def test_a_free_text_is_frozen_too(campaign, contact):
    Campaign.objects.update(template=None, message_template="Hola {{nombre}}")
    Sender.objects.update(channel="sms")

    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    assert text_and_mapping(Campaign.objects.get()) == ("Hola {{nombre}}", {})
