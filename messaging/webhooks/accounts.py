"""Finding the account that a webhook is for, and with it the business."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest

from messaging.models import Account
from messaging.providers import registry

# How a webhook names its account: provider, id in the path, id in the request.
Named = tuple[str, int | None, str]

# The accounts that were named a moment ago: finding one takes longer than all other checks.
_recent: dict[Named, tuple[float, Account]] = {}


def account_for(request: HttpRequest, provider: str, account_id: int | None) -> Account | None:
    """The account that the request is for; None when it is none of ours, or names two."""
    named = registry.provider(provider).account_of(request)
    return _recent_account(
        (provider, account_id, named), lambda: _found(provider, account_id, named)
    )


def _recent_account(named: Named, find: Callable[[], Account | None]) -> Account | None:
    """The account as it was at most ACCOUNTS_REMEMBERED_SECONDS ago, else as `find` gives it.

    While the database is away, as it was when it was last seen. What is none of ours is not
    remembered, so no stranger fills the memory.
    """
    found_at, known = _recent.get(named, (0.0, None))
    if known is not None and time.monotonic() - found_at < settings.ACCOUNTS_REMEMBERED_SECONDS:
        return known
    try:
        account = find()
    except (OperationalError, InterfaceError):
        if known is None:
            raise
        return known
    if account is not None:
        _recent[named] = (time.monotonic(), account)
    return account


def _found(provider: str, account_id: int | None, named: str) -> Account | None:
    accounts = Account.objects
    account = accounts.filter(pk=account_id).first() if account_id else None
    if account_id is None and named:
        account = accounts.named(provider, named)
    elif account_id is None or (account and account.in_environment):
        # Follows the environment, should that name another account since the last start.
        account = accounts.of_environment()
    if account is None or account.provider != provider or account_id not in (None, account.pk):
        return None
    return account if named in ("", account.external_id) else None
