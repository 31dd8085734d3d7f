"""What a person may do with files, for the log of operations and for roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole

SEE_FILES = "files.view_storedfile"
CHANGE_FILES = "files.change_storedfile"

_LEADING = {SystemRole.ADMIN, SystemRole.MANAGER}


class FileAction(models.TextChoices):
    OPEN = "files.open", _("Opened a file of a person")
    ATTACH = "files.attach", _("Attached a file to an answer")
    FETCH_AGAIN = "files.fetch_again", _("Had files fetched again")

    @property
    def permission(self) -> str:
        if self is self.ATTACH:
            return "messaging.change_conversation"
        return SEE_FILES if self is self.OPEN else CHANGE_FILES


FILES = Module(
    "files",
    _("Files of people"),
    (
        Right(
            "view",
            _("See and download"),
            (SEE_FILES,),
            {*_LEADING, SystemRole.AGENT},
            needs=("messages.view",),
        ),
        Right(
            "manage",
            _("Say for how long one is kept, fetch one again"),
            (CHANGE_FILES,),
            _LEADING,
            needs=("files.view",),
        ),
    ),
)
