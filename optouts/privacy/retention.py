"""Held messages that were decided long ago (RETENTION_SWEEPS). Opt-outs and consent stay."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from optouts.models import ConsentEvent, Hold
from waproject.audit.erasing import forget_reasons
from waproject.tenants.retention.periods import Period
from waproject.tenants.retention.sweeps import Sweep

HOLDS_KEPT = Period(
    "holds",
    _("Held messages"),
    _(
        "Messages that were held as possible opt-outs are deleted so long after a person decided."
        " The opt-out itself, and the proof of each consent, stay."
    ),
    default=lambda: 365,
    shortest=30,
)


def _decided(before: datetime) -> QuerySet[Hold]:
    found: QuerySet[Hold] = Hold.objects.filter(decided_at__lt=before)
    return found


def _delete(ids: Sequence[int], before: datetime) -> int:
    forget_reasons(Hold, ids, [])
    return _decided(before).filter(pk__in=ids).delete()[0]


HOLDS = Sweep("holds", HOLDS_KEPT, _("held messages"), due=_decided, take=_delete)


def has_decided(since: datetime) -> Q:
    """Contacts whose consent changed since then, or who wait for a decision."""
    changed = ConsentEvent.objects.filter(contact=OuterRef("pk"), at__gte=since)
    held = Hold.objects.open().filter(contact=OuterRef("pk"))
    return Q(Exists(changed)) | Q(Exists(held))
