"""Exports of what a list shows, filters and search included."""

from django.utils import timezone
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm

from contacts.admin.lists import BigListAdmin
from contacts.exports import ContactExport, SafeCSV, SafeXLSX
from contacts.list_exports import ColumnsForm


class ExportedListAdmin(ExportMixin, BigListAdmin):
    """A list that its readers take along, as CSV or for Excel, in the columns they choose."""

    export_form_class = ColumnsForm
    export_formats = [CSV, XLSX]
    to_encoding = "utf-8-sig"  # Excel takes a CSV without the mark for cp1252


class ExportPages(ExportMixin):
    """The people, each with their vehicles."""

    export_form_class = ExportForm

    def get_export_formats(self):
        return [SafeCSV, SafeXLSX]

    def get_export_resource_classes(self, request):
        return [ContactExport]

    def get_export_filename(self, request, queryset, file_format):
        day = timezone.localdate().isoformat()
        return f"{self.opts.model_name}s-{day}.{file_format.get_extension()}"
