"""The admin of people, vehicles, tags, imports and exports."""

from contacts.admin.contacts import ContactAdmin
from contacts.admin.exports import ExportJobAdmin
from contacts.admin.imports import ImportJobAdmin
from contacts.admin.tags import TagAdmin
from contacts.admin.vehicles import VehicleAdmin

__all__ = ["ContactAdmin", "ExportJobAdmin", "ImportJobAdmin", "TagAdmin", "VehicleAdmin"]
