"""Of django-import-export: the choice of the columns of a file."""

from django.utils.translation import gettext_noop as _

EXPORT = [
    _("This exporter will export the following fields: "),
    _("Select all"),
    _('Select at least 1 field for "%(resource_name)s" to export'),
    _("Export"),
    _("Format"),
    _("Submit"),
]
