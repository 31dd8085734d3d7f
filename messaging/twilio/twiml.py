"""Answers to an inbound message in Twilio's markup."""

from twilio.twiml.messaging_response import MessagingResponse

CONTENT_TYPE = "text/xml"


def empty() -> str:
    """The answer that says nothing to the person."""
    return str(MessagingResponse())


def reply(body: str, status_callback: str | None = None) -> str:
    """An answer of one message; its statuses are posted to `status_callback`, an absolute URL."""
    response = MessagingResponse()
    message = response.message(status_callback=status_callback)
    message.body(body)
    return str(response)
