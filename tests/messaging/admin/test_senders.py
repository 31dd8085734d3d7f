"""The page of a sender while its messages are on their way."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from messaging.models import Account, Conversation, Delivery, Sender
from tests.sending import Fill

ON_THEIR_WAY = "Messages of this sender wait or are on their way."


@pytest.fixture
def south(db) -> Account:
    return Account.objects.create(name="Sur", external_id="AC" + "7" * 32, access_token="t")


def save(browser: Client, sender: Sender, **changes: object):
    columns = ("name", "channel", "address", "messaging_service_sid", "status", "quality", "tier")
    shares = ("share_when_medium", "share_when_low")
    form = {name: getattr(sender, name) for name in (*columns, *shares)}
    form |= {"account": sender.account_id, "rate": sender.rate, "daily_limit": "", **changes}
    page = reverse("admin:messaging_sender_change", args=[sender.pk])
    return browser.post(page, form, follow=True)


def account_of(sender: Sender) -> str:
    return Sender.objects.values_list("account__name", flat=True).get(pk=sender.pk)


def in_doubt() -> None:
    """Nobody knows whether the provider accepted the messages."""
    now = timezone.now()
    Delivery.objects.update(state="uncertain", claimed_at=now, lease_until=now)


def test_account_of_a_sender_without_messages_is_changed(boss, sender, south):
    save(boss, sender, account=south.pk)

    assert account_of(sender) == "Sur"


@pytest.mark.parametrize("status", ["active", "disabled"])
def test_account_stays_while_a_message_is_in_doubt(boss, active, fill: Fill, south, status):
    """Asked of another account, the provider would say that it never had the message."""
    fill(1)
    in_doubt()
    Sender.objects.update(status=status)
    active.sender.refresh_from_db()

    page = save(boss, active.sender, account=south.pk)

    assertContains(page, ON_THEIR_WAY)
    assert account_of(active.sender) != "Sur"


def test_account_stays_while_messages_wait_that_may_leave_at_any_moment(
    boss, active, fill: Fill, south
):
    fill(1)

    save(boss, active.sender, account=south.pk, status="disabled")

    assert account_of(active.sender) != "Sur"


def test_account_of_a_sender_that_is_off_is_changed_while_messages_wait(
    boss, active, fill: Fill, south
):
    fill(1)
    Sender.objects.update(status="disabled")

    save(boss, active.sender, account=south.pk)

    assert account_of(active.sender) == "Sur"


def test_the_messaging_service_stays_while_a_message_is_in_doubt(boss, active, fill: Fill):
    fill(1)
    in_doubt()

    save(boss, active.sender, messaging_service_sid="MG" + "1" * 32)

    assert Sender.objects.get(pk=active.sender_id).messaging_service_sid == ""


def test_the_rest_is_changed_at_any_time(boss, active, fill: Fill):
    fill(1)
    in_doubt()

    save(boss, active.sender, name="Taller")

    assert Sender.objects.get(pk=active.sender_id).name == "Taller"


@pytest.mark.parametrize(("rate", "shown"), [(80, "80"), (0.5, "0.5")])
def test_rate_is_shown_as_people_write_it(boss, sender, rate, shown):
    Sender.objects.update(rate=rate)

    page = boss.get(reverse("admin:messaging_sender_change", args=[sender.pk]))
    listed = boss.get(reverse("admin:messaging_sender_changelist"))

    assertContains(page, f'name="rate" value="{shown}"')
    assertContains(listed, f">{shown}</td>")


def test_a_number_that_stays_is_written_as_people_do(boss, sender, contact):
    Conversation.objects.create(sender=sender, contact=contact)
    Sender.objects.filter(pk=sender.pk).update(address="+56222222222")

    page = boss.get(reverse("admin:messaging_sender_change", args=[sender.pk]))

    assertContains(page, '<div class="readonly">+56 2 2222 2222</div>')


@pytest.mark.parametrize("model", ["sender", "account"])
def test_the_page_of_a_new_one_shows_nothing_that_is_not_known_yet(boss, model):
    page = boss.get(reverse(f"admin:messaging_{model}_add"))

    assert 'class="readonly"' not in page.text
