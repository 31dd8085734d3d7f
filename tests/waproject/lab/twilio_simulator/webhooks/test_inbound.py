import pytest
import requests

from messaging.twilio import twiml
from tests.simulation import sync_client
from waproject.lab.twilio_simulator.webhooks.inbound import replies_in

JUAN = "whatsapp:+56975400946"
OURS = "whatsapp:+56220000000"


def campaign_message(simulator, to=JUAN, from_=OURS):
    with sync_client() as client:
        client.messages.create(to=to, from_=from_, body="Hola")
    simulator.settle()


def test_person_writes_as_whatsapp_delivers_it(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url)

    sid = simulator.writes("+56975400946", "BAJA", to=OURS)["sid"]

    [webhook] = receiver.received
    assert (webhook.path, webhook.is_signed) == ("/twilio/inbound", True)
    assert webhook.form == {
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": "BAJA",
        "To": OURS,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": "AC" + "0" * 32,
        "From": JUAN,
        "ApiVersion": "2010-04-01",
        "ProfileName": webhook.form["ProfileName"],
        "MessageType": "text",
        "ReferralNumMedia": "0",
        "WaId": "56975400946",
    }


def test_person_without_phone_has_an_id(simulate, receiver):
    simulate(webhook_base=receiver.url).writes("CL.1234", "Hola")

    form = receiver.received[0].form
    assert (form["From"], form["ExternalUserId"], "WaId" in form) == (
        "whatsapp:CL.1234",
        "CL.1234",
        False,
    )


def test_journal_tells_who_wrote_and_when_it_was_answered(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url)

    simulator.writes(JUAN, "BAJA", to=OURS)

    [entry] = simulator.journal
    assert (entry["kind"], entry["from"], entry["body"], entry["status"]) == (
        "inbound",
        JUAN,
        "BAJA",
        200,
    )
    assert entry["at"] < entry["answered_at"] < entry["at"] + 5


def test_journal_tells_when_nobody_answered(simulate):
    simulator = simulate(webhook_base="http://127.0.0.1:9")

    simulator.writes(JUAN, "BAJA")

    assert [(entry["status"], entry["answered_at"]) for entry in simulator.journal] == [(0, None)]


def test_answer_becomes_a_message_to_the_person(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url)
    receiver.answer = twiml.replies([("Listo.", "/twilio/status?reply=1")])

    exchange = simulator.writes(JUAN, "BAJA", to=OURS)

    reply = simulator.journal[1]
    assert exchange["replies"] == ["Listo."]
    assert (reply["kind"], reply["to"], reply["from"], reply["body"], reply["status_callback"]) == (
        "reply",
        JUAN,
        OURS,
        "Listo.",
        f"{receiver.url}/twilio/status?reply=1",
    )


def test_answer_has_statuses_of_its_own(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url)
    receiver.answer = twiml.replies([("Listo.", f"{receiver.url}/reply")])

    simulator.writes(JUAN, "BAJA")
    simulator.settle()

    statuses = receiver.received[1:]
    assert [(hook.path, hook.form["MessageStatus"], hook.is_signed) for hook in statuses] == [
        ("/reply", "sent", True),
        ("/reply", "delivered", True),
        ("/reply", "read", True),
    ]
    assert {hook.form["MessageSid"] for hook in statuses} == {simulator.journal[1]["sid"]}


def test_refused_webhook_gets_no_reply(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url)
    receiver.status, receiver.answer = 403, twiml.replies([("Listo.", None)])

    assert simulator.writes(JUAN, "BAJA")["replies"] == []


def test_answer_that_twilio_would_refuse_is_not_sent(simulate, receiver, caplog):
    simulator = simulate(webhook_base=receiver.url)
    receiver.answer = twiml.replies([("x" * 1601, None)])

    assert simulator.writes(JUAN, "INFO")["replies"] == []
    assert "A TwiML answer was refused with code 21617." in caplog.messages


def test_person_on_sms_has_no_profile(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url, reply_share=1.0)

    campaign_message(simulator, to="+56975400946", from_="+56220000000")

    form = receiver.received[0].form
    assert (form["From"], "ProfileName" in form, "WaId" in form) == ("+56975400946", False, False)


def test_people_answer_a_campaign(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url, optout_share=1.0)

    campaign_message(simulator)

    [_sent, inbound] = simulator.journal
    assert (inbound["from"], inbound["to"], inbound["intent"]) == (JUAN, OURS, "opt_out")


def test_people_do_not_answer_an_answer(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url, reply_share=1.0)
    receiver.answer = twiml.replies([("Gracias.", None)])

    campaign_message(simulator)

    assert [entry["kind"] for entry in simulator.journal] == ["api", "inbound", "reply"]


def test_nobody_writes_without_a_webhook_base(simulate):
    simulator = simulate(reply_share=1.0)

    campaign_message(simulator)

    assert [entry["kind"] for entry in simulator.journal] == ["api"]
    with pytest.raises(ValueError, match="without a webhook base"):
        simulator.writes(JUAN, "Hola")


def test_only_a_person_can_write(simulate, receiver):
    with pytest.raises(ValueError, match="An address is a phone"):
        simulate(webhook_base=receiver.url).writes("Juan", "Hola")


@pytest.mark.parametrize("body", ["{", "[]", '{"from": "+56975400946"}', '{"body": "Hola"}'])
def test_question_that_is_not_understood_is_explained(simulate, receiver, body):
    simulator = simulate(webhook_base=receiver.url)

    answer = requests.post(f"{simulator.url}/simulator/inbound", data=body, timeout=5)

    assert (answer.status_code, answer.json()) == (
        400,
        {"error": 'Send JSON such as {"from": "+56975400946", "body": "BAJA"}.'},
    )


@pytest.mark.parametrize(
    ("document", "replies"),
    [
        ("", []),
        ("<Response/>", []),
        ("<Response><Message>Hola</Message></Response>", [("Hola", None)]),
        (
            "<Response><Message action='/a'><Body> Uno </Body></Message>"
            "<Message>Dos</Message></Response>",
            [("Uno", "/a"), ("Dos", None)],
        ),
        ("<html><Message>Hola</Message></html>", []),
        ("no markup", []),
    ],
)
def test_replies_in_reads_twiml(document, replies):
    assert replies_in(document) == replies


def test_person_sends_a_file_that_the_account_can_fetch(simulate, receiver):
    simulator = simulate(webhook_base=receiver.url)

    sid = simulator.writes(JUAN, "Mi auto", to=OURS, media="picture")["sid"]

    form = receiver.received[0].form
    assert (form["NumMedia"], form["MessageType"], form["MediaContentType0"]) == (
        *("1", "image"),
        "image/jpeg",
    )
    path = form["MediaUrl0"].removeprefix("https://api.twilio.com")
    account = ("AC" + "0" * 32, simulator.settings["TWILIO_AUTH_TOKEN"])
    assert requests.get(simulator.url + path, timeout=5).status_code == 401
    assert (
        requests.get(simulator.url + path, auth=account, timeout=5).content[:3] == b"\xff\xd8\xff"
    )
    listed = requests.get(f"{simulator.url}{path.rpartition('/')[0]}.json", auth=account, timeout=5)
    assert [one["parent_sid"] for one in listed.json()["media_list"]] == [sid]


def test_person_cannot_send_a_file_that_there_is_not(simulate, receiver):
    with pytest.raises(ValueError, match="JSON"):
        simulate(webhook_base=receiver.url).writes(JUAN, "Mi auto", media="hologram")
