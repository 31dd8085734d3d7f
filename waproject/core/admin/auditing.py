"""What staff take along or stop on pages of the core, for the log of operations above it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Model
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class CoreAction(models.TextChoices):
    """The page that does one of these has checked the right to it."""

    EXPORT = "core.export", _("Exported a list")
    EXPORT_LATER = "core.export_later", _("Asked for a long list as a file")
    DOWNLOAD = "core.download", _("Downloaded a file")
    CANCEL_JOB = "core.cancel_job", _("Cancelled a job")


def record(
    user: Any, action: CoreAction, about: Model | type[Model], *, text: str = "", **after: Any
) -> None:
    """Log what a user did to an object; `text` names it, `after` holds further details."""
    for name in settings.ACT_RECORDERS:
        import_string(name)(user, action, about, text=text, after=after)
