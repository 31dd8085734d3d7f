import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from campaigns.tracking.funnel import STAGES, Funnel, funnel, percent
from contacts.models import Contact

ONE_OF_EACH = Funnel(
    recipients=9,
    pending=1,
    sent=6,
    delivered=4,
    read=3,
    replied=2,
    closed=1,
    failed=1,
    undelivered=1,
    skipped=1,
)
NEVER_SENT = {"pending", "failed", "skipped"}


@pytest.fixture
def one_of_each(campaign: Campaign) -> Campaign:
    """A campaign with one recipient in each status."""
    for number, status in enumerate(RecipientStatus.values):
        Recipient.objects.create(
            campaign=campaign,
            contact=Contact.objects.create(phone=f"+5697000{number:04}"),
            status=status,
            sent_at=None if status in NEVER_SENT else timezone.now(),
        )
    return campaign


def test_funnel_counts_each_stage_with_all_that_followed_it(one_of_each):
    assert funnel([one_of_each.pk]) == {one_of_each.pk: ONE_OF_EACH}


def test_funnel_counts_a_late_failure_as_sent(one_of_each):
    one_of_each.recipients.filter(status="failed").update(sent_at=timezone.now())

    assert funnel([one_of_each.pk])[one_of_each.pk].sent == 7


@pytest.mark.parametrize("stage", STAGES)
def test_funnel_stage_finds_as_many_rows_as_it_counts(one_of_each, stage):
    assert one_of_each.recipients.filter(STAGES[stage]).count() == getattr(ONE_OF_EACH, stage)


def test_funnel_of_a_campaign_without_recipients_is_empty(campaign):
    assert funnel([campaign.pk]) == {campaign.pk: Funnel()}


def test_funnel_of_many_campaigns_takes_one_query(one_of_each, django_assert_num_queries):
    other = Campaign.objects.create(name="Otra", sender=one_of_each.sender)

    with django_assert_num_queries(1):
        counts = funnel([one_of_each.pk, other.pk])

    assert [counts[one_of_each.pk].recipients, counts[other.pk].recipients] == [9, 0]


def test_funnel_settled_leaves_out_people_without_an_outcome():
    assert (ONE_OF_EACH.open, ONE_OF_EACH.settled) == (1, 8)


def test_funnel_rates_are_percent_of_sent():
    rates = (ONE_OF_EACH.delivered_rate, ONE_OF_EACH.read_rate, ONE_OF_EACH.replied_rate)

    assert rates == (66.7, 50.0, 33.3)


def test_percent_of_nothing_is_none():
    assert percent(0, 0) is None
