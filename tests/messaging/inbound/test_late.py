"""Messages that found the door shut, heard when it opens again."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import DataError
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from messaging.inbound import late
from messaging.inbound.receive import receive
from messaging.jobs import receive_missed_messages
from messaging.models import Conversation, Message, Sender
from messaging.providers.base import ProviderUnavailable
from optouts.models import ConsentEvent, OptOut
from optouts.operations import opt_out, revoke
from tests.messaging.conftest import OUR_NUMBER, PERSON
from tests.simulation import Simulate
from waproject.accounts.actors import SYSTEM
from waproject.lab.twilio_simulator.running import RunningSimulator

Clock = time_machine.Traveller

NOBODY = "http://127.0.0.1:9"
OTHER = "+56975400999"
SECONDS = timedelta(seconds=5)


@pytest.fixture
def outage(sender, simulate: Simulate) -> RunningSimulator:
    """A simulator whose people write while nobody answers the webhook."""
    return simulate(webhook_base=NOBODY)


@pytest.fixture
def later() -> Iterator[Clock]:
    """The clock, to be moved on; it runs."""
    with time_machine.travel(timezone.now(), tick=True) as clock:
        yield clock


def writes(outage: RunningSimulator, text: str, person: str = PERSON) -> str:
    """The person writes, and nobody answers the webhook; returns the sid."""
    return outage.writes(person, text, to=OUR_NUMBER)["sid"]


def minutes_later(clock: Clock, minutes: float) -> None:
    clock.shift(timedelta(minutes=minutes))


def bodies() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("body", flat=True))


def test_a_baja_that_found_the_door_shut_is_heard_once(outage, later):
    sid, written_at = writes(outage, "BAJA"), timezone.now()
    minutes_later(later, 4)

    assert (late.receive_missed(), late.receive_missed()) == (1, 0)
    minutes_later(later, 10)
    assert late.receive_missed() == 0

    message = Message.objects.get()
    assert (message.message_sid, message.body, message.status) == (sid, "BAJA", "received")
    assert message.account == message.conversation.sender.account
    assert abs(message.created_at - written_at) < timedelta(seconds=2)
    assert (Contact.objects.get().status, OptOut.objects.count()) == ("opted_out", 1)


def test_the_webhook_of_a_message_heard_late_changes_nothing(outage, later, write):
    sid = writes(outage, "BAJA")
    minutes_later(later, 4)
    late.receive_missed()

    answer = write("BAJA", MessageSid=sid)

    assert (answer.status_code, "<Message" in answer.content.decode()) == (200, False)
    assert (Message.objects.count(), ConsentEvent.objects.count()) == (1, 1)


def test_what_came_by_the_webhook_is_not_taken_in_again(outage, later, write):
    write("INFO", MessageSid=writes(outage, "INFO"))
    minutes_later(later, 4)

    assert (late.receive_missed(), Message.objects.count()) == (0, 2)


def test_what_may_still_be_on_its_way_is_left_to_the_webhook(outage, later):
    writes(outage, "BAJA")
    minutes_later(later, 2)

    assert (late.receive_missed(), Message.objects.count()) == (0, 0)


def test_a_sender_is_asked_about_every_five_minutes(outage, later, settings):
    late.receive_missed()
    settings.TWILIO_API_BASE_URL = NOBODY
    minutes_later(later, 4.9)
    assert late.receive_missed() == 0

    minutes_later(later, 0.2)
    with pytest.raises(ProviderUnavailable):
        late.receive_missed()


@pytest.mark.parametrize(
    ("texts", "status"), [(("BAJA", "ALTA"), "active"), (("ALTA", "BAJA"), "opted_out")]
)
def test_what_a_person_wrote_is_heard_in_its_order(outage, later, texts, status):
    for text in texts:
        writes(outage, text)
        later.shift(timedelta(seconds=2))
    minutes_later(later, 4)

    assert (late.receive_missed(), Contact.objects.get().status) == (2, status)
    assert bodies() == [*texts]


def says_alta(write) -> None:
    write("ALTA")


def says_baja(write) -> None:
    write("BAJA")


def is_opted_out_by_staff(write) -> None:
    opt_out(Contact.objects.get(), reason="manual", note="por teléfono")


def is_opted_in_by_staff(write) -> None:
    opt_out(Contact.objects.get(), reason="manual", note="por teléfono")
    revoke(Contact.objects.get(), by=SYSTEM, source="staff", note="pidió volver")


@pytest.mark.parametrize(
    ("text", "since", "status"),
    [
        ("BAJA", says_alta, "active"),
        ("ALTA", says_baja, "opted_out"),
        ("ALTA", is_opted_out_by_staff, "opted_out"),
        ("BAJA", is_opted_in_by_staff, "opted_out"),
    ],
)
def test_the_later_word_of_a_person_stands(contact, outage, later, write, text, since, status):
    if since is says_alta:
        opt_out(contact, reason="manual", note="por teléfono")
    writes(outage, text)
    minutes_later(later, 1)
    since(write)
    minutes_later(later, 4)

    assert late.receive_missed() == 1

    assert Contact.objects.get().status == status


def test_a_late_message_gets_no_answer_and_waits_for_a_person_to_read_it(outage, later):
    writes(outage, "INFO")
    written_at = timezone.now()
    minutes_later(later, 60)
    late.receive_missed()

    conversation = Conversation.objects.get()
    assert (Message.objects.outbound().count(), conversation.unread_count) == (0, 1)
    assert abs(conversation.window_expires_at - written_at - timedelta(hours=24)) < SECONDS


def test_a_late_message_does_not_shorten_the_window_of_a_newer_one(outage, later, write):
    writes(outage, "Hola")
    minutes_later(later, 60)
    write("¿Siguen ahí?")
    late.receive_missed()

    window = Conversation.objects.get().window_expires_at
    assert abs(window - timezone.now() - timedelta(hours=24)) < SECONDS


def test_a_late_reply_is_credited_by_the_time_it_was_written(outage, later, contact, campaign):
    for hours, name in ((1, "antes"), (-1, "después")):
        other = Campaign.objects.create(name=name, sender=campaign.sender)
        Recipient.objects.create(
            campaign=other,
            contact=contact,
            phone=contact.phone,
            status="delivered",
            sent_at=timezone.now() - timedelta(hours=hours),
        )
    writes(outage, "Me interesa")
    minutes_later(later, 120)

    late.receive_missed()

    assert Recipient.objects.get(status="replied").campaign.name == "antes"


def test_more_than_can_be_asked_for_at_once_is_heard_in_order(outage, later, monkeypatch):
    monkeypatch.setattr(late, "MOST", 3)
    for number in range(8):
        writes(outage, f"{number}", person=[PERSON, OTHER][number % 2])
        later.shift(timedelta(seconds=number * 400))
    minutes_later(later, 4)

    assert late.receive_missed() == 8
    assert bodies() == [f"{number}" for number in range(8)]


def test_a_run_that_has_no_time_left_is_gone_on_with(outage, later, monkeypatch):
    def slow(arrival):
        time.sleep(0.15)
        return receive(arrival)

    monkeypatch.setattr(late, "receive", slow)
    for number in range(6):
        writes(outage, f"{number}")
        later.shift(timedelta(seconds=2))
    minutes_later(later, 20)

    taken = [
        late.receive_missed(seconds=0.35),
        late.receive_missed(seconds=5),
        late.receive_missed(),
    ]

    assert (sum(taken), taken[2]) == (6, 0)
    assert 0 < taken[0] < 6
    assert bodies() == [f"{number}" for number in range(6)]


def test_an_outage_of_days_is_walked_through(outage, later):
    Sender.objects.update(asked_until=timezone.now() - timedelta(days=1))
    writes(outage, "BAJA")
    later.shift(timedelta(days=9))
    writes(outage, "Hola", person=OTHER)
    minutes_later(later, 4)

    assert late.receive_missed() == 2
    assert Sender.objects.get().asked_until > timezone.now() - timedelta(minutes=4)


def test_the_provider_being_away_costs_nothing_but_time(outage, later, settings):
    writes(outage, "BAJA")
    minutes_later(later, 4)
    reachable, settings.TWILIO_API_BASE_URL = settings.TWILIO_API_BASE_URL, NOBODY

    assert receive_missed_messages() == "the provider is away"
    settings.TWILIO_API_BASE_URL = reachable
    assert receive_missed_messages() == "1 late messages"


def test_without_an_account_nobody_is_asked(sender, settings):
    settings.TWILIO_AUTH_TOKEN = ""

    assert receive_missed_messages() == "no account to ask"


def test_a_message_that_cannot_be_stored_holds_up_no_other(outage, later, monkeypatch, caplog):
    def receive_all_but_bad(arrival):
        if arrival.text == "malo":
            raise DataError(arrival.text)
        return receive(arrival)

    monkeypatch.setattr(late, "receive", receive_all_but_bad)
    writes(outage, "malo")
    writes(outage, "BAJA", person=OTHER)
    minutes_later(later, 4)
    late.receive_missed()

    assert (bodies(), "malo" in caplog.text) == (["BAJA"], False)
