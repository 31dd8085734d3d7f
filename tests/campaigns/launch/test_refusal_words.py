"""Why a launch was refused, read by people of another language than that of the refusal."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from campaigns.jobs import start_due_campaigns
from campaigns.launch import further_chunks
from campaigns.launch.launch import begin
from campaigns.models import Campaign, Launch
from campaigns.operations import pause
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.models import Sender
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def many(campaign, monkeypatch) -> Campaign:
    """A campaign to more people than one chunk holds."""
    monkeypatch.setattr("campaigns.launch.people.BATCH", 2)
    Contact.objects.bulk_create(Contact(phone=f"+5697540000{n}") for n in range(5))
    return campaign


def why(campaign: Campaign, language: str) -> str:
    campaign.refresh_from_db()
    with translation.override(language):
        return campaign.why


def test_refusal_by_the_clock_is_read_in_the_language_of_its_reader(campaign):
    start = timezone.now() - timedelta(minutes=1)
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=start)
    Sender.objects.update(status="disabled")

    with translation.override("es"):
        start_due_campaigns()

    assert why(campaign, "en") == (
        "The sender “Automotora” is switched off. Switch it on or choose another."
    )
    assert why(campaign, "es") == (
        "El remitente “Automotora” está desactivado. Activarlo o elegir otro."
    )


def test_launch_taken_back_says_why_in_the_language_of_its_reader(many):
    begin(many.pk, permit=lambda campaign: None, by=SYSTEM, accept_warnings=True)
    Sender.objects.update(status="disabled")

    with translation.override("es"):
        further_chunks.go_on(many.pk)

    many.refresh_from_db()
    assert (many.status, why(many, "en")) == (
        "draft",
        "The sender “Automotora” is switched off. Switch it on or choose another.",
    )


def test_launch_that_is_being_taken_back_keeps_what_it_was_told(many):
    begin(many.pk, permit=lambda campaign: None, by=SYSTEM, accept_warnings=True)

    Launch.objects.update(refused=[{"text": "The campaign is not scheduled."}])
    further_chunks.go_on(many.pk)

    assert why(many, "es") == "La campaña no está programada."


def test_what_a_person_said_stays_in_their_words(campaign):
    Campaign.objects.update(status=CampaignStatus.ACTIVE)

    pause(campaign.pk, by=SYSTEM, reason="Esperamos al jefe: 100 %.")

    assert why(campaign, "en") == "Esperamos al jefe: 100 %."
