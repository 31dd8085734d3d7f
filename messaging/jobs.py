"""What the tick runs for this app."""

from messaging import accounts
from messaging.inbound import late
from messaging.providers.base import NotConfigured, ProviderUnavailable
from messaging.statuses import retry_unmatched


def apply_kept_statuses() -> str:
    """Apply reports that came before their message; answer how many."""
    return f"{retry_unmatched.apply_kept_statuses()} kept statuses applied"


def refresh_accounts() -> str:
    """Ask the providers whether our accounts work; answer how many answered."""
    return f"{accounts.refresh_due()} accounts answered"


def receive_missed_messages() -> str:
    """Take in what people wrote while nobody answered the webhook; answer how many messages."""
    try:
        return f"{late.receive_missed()} late messages"
    except NotConfigured:
        return "no account to ask"
    except ProviderUnavailable:
        return "the provider is away"
