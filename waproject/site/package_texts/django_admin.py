"""Of django.contrib.admin: the pages of each model, and what they say after saving."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

TITLES = [
    _("Add %s"),
    _("Change %s"),
    _("View %s"),
    _("Select %s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("History"),
    _("Change history: %s"),
    _("%(app)s administration"),
    _("Models in the %(name)s application"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("Database error"),
    _("Welcome,"),
    _("View"),
    _("Add"),
    _("Close"),
]

AFTER_SAVING = [
    _("The {name} “{obj}” was added successfully."),
    _("You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    ngettext_lazy(
        "%(count)s %(name)s was changed successfully.",
        "%(count)s %(name)s were changed successfully.",
        "count",
    ),
    _("Successfully deleted %(count)d %(items)s."),
]

FORMS = [
    ngettext_lazy("Please correct the error below.", "Please correct the errors below."),
    _("Save as new"),
    _("Save and add another"),
    _("Save and continue editing"),
    _("Save and view"),
    _("Add another %(verbose_name)s"),
    _("Add another %(model)s"),
    _("Change selected %(model)s"),
    _("Delete selected %(model)s"),
    _("View selected %(model)s"),
    _("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    _("Popup closing…"),
]

LISTS = [
    _("Delete selected %(verbose_name_plural)s"),
    _("Start typing to filter…"),
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
    ngettext_lazy("%(total_count)s selected", "All %(total_count)s selected", "total_count"),
    _("0 of %(cnt)s selected"),
    _("Run the selected action"),
    _("Go"),
    _("Items must be selected in order to perform actions on them. No items have been changed."),
    _("No action selected."),
    _("Sorting priority: %(priority_number)s"),
    _("Toggle sorting"),
    _("Has date"),
    _("Unknown"),
]

DELETING = [
    _("Cannot delete %(name)s"),
    _("Delete multiple objects"),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the '
        "following related items will be deleted:"
    ),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following "
        "objects and their related items will be deleted:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related "
        "objects, but your account doesn't have permission to delete the following types of "
        "objects:"
    ),
    _(
        "Deleting the selected %(objects_name)s would result in deleting related objects, but "
        "your account doesn't have permission to delete the following types of objects:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following "
        "protected related objects:"
    ),
    _(
        "Deleting the selected %(objects_name)s would require deleting the following protected "
        "related objects:"
    ),
    _(
        "Deleting %(class_name)s %(instance)s would require deleting the following protected "
        "related objects: %(related_objects)s"
    ),
    _("Objects"),
    _("Yes, I’m sure"),
    _("No, take me back"),
]

LOGGING_IN = [
    _(
        "Please enter the correct %(username)s and password for a staff account. Note that both "
        "fields may be case-sensitive."
    ),
    _("You don’t have permission to view or edit anything."),
]
