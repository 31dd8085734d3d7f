from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from campaigns import jobs, operations
from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.delivery import claims, reconciliation
from messaging.models import Conversation, Opening, Sender


@pytest.fixture
def limited(active, fill) -> Campaign:
    """A campaign to five people whose sender may write first to two a day."""
    Sender.objects.update(daily_limit=2)
    fill(5)
    return active


def claim(campaign, at=None) -> int:
    return len(claims.claim(campaign.pk, 10, now=at or timezone.now()).recipients)


def test_claim_takes_no_more_than_the_daily_limit(limited):
    assert (claim(limited), claim(limited)) == (2, 0)
    assert Recipient.objects.filter(status="pending", not_before=None).count() == 3


def test_claim_goes_on_when_the_limit_frees_up(limited):
    now = timezone.now()
    claim(limited, now)

    tomorrow = now + timedelta(hours=24)

    assert reconciliation.next_moment(limited.pk) == tomorrow
    assert claim(limited, tomorrow) == 2


def test_claim_of_another_campaign_shares_the_limit(limited, fill):
    claim(limited)
    other = Campaign.objects.create(
        name="Otra", sender=limited.sender, template=limited.template, status=CampaignStatus.ACTIVE
    )
    Recipient.objects.filter(status="pending").update(campaign=other)

    assert claim(other) == 0


def test_run_leaves_the_rest_for_the_next_day(limited, simulator):
    jobs.send_campaign(limited.pk)

    assert Recipient.objects.filter(status="sent").count() == 2
    assert Campaign.objects.get().status == "active"


def test_page_says_that_the_limit_is_reached(limited, client, superuser):
    claim(limited)
    client.force_login(superuser)

    page = client.get(reverse("admin:campaigns_campaign_panel", args=[limited.pk]))

    assertContains(page, "The sender has reached its daily limit of 2 people.")


def test_resume_looks_for_room_anew(limited):
    claim(limited)
    operations.pause(limited.pk)
    Sender.objects.update(daily_limit=4)

    operations.resume(limited.pk)

    assert claim(limited) == 2
    assert Opening.objects.count() == 4


def open_window(campaign, recipient) -> None:
    """The person writes now, so that a message to them costs nothing."""
    Conversation.objects.create(
        sender=campaign.sender,
        contact=recipient.contact,
        window_expires_at=timezone.now() + timedelta(hours=24),
    )


def test_claim_takes_who_costs_nothing_while_the_campaign_waits(limited):
    claim(limited)
    wrote = Recipient.objects.filter(status="pending").last()
    open_window(limited, wrote)

    taken = claims.claim(limited.pk, 10, now=timezone.now())

    assert ([one.pk for one in taken.recipients], taken.seen) == ([wrote.pk], 1)
    assert Recipient.objects.filter(status="pending", not_before=None).count() == 2


def test_claim_takes_who_was_counted_today_while_the_campaign_waits(limited):
    counted, _second = claims.claim(limited.pk, 10, now=timezone.now()).recipients
    Recipient.objects.filter(pk=counted.pk).update(status="pending")

    assert claim(limited) == 1


def test_claim_keeps_the_campaigns_wait_when_it_takes_who_costs_nothing(limited):
    claim(limited)
    until = Campaign.objects.get().waits_until
    open_window(limited, Recipient.objects.filter(status="pending").last())

    claim(limited)

    assert Campaign.objects.get().waits_until == until


def test_next_moment_is_now_for_who_costs_nothing(limited):
    now = timezone.now()
    claim(limited, now)
    later = reconciliation.next_moment(limited.pk)
    open_window(limited, Recipient.objects.filter(status="pending").last())

    assert later == now + timedelta(hours=24)
    assert reconciliation.next_moment(limited.pk) < now + timedelta(minutes=1)


def test_next_moment_of_who_costs_nothing_heeds_the_pace(limited):
    claim(limited)
    open_window(limited, Recipient.objects.filter(status="pending").last())
    slot = timezone.now() + timedelta(minutes=30)
    Campaign.objects.update(per_hour=2, next_slot=slot.timestamp())

    assert abs(reconciliation.next_moment(limited.pk) - slot) < timedelta(seconds=1)


def test_tick_wakes_a_waiting_campaign_for_who_writes_meanwhile(limited, simulator):
    jobs.send_campaign(limited.pk)
    woken = [jobs.wake_campaigns()]
    open_window(limited, Recipient.objects.filter(status="pending").last())

    woken.append(jobs.wake_campaigns())
    jobs.send_campaign(limited.pk)

    assert woken == ["0 woken", "1 woken"]
    assert (len(simulator.journal), Opening.objects.count()) == (3, 2)


def test_waiting_campaign_needs_the_same_queries_for_any_number(
    limited, fill, django_assert_max_num_queries
):
    claim(limited)
    people = Contact.objects.bulk_create(Contact(phone=f"+5698{n:07d}") for n in range(200))
    Recipient.objects.bulk_create(
        Recipient(campaign=limited, contact=one, phone=one.phone) for one in people
    )

    with django_assert_max_num_queries(11):
        claim(limited)
        reconciliation.next_moment(limited.pk)
