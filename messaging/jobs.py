"""What the tick runs for this app."""

from django.utils import timezone

from messaging import accounts, answers
from messaging.inbound import late
from messaging.kept import taking_in
from messaging.providers.base import NotConfigured, ProviderUnavailable
from messaging.statuses import retry_unmatched
from messaging.texts import header_files


def apply_kept_statuses() -> str:
    """Apply reports that came before their message; answer how many."""
    return f"{retry_unmatched.apply_kept_statuses()} kept statuses applied"


def refresh_accounts() -> str:
    """Ask the providers whether our accounts work; answer how many answered."""
    return f"{accounts.refresh_due()} accounts answered"


def take_in_kept_messages() -> str:
    """Take in what waits on this machine's disk since the database was away; answer how many."""
    return f"{taking_in.take_in()} kept messages"


def receive_missed_messages() -> str:
    """Take in what people wrote while nobody answered the webhook; answer how many messages."""
    try:
        return f"{late.receive_missed()} late messages"
    except NotConfigured:
        return "no account to ask"
    except ProviderUnavailable:
        return "the provider is away"


def forget_answer_posts() -> str:
    """Forget the posts of answers that nobody will repeat; answer how many."""
    return f"{answers.forget_posts(timezone.now())} posts forgotten"


def forget_header_files() -> str:
    """Delete uploaded files that no version of a template names; answer how many."""
    return f"{header_files.forget_unused()} files forgotten"
