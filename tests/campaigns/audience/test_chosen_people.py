"""Audiences of people whom a page has shown: by search, import, or what a campaign brought."""

import pytest
from django.utils import timezone

from campaigns.audience.filters import Audience
from campaigns.audience.values import AudienceError
from campaigns.models import Campaign, Recipient
from contacts.models import Contact, ImportedPerson, ImportJob
from tests.factories.people import person
from waproject.core.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Contact]:
    return [person(name=name) for name in ("Ana Peña", "Luis", "Rosa")]


def names(audience: Audience) -> list[str]:
    return [one.name.split()[0] for one in audience.matches()]


def sent_to(contact: Contact, campaign: Campaign, **fields) -> Recipient:
    sent = {"status": "sent", "sent_at": timezone.now(), **fields}
    return Recipient.objects.create(
        campaign=campaign, contact=contact, phone=contact.address, **sent
    )


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("", ["Ana", "Luis"]),
        ("not_read", ["Luis"]),
        ("read_not_replied", []),
        ("not_replied", ["Luis"]),
        ("replied", ["Ana"]),
        ("not_delivered", []),
    ],
)
def test_people_of_a_campaign_by_what_became_of_its_message(people, campaign, outcome, expected):
    ana, luis, rosa = people
    sent_to(ana, campaign, status="replied")
    sent_to(luis, campaign, status="delivered")
    sent_to(rosa, campaign, status="skipped", sent_at=None)

    assert names(Audience(of_campaigns=[campaign.pk], outcome=outcome)) == expected


def test_outcome_needs_a_campaign():
    with pytest.raises(AudienceError, match="Say of which campaigns"):
        Audience(outcome="replied")


def test_people_of_an_import_are_those_it_took(people, superuser):
    job = Job.objects.create(kind="import", title="marzo.csv", owner=superuser)
    imported = ImportJob.objects.create(job=job)
    ImportedPerson.objects.create(job=imported, contact=people[1])

    audience = Audience(imports=[imported.pk])

    assert names(audience) == ["Luis"]
    assert audience.describe() == "People of the import marzo.csv."


def test_describe_names_what_a_page_has_shown(campaign):
    audience = Audience(
        search="peña", contact_status="active", of_campaigns=[campaign.pk], outcome="not_read"
    )

    assert audience.describe() == (
        f"Found by “peña”; with the status “active”; people of the campaign “{campaign}” who did"
        " not read it."
    )
