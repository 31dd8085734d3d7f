"""The webhooks as the provider sees them."""

import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.models import Contact
from messaging import integrity
from messaging.models import Account, KeptStatus, Message, Sender
from optouts.models import OptOut
from tests.messaging.conftest import SID, sid, signed

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def answer_in(response) -> tuple[str, str] | None:
    """The text and the status callback of a TwiML answer."""
    message = ET.fromstring(response.content).find("Message")  # noqa: S314
    return message is not None and (message.findtext("Body"), message.get("statusCallback"))


def test_inbound_baja_is_honoured_in_the_answer(write):
    response = write("BAJA")

    reply = Message.objects.outbound().get()
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml")
    assert answer_in(response) == (
        "Listo. No volveremos a contactarte.",
        reply.conversation.sender.callback_url(reply.token),
    )
    assert OptOut.objects.get().phone == "+56975400946"


def test_inbound_without_an_answer_gets_an_empty_response(write):
    response = write("", MediaUrl0="https://x/1", MediaContentType0="image/png")

    assert (response.status_code, answer_in(response)) == (200, False)


def test_inbound_mms_has_all_its_files(write):
    files = {f"MediaUrl{n}": f"https://x/{n}" for n in range(3)}
    kinds = {f"MediaContentType{n}": "image/jpeg" for n in range(3)}

    write(
        "Mi auto",
        From="+56975400946",
        To="+56220000000",
        NumMedia="3",
        MessageType="",
        **files,
        **kinds,
    )

    message = Message.objects.inbound().get()
    assert (message.conversation.sender.channel, message.type) == ("sms", "image")
    rows = message.files.order_by("position").values_list("source_url", flat=True)
    assert list(rows) == ["https://x/0", "https://x/1", "https://x/2"]


def test_inbound_again_gets_the_same_answer_and_stores_nothing(write):
    first = write("INFO")

    second = write("INFO")

    assert second.content == first.content
    assert Message.objects.count() == 2


def test_inbound_of_a_new_person_makes_a_contact_with_their_profile_name(write):
    write(ProfileName="  María  ")

    assert Contact.objects.values_list("phone", "name").get() == ("+56975400946", "María")


def test_inbound_of_a_person_without_a_phone_is_taken_in(write):
    write("BAJA", From="whatsapp:CL.1234", ExternalUserId="CL.1234")

    contact = Contact.objects.get()
    assert (contact.phone, contact.whatsapp_user_id, contact.status) == (
        None,
        "CL.1234",
        "opted_out",
    )


ODD_SENDERS = [
    *("+22507123456", "whatsapp:+85212345678", "whatsapp:+870773111632", "+883510012345678"),
    *("whatsapp:+56958985", "whatsapp:CL." + "A1b2" * 32, "whatsapp:CL." + "x" * 400),
    *("2345", "AFP Modelo", "Niño", "+2345", "whatsapp:2345", "whatsapp:+56"),
    *("rcs:+56975571003", "rcs:agent", "messenger:56975571003", "instagram:17841400", "viber:"),
    *("telegram:@pedro", ":", "x" * 5_000, "whatsapp:" + "9" * 300, "\x00\x002345", "🚗 :🚗"),
]


def test_inbound_is_stored_and_its_baja_heard_whoever_it_is_from(write):
    codes = {
        write("BAJA", number, From=sender).status_code
        for number, sender in enumerate(ODD_SENDERS, start=10)
    }

    assert codes == {200}
    # 2345 came twice, once with signs that no database keeps.
    assert (OptOut.objects.count(), Message.objects.inbound().count()) == (
        len(ODD_SENDERS) - 1,
        len(ODD_SENDERS),
    )
    assert list(integrity.integrity_problems()) == []


def test_inbound_is_stored_and_its_baja_heard_wherever_it_goes(write):
    ours = ["12345", "417417", "rcs:agent", "whatsapp:hello", "messenger:1", "Banco", "", "z" * 600]
    for number, to in enumerate(ours, start=10):
        write("BAJA", number, To=to, From=f"+569755710{number}")

    assert OptOut.objects.count() == len(ours)
    assert Sender.objects.filter(channel="sms").count() == 4
    assert list(integrity.integrity_problems()) == []


