"""A status that the provider reports of a message, and who listens to it."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from messaging.states import OUTBOUND_STATUSES

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One status of one message. `token` is that of its callback URL, `at` when we heard of it.

    `status` is one of OUTBOUND_STATUSES, or the provider's own word when it is new to us.
    """

    sid: str
    status: str
    token: str = ""
    error_code: str | None = None
    error_message: str = ""
    at: datetime = field(default_factory=timezone.now)
    source: str = "webhook"
    address: str = ""
    # Whether the transaction is shared with other reports: then nothing may be locked but the rows
    # that the sid finds.
    in_company: bool = False

    @property
    def is_understood(self) -> bool:
        """Whether it says something we know of a message that can be found."""
        return self.status in OUTBOUND_STATUSES and bool(SID.fullmatch(self.sid))


# Takes reports in the order in which they came; returns those whose message it knows.
StatusListener = Callable[[Sequence[StatusReport]], Collection[StatusReport]]


def listeners() -> list[StatusListener]:
    """The functions of STATUS_LISTENERS, in their order."""
    return [import_string(name) for name in settings.STATUS_LISTENERS]
