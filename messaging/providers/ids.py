"""Ids that staff copy from a provider's console, held to the form that it gives them."""

from django.core.exceptions import ValidationError

from messaging.providers import registry
from messaging.providers.base import IdKind


def validate_template_id(value: str) -> None:
    """Raise ValidationError when no provider gives such an id to a template."""
    _validate(IdKind.TEMPLATE, value)


def validate_service_id(value: str) -> None:
    """Raise ValidationError when no provider gives such an id to a pool of numbers."""
    _validate(IdKind.SERVICE, value)


def _validate(kind: IdKind, value: str) -> None:
    problems = [registry.provider(name).id_problem(kind, value) for name in registry.names()]
    if all(problems):
        raise ValidationError(problems[0])