def test_inbound_of_two_senders_too_long_to_keep_is_of_two_people(write):
    for number, end in enumerate("ab", start=10):
        write("BAJA", number, From="whatsapp:CL." + "x" * 400 + end)

    assert OptOut.objects.count() == 2


def test_inbound_from_nobody_is_kept_and_unanswered(write):
    for _again in range(2):
        response = write("BAJA", From="")

    kept = Message.objects.get()
    assert (response.status_code, answer_in(response)) == (200, False)
    assert (kept.phone, kept.body, kept.contact, kept.conversation) == ("", "BAJA", None, None)
    assert list(integrity.integrity_problems()) == []


@pytest.mark.parametrize("machine", ["2345", "AFP Modelo", "Banco-24"])
def test_inbound_of_a_machine_is_heard_and_never_answered(write, machine):
    bodies = ["Hola", "1", "BAJA", "ALTA"]

    answers = [
        answer_in(write(body, number, From=machine, To="+56220000000"))
        for number, body in enumerate(bodies, start=10)
    ]

    assert (answers, Message.objects.outbound().count()) == ([False] * 4, 0)
    person = Contact.objects.get()
    assert (person.address, person.status) == (machine, "active")
    assert list(person.consent_events.values_list("change", flat=True)) == ["in", "out"]


def test_status_of_a_message_moves_it(post, message):
    response = post("/twilio/status", MessageSid=SID, MessageStatus="delivered")

    message.refresh_from_db()
    assert (response.status_code, message.status) == (204, "delivered")


def test_status_of_an_answer_is_followed_by_its_token(write, post):
    write("INFO")
    reply = Message.objects.outbound().get()
    path = reply.conversation.sender.callback_url(reply.token).removeprefix(
        settings.PUBLIC_BASE_URL
    )

    post(path, MessageSid=sid(99), MessageStatus="sent")

    reply.refresh_from_db()
    assert (reply.message_sid, reply.status) == (sid(99), "sent")


def test_status_of_an_unknown_message_is_kept(post):
    response = post("/twilio/status", MessageSid=SID, MessageStatus="sent")

    assert (response.status_code, KeptStatus.objects.count()) == (204, 1)


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
@pytest.mark.parametrize("signature", [None, "", "L/OH5YylLD5NRKLltdqwSvS0BnU="])
def test_unsigned_or_wrongly_signed_requests_are_refused(client, path, signature):
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    parameters = {
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "MessageSid": SID,
        "MessageStatus": "sent",
        "From": "whatsapp:+56975400946",
        "To": "whatsapp:+56220000000",
    }

    response = client.post(path, parameters, headers=headers)

    assert response.status_code == 403
    assert (Message.objects.count(), KeptStatus.objects.count()) == (0, 0)


def test_a_changed_parameter_breaks_the_signature(client):
    parameters = {"AccountSid": settings.TWILIO_ACCOUNT_SID, "Body": "Hola"}
    signature = signed("/twilio/inbound", parameters)

    response = client.post(
        "/twilio/inbound", {**parameters, "Body": "BAJA"}, headers={"X-Twilio-Signature": signature}
    )

    assert response.status_code == 403


def test_a_request_of_another_account_is_refused(write):
    response = write(AccountSid="AC" + "1" * 32)

    assert (response.status_code, Message.objects.count()) == (403, 0)


def test_a_status_that_names_no_account_is_taken(client):
    parameters = {"MessageSid": SID, "MessageStatus": "sent"}
    headers = {"X-Twilio-Signature": signed("/twilio/status", parameters)}

    response = client.post("/twilio/status", parameters, headers=headers)

    assert (response.status_code, KeptStatus.objects.count()) == (204, 1)


def test_a_status_is_taken_after_the_environment_named_another_account(post, message):
    account = Account.objects.of_environment()
    Account.objects.filter(pk=account.pk).update(external_id="")

    response = post(f"/twilio/{account.pk}/status", MessageSid=SID, MessageStatus="delivered")

    message.refresh_from_db()
    assert (response.status_code, message.status) == (204, "delivered")


def test_a_message_without_a_sid_is_answered_400_with_a_sentence(write):
    response = write(MessageSid=None)

    sentence = "The parameter MessageSid is missing."
    assert (response.status_code, response.content.decode()) == (400, sentence)
    assert Message.objects.count() == 0


