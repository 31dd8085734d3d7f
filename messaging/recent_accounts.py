"""The accounts that webhooks named a moment ago: finding one takes longer than all other checks."""

import time
from collections.abc import Callable

from django.conf import settings

from messaging.models import Account

# Provider, id in the path, id in the request.
Named = tuple[str, int | None, str]

_recent: dict[Named, tuple[float, Account]] = {}


def recent_account(named: Named, find: Callable[[], Account | None]) -> Account | None:
    """The account as it was at most ACCOUNTS_REMEMBERED_SECONDS ago, else as `find` gives it.

    What is none of ours is not remembered, so no stranger fills the memory.
    """
    found_at, account = _recent.get(named, (0.0, None))
    if account is not None and time.monotonic() - found_at < settings.ACCOUNTS_REMEMBERED_SECONDS:
        return account
    account = find()
    if account is not None:
        _recent[named] = (time.monotonic(), account)
    return account
