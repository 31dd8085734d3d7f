"""Where the pages about people stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import Place, listed

CONTACTS = Place(
    "contacts",
    (
        listed("contacts.contact", _("Contacts")),
        listed("contacts.vehicle", _("Vehicles")),
        listed("contacts.tag", _("Tags")),
        listed("contacts.importjob", _("Imports")),
    ),
    _("Contacts"),
    "people",
    is_on_phone=True,
)
