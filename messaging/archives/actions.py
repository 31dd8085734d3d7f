"""What a person may do with archives, for the log of operations and for roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole

SEE_ARCHIVES = "archives.view_conversationarchive"
MAKE_ARCHIVES = "archives.add_conversationarchive"
RESTORE_ARCHIVES = "archives.restore_conversationarchive"


class ArchiveAction(models.TextChoices):
    MAKE = "archives.make", _("Archived a conversation")
    OPEN = "archives.open", _("Downloaded the archive of a conversation")
    RESTORE = "archives.restore", _("Restored a conversation from its archive")

    @property
    def permission(self) -> str:
        wanted = {self.MAKE: MAKE_ARCHIVES, self.OPEN: SEE_ARCHIVES}
        return wanted.get(self, RESTORE_ARCHIVES)


ARCHIVES = Module(
    "archives",
    _("Archives of conversations"),
    (
        Right(
            "make",
            _("Archive conversations and download archives"),
            (SEE_ARCHIVES, MAKE_ARCHIVES),
            {SystemRole.ADMIN, SystemRole.MANAGER},
            needs=("messages.view",),
        ),
        Right(
            "restore",
            _("Restore conversations from archives"),
            (RESTORE_ARCHIVES,),
            {SystemRole.ADMIN},
            needs=("archives.make",),
        ),
    ),
)
