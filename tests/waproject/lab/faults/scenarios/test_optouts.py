from datetime import UTC, datetime
from random import Random

import pytest
from django.utils import timezone

from campaigns.models import Recipient
from messaging.models import Delivery
from optouts.models import OptOut
from optouts.operations import opt_out
from tests.sending import enqueue
from waproject.lab.faults.scenarios.optouts import Leaving, delays_of, skipped_of


@pytest.fixture
def opted_out(delivered):
    """The first person opted out at the second 100 of the epoch."""
    opt_out(delivered[0].contact, reason="manual", note="x")
    OptOut.objects.update(opted_out_at=datetime.fromtimestamp(100, UTC))
    return delivered[0]


@pytest.mark.parametrize(("asked_at", "delay"), [(99.5, -0.5), (101.25, 1.25)])
def test_delays_run_from_the_opt_out_to_the_request(opted_out, campaign, entry, asked_at, delay):
    delays = delays_of(campaign, [entry(opted_out, asked_at=asked_at)])

    assert delays == {opted_out.pk: delay}


def test_delays_leave_out_who_stayed(delivered, campaign, entry):
    assert delays_of(campaign, [entry(delivered[1], asked_at=101)]) == {}


def test_skipped_of_counts_who_was_skipped_for_an_opt_out(campaign, delivered):
    Recipient.objects.update(status="skipped")
    for recipient in delivered[:2]:
        opt_out(recipient.contact, reason="manual", note="x")

    assert skipped_of(campaign) == 2


def test_leaving_takes_who_is_claimed_by_turns_and_nobody_twice(campaign, delivered):
    claimed = delivered[2]
    Recipient.objects.filter(pk=claimed.pk).update(status="pending")
    enqueue(campaign)
    now = timezone.now()
    Delivery.objects.update(state="claimed", claimed_at=now, lease_until=now)
    first_is_another = next(
        seed for seed in range(100) if Leaving(campaign, Random(seed)).next_phone() != claimed.phone
    )

    leaving = Leaving(campaign, Random(first_is_another))
    phones = [leaving.next_phone() for _person in range(leaving.people)]

    assert phones[1] == claimed.phone
    assert sorted(phones) == sorted(one.phone for one in delivered)
