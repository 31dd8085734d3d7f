"""The providers that PROVIDERS names, by their names."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from messaging.providers.base import Provider


def provider(name: str) -> Provider:
    """The provider of that name. Raises KeyError when PROVIDERS has none."""
    return _made(settings.PROVIDERS[name])


def names() -> list[str]:
    return [*settings.PROVIDERS]


@cache
def _made(path: str) -> Provider:
    made: Provider = import_string(path)()
    return made
