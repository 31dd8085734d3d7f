"""Export on the page of the people: what the list shows, filters and search included."""

from django.utils import timezone
from import_export.admin import ExportMixin
from import_export.forms import ExportForm

from contacts.exports import ContactExport, SafeCSV, SafeXLSX


class ExportPages(ExportMixin):
    export_form_class = ExportForm

    def get_export_formats(self):
        return [SafeCSV, SafeXLSX]

    def get_export_resource_classes(self, request):
        return [ContactExport]

    def get_export_filename(self, request, queryset, file_format):
        day = timezone.localdate().isoformat()
        return f"{self.opts.model_name}s-{day}.{file_format.get_extension()}"
