"""Where files stand in the navigation: beside the people whose they are."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import Place, listed

FILES = Place(
    "contacts",
    (
        listed("files.storedfile", _("Files")),
        listed("archives.conversationarchive", _("Archives")),
    ),
)
