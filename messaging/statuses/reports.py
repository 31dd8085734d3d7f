"""A status that the provider reports of a message, and who listens to it."""

from collections.abc import Callable, Collection, Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from messaging.providers.base import StatusReport as StatusReport

# Takes reports in the order in which they came; returns those whose message it knows.
StatusListener = Callable[[Sequence[StatusReport]], Collection[StatusReport]]


def listeners() -> list[StatusListener]:
    """The functions of STATUS_LISTENERS, in their order."""
    return [import_string(name) for name in settings.STATUS_LISTENERS]
