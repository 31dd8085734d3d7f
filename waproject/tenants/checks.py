"""System checks: no row without a tenant, no table without its policy, no role above both."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection, connections

from waproject.tenants.policies import POLICY, belongs_to_tenant, tenant_tables

_PACKAGES = {"contacts", "optouts", "messaging", "campaigns", "waproject"}

_UNPROTECTED = """
    SELECT listed.name FROM unnest(%s::text[]) AS listed(name)
    JOIN pg_class ON pg_class.oid = to_regclass(listed.name)
    LEFT JOIN pg_policy ON polrelid = pg_class.oid AND polname = %s
    WHERE NOT (relrowsecurity AND relforcerowsecurity AND polname IS NOT NULL)
    ORDER BY listed.name
"""
_IS_ABOVE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


@register()
def check_every_model_has_a_tenant(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A model of the project belongs to a tenant, or settings.SHARED_MODELS names it."""
    return [
        Error(
            f"{model._meta.label} is no TenantModel: its rows would be seen by every business.",
            hint="Derive it from TenantModel, or name it in SHARED_MODELS if it is no business's.",
            id="waproject.E010",
        )
        for config in apps.get_app_configs()
        if is_ours(config)
        for model in config.get_models(include_auto_created=True)
        if not _is_shared(model) and not belongs_to_tenant(model)
    ]


def is_ours(config: AppConfig) -> bool:
    """Whether an app is of this project, and not of a package."""
    return config.name.partition(".")[0] in _PACKAGES


def _is_shared(model: Any) -> bool:
    """Whether a model, or the one whose links it holds, is named in settings.SHARED_MODELS."""
    source = model._meta.auto_created or model
    return source._meta.label in settings.SHARED_MODELS


@register(Tags.database)
def check_every_table_has_its_policy(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL guards each table of tenants that is there (`check --database default`)."""
    return [
        Error(
            f"The table {table} has no forced row-level security.",
            hint="Make it with waproject.tenants.policies.protect, in a migration.",
            id="waproject.E011",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql"
        for table in unprotected_tables(alias)
    ]


def unprotected_tables(alias: str) -> list[str]:
    """The tables of tenants that exist without a policy that is in force."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_UNPROTECTED, [sorted(tenant_tables()), POLICY])
        return [name for (name,) in cursor.fetchall()]


@register(deploy=True)
def check_role_is_under_policies(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The role with which the site works cannot pass row-level security by."""
    if connection.vendor != "postgresql":
        return []
    try:
        is_above = role_is_above_policies()
    except DatabaseError as error:
        return [
            Error(
                f"The database does not answer ({type(error).__name__}), so its role is not known.",
                id="waproject.E013",
            )
        ]
    if not is_above:
        return []
    return [
        Error(
            "The role of DATABASE_URL is a superuser or has BYPASSRLS: PostgreSQL would show it"
            " the rows of every business.",
            hint="Use a role of its own for the site; docs/operations.md says how to make one.",
            id="waproject.E012",
        )
    ]


def role_is_above_policies() -> bool:
    """Whether row-level security does not hold for the role of the connection, on PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_ABOVE)
        [is_above] = cursor.fetchone()
    return bool(is_above)
