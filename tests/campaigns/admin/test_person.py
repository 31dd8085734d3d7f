"""What the page of a person says of the campaigns that they were in."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from contacts.person.parts import gathered
from contacts.person.timeline import timeline
from messaging.texts.content import Button
from tests.factories.users import permit_only
from tests.templates import edit
from waproject.tenants.models import Tenant
from waproject.tenants.preferences import remember

NOW = datetime(2026, 11, 27, 10, 2, tzinfo=timezone.get_default_timezone())

pytestmark = pytest.mark.django_db


def received(campaign, contact: Contact, **fields) -> Recipient:
    return Recipient.objects.create(campaign=campaign, contact=contact, phone="+569", **fields)


def entry_of(contact, user):
    [period] = timeline(contact, user, kind="campaigns").periods
    [entry] = period.entries
    return entry


@pytest.mark.parametrize(
    ("fields", "sentence", "details", "tone"),
    [
        ({"status": "pending"}, "Is to receive Promo", "pending", ""),
        ({"status": "sent", "sent_at": NOW}, "Received Promo", "sent", ""),
        (
            {
                "status": "replied",
                "sent_at": NOW,
                "delivered_at": NOW,
                "read_at": NOW + timedelta(minutes=36),
                "replied_at": NOW + timedelta(minutes=39),
            },
            "Received Promo",
            "delivered 10:02, read 10:38, answered 10:41",
            "good",
        ),
        (
            {"status": "skipped", "skipped_at": NOW, "reason": "opted_out"},
            "Did not receive Promo",
            "opted out",
            "",
        ),
        (
            {"status": "failed", "failed_at": NOW, "error_message": "Oh"},
            "Did not receive Promo",
            "Oh",
            "bad",
        ),
    ],
)
def test_campaign_is_told_with_what_became_of_it(
    campaign, contact, staff, fields, sentence, details, tone
):
    received(campaign, contact, **fields)

    entry = entry_of(contact, permit_only(staff, "view_contact", "view_recipient"))

    assert (entry.sentence, entry.details, entry.tone) == (sentence, [details], tone)


@time_machine.travel(NOW + timedelta(days=2), tick=False)
def test_time_of_another_day_is_said_with_the_day(campaign, contact, superuser):
    received(
        campaign, contact, status="read", sent_at=NOW, read_at=NOW + timedelta(days=1, hours=1)
    )

    assert entry_of(contact, superuser).details == ["read Sat 28 Nov 11:02"]


def test_campaign_is_linked_for_who_may_see_it(campaign, contact, superuser):
    received(campaign, contact, status="pending")

    assert f"/campaign/{campaign.pk}/change/" in entry_of(contact, superuser).sentence


def test_campaigns_are_counted(campaign, contact, superuser, staff):
    received(campaign, contact, status="pending")

    records = gathered(contact, superuser).records

    assert [(one.label, one.count) for one in records] == [("Campaigns", 1)]
    assert gathered(contact, permit_only(staff, "view_contact")).records == []


def test_cap_that_is_reached_is_told(campaign, contact, superuser, tenant):
    Tenant.objects.filter(pk=tenant.pk).update(frequency_cap_messages=1, frequency_cap_days=7)
    tenant.refresh_from_db()
    remember(tenant)
    before = len(gathered(contact, superuser).standings)

    received(campaign, contact, status="sent", sent_at=timezone.now())

    after = gathered(contact, superuser).standings
    assert (before, after[1].words) == (1, "Had 1 of 1 messages within 7 days; campaigns wait")


def test_buttons_below_what_was_received_are_told(campaign, contact, superuser):
    buttons = [Button("quick_reply", "Sí, quiero"), Button("url", "Ver", value="https://a.cl/")]
    version = edit(campaign.template, buttons=tuple(buttons))
    Campaign.objects.update(template_version=version)
    received(campaign, contact, status="sent", sent_at=NOW)

    assert entry_of(contact, superuser).details == ["sent", "With the buttons Sí, quiero · Ver"]
