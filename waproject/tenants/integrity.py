"""The invariant of tenants: what a row refers to belongs to the same business."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from waproject.core.integrity import broken
from waproject.tenants.policies import belongs_to_tenant, names_tenant
from waproject.tenants.scope import all_tenants, current_tenant_id

_SENTENCE = _("Rows of %(table)s whose %(column)s is a row of another business: %(rows)s.")


def integrity_problems() -> Iterator[str]:
    """One sentence for each key of a model that leads from the scope's business to another one.

    Every foreign key between models of tenants is looked at, a new one too.
    """
    tenant_id = current_tenant_id()
    for key in keys_between_tenant_rows():
        words = {"table": key.model._meta.db_table, "column": key.column}
        # The row of the other business is hidden in the scope of this one.
        with all_tenants():
            problems = list(broken([(partial(_astray, key, tenant_id), _SENTENCE)], **words))
        yield from problems


def keys_between_tenant_rows() -> list[Any]:
    """The foreign keys to rows of tenants of models whose rows name their tenant.

    Those of a membership too, which is shared: its role is one of the business that it names.
    """
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        if any(map(names_tenant, model._meta.concrete_fields))
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
        and not names_tenant(field)
        and belongs_to_tenant(field.related_model)
    ]


def _astray(key: Any, tenant_id: int) -> QuerySet[models.Model]:
    """The rows of a tenant whose key leads to a row of another one."""
    rows: QuerySet[models.Model] = key.model._base_manager.filter(tenant_id=tenant_id)
    owner = F(f"{key.name}__tenant_id")
    return rows.alias(owner=owner).filter(owner__isnull=False).exclude(owner=tenant_id)
