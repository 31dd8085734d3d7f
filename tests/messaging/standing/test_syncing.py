from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from messaging.models import Account, Lane, Sender
from messaging.standing.jobs import sync_senders
from messaging.standing.models import Standing, StandingChange
from messaging.standing.syncing import due, sync
from messaging.standing.webhooks import check_webhook
from waproject.lab.twilio_simulator.account import SERVICE_NUMBER
from waproject.lab.twilio_simulator.senders import SERVICE_SID

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender(simulate, settings) -> Sender:
    """The simulated account's WhatsApp number, with the webhook that we want."""
    simulate(webhook_base=settings.PUBLIC_BASE_URL)
    Account.objects.update(status="connected")
    return Sender.objects.create(name="Ventas", channel="whatsapp", address=SERVICE_NUMBER)


@pytest.fixture
def become(settings):
    """Let the simulated provider say something else of its sender."""

    def change(**fields: str) -> None:
        url = f"{settings.TWILIO_API_BASE_URL}/simulator/sender"
        assert requests.post(url, json=fields, timeout=10).status_code == 200

    return change


def test_sync_notes_quality_limit_and_state(sender, become):
    become(messaging_limit="2K Customers/24hr")

    assert sync(sender.account)

    sender.refresh_from_db()
    assert (sender.quality, sender.tier) == ("green", "tier_2k")
    assert (sender.standing.state, sender.standing.is_online) == ("ONLINE", True)


def test_sync_notes_whether_a_number_for_sms_sends_mms(sender, become):
    number = Sender.objects.create(name="SMS", channel="sms", address=SERVICE_NUMBER)
    sends = []

    for mms in ("true", "false"):
        become(mms=mms)
        sync(sender.account)
        sends.append([*Sender.objects.order_by("pk").values_list("sends_files", flat=True)])

    assert sends == [[False, True], [False, False]]
    assert number.standing.is_online


def test_history_has_a_row_for_each_change_and_none_without(sender, become):
    sync(sender.account)
    sync(sender.account)
    become(quality_rating="MEDIUM", messaging_limit="TIER_250")
    sync(sender.account)

    rows = StandingChange.objects.order_by("pk").values_list("quality", "tier", "state")
    assert list(rows) == [("green", "unlimited", "ONLINE"), ("yellow", "tier_250", "ONLINE")]


def test_sender_that_is_offline_says_so(sender, become):
    become(status="OFFLINE")

    sync(sender.account)

    assert not Standing.objects.get().is_online


def test_number_that_the_provider_does_not_list_is_gone_and_may_come_back(sender):
    sync(sender.account)
    Sender.objects.update(address="+56220000009")
    sync(sender.account)
    gone_at = Standing.objects.get().gone_at
    sync(sender.account)

    assert gone_at
    assert Standing.objects.get().gone_at == gone_at
    assert StandingChange.objects.count() == 2

    Sender.objects.update(address=SERVICE_NUMBER)
    sync(sender.account)

    assert Standing.objects.get().gone_at is None


def test_provider_that_does_not_answer_changes_nothing(sender, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"

    assert not sync(sender.account)
    assert not Standing.objects.exists()


def test_sms_number_keeps_the_quality_that_was_typed(sender):
    sms = Sender.objects.create(
        name="Avisos", channel="sms", address=SERVICE_NUMBER, quality="yellow"
    )

    sync(sender.account)

    sms.refresh_from_db()
    assert (sms.quality, sms.standing.state) == ("yellow", "in-use")


def test_tick_asks_when_it_was_not_asked_lately(sender):
    assert sync_senders() == "1 accounts answered about their senders"
    assert sync_senders() == "0 accounts answered about their senders"

    Standing.objects.update(seen_at=timezone.now() - timedelta(minutes=16))

    assert [one.pk for one in due(timezone.now())] == [sender.account_id]


def test_sender_looks_for_room_at_once_when_the_provider_allows_more(sender, become):
    become(messaging_limit="TIER_250")
    sync(sender.account)
    lane = Lane.objects.create(sender=sender, room_at=timezone.now() + timedelta(hours=20))

    sync(sender.account)
    lane.refresh_from_db()
    assert (lane.room_at is None, lane.queued_at) == (False, None)

    become(messaging_limit="TIER_2K")
    sync(sender.account)
    lane.refresh_from_db()
    assert (lane.room_at, lane.queued_at is not None) == (None, True)


def test_sender_that_no_provider_lists_is_not_asked_about(sender):
    sync(sender.account)

    Sender.objects.create(name="Web", channel="other", address="+56220000009")

    assert list(due(timezone.now())) == []


def test_provider_that_does_not_answer_is_asked_after_growing_times(sender, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    waits = []
    for _time in range(5):
        sync(sender.account)
        waits.append(Account.objects.get().senders_ask_at - timezone.now())

    assert [round(wait.total_seconds() / 60) for wait in waits] == [15, 30, 60, 120, 120]
    assert list(due(timezone.now())) == []
    assert list(due(timezone.now() + timedelta(hours=2))) == [sender.account]


def test_provider_that_answers_again_is_asked_as_before(sender, settings):
    right = settings.TWILIO_API_BASE_URL
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    sync(sender.account)

    settings.TWILIO_API_BASE_URL = right
    sync(sender.account)

    account = Account.objects.get()
    assert (account.senders_unanswered, account.senders_ask_at) == (0, None)


def test_tick_leaves_accounts_that_do_not_work(sender):
    Account.objects.update(status="error")

    assert list(due(timezone.now())) == []


def test_webhook_is_right_where_it_leads_here(sender):
    sync(sender.account)

    found = check_webhook(sender, Standing.objects.get())

    assert (found.is_right, found.wanted) == (True, "http://testserver/twilio/inbound")


@pytest.mark.parametrize("url", ["", "https://demo.twilio.com/welcome/sms/reply"])
def test_webhook_that_leads_elsewhere_is_wrong(sender, become, url):
    become(callback_url=url)
    sync(sender.account)

    found = check_webhook(sender, Standing.objects.get())

    assert (found.is_right, found.found) == (False, url)


def test_webhook_that_names_the_account_is_right_too(sender, become):
    become(callback_url=f"http://testserver/twilio/{sender.account_id}/inbound/")
    sync(sender.account)

    assert check_webhook(sender, Standing.objects.get()).is_right


def test_sender_of_a_service_reports_where_the_service_says(sender, become):
    become(callback_url="https://elsewhere.example")
    Sender.objects.update(messaging_service_sid=SERVICE_SID)

    sync(sender.account)

    assert check_webhook(sender, Standing.objects.get()).is_right
