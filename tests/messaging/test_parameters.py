"""Reading what the provider posts."""

from datetime import UTC, datetime

import pytest

from messaging.parameters import Malformed, read_arrival, read_status

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SID = "SM" + "a" * 32
BASE = {"MessageSid": SID, "From": "whatsapp:+56975400946", "To": "whatsapp:+56220000000"}


def read(**parameters: str):
    given = {**BASE, **parameters}
    return read_arrival({k: v for k, v in given.items() if v is not None}, at=AT)


def test_read_arrival_knows_the_person_by_all_that_names_them():
    arrival = read(ExternalUserId="CL.1234", WaId="56975400946")

    assert (arrival.phone, arrival.user_id, arrival.addresses) == (
        "+56975400946",
        "CL.1234",
        {"+56975400946", "CL.1234"},
    )


def test_read_arrival_takes_what_names_nobody():
    arrival = read(From=None, To=None)

    assert (arrival.addresses, arrival.address) == (set(), "")
    assert (arrival.channel, arrival.sender_address) == ("other", "unknown")


def test_read_arrival_takes_the_older_names_of_the_sid():
    assert read(MessageSid=None, SmsSid=SID).sid == SID


def test_read_arrival_keeps_the_text_without_nul():
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
def test_read_arrival_tells_the_kind_of_message(parameters, kind):
    assert read(**parameters).type == kind


def test_read_arrival_keeps_the_content_it_knows():
    content = {
        "MediaUrl0": "https://x/1",
        "MediaContentType0": "image/png",
        "OriginalRepliedMessageSid": SID,
        "ReferralSourceUrl": "https://ads",
        "Forwarded": "true",
    }

    assert read(**content, WaId="56975400946", Unheard="of").content == content


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"MessageSid": None}, "The parameter MessageSid is missing."),
        ({"MessageSid": "x"}, "MessageSid is two letters followed by 32 hexadecimal digits."),
    ],
)
def test_read_arrival_says_what_is_wrong(parameters, sentence):
    with pytest.raises(Malformed) as error:
        read(**parameters)

    assert str(error.value) == sentence


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
        63024,
        "Not on WhatsApp",
        "+56975400946",
    )
    assert (report.sid, report.token, report.at, report.source) == (SID, "tok", AT, "webhook")


def test_read_status_takes_scheduled_for_accepted():
    posted = {"MessageSid": SID, "MessageStatus": "scheduled"}

    assert read_status(posted, token="", at=AT).status == "accepted"


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({}, "The parameter MessageStatus is missing."),
        ({"MessageStatus": "lost"}, "MessageStatus is none of the statuses of a sent message."),
        ({"MessageStatus": "received"}, "MessageStatus is none of the statuses of a sent message."),
        ({"MessageStatus": "failed", "ErrorCode": "many"}, "ErrorCode is not a number."),
    ],
)
def test_read_status_says_what_is_wrong(parameters, sentence):
    with pytest.raises(Malformed) as error:
        read_status({"MessageSid": SID, **parameters}, token="", at=AT)

    assert str(error.value) == sentence
