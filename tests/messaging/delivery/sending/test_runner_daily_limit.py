from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from campaigns import operations
from campaigns.models import Campaign, Recipient
from campaigns.sending.streams import follow_campaign
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.delivery import jobs
from messaging.delivery.claiming import claims
from messaging.delivery.timing.moments import next_moment
from messaging.models import Conversation, Delivery, DeliveryStream, Lane, Opening, Sender
from tests import sending
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def limited(active, fill) -> Campaign:
    """A campaign to five people whose sender may write first to two a day."""
    Sender.objects.update(daily_limit=2)
    fill(5)
    return active


def claim(campaign, at=None) -> int:
    return len(sending.claim(campaign, now=at or timezone.now()).deliveries)


def last_waiting() -> Recipient:
    waiting = Delivery.objects.waiting().order_by("pk").last()
    return Recipient.objects.get(token=waiting.token)


def test_claim_takes_no_more_than_the_daily_limit(limited):
    assert (claim(limited), claim(limited)) == (2, 0)
    assert Delivery.objects.waiting().count() == 3


def test_claim_goes_on_when_the_limit_frees_up(limited):
    now = timezone.now()
    claim(limited, now)

    tomorrow = now + timedelta(hours=24)

    assert next_moment(limited.sender_id) == tomorrow
    assert claim(limited, tomorrow) == 2


def test_claim_of_another_campaign_shares_the_limit(limited, fill):
    claim(limited)
    other = Campaign.objects.create(
        name="Otra", sender=limited.sender, template=limited.template, status=CampaignStatus.ACTIVE
    )
    Delivery.objects.waiting().update(stream=follow_campaign(other.pk))

    assert claim(other) == 0


def test_run_leaves_the_rest_for_the_next_day(limited, simulator):
    jobs.send_from(limited.sender_id)

    assert Recipient.objects.filter(status="sent").count() == 2
    assert Campaign.objects.get().status == "active"


def test_page_says_that_the_limit_is_reached(limited, client, superuser):
    claim(limited)
    client.force_login(superuser)

    page = client.get(reverse("admin:campaigns_campaign_panel", args=[limited.pk]))

    assertContains(page, "The sender has reached its daily limit of 2 people.")


def test_resume_looks_for_room_anew(limited):
    claim(limited)
    operations.pause(limited.pk, by=SYSTEM)
    Sender.objects.update(daily_limit=4)

    operations.resume(limited.pk, by=SYSTEM)

    assert claim(limited) == 2
    assert Opening.objects.count() == 4


def test_sender_looks_for_room_at_once_when_its_limit_is_raised(limited, boss):
    claim(limited)
    Lane.objects.update(queued_at=None, wake_at=None)
    url = reverse("admin:messaging_sender_change", args=[limited.sender_id])
    form = boss.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}

    boss.post(url, {**data, "daily_limit": "4", "messaging_service_sid": ""})

    lane = Lane.objects.get()
    assert (lane.room_at, lane.queued_at is not None) == (None, True)
    assert claim(limited) == 2


def test_other_changes_of_a_sender_leave_it_waiting(limited, boss):
    claim(limited)
    url = reverse("admin:messaging_sender_change", args=[limited.sender_id])
    form = boss.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}

    boss.post(url, {**data, "name": "Otro", "messaging_service_sid": ""})

    assert Sender.objects.get().name == "Otro"
    assert Lane.objects.get().room_at is not None


def open_window(campaign, recipient) -> None:
    """The person writes now, so that a message to them costs nothing."""
    Conversation.objects.create(
        sender=campaign.sender,
        contact=recipient.contact,
        window_expires_at=timezone.now() + timedelta(hours=24),
    )


def test_claim_takes_who_costs_nothing_while_the_campaign_waits(limited):
    claim(limited)
    wrote = last_waiting()
    open_window(limited, wrote)

    taken = sending.claim(limited)

    assert ([one.token for one in taken.deliveries], taken.seen) == ([wrote.token], 1)
    assert Delivery.objects.waiting().count() == 2


def test_claim_takes_who_was_counted_today_while_the_campaign_waits(limited):
    counted, _second = sending.claim(limited).deliveries
    claims.give_back([counted])

    assert claim(limited) == 1


def test_claim_keeps_the_senders_wait_when_it_takes_who_costs_nothing(limited):
    claim(limited)
    until = Lane.objects.get().room_at
    open_window(limited, last_waiting())

    claim(limited)

    assert Lane.objects.get().room_at == until


def test_next_moment_is_now_for_who_costs_nothing(limited):
    now = timezone.now()
    claim(limited, now)
    later = next_moment(limited.sender_id)
    open_window(limited, last_waiting())

    assert later == now + timedelta(hours=24)
    assert next_moment(limited.sender_id) < now + timedelta(minutes=1)


def test_next_moment_of_who_costs_nothing_heeds_the_pace(limited):
    claim(limited)
    open_window(limited, last_waiting())
    slot = timezone.now() + timedelta(minutes=30)
    DeliveryStream.objects.update(per_hour=2, next_slot=slot.timestamp())

    assert abs(next_moment(limited.sender_id) - slot) < timedelta(seconds=3)


def test_tick_wakes_a_waiting_campaign_for_who_writes_meanwhile(limited, simulator):
    jobs.send_from(limited.sender_id)
    woken = [jobs.wake_senders()]
    open_window(limited, last_waiting())

    woken.append(jobs.wake_senders())
    jobs.send_from(limited.sender_id)

    assert woken == ["0 skipped, 0 woken", "0 skipped, 1 woken"]
    assert (len(simulator.journal), Opening.objects.count()) == (3, 2)


def test_waiting_campaign_needs_the_same_queries_for_any_number(
    limited, fill, django_assert_max_num_queries
):
    claim(limited)
    people = Contact.objects.bulk_create(Contact(phone=f"+5698{n:07d}") for n in range(200))
    sending.recipients(limited, people)

    with django_assert_max_num_queries(14):
        claim(limited)
        next_moment(limited.sender_id)
