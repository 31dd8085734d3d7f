"""When a run is due: in the business's own night, or by day when the nights were missed."""

from datetime import timedelta

from django.utils import timezone

from waproject.accounts.actors import SYSTEM
from waproject.tenants.models import Tenant
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.retention.running import start
from waproject.tenants.scope import current_tenant_id

# On the business's clock, which every task of the tick goes by.
NIGHT = range(1, 6)
# A machine that is switched off at night does it when it is on.
MISSED_AFTER = timedelta(hours=36)


def forget_at_night() -> str:
    """Queue the run of the night."""
    if not is_due():
        return "not due"
    return "queued" if start(by=SYSTEM) else "under way"


def is_due() -> bool:
    """Whether this business's run should begin now. A new business has nothing to forget."""
    now = timezone.localtime()
    began = RetentionRun.objects.order_by("-started_at").values_list("started_at", flat=True)
    last = began.first() or Tenant.objects.get(pk=current_tenant_id()).created_at
    is_night = now.hour in NIGHT and timezone.localtime(last).date() < now.date()
    return is_night or now - last > MISSED_AFTER
