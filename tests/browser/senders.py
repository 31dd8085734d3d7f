"""Senders of the installation that the browser tests of one file share."""

from messaging.models import Sender


def new_sender(name: str) -> Sender:
    """Make a WhatsApp sender whose number no other test has. For scripts in a business's scope."""
    number = 229_000_000 + Sender.objects.count()
    return Sender.objects.create(name=name, channel="whatsapp", address=f"+56{number}")
