"""What a business chose for itself; where it chose nothing, the installation's settings hold."""

import asyncio
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id, has_tenant

# When each tenant was read by this process (time.monotonic), and as what.
_read: dict[int, tuple[float, Tenant]] = {}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What holds for one business. A cap of 0 messages is none.

    `approval_above`: a launch to more people needs a second person's approval; None: none does.
    """

    time_zone: str
    phone_region: str
    currency: str
    cap_messages: int
    cap_days: float
    approval_above: int | None


def preferences() -> Preferences:
    """Those of the scope's tenant; outside the scope of one tenant, the installation's.

    As they were at most TENANTS_REMEMBERED_SECONDS ago: each phone that is read asks for them.
    """
    tenant = _remembered(current_tenant_id()) if has_tenant() else Tenant()
    messages, days = tenant.frequency_cap_messages, tenant.frequency_cap_days
    return Preferences(
        time_zone=tenant.time_zone or settings.TIME_ZONE,
        phone_region=tenant.phone_region or settings.PHONE_DEFAULT_REGION,
        currency=tenant.currency or settings.CURRENCY,
        cap_messages=settings.FREQUENCY_CAP_MESSAGES if messages is None else messages,
        cap_days=settings.FREQUENCY_CAP_DAYS if days is None else days,
        approval_above=tenant.launch_approval_above,
    )


def local_time() -> AbstractContextManager[None]:
    """Let days and shown times be those of the scope's tenant, until the context ends.

    Every door enters it with the scope: a request, a job, a command.
    """
    context: AbstractContextManager[None] = timezone.override(ZoneInfo(preferences().time_zone))
    return context


def remember(tenant: Tenant) -> None:
    """Go by this for a while, without reading it again."""
    _read[tenant.pk] = (time.monotonic(), tenant)


@receiver(post_save, sender=Tenant)
def _remember_saved(instance: Tenant, **_kwargs: object) -> None:
    remember(instance)


def _remembered(tenant_id: int) -> Tenant:
    """The tenant as it was read a moment ago; on an event loop, where nothing can be read, ever."""
    read_at, tenant = _read.get(tenant_id, (0.0, None))
    is_old = time.monotonic() - read_at > settings.TENANTS_REMEMBERED_SECONDS
    if tenant is None or (is_old and not _on_an_event_loop()):
        tenant = Tenant.objects.get(pk=tenant_id)
        remember(tenant)
    return tenant


def _on_an_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
