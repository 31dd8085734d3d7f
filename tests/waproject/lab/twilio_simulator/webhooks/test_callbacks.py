import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.simulation import sync_client
from waproject.lab.twilio_simulator.account import ACCOUNT_SID
from waproject.lab.twilio_simulator.faults import Fault
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.store import RANKS, Store
from waproject.lab.twilio_simulator.webhooks.callbacks import plan

JUAN = "whatsapp:+56975400946"
OURS = "whatsapp:+56220000000"


def create(receiver, simulator, **changes):
    callback = f"{receiver.url}/twilio/status?token=abc"
    given = {"to": JUAN, "from_": OURS, "body": "Hola", "status_callback": callback, **changes}
    with sync_client() as client:
        message = client.messages.create(**given)
    simulator.settle()
    return message.sid


def planned(options, status="queued", code=None, to=JUAN):
    message = Store().add_outbound({"To": to, "From": OURS, "Body": "Hola"}, 0.0)
    message.status = status
    return plan(message, code, options)


def test_callbacks_come_in_order_and_signed(simulator, receiver):
    create(receiver, simulator)

    assert receiver.values("MessageStatus") == ["sent", "delivered", "read"]
    assert [(hook.path, hook.is_signed) for hook in receiver.received] == [
        ("/twilio/status?token=abc", True)
    ] * 3


def test_callback_has_the_parameters_of_twilio(simulator, receiver):
    sid = create(receiver, simulator)

    assert receiver.received[1].form == {
        "ApiVersion": "2010-04-01",
        "MessageStatus": "delivered",
        "SmsSid": sid,
        "SmsStatus": "delivered",
        "To": JUAN,
        "From": OURS,
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "ChannelPrefix": "whatsapp",
        "ChannelInstallSid": "XE" + "0" * 32,
        "ChannelToAddress": "+5697540XXXX",
        "EventType": "DELIVERED",
    }


def test_callback_of_sms_has_no_channel_and_no_read(simulator, receiver):
    create(receiver, simulator, to="+56975400946", from_="+56220000000")

    assert receiver.values("MessageStatus") == ["sent", "delivered"]
    assert receiver.values("ChannelPrefix") == [None, None]


def test_callback_of_a_person_without_phone_has_their_id(simulator, receiver):
    create(receiver, simulator, to="whatsapp:CL.1234")

    assert receiver.values("ExternalUserId") == [None, "CL.1234", "CL.1234"]


@pytest.mark.parametrize(
    ("code", "statuses"),
    [("63016", ["failed"]), ("63024", ["sent", "undelivered"]), ("30003", ["sent", "undelivered"])],
)
def test_failure_is_told_with_its_code(simulate, receiver, code, statuses):
    create(receiver, simulate(faults=(Fault(code, 1.0),)))

    assert receiver.values("MessageStatus") == statuses
    assert receiver.values("ErrorCode")[-1] == code


def test_lost_callbacks_leave_the_message_delivered(simulate, receiver):
    simulator = simulate(faults=(Fault("lost-callback", 1.0),))

    sid = create(receiver, simulator)

    with sync_client() as client:
        assert (receiver.received, client.messages(sid).fetch().status) == ([], "read")


def test_an_early_callback_comes_before_the_answer(simulate, receiver):
    simulate(faults=(Fault("early-callback", 1.0),), delay=60)
    callback = f"{receiver.url}/twilio/status?token=abc"

    with sync_client() as client:
        client.messages.create(to=JUAN, from_=OURS, body="Hola", status_callback=callback)

    assert receiver.values("MessageStatus") == ["sent"]


def test_late_callbacks_come_when_the_message_has_long_been_read(simulate, receiver):
    simulator = simulate(faults=(Fault("late-callback", 1.0),), late_by=60)
    callback = f"{receiver.url}/twilio/status?token=abc"

    with sync_client() as client:
        sid = client.messages.create(to=JUAN, from_=OURS, body="Hola", status_callback=callback).sid
        while (status := client.messages(sid).fetch().status) != "read":
            assert status != "failed"

    assert receiver.received == []
    statuses = requests.get(f"{simulator.url}/simulator/statuses", timeout=5).json()
    assert statuses == {sid: "read"}


def test_late_callbacks_come_in_the_end(simulate, receiver):
    create(receiver, simulate(faults=(Fault("late-callback", 1.0),), late_by=0.05))

    assert sorted(receiver.values("MessageStatus")) == ["delivered", "read", "sent"]


def test_withheld_callbacks_wait_for_their_release(simulate, receiver):
    simulator = simulate(faults=(Fault("late-callback", 1.0),), withhold=True)
    create(receiver, simulator)
    before = list(receiver.received)

    released = [requests.post(f"{simulator.url}/simulator/release", timeout=5).json() for _ in "ab"]
    simulator.settle()

    assert (before, released) == ([], [3, 0])
    assert sorted(receiver.values("MessageStatus")) == ["delivered", "read", "sent"]


def test_nothing_is_withheld_after_the_release(simulate, receiver):
    simulator = simulate(faults=(Fault("late-callback", 1.0),), withhold=True)
    requests.post(f"{simulator.url}/simulator/release", timeout=5)

    create(receiver, simulator)

    assert sorted(receiver.values("MessageStatus")) == ["delivered", "read", "sent"]


def test_repeats_are_told_again(simulate, receiver):
    create(receiver, simulate(repeat_share=1.0))

    assert len(receiver.received) == 4
    assert set(receiver.values("MessageStatus")) == {"sent", "delivered", "read"}


def test_callback_never_leaves_this_machine(simulator, receiver, caplog):
    create(receiver, simulator, status_callback="https://wa.automotora.cl/twilio/status")

    assert "No webhook is posted to a host other than this machine's own." in caplog.messages


def test_plan_of_a_service_begins_before_sent():
    assert planned(Options(), status="accepted") == ["queued", "sent", "delivered", "read"]


def test_plan_leaves_out_read_for_those_without_receipts():
    assert planned(Options(read_share=0.0)) == ["sent", "delivered"]


@given(seed=st.integers(0, 10**6), read_share=st.sampled_from([0.0, 1.0]))
def test_plan_in_disorder_has_the_same_statuses(seed, read_share):
    steps = planned(Options(seed=seed, disorder_share=1.0, read_share=read_share))

    assert sorted(steps, key=RANKS.__getitem__) == planned(Options(read_share=read_share)) != steps
