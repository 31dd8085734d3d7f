"""Import on the page of the people.

Up to PREVIEW_ROWS rows a person sees what an import will do and confirms it; longer files go
straight to the background worker. Both ways the file becomes an ImportJob with a page of its own.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportMixin
from import_export.forms import ConfirmImportForm, ImportForm

from contacts import uploads
from contacts.imports.columns import ColumnsError, recognise_columns
from contacts.imports.operations import start_import
from contacts.imports.process import open_on_page
from contacts.imports.records import TableError
from contacts.imports.resource import ContactFile, ContactPreview
from contacts.phones import COUNTRIES
from waproject.core.jobs.operations import run

PREVIEW_ROWS = 2_000
PREVIEW_CHARS = 5_000_000
REJECTED_SHOWN = 200
REPEATED_SHOWN = 50


def region_choices():
    """The countries whose numbers people write without a country code, by name."""
    names = {code: str(name) for code, name in COUNTRIES.items()}
    names.setdefault(settings.PHONE_DEFAULT_REGION, settings.PHONE_DEFAULT_REGION)
    return sorted(names.items(), key=lambda choice: choice[1])


class ImportOptions(forms.Form):
    region = forms.ChoiceField(
        label=gettext_lazy("Country of the phones"),
        choices=region_choices,
        help_text=gettext_lazy("For numbers written without a country code."),
    )
    keep_unknown = forms.BooleanField(
        label=gettext_lazy("Keep unknown columns as further fields"),
        required=False,
        help_text=gettext_lazy("Without this tick, columns that nobody knows are left out."),
    )


class ContactImportForm(ImportOptions, ImportForm):
    field_order = ["resource", "import_file", "region", "keep_unknown", "format"]
    is_long = False
    _columns = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["import_file"].label = capfirst(_("file"))
        self.fields["import_file"].help_text = _(
            "CSV or Excel (.xlsx), with the titles of the columns in the first row."
        )
        self.fields["import_file"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"

    def clean(self):
        """Refuse columns of one title where their cells are kept: one would overwrite the other."""
        cleaned = super().clean()
        if self._columns and cleaned.get("keep_unknown"):
            try:
                self._columns.kept_apart()
            except ColumnsError as error:
                self.add_error("import_file", str(error))
        return cleaned

    def clean_import_file(self):
        """Refuse what is no list of contacts, and see whether it is a long one."""
        upload = self.cleaned_data["import_file"]
        try:
            with open_on_page(upload.file) as table:
                self._columns = recognise_columns(table.header)
                rows, self.is_long = _measured(table)
        except (TableError, ColumnsError) as error:
            raise ValidationError(str(error)) from error
        if not rows:
            raise ValidationError(_("The file has titles but no rows under them."))
        return upload


def _measured(table):
    """How many rows a file has, as far as a preview goes, and whether it goes on after that."""
    rows = chars = 0
    for row in table.rows:
        rows += 1
        chars += sum(map(len, row.cells))
        if rows > PREVIEW_ROWS or chars > PREVIEW_CHARS:
            return rows, True
    return rows, False


class ContactConfirmForm(ImportOptions, ConfirmImportForm):
    import_file_name = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("region", "keep_unknown"):
            self.fields[name].widget = self.fields[name].hidden_widget()


class ImportPages(ImportMixin):
    """import-export's pages; what is confirmed, or too long to be shown, becomes an ImportJob."""

    import_form_class = ContactImportForm
    confirm_form_class = ContactConfirmForm
    import_template_name = "admin/contacts/contact/import.html"

    def get_import_formats(self):
        return [ContactFile]

    def get_import_resource_classes(self, request):
        return [ContactPreview]

    def get_tmp_storage_class_kwargs(self):
        return {"MEDIA_FOLDER": uploads.FOLDER}

    def get_import_form_initial(self, request):
        return {"region": settings.PHONE_DEFAULT_REGION}

    def get_import_context_data(self, **kwargs):
        return {
            "preview_rows": PREVIEW_ROWS,
            "rejected_shown": REJECTED_SHOWN,
            "rejected_slice": f":{REJECTED_SHOWN}",
            "repeated_shown": REPEATED_SHOWN,
            "repeated_slice": f":{REPEATED_SHOWN}",
        }

    def get_import_resource_kwargs(self, request, form=None, **kwargs):
        chosen = getattr(form, "cleaned_data", {}) if form is not None else {}
        return {name: chosen[name] for name in ("region", "keep_unknown") if name in chosen}

    def get_confirm_form_initial(self, request, import_form):
        initial = super().get_confirm_form_initial(request, import_form)
        return initial | self.get_import_resource_kwargs(request, import_form)

    def create_import_form(self, request):
        """The request's one form: to read a bad file may take all the time that a page has."""
        if not hasattr(request, "import_form"):
            request.import_form = super().create_import_form(request)
        return request.import_form

    def import_action(self, request, **kwargs):
        """Show the form; then the preview of a short file, or the progress of a long one."""
        if request.method == "POST" and self.has_import_permission(request):
            form = self.create_import_form(request)
            if form.is_valid() and form.is_long:
                upload = form.cleaned_data["import_file"]
                return self._page_of(self._start(request, upload, upload.name, form))
            if "import_file" in request.FILES:
                request.FILES["import_file"].seek(0)
        return super().import_action(request, **kwargs)

    def process_import(self, request, **kwargs):
        """Import the file that was previewed; one that was confirmed before is not there."""
        gone = _("This file is not waiting for confirmation any more. Choose it again.")
        has_file = request.method != "POST" or "import_file_name" in request.POST
        if self.has_import_permission(request) and not has_file:
            return self._choose_again(request, gone)
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            return self._choose_again(request, gone)
        except (TableError, ColumnsError) as error:
            return self._choose_again(request, str(error))

    def process_dataset(self, dataset, form, request, **kwargs):
        """Start the import of the file that was previewed."""
        name = form.cleaned_data["original_file_name"]
        return self._start(request, ContentFile(dataset.content), name, form)

    def process_result(self, result, request):
        """Take the rows at once: they are few."""
        run(result.pk)
        return self._page_of(result)

    def _start(self, request, file, name, form):
        options = self.get_import_resource_kwargs(request, form)
        return start_import(file, name, options, by=request.user)

    def _page_of(self, imported):
        return HttpResponseRedirect(reverse("admin:contacts_importjob_change", args=[imported.pk]))

    def _choose_again(self, request, sentence):
        self.message_user(request, sentence, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:contacts_contact_import"))
