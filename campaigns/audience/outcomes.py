"""What became of a campaign's message, as another campaign asks for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.states import RecipientStatus


class Outcome(models.TextChoices):
    NOT_READ = "not_read", _("did not read it")
    READ_NOT_REPLIED = "read_not_replied", _("read it and did not reply")
    NOT_REPLIED = "not_replied", _("did not reply")
    REPLIED = "replied", pgettext_lazy("people", "replied")
    NOT_DELIVERED = "not_delivered", _("did not get it")


_S = RecipientStatus
# The statuses of the recipients with each outcome. Who did not read or reply has got the message.
STATUSES: dict[str, tuple[str, ...]] = {
    Outcome.NOT_READ: (_S.DELIVERED,),
    Outcome.READ_NOT_REPLIED: (_S.READ,),
    Outcome.NOT_REPLIED: (_S.DELIVERED, _S.READ),
    Outcome.REPLIED: (_S.REPLIED, _S.CLOSED),
    Outcome.NOT_DELIVERED: (_S.FAILED, _S.UNDELIVERED),
}
