"""Reading what the provider posts."""

from datetime import UTC, datetime

import pytest

from messaging.states import OUTBOUND_STATUSES
from messaging.twilio.webhook_fields import Malformed, read_inbound, read_status

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SID = "SM" + "a" * 32
BASE = {"MessageSid": SID, "From": "whatsapp:+56975400946", "To": "whatsapp:+56220000000"}


def read(**parameters: str):
    given = {**BASE, **parameters}
    return read_inbound({k: v for k, v in given.items() if v is not None}, at=AT)


def test_read_inbound_knows_the_person_by_all_that_names_them():
    arrival = read(ExternalUserId="CL.1234", WaId="56975400946")

    assert (arrival.phone, arrival.user_id, arrival.addresses) == (
        "+56975400946",
        "CL.1234",
        {"+56975400946", "CL.1234"},
    )


def test_read_inbound_takes_what_names_nobody():
    arrival = read(From=None, To=None)

    assert (arrival.addresses, arrival.address) == (set(), "")
    assert (arrival.channel, arrival.sender_address) == ("other", "unknown")


def test_read_inbound_takes_the_older_names_of_the_sid():
    assert read(MessageSid=None, SmsSid=SID).sid == SID


def test_read_inbound_keeps_the_text_without_nul():
    assert read(Body="Ho\x00la\n").text == "Hola\n"


@pytest.mark.parametrize(
    ("parameters", "kind"),
    [
        ({}, "text"),
        ({"MessageType": "sticker"}, "sticker"),
        ({"MessageType": "something very strange"}, "text"),
        ({"MediaUrl0": "https://x/1", "MediaContentType0": "image/jpeg"}, "image"),
        ({"MediaUrl0": "https://x/1", "MediaContentType0": "audio/ogg"}, "audio"),
        ({"MediaUrl0": "https://x/1", "MediaContentType0": "application/pdf"}, "document"),
        ({"MediaUrl0": "https://x/1", "MediaContentType0": "text/vcard"}, "contacts"),
        ({"Latitude": "-33.4", "Longitude": "-70.6"}, "location"),
        ({"ButtonText": "Sí", "ButtonPayload": "yes"}, "button"),
        ({"ListId": "info", "ListTitle": "Info"}, "interactive"),
    ],
)
def test_read_inbound_tells_the_kind_of_message(parameters, kind):
    assert read(**parameters).type == kind


def test_read_inbound_keeps_the_content_it_knows():
    posted = {
        "MediaUrl10": "https://x/10",
        "MediaUrl0": "https://x/1",
        "MediaContentType0": "image/png",
        "OriginalRepliedMessageSid": SID,
        "ReferralSourceUrl": "https://ads",
        "Forwarded": "true",
    }

    assert read(**posted, WaId="56975400946", Unheard="of").content == {
        "media": [
            {"url": "https://x/1", "type": "image/png"},
            {"url": "https://x/10", "type": ""},
        ],
        "quoted_sid": SID,
        "referral": {"sourceurl": "https://ads"},
        "forwarded": "true",
    }


@pytest.mark.parametrize(
    ("kind", "done"),
    [("STOP", "STOP"), (" help ", "HELP"), ("PAUSE", None), ("", None), ("S" * 4_000, None)],
)
def test_read_inbound_tells_what_twilio_did_by_itself(kind, done):
    assert read(OptOutType=kind).content.get("done_by_provider") == done


def test_read_inbound_takes_a_sid_of_another_form_in_the_room_of_its_column():
    odd = ["x", "wamid.HBgLNTY5NzU0", "x" * 100 + "a", "x" * 100 + "b"]

    sids = [read(MessageSid=sid).sid for sid in odd]

    assert (sids[:2], len(set(sids)), max(map(len, sids))) == (odd[:2], 4, 64)


@pytest.mark.parametrize("sid", [None, "", " "])
def test_read_inbound_says_that_the_sid_is_missing(sid):
    with pytest.raises(Malformed, match=r"^The parameter MessageSid is missing\.$"):
        read(MessageSid=sid)


def test_read_status_reads_the_report():
    posted = {
        "MessageSid": SID,
        "MessageStatus": "undelivered",
        "To": "whatsapp:+56975400946",
        "ErrorCode": "63024",
        "ChannelStatusMessage": "Not on WhatsApp",
    }

    report = read_status(posted, token="tok", at=AT)

    assert (report.status, report.error_code, report.error_message, report.address) == (
        "undelivered",
        "63024",
        "Not on WhatsApp",
        "+56975400946",
    )
    assert (report.sid, report.token, report.at, report.source) == (SID, "tok", AT, "webhook")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("scheduled", "accepted"),
        ("Delivered", "delivered"),
        (" READ\n", "read"),
        ("received", "received"),
        ("Something_New", "Something_New"),
        ("\x00\U0001f4a9", "\U0001f4a9"),
        ("x" * 5_000, "x" * 60),
        ("", ""),
        (None, ""),
    ],
)
def test_read_status_keeps_a_word_that_is_new_to_us(word, status):
    posted = {"MessageSid": SID} | ({} if word is None else {"MessageStatus": word})

    report = read_status(posted, token="", at=AT)

    assert (report.status, report.is_understood) == (status, status in OUTBOUND_STATUSES)


@pytest.mark.parametrize("sid", ["", "SM", "SM" + "z" * 32, "a" * 9_000, None])
def test_read_status_does_not_understand_a_sid_of_another_form(sid):
    posted = {"MessageStatus": "sent"} | ({} if sid is None else {"MessageSid": sid})

    report = read_status(posted, token="", at=AT)

    assert (report.sid, report.is_understood) == ((sid or "")[:100], False)


@pytest.mark.parametrize(
    ("code", "error_code", "error_message"),
    [
        (" 30008 ", "30008", "why"),
        ("0", None, "why"),
        ("", None, "why"),
        ("many", "many", "why"),
        ("9" * 50, "9" * 50, "why"),
        ("9" * 51, None, "9" * 51 + ": why"),
        ("9" * 70_000, None, "9" * 1_000),
    ],
)
def test_read_status_puts_a_code_without_room_before_the_text(code, error_code, error_message):
    posted = {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": code}

    report = read_status({**posted, "ErrorMessage": "why"}, token="", at=AT)

    assert (report.error_code, report.error_message) == (error_code, error_message)


def test_read_status_takes_the_older_names_of_the_parameters():
    report = read_status({"SmsSid": SID, "SmsStatus": "sent"}, token="", at=AT)

    assert (report.sid, report.status) == (SID, "sent")
