from datetime import timedelta

import pytest
import requests
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from messaging.models import Account, Conversation, Message, Opening, Sender
from messaging.standing.connecting import WARM_UP
from messaging.standing.metrics import metrics_of
from messaging.standing.syncing import sync
from waproject.audit.models import Event
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN, SERVICE_NUMBER
from waproject.lab.twilio_simulator.senders import NUMBER_SID, SENDER_SID, SERVICE_SID

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(simulate, settings) -> Account:
    simulate(webhook_base=settings.PUBLIC_BASE_URL)
    return Account.objects.get()


def allow(settings, limit: str) -> None:
    """Let the simulated provider say how many people a day its sender may write to."""
    url = f"{settings.TWILIO_API_BASE_URL}/simulator/sender"
    assert requests.post(url, json={"messaging_limit": limit}, timeout=10).status_code == 200


@pytest.fixture
def young(account, settings) -> None:
    allow(settings, "TIER_250")


def numbers_of(account: Account) -> str:
    return reverse("admin:messaging_account_numbers", args=[account.pk])


def page_of(sender: Sender) -> str:
    return reverse("admin:messaging_sender_change", args=[sender.pk])


def test_numbers_of_an_account_are_listed(boss, account):
    choices = boss.get(numbers_of(account)).context["choices"]

    assert [(one.remote.channel, one.sender) for one in choices] == [
        ("whatsapp", None),
        ("sms", None),
    ]


def test_chosen_number_becomes_a_sender_with_a_warm_up_plan(boss, account, young):
    answer = boss.post(numbers_of(account), {"number": [SENDER_SID], "service": SERVICE_SID})

    sender = Sender.objects.get()
    assertRedirects(answer, page_of(sender))
    assert (sender.channel, sender.address, sender.name) == (
        "whatsapp",
        SERVICE_NUMBER,
        "Automotora de muestra",
    )
    assert (sender.warm_up, sender.messaging_service_sid) == (WARM_UP, SERVICE_SID)
    assert (sender.quality, sender.standing.state) == ("green", "ONLINE")
    assert Event.objects.get(action="standing.connect").object_id == str(sender.pk)


@pytest.mark.parametrize("limit", ["TIER_250", "", "TIER_2K", "TIER_UNLIMITED"])
def test_plan_is_for_numbers_that_have_yet_to_earn_their_name(boss, account, settings, limit):
    allow(settings, limit)

    boss.post(numbers_of(account), {"number": [SENDER_SID]})

    assert Sender.objects.get().warm_up == (WARM_UP if limit in ("TIER_250", "") else [])


def test_number_in_use_is_not_taken_twice(boss, account):
    boss.post(numbers_of(account), {"number": [SENDER_SID]})
    boss.post(numbers_of(account), {"number": [SENDER_SID]})

    assert Sender.objects.count() == 1


@pytest.mark.parametrize("number", ["XE" + "9" * 32, "", "nada"])
def test_number_that_is_not_listed_is_not_taken(boss, account, number):
    boss.post(numbers_of(account), {"number": [number], "service": "MG" + "9" * 32})

    assert not Sender.objects.exists()


