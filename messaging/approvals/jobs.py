"""What the queue and the tick run for templates. A job is a hint: the rows say what to do."""

from messaging.approvals import asking, handing_in, syncing
from messaging.approvals.handing_in import note_stuck
from messaging.models import Account
from messaging.providers.base import NotConfigured, ProviderRefuses, ProviderUnavailable


def hand_in(version_id: int) -> str:
    """Bring a submitted version to the provider; one that is away is tried again for some hours."""
    try:
        return handing_in.hand_in(version_id)
    except (NotConfigured, ProviderUnavailable) as error:
        must_act = isinstance(error, NotConfigured | ProviderRefuses)
        is_back = note_stuck(version_id, error.sentence, must_act=must_act)
        return f"{'given back' if is_back else 'not handed in'}: {type(error).__name__}"


def ask(version_id: int) -> str:
    """Ask what became of a version."""
    return asking.ask_quietly([version_id])


def sync(account_id: int) -> str:
    """Bring one account's templates in step with the provider."""
    try:
        return str(syncing.sync(Account.objects.get(pk=account_id)))
    except (NotConfigured, ProviderUnavailable) as error:
        return f"not synced: {type(error).__name__}"


def sync_templates() -> str:
    """Queue a job for each account whose templates were not listed lately."""
    return f"{syncing.queue_due()} queued"


def ask_about_templates() -> str:
    """Queue a job for each version whose state is to be asked about now, of all tenants."""
    return f"{asking.queue_due()} queued"
