"""What a person may do with contacts, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactAction(models.TextChoices):
    ADD_TAG = "contacts.add_tag", _("Added a tag to people")
    REMOVE_TAG = "contacts.remove_tag", _("Took a tag from people")
    MAKE_REACHABLE = "contacts.make_reachable", _("Made people reachable again")
    IMPORT = "contacts.import", _("Imported contacts")
    MERGE = "contacts.merge", _("Joined two contacts")

    @property
    def permission(self) -> str:
        return f"contacts.{_PERMISSIONS[self]}"


_PERMISSIONS = {
    ContactAction.ADD_TAG: "change_contact",
    ContactAction.REMOVE_TAG: "change_contact",
    ContactAction.MAKE_REACHABLE: "unblock_contact",
    ContactAction.IMPORT: "import_contact",
    ContactAction.MERGE: "merge_contact",
}
