"""System checks: the roles that need a second factor exist, and its secrets can be encrypted."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from waproject.accounts.states import SystemRole


@register()
def check_second_factor(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    errors: list[CheckMessage] = [
        Error(
            f"SECOND_FACTOR_ROLES names {name}, which is none of {', '.join(SystemRole.values)}.",
            id="waproject.E030",
        )
        for name in settings.SECOND_FACTOR_ROLES
        if name not in SystemRole.values
    ]
    if settings.SECOND_FACTOR_ROLES and not settings.FIELD_ENCRYPTION_KEYS:
        errors.append(
            Error(
                "SECOND_FACTOR_ROLES demands second factors, and there is no key to store them.",
                hint="Set FIELD_ENCRYPTION_KEYS, or SECOND_FACTOR_ROLES to nothing.",
                id="waproject.E031",
            )
        )
    return errors
