"""What the tick runs for archives."""

from messaging.archives import keeping


def archive_old_conversations() -> str:
    """At night: archive some of the conversations without a message for long."""
    if not keeping.is_night():
        return "not at night, or not asked for"
    return f"{keeping.archive_some()} conversations archived"
