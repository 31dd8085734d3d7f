"""The admin of people, vehicles, tags and imports."""

from contacts.admin.contacts import ContactAdmin
from contacts.admin.importing.jobs import ImportJobAdmin
from contacts.admin.tags import TagAdmin
from contacts.admin.vehicles import VehicleAdmin

__all__ = ["ContactAdmin", "ImportJobAdmin", "TagAdmin", "VehicleAdmin"]
