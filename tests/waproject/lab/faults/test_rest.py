import pytest

from campaigns.models import Campaign, Recipient
from waproject.lab.faults.rest import is_settled, what_is_left


def test_is_settled_when_every_campaign_ended_and_every_message_arrived(delivered):
    assert is_settled()


@pytest.mark.parametrize("status", ["pending", "sent"])
def test_is_settled_waits_for_whoever_has_no_final_status(delivered, status):
    Recipient.objects.filter(pk=delivered[0].pk).update(status=status)

    assert not is_settled()


def test_is_settled_waits_for_the_campaign_to_end(delivered):
    Campaign.objects.update(status="active")

    assert not is_settled()


def test_what_is_left_counts_the_states_that_are_not_final(delivered):
    Recipient.objects.filter(pk__in=[one.pk for one in delivered[:2]]).update(status="pending")

    assert what_is_left() == "pending 2"
