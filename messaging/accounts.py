"""What staff, and the clock, do with accounts of providers."""

from collections.abc import Collection
from typing import Any

from asgiref.sync import async_to_sync
from django.db.models import Q
from django.utils import timezone

from messaging.actions import AccountAction
from messaging.models import Account
from messaging.providers.base import AccountState, NotConfigured, ProviderUnavailable
from messaging.states import AccountStatus
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting

# What the log shows of an account before and after a change: no secret.
_LOGGED = (
    *("name", "provider", "external_id", "token_expires_at", "waba_id"),
    *("phone_number_id", "display_name", "verified_name", "quality", "tier"),
)


def store(account: Account, *, token: str = "", verify_token: str = "", by: Actor) -> None:
    """Store an account with what was entered; an empty token leaves the one that is there.

    With another token the account counts as not tried. The event says that a token was replaced,
    and never which.
    """
    action = AccountAction.CHANGE if account.pk else AccountAction.ADD
    written = {*_LOGGED}
    with acting(by, action, text=account.name) as event:
        before = _stored(account)
        if token:
            account.access_token, account.token_set_at = token, timezone.now()
            account.status, account.status_reason = AccountStatus.PENDING, ""
            written |= {"access_token", "token_set_at", "status", "status_reason"}
        if verify_token:
            account.webhook_verify_token = verify_token
            written.add("webhook_verify_token")
        # What jobs wrote to it meanwhile stands.
        account.save(update_fields=written if account.pk else None)
        event.about = account
        after = {name: getattr(account, name) for name in _LOGGED}
        changed = [name for name in _LOGGED if before.get(name) != after[name]]
        event.before = {name: before[name] for name in changed if name in before}
        event.after = {
            **{name: after[name] for name in changed},
            "token_replaced": bool(token),
            "verify_token_replaced": bool(verify_token),
        }
        event.is_needed = bool(changed or token or verify_token)


def _stored(account: Account) -> dict[str, Any]:
    """What the database has of an account, as far as the log shows it; nothing of a new one."""
    return Account.objects.filter(pk=account.pk).values(*_LOGGED).first() or {}


def switch_off(account_ids: Collection[int], *, by: Actor) -> int:
    """Send nothing with these accounts any more; return how many were on.

    What people write to them is still heard.
    """
    return _switch(account_ids, AccountAction.SWITCH_OFF, AccountStatus.DISCONNECTED, by)


def switch_on(account_ids: Collection[int], *, by: Actor) -> int:
    """Send with these accounts again; return how many were off."""
    return _switch(account_ids, AccountAction.SWITCH_ON, AccountStatus.PENDING, by)


def _switch(ids: Collection[int], action: AccountAction, to: AccountStatus, by: Actor) -> int:
    are_on = action is AccountAction.SWITCH_OFF
    off = Q(status=AccountStatus.DISCONNECTED)
    with acting(by, action) as event:
        chosen = Account.objects.filter(~off if are_on else off, pk__in=ids)
        moving = list(chosen.select_for_update().order_by("pk").values_list("pk", flat=True))
        Account.objects.filter(pk__in=moving).advance(to)
        event.after = {"status": to.value}
        event.concern(Account, moving)
    return len(moving)


def refresh(account: Account) -> bool:
    """Ask the provider whether the account works, and note it; False when it did not answer.

    An environment that names no account is no trouble: nothing was meant to be sent yet.
    """
    try:
        state = _asked(account)
    except NotConfigured as error:
        if account.in_environment:
            return False
        state = AccountState(AccountStatus.ERROR, error.sentence)
    except ProviderUnavailable:
        return False
    row = Account.objects.filter(pk=account.pk)
    row.advance(state.status, reason=state.reason, last_synced_at=timezone.now())
    return True


def refresh_due() -> int:
    """Ask about the accounts that were not asked about lately; return how many answered."""
    return sum(map(refresh, Account.objects.due(timezone.now())))


@async_to_sync
async def _asked(account: Account) -> AccountState:
    async with account.gateway() as gateway:
        return await gateway.account_state()
