"""What the tick runs for this app."""

from messaging import late, statuses
from messaging.providers.base import NotConfigured, ProviderUnavailable


def apply_kept_statuses() -> str:
    """Apply reports that came before their message; answer how many."""
    return f"{statuses.apply_kept_statuses()} kept statuses applied"


def hear_late_messages() -> str:
    """Take in what people wrote while nobody answered the webhook; answer how many messages."""
    try:
        return f"{late.hear()} late messages"
    except NotConfigured:
        return "no account to ask"
    except ProviderUnavailable:
        return "the provider is away"
