"""What operators do with the data of all businesses, as the log of operations names it."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import Entry, record
from waproject.audit.origins import origin
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant


class OperatorAction(models.TextChoices):
    """Done by commands alone: whoever may log in to the machine may do it."""

    BACK_UP = "ops.back_up", _("Made a backup of all data")
    RESTORE = "ops.restore", _("Restored all data from a backup")
    ROTATE_KEYS = "ops.rotate_keys", _("Encrypted the credentials with a new key")


@transaction.atomic
def log_in_each_business(action: OperatorAction, command: str, **after: Any) -> None:
    """Write an event into the log of each business: its data was among those of all."""
    for tenant in Tenant.objects.order_by("pk"):
        with in_tenant(tenant.pk), origin(f"command {command}"):
            record(SYSTEM, action.value, Entry(tenant, tenant.name, after=after))
