"""The states of a campaign and of a recipient, and the moves between them: the one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("campaign", "draft")
    SCHEDULED = "scheduled", pgettext_lazy("campaign", "scheduled")
    # Its people become recipients, in chunks; nothing leaves yet.
    LAUNCHING = "launching", pgettext_lazy("campaign", "being launched")
    ACTIVE = "active", pgettext_lazy("campaign", "sending")
    PAUSED = "paused", pgettext_lazy("campaign", "paused")
    COMPLETED = "completed", pgettext_lazy("campaign", "completed")
    CANCELLED = "cancelled", pgettext_lazy("campaign", "cancelled")


_C = CampaignStatus

CAMPAIGN_TRANSITIONS: dict[str, set[str]] = {
    _C.DRAFT: {_C.SCHEDULED, _C.LAUNCHING, _C.CANCELLED},
    _C.SCHEDULED: {_C.DRAFT, _C.LAUNCHING, _C.CANCELLED},
    _C.LAUNCHING: {_C.DRAFT, _C.ACTIVE, _C.CANCELLED},  # a draft when its preflight fails
    _C.ACTIVE: {_C.PAUSED, _C.COMPLETED, _C.CANCELLED},
    _C.PAUSED: {_C.ACTIVE, _C.COMPLETED, _C.CANCELLED},  # completed when its end has passed
    _C.COMPLETED: {_C.ACTIVE},  # when a failure that can pass is tried again
}


class RecipientStatus(models.TextChoices):
    PENDING = "pending", _("pending")  # its delivery waits, or is in hand
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    READ = "read", _("read")
    REPLIED = "replied", _("replied")
    CLOSED = "closed", _("closed")
    FAILED = "failed", _("failed")
    UNDELIVERED = "undelivered", _("not delivered")
    SKIPPED = "skipped", _("skipped")


_S = RecipientStatus

# `sent` means that the provider accepted the message. A callback may bring that news to a row in
# any state before it, pending included: the answer to the request may never have arrived. From
# `failed`, `undelivered` or `skipped` a row goes there when its message, or one that was given up
# for a retry, is reported as delivered after all (campaigns.tracking.late_deliveries).
RECIPIENT_TRANSITIONS: dict[str, set[str]] = {
    _S.PENDING: {_S.SKIPPED, _S.SENT, _S.FAILED},
    _S.SENT: {_S.DELIVERED, _S.READ, _S.REPLIED, _S.FAILED, _S.UNDELIVERED},
    _S.DELIVERED: {_S.READ, _S.REPLIED},
    _S.READ: {_S.REPLIED},
    _S.REPLIED: {_S.CLOSED},
    # Pending: tried again (campaigns.sending.retries). `undelivered` says more than `failed`.
    _S.FAILED: {_S.PENDING, _S.SENT, _S.UNDELIVERED},
    _S.UNDELIVERED: {_S.PENDING, _S.SENT},
    _S.SKIPPED: {_S.SENT},
}

# Not yet in a final state: a campaign with any of these is not completed.
OPEN = (_S.PENDING,)


def sources_of(target: str, table: dict[str, set[str]]) -> list[str]:
    """The states from which `target` may be reached."""
    return [old for old, targets in table.items() if target in targets]


class StatusSource(models.TextChoices):
    ENGINE = "engine", _("engine")
    WEBHOOK = "webhook", _("webhook")
    POLLING = "polling", _("polling")
    MANUAL = "manual", _("by hand")
