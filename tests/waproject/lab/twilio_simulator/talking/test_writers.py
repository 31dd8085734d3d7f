"""People who write by themselves, against a server that keeps what they post."""

import json
import time

import pytest

from tests.simulation import sync_client
from waproject.lab.twilio_simulator.talking.scenes import SCENES, Manner

OURS = "whatsapp:+56220000000"
EVERY = 0.02


@pytest.fixture
def remembered(tmp_path):
    """The journal of a run in which thirty people were written to."""
    path = tmp_path / "earlier.jsonl"
    entries = (
        {"kind": "api", "to": f"whatsapp:+569754009{n:02}", "from": OURS, "sid": f"SM{n:032}"}
        for n in range(30)
    )
    path.write_text("".join(f"{json.dumps(one)}\n" for one in entries), encoding="utf-8")
    return path


def wait_for(receiver, number, from_=None):
    """The forms of the messages of people, or of one of them, once so many have come."""
    deadline = time.monotonic() + 10
    while True:
        forms = [hook.form for hook in receiver.received if from_ in (None, hook.form["From"])]
        if len(forms) >= number:
            return forms
        assert time.monotonic() < deadline, forms
        time.sleep(0.01)


@pytest.fixture
def written(simulate, receiver, remembered):
    """The first round of what people write by themselves, and whether each was signed."""
    simulate(webhook_base=receiver.url, write_every=EVERY, remember=(remembered,))
    forms = wait_for(receiver, len(SCENES))[: len(SCENES)]
    assert all(hook.is_signed for hook in receiver.received)
    return forms


def test_people_write_every_kind_of_message_by_themselves(written):
    types = [form["MessageType"] for form in written]

    assert [form["Body"] for form in written] == [scene.text for scene in SCENES]
    assert {*types} == {
        *("text", "image", "audio", "document", "contacts", "location", "reaction"),
    }
    assert "BAJA" in [form["Body"] for form in written]


def test_a_quote_names_the_message_that_its_writer_had(written):
    quotes = [
        form for form, scene in zip(written, SCENES, strict=True) if scene.manner is Manner.QUOTE
    ]

    assert quotes
    for form in quotes:
        assert form["OriginalRepliedMessageSid"] == f"SM{int(form['From'][-2:]):032}"
        assert form["OriginalRepliedMessageSender"] == form["To"] == OURS


def test_newcomers_come_by_an_advertisement_or_without_a_phone(written):
    known = {f"whatsapp:+569754009{n:02}" for n in range(30)}

    new = [form for form in written if form["From"] not in known]

    assert [("ReferralHeadline" in form, "ExternalUserId" in form) for form in new] == [
        (True, False),
        (False, True),
    ]


def test_nobody_writes_twice_before_all_others_have(written):
    assert len({form["From"] for form in written}) == len(SCENES)


def test_whoever_is_answered_goes_on(simulate, receiver, remembered):
    simulate(webhook_base=receiver.url, write_every=0.2, remember=(remembered,))
    asks = wait_for(receiver, 1)[0]["From"]

    for number, body in enumerate(("$129.000", "Sí, todo incluido"), start=2):
        with sync_client() as client:
            client.messages.create(to=asks, from_=OURS, body=body)
        wait_for(receiver, number, asks)

    said = [form["Body"] for form in wait_for(receiver, 3, asks)]
    assert said == [SCENES[0].text, *SCENES[0].goes_on[:2]]


def test_nobody_writes_who_was_not_written_to(simulate, receiver):
    simulate(webhook_base=receiver.url, write_every=EVERY)
    time.sleep(10 * EVERY)

    assert receiver.received == []


def test_nobody_writes_unless_asked_for(simulate, receiver, remembered):
    simulate(webhook_base=receiver.url, remember=(remembered,))
    time.sleep(10 * EVERY)

    assert receiver.received == []
