"""The directions and states of a message, and the moves between them: the one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Room for the name that a provider gives to a message, in characters.
MESSAGE_SID_LENGTH = 100


class Direction(models.TextChoices):
    INBOUND = "inbound", _("received")
    OUTBOUND = "outbound", _("sent")


class ConversationStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("conversation", "open")
    PENDING = "pending", pgettext_lazy("conversation", "pending")
    RESOLVED = "resolved", pgettext_lazy("conversation", "resolved")
    SPAM = "spam", pgettext_lazy("conversation", "spam")


# Of conversations that somebody has to look after.
IN_WORK: list[str] = [ConversationStatus.OPEN.value, ConversationStatus.PENDING.value]


class MessageStatus(models.TextChoices):
    """The provider's words, in the provider's order; RECEIVED is the only one of inbound."""

    ACCEPTED = "accepted", _("accepted")
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    READ = "read", _("read")
    FAILED = "failed", _("failed")
    UNDELIVERED = "undelivered", _("not delivered")
    CANCELED = "canceled", _("cancelled")
    RECEIVED = "received", _("received")


# What a message carries, as providers name it. Whatever else comes is shown as it is named there.
MESSAGE_TYPES = {
    "text": _("text"),
    "image": _("picture"),
    "video": _("video"),
    "audio": _("audio"),
    "voice": _("audio"),
    "document": _("document"),
    "sticker": _("sticker"),
    "location": _("location"),
    "contacts": _("contact card"),
    "button": _("button"),
    "interactive": _("choice of a list"),
    "reaction": _("reaction"),
}


class AccountStatus(models.TextChoices):
    """Whether an account with a provider works, by what the provider last said."""

    PENDING = "pending", pgettext_lazy("account", "not tried yet")
    CONNECTED = "connected", pgettext_lazy("account", "connected")
    DISCONNECTED = "disconnected", pgettext_lazy("account", "switched off")
    SUSPENDED = "suspended", pgettext_lazy("account", "suspended by the provider")
    ERROR = "error", pgettext_lazy("account", "in error")


_TOLD: set[str] = {AccountStatus.CONNECTED, AccountStatus.SUSPENDED, AccountStatus.ERROR}
# An account that is switched off stays off until a person switches it on, whatever the provider
# says of it.
ACCOUNT_TRANSITIONS: dict[str, set[str]] = {
    AccountStatus.PENDING: {*_TOLD, AccountStatus.DISCONNECTED},
    **{told: {*_TOLD, AccountStatus.PENDING, AccountStatus.DISCONNECTED} for told in _TOLD},
    AccountStatus.DISCONNECTED: {AccountStatus.PENDING},
}


class ApprovalStatus(models.TextChoices):
    """What the provider says of one version of a template."""

    DRAFT = "draft", _("not submitted")
    PENDING = "pending", _("in review")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    PAUSED = "paused", pgettext_lazy("template", "paused")
    DISABLED = "disabled", pgettext_lazy("template", "disabled")


class TemplateStatus(models.TextChoices):
    """What staff see of a template: the state of its versions, or that it was put away."""

    DRAFT = ApprovalStatus.DRAFT.value, ApprovalStatus.DRAFT.label
    PENDING = ApprovalStatus.PENDING.value, ApprovalStatus.PENDING.label
    APPROVED = ApprovalStatus.APPROVED.value, ApprovalStatus.APPROVED.label
    REJECTED = ApprovalStatus.REJECTED.value, ApprovalStatus.REJECTED.label
    PAUSED = ApprovalStatus.PAUSED.value, ApprovalStatus.PAUSED.label
    DISABLED = ApprovalStatus.DISABLED.value, ApprovalStatus.DISABLED.label
    ARCHIVED = "archived", pgettext_lazy("template", "archived")


_REVIEWED: set[str] = {
    *(ApprovalStatus.PENDING, ApprovalStatus.APPROVED, ApprovalStatus.REJECTED),
    *(ApprovalStatus.PAUSED, ApprovalStatus.DISABLED),
}
# Only the provider decides after a version was submitted, and it may take back what it decided. A
# version goes back to a draft when the provider has nothing of it after all.
APPROVAL_TRANSITIONS: dict[str, set[str]] = {
    ApprovalStatus.DRAFT: _REVIEWED,
    ApprovalStatus.PENDING: {*_REVIEWED, ApprovalStatus.DRAFT} - {ApprovalStatus.PENDING},
    **{
        decided: {*_REVIEWED} - {decided}
        for decided in sorted(_REVIEWED - {ApprovalStatus.PENDING})
    },
}


class Quality(models.TextChoices):
    """What WhatsApp thinks of a sender, by what people say of its messages."""

    UNKNOWN = "unknown", pgettext_lazy("quality", "unknown")
    GREEN = "green", pgettext_lazy("quality", "high")
    YELLOW = "yellow", pgettext_lazy("quality", "medium")
    RED = "red", pgettext_lazy("quality", "low")


class Tier(models.TextChoices):
    """To how many people a business may write first within 24 hours."""

    UNKNOWN = "unknown", pgettext_lazy("limit", "unknown")
    PEOPLE_250 = "tier_250", _("250 people a day")
    PEOPLE_2K = "tier_2k", _("2,000 people a day")
    PEOPLE_10K = "tier_10k", _("10,000 people a day")
    PEOPLE_100K = "tier_100k", _("100,000 people a day")
    UNLIMITED = "unlimited", pgettext_lazy("limit", "unlimited")


# Of each tier that is one; the others say nothing.
TIER_PEOPLE: dict[str, int] = {
    Tier.PEOPLE_250: 250,
    Tier.PEOPLE_2K: 2_000,
    Tier.PEOPLE_10K: 10_000,
    Tier.PEOPLE_100K: 100_000,
}

_S = MessageStatus
# What the provider may report of a message that was sent.
OUTBOUND_STATUSES: set[str] = {*MessageStatus.values} - {_S.RECEIVED}
# After these a message did not arrive, and will not unless a delivery is reported after all.
ENDS: set[str] = {_S.FAILED, _S.UNDELIVERED, _S.CANCELED}
# The person has the message: this is the truth, whatever failure was reported before.
ARRIVED: set[str] = {_S.DELIVERED, _S.READ}

# The provider has it, and has not said what became of it.
ON_THE_WAY: list[str] = [_S.ACCEPTED, _S.QUEUED, _S.SENDING, _S.SENT]

# Forward only, in whatever order callbacks come. Any step may be missing: callbacks get lost.
MESSAGE_TRANSITIONS: dict[str, set[str]] = {
    _S.ACCEPTED: {_S.QUEUED, _S.SENDING, _S.SENT, _S.DELIVERED, _S.READ} | ENDS,
    _S.QUEUED: {_S.SENDING, _S.SENT, _S.DELIVERED, _S.READ} | ENDS,
    _S.SENDING: {_S.SENT, _S.DELIVERED, _S.READ} | ENDS,
    _S.SENT: {_S.DELIVERED, _S.READ, _S.FAILED, _S.UNDELIVERED},
    _S.DELIVERED: {_S.READ},
    # Of two failures the one further down this list counts, whichever came first.
    _S.CANCELED: {_S.FAILED, _S.UNDELIVERED} | ARRIVED,
    _S.FAILED: {_S.UNDELIVERED} | ARRIVED,
    _S.UNDELIVERED: ARRIVED,
}

# The column that keeps the time of a status; the others have none.
STATUS_TIMES: dict[str, str] = {
    _S.SENT: "sent_at",
    _S.DELIVERED: "delivered_at",
    _S.READ: "read_at",
    _S.FAILED: "failed_at",
    _S.UNDELIVERED: "failed_at",
    _S.CANCELED: "failed_at",
}


def sources_of(target: str) -> list[str]:
    """The statuses from which a message may go to `target`."""
    return [old for old, targets in MESSAGE_TRANSITIONS.items() if target in targets]