def test_inbound_with_a_sid_of_another_form_is_heard_once(write):
    codes = [write("BAJA", MessageSid="wamid." + "x" * 100).status_code for _again in range(2)]

    assert (codes, Message.objects.inbound().count()) == ([200, 200], 1)
    assert Contact.objects.get().status == "opted_out"


def test_a_status_that_says_nothing_we_know_is_kept_once_and_moves_nothing(post, message):
    odd = [
        {"MessageSid": SID, "MessageStatus": "partially_delivered"},
        {"MessageSid": SID, "MessageStatus": "received", "ErrorCode": "9" * 30},
        {"MessageSid": SID, "MessageStatus": "\U0001f4a9" * 5_000},
        {"MessageSid": SID},
        {"MessageSid": "x" * 500, "MessageStatus": "sent"},
        {"MessageStatus": "delivered"},
        {},
    ]

    path = f"/twilio/status?token={message.token}"
    answers = {post(path, **one).status_code for one in [*odd, *odd]}

    message.refresh_from_db()
    assert (answers, KeptStatus.objects.count()) == ({204}, len(odd))
    assert (message.status, KeptStatus.objects.to_be_applied().count()) == ("queued", 0)


@pytest.mark.parametrize("path", ["/twilio/inbound/", "/twilio/{}/inbound/"])
def test_inbound_is_heard_with_a_slash_behind_its_address(post, path):
    account = Account.objects.of_environment()

    answered = post(path.format(account.pk), MessageSid=SID, From="+56975400946", Body="BAJA")

    assert (answered.status_code, OptOut.objects.get().phone) == (200, "+56975400946")


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_only_post_is_allowed(client, path):
    assert client.get(path).status_code == 405


def test_a_challenge_to_an_account_whose_key_is_gone_is_no_error(client, settings):
    account = Account.objects.create(name="x", external_id="AC9", webhook_verify_token="v")
    settings.FIELD_ENCRYPTION_KEYS = ["cI6leaPdcL-fHjWPX4kA9N2eKioqd7zkZENEbKxxxxx="]

    assert client.get(f"/twilio/{account.pk}/inbound").status_code == 405


def test_webhooks_need_no_csrf_token(csrf_strict_post):
    assert csrf_strict_post.status_code == 204


@pytest.fixture
def csrf_strict_post(client):
    client.handler.enforce_csrf_checks = True
    parameters = {
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "MessageSid": SID,
        "MessageStatus": "sent",
    }
    signature = signed("/twilio/status", parameters)
    return client.post("/twilio/status", parameters, headers={"X-Twilio-Signature": signature})


def test_refusals_log_nothing_personal(client, caplog):
    client.post("/twilio/inbound", {"From": "whatsapp:+56975400946", "Body": "mi secreto"})

    assert [
        record.message
        for record in caplog.records
        if record.name == "messaging.webhooks.authentication"
    ] == ["Refused a request to /twilio/inbound: wrong or no signature."]


UNREADABLE = {
    "larger than any message": (413, {"data": b"a" * 1_000_001}),
    "more fields than any message": (400, {"data": b"a=1&" * 6_000}),
    "not UTF-8": (400, {"data": b"Body=x", "content_type": f"{FORM}; charset=utf-16"}),
    "a form that breaks off": (400, {"data": b"x", "content_type": "multipart/form-data"}),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_unreadable_body_is_refused_without_a_traceback(client, caplog, name, path):
    code, body = UNREADABLE[name]

    sent = {"content_type": FORM, "headers": {"X-Twilio-Signature": "x"}, **body}
    answer = client.post(path, **sent)

    assert (answer.status_code, Message.objects.count()) == (code, 0)
    lines = [(one.name, one.exc_info) for one in caplog.records]
    assert lines == [("messaging.webhooks.authentication", None), ("django.request", None)]


def test_large_upload_is_refused_before_it_reaches_the_disk(client, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    file = SimpleUploadedFile("x", b"x" * 3_000_000)

    answer = client.post("/twilio/inbound", {"file": file}, headers={"X-Twilio-Signature": "x"})

    assert (answer.status_code, [*tmp_path.iterdir()]) == (413, [])
