from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.sending import frequency_cap as caps
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.models import Delivery, Sender
from tests.sending import claim, enqueue


@pytest.fixture(autouse=True)
def one_in_a_week(settings):
    settings.FREQUENCY_CAP_MESSAGES = 1
    settings.FREQUENCY_CAP_DAYS = 7


@pytest.fixture
def other(active) -> Campaign:
    """Another campaign that is sending, from a sender of its own."""
    sender = Sender.objects.create(name="Otro", channel="whatsapp", address="+56229999999")
    return Campaign.objects.create(
        name="Otra", sender=sender, template=active.template, status=CampaignStatus.ACTIVE
    )


@pytest.fixture
def person(fill) -> Contact:
    """The one recipient of the active campaign."""
    (recipient,) = fill(1)
    return recipient.contact


def write(campaign, person, **fields) -> Recipient:
    """A recipient of that campaign; a message of a day ago, unless told otherwise."""
    sent = {"status": "sent", "sent_at": timezone.now() - timedelta(days=1)}
    return Recipient.objects.create(
        campaign=campaign, contact=person, phone=person.phone, **{**sent, **fields}
    )


def test_claim_skips_people_at_the_cap_and_says_so(active, other, person):
    write(other, person)

    taken = claim(active)

    skipped = Recipient.objects.get(campaign=active)
    assert (taken.deliveries, taken.seen) == ([], 1)
    assert (skipped.status, skipped.why) == ("skipped", "had enough campaign messages lately")


@pytest.mark.parametrize("state", ["claimed", "uncertain"])
def test_claim_counts_what_is_in_the_air(active, other, person, state):
    write(other, person, status="pending", sent_at=None)
    enqueue(other)
    now = timezone.now()
    going = Delivery.objects.filter(stream__source_id=other.pk)
    going.update(state=state, claimed_at=now, lease_until=now)

    assert claim(active).deliveries == []


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_claim_does_not_count_what_never_arrived(active, other, person, status):
    write(other, person, status=status)

    assert len(claim(active).deliveries) == 1


def test_claim_forgets_what_is_older_than_the_days(active, other, person):
    write(other, person, sent_at=timezone.now() - timedelta(days=7, seconds=1))

    assert len(claim(active).deliveries) == 1


def test_claim_allows_as_many_as_the_cap_says(active, other, person, settings):
    settings.FREQUENCY_CAP_MESSAGES = 2
    write(other, person)

    assert len(claim(active).deliveries) == 1


def test_no_cap_is_the_default_of_zero_messages(active, other, person, settings):
    settings.FREQUENCY_CAP_MESSAGES = 0
    write(other, person)

    assert len(claim(active).deliveries) == 1


def test_claim_of_a_campaign_that_ignores_the_cap_takes_everyone(active, other, person):
    write(other, person)
    Campaign.objects.filter(pk=active.pk).update(ignore_frequency_cap=True)

    assert len(claim(active).deliveries) == 1


def test_messages_of_a_campaign_that_ignores_the_cap_do_not_count(active, other, person):
    write(other, person)
    Campaign.objects.filter(pk=other.pk).update(ignore_frequency_cap=True)

    assert len(claim(active).deliveries) == 1


def test_two_campaigns_that_follow_each_other_write_to_a_person_once(active, other, person):
    write(other, person, status="pending", sent_at=None)
    enqueue(other)

    taken = [claim(active), claim(other)]

    assert [len(one.deliveries) for one in taken] == [1, 0]


def test_one_claim_of_two_campaigns_of_a_sender_writes_to_a_person_once(active, other, person):
    Campaign.objects.filter(pk=other.pk).update(sender=active.sender)
    write(other, person, status="pending", sent_at=None)
    enqueue(other)

    taken = claim(active)

    assert (len(taken.deliveries), taken.seen) == (1, 2)


def test_look_asks_nothing_without_a_cap(active, person, settings, django_assert_num_queries):
    settings.FREQUENCY_CAP_MESSAGES = 0

    with django_assert_num_queries(0):
        assert caps.find_capped(active.pk, [person.pk], timezone.now()) == caps.Capped()
