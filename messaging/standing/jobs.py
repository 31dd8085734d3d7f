"""What the tick runs for the standing of senders."""

from messaging.standing import syncing


def sync_senders() -> str:
    """Ask the providers how our senders are; answer how many accounts answered."""
    return f"{syncing.sync_due()} accounts answered about their senders"
