"""Row-level security: PostgreSQL itself shows, and takes, only the rows of the scope's tenant.

Each connection says in the setting `app.tenant_id` for which tenant it works: an id, `all`, or
nothing at all (waproject.tenants.postgresql). The policy of each table that has the column
`tenant_id` compares it with the row. It is made with the table and forced, so that it holds for
the owner of the table too; superusers and roles with BYPASSRLS alone are above it.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

SETTING = "app.tenant_id"
ALL = "all"
POLICY = "tenant_rows"

# As subqueries both are evaluated once for a statement, and not once for a row.
_SAID = f"current_setting('{SETTING}', true)"
_CONDITION = (
    f"tenant_id = (SELECT NULLIF(NULLIF({_SAID}, ''), '{ALL}')::bigint)"
    f" OR (SELECT {_SAID} = '{ALL}')"
)


def belongs_to_tenant(model: type[models.Model]) -> bool:
    """Whether the rows of a model, also of one in a migration's state, belong to a tenant."""
    return is_scoped(model) and any(map(names_tenant, model._meta.concrete_fields))


def is_scoped(model: type[models.Model]) -> bool:
    """Whether a model is none of those that all tenants share."""
    return model._meta.label not in settings.SHARED_MODELS


def names_tenant(field: Any) -> bool:
    """Whether a field is the one that says to which tenant a row belongs."""
    return bool(field.name == "tenant" and field.is_relation and _is_tenant(field.related_model))


def protect(table: str) -> list[str]:
    """The statements that put a table under row-level security."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {POLICY} ON {table} USING ({_CONDITION}) WITH CHECK ({_CONDITION})",
    ]


def tenant_tables() -> set[str]:
    """The tables of all models whose rows belong to a tenant, those of links too."""
    found = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in found if belongs_to_tenant(model)}


def _is_tenant(model: object) -> bool:
    return isinstance(model, type) and model._meta.label == "tenants.Tenant"  # type: ignore[attr-defined]
