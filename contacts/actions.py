"""What a person may do with contacts, for the log of operations and for roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole


class ContactAction(models.TextChoices):
    ADD_TAG = "contacts.add_tag", _("Added a tag to people")
    REMOVE_TAG = "contacts.remove_tag", _("Took a tag from people")
    MAKE_REACHABLE = "contacts.make_reachable", _("Made people reachable again")
    IMPORT = "contacts.import", _("Imported contacts")
    MERGE = "contacts.merge", _("Joined two contacts")
    ADD_NOTE = "contacts.add_note", _("Wrote a note about a person")
    DELETE_OWN_NOTE = "contacts.delete_own_note", _("Deleted an own note about a person")
    DELETE_NOTE = "contacts.delete_note", _("Deleted a colleague's note about a person")

    @property
    def permission(self) -> str:
        return f"contacts.{_PERMISSIONS[self]}"


_PERMISSIONS = {
    ContactAction.ADD_TAG: "change_contact",
    ContactAction.REMOVE_TAG: "change_contact",
    ContactAction.MAKE_REACHABLE: "unblock_contact",
    ContactAction.IMPORT: "import_contact",
    ContactAction.MERGE: "merge_contact",
    ContactAction.ADD_NOTE: "add_note",
    ContactAction.DELETE_OWN_NOTE: "add_note",
    ContactAction.DELETE_NOTE: "change_contact",
}


_LEADING = {SystemRole.ADMIN, SystemRole.MANAGER}
_WORKING = {*_LEADING, SystemRole.AGENT}
_SEE = ("contacts.view",)

CONTACTS = Module(
    "contacts",
    _("Contacts"),
    (
        Right(
            "view",
            _("See people and their tags"),
            ("contacts.view_contact", "contacts.view_tag"),
            {*_WORKING, SystemRole.VIEWER},
        ),
        Right(
            "full_addresses",
            _("See phones and other addresses in full"),
            ("contacts.view_full_address",),
            _WORKING,
            needs=_SEE,
        ),
        Right("create", _("Create"), ("contacts.add_contact",), _WORKING, needs=_SEE),
        Right("update", _("Change"), ("contacts.change_contact",), _WORKING, needs=_SEE),
        Right("notes", _("Write notes"), ("contacts.add_note",), _WORKING, needs=_SEE),
        Right(
            "delete",
            _("Delete"),
            ("contacts.delete_contact", "contacts.delete_vehicle"),
            {SystemRole.ADMIN},
            needs=_SEE,
        ),
        Right(
            "disclose",
            _("Make the file of all that is held of a person"),
            ("contacts.disclose_contact",),
            {SystemRole.ADMIN},
            needs=(*_SEE, "contacts.full_addresses"),
        ),
        Right(
            "erase",
            _("Erase a person for good"),
            ("contacts.erase_contact",),
            {SystemRole.ADMIN},
            needs=_SEE,
        ),
        Right(
            "import",
            _("Import"),
            ("contacts.import_contact",),
            _LEADING,
            needs=(*_SEE, "contacts.full_addresses"),
        ),
        Right("export", _("Export"), ("contacts.export_contact",), _LEADING, needs=_SEE),
        Right("merge", _("Join two"), ("contacts.merge_contact",), _LEADING, needs=_SEE),
        Right(
            "unblock",
            _("Make reachable again"),
            ("contacts.unblock_contact",),
            _LEADING,
            needs=_SEE,
        ),
        Right(
            "tags",
            _("Manage tags"),
            ("contacts.add_tag", "contacts.change_tag", "contacts.delete_tag"),
            _LEADING,
            needs=_SEE,
        ),
    ),
    technical={
        *("contacts.add_importjob", "contacts.change_importjob"),
        *(f"contacts.{verb}_importrejection" for verb in ("add", "change", "delete", "view")),
        *(f"contacts.{verb}_importremark" for verb in ("add", "change", "delete", "view")),
    },
)
VEHICLES = Module(
    "vehicles",
    _("Vehicles"),
    (
        Right(
            "view",
            _("See; their owners too with the right to see people"),
            ("contacts.view_vehicle",),
            {*_WORKING, SystemRole.ANALYST, SystemRole.VIEWER},
        ),
        Right(
            "manage",
            _("Create, change and delete"),
            ("contacts.add_vehicle", "contacts.change_vehicle", "contacts.delete_vehicle"),
            _WORKING,
            needs=("contacts.view", "vehicles.view"),
        ),
    ),
)
FILES = Module(
    "files",
    _("Uploaded files"),
    (
        Right(
            "download",
            _("See imports and download their files"),
            ("contacts.view_importjob",),
            _LEADING,
            needs=(*_SEE, "contacts.full_addresses"),
        ),
        Right(
            "delete",
            _("Delete"),
            ("contacts.delete_importjob",),
            {SystemRole.ADMIN},
            needs=("files.download",),
        ),
    ),
)
PERMISSIONS = (CONTACTS, VEHICLES, FILES)
