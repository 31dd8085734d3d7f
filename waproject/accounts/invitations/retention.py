"""Invitations that were answered, withdrawn or ended long ago (RETENTION_SWEEPS)."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from waproject.accounts.invitations.models import Invitation
from waproject.tenants.retention.periods import Period
from waproject.tenants.retention.sweeps import Sweep

INVITATIONS_KEPT = Period(
    "invitations",
    _("Invitations"),
    _(
        "Invitations are deleted so long after they were accepted or withdrawn, or their link"
        " ended."
    ),
    default=lambda: 90,
)


def _over(before: datetime) -> QuerySet[Invitation]:
    answered = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before)
    ended = Q(accepted_at=None, withdrawn_at=None, ends_at__lt=before)
    found: QuerySet[Invitation] = Invitation.objects.filter(answered | ended)
    return found


INVITATIONS = Sweep(
    "invitations",
    INVITATIONS_KEPT,
    _("invitations"),
    due=_over,
)
