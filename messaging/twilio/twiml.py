"""Answers to an inbound message in Twilio's markup."""

from collections.abc import Iterable

from twilio.twiml.messaging_response import MessagingResponse

CONTENT_TYPE = "text/xml"


def replies(messages: Iterable[tuple[str, str | None]]) -> str:
    """An answer of these messages, or of none: to the person who wrote.

    Takes (text, where its statuses are posted to: an absolute URL, or None).
    """
    response = MessagingResponse()
    for body, status_callback in messages:
        response.message(status_callback=status_callback).body(body)
    return str(response)