def test_provider_that_does_not_answer_is_said(boss, account, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"

    assertContains(boss.get(numbers_of(account)), "The provider could not be reached")


def test_new_account_is_tried_at_once_and_leads_to_its_numbers(boss, account):
    Account.objects.filter(pk=account.pk).update(external_id="AC" + "5" * 32)
    data = {"name": "Sur", "provider": "twilio", "external_id": ACCOUNT_SID, "token": AUTH_TOKEN}

    answer = boss.post(
        reverse("admin:messaging_account_add"), data | {"quality": "unknown", "tier": "unknown"}
    )

    made = Account.objects.get(name="Sur")
    assert made.status == "connected"
    assertRedirects(answer, numbers_of(made))


def test_wrong_token_is_said_at_once(boss, account):
    Account.objects.filter(pk=account.pk).update(external_id="AC" + "5" * 32)
    data = {"name": "Sur", "provider": "twilio", "external_id": ACCOUNT_SID, "token": "no"}

    page = boss.post(
        reverse("admin:messaging_account_add"),
        data | {"quality": "unknown", "tier": "unknown"},
        follow=True,
    )

    assertContains(page, "The account does not work")


def test_page_of_a_sender_tells_how_it_is(boss, account, young):
    boss.post(numbers_of(account), {"number": [SENDER_SID]})

    page = boss.get(page_of(Sender.objects.get()))

    assertContains(page, "set as it should be")
    assertContains(page, "Decided by: the warm-up plan.")
    assertNotContains(page, 'name="quality"')


def test_whether_a_listed_number_sends_mms_is_told_and_not_typed(boss, account):
    boss.post(numbers_of(account), {"number": [NUMBER_SID]})
    listed = Sender.objects.get()
    other = Sender.objects.create(name="Corto", channel="sms", address="12345")

    pages = [boss.get(page_of(one)).content.decode() for one in (listed, other)]

    assert ['name="sends_files"' in one for one in pages] == [False, True]


def test_wrong_webhook_says_what_to_set(boss, account):
    boss.post(numbers_of(account), {"number": [SENDER_SID]})
    sender = Sender.objects.select_related("standing").get()
    sender.standing.inbound_url = "https://elsewhere.example/x"
    sender.standing.save()

    page = boss.get(page_of(sender))

    assertContains(page, "the provider posts it to https://elsewhere.example/x.")
    assertContains(page, "<code>http://testserver/twilio/inbound</code>", html=True)


def test_ask_now_asks_the_provider(boss, account):
    sender = Sender.objects.create(name="Ventas", channel="whatsapp", address=SERVICE_NUMBER)

    boss.post(reverse("admin:messaging_sender_ask", args=[sender.pk]))

    sender.refresh_from_db()
    assert sender.quality == "green"


def test_plan_is_typed_as_numbers(boss, sender):
    form = boss.get(page_of(sender)).context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields}

    boss.post(page_of(sender), data | {"warm_up": "50; 100 ,200"})
    sender.refresh_from_db()
    assert sender.warm_up == [50, 100, 200]

    page = boss.post(page_of(sender), data | {"warm_up": "50, muchos"})
    assert "whole numbers of people" in page.context["adminform"].form.errors["warm_up"][0]


def test_metrics_are_those_of_the_last_30_days(sender, contact):
    now = timezone.now()
    talk = Conversation.objects.create(sender=sender, contact=contact)
    row = {"conversation": talk, "contact": contact, "created_at": now}
    Message.objects.create(direction="outbound", status="sent", **row)
    Message.objects.create(direction="outbound", status="sent", is_test=True, **row)
    Message.objects.create(direction="inbound", status="received", **row)
    old = row | {"created_at": now - timedelta(days=31)}
    Message.objects.create(direction="inbound", status="received", **old)

    found = metrics_of(sender)

    assert (found.conversations, found.sent, found.received, found.open) == (1, 1, 1, 1)


def test_many_are_counted_to_an_end(boss, sender, contact, monkeypatch):
    monkeypatch.setattr("messaging.standing.metrics.MOST", 2)
    monkeypatch.setattr("messaging.standing.pages.MOST", 2)
    talk = Conversation.objects.create(sender=sender, contact=contact)
    row = {"conversation": talk, "contact": contact, "created_at": timezone.now()}
    for _number in range(3):
        Message.objects.create(direction="outbound", status="sent", **row)

    page = boss.get(page_of(sender)).content.decode()

    assert "<dt>Sent in 30 days</dt><dd>2 or more" in page
    assert "<dt>Conversations in 30 days</dt><dd>1" in page


def test_falling_quality_and_a_limit_that_is_near_are_on_the_first_page(boss, sender, contact):
    Sender.objects.filter(pk=sender.pk).update(quality="red", daily_limit=10)
    Opening.objects.create(sender=sender, contact=contact, at=timezone.now())

    matters = [one.sentence for one in boss.get(reverse("admin:index")).context["matters"]]

    assert matters[1:3] == [
        "The quality of Automotora is low",
        "Automotora has used 100 % of its people a day",
    ]


def test_sender_that_the_provider_stopped_is_on_the_first_page(boss, account):
    sender = Sender.objects.create(name="Ventas", channel="whatsapp", address="+56220000008")
    sync(sender.account)

    matters = boss.get(reverse("admin:index")).context["matters"]

    assert [(one.sentence, one.detail) for one in matters[1:]] == [
        ("The sender Ventas cannot write", "The provider does not list it any more")
    ]
