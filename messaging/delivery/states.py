"""The states of a delivery and of a stream: the one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeliveryState(models.TextChoices):
    """A delivery is deleted when its outcome is known, so there is no state for that."""

    WAITING = "waiting", _("waiting")
    CLAIMED = "claimed", _("being sent")  # a worker has it; the provider may have it too
    UNCERTAIN = "uncertain", _("uncertain")  # nobody knows whether the provider accepted it


# The provider may have these, or may be given them at this moment.
IN_HAND = (DeliveryState.CLAIMED, DeliveryState.UNCERTAIN)

DELIVERY_TRANSITIONS: dict[str, set[str]] = {
    DeliveryState.WAITING: {DeliveryState.CLAIMED},
    DeliveryState.CLAIMED: {DeliveryState.WAITING, DeliveryState.UNCERTAIN},
    DeliveryState.UNCERTAIN: {DeliveryState.WAITING},
}


class StreamState(models.TextChoices):
    OPEN = "open", pgettext_lazy("stream", "open")
    PAUSED = "paused", pgettext_lazy("stream", "paused")
    ENDED = "ended", pgettext_lazy("stream", "ended")


class Priority(models.IntegerChoices):
    """The lower number goes first."""

    PERSON = 10, _("a person's answer")
    FLOW = 20, _("an automatic answer")
    CAMPAIGN = 30, _("a campaign")
