"""Who may save filters for everyone, and what the log of operations has of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole

SHARE = "saved.share_savedfilter"


class SavedFilterAction(models.TextChoices):
    """Filters of one's own are nobody else's business, and are not logged."""

    SHARE = "saved.share", _("Saved a filter for everyone")
    RENAME = "saved.rename", _("Renamed a filter of everyone")
    DELETE = "saved.delete", _("Deleted a filter of everyone")

    @property
    def permission(self) -> str:
        return SHARE


LISTS = Module(
    "lists",
    _("Lists"),
    (
        Right(
            "share",
            _("Save filters for everyone"),
            (SHARE,),
            {SystemRole.ADMIN, SystemRole.MANAGER},
        ),
    ),
)
