"""The forms of an import: the file, and what is confirmed after the preview."""

import json
import re
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.imports.columns import ColumnsError
from contacts.imports.files.records import TableError
from contacts.imports.preview import Beginning, read_beginning
from contacts.imports.rows.cells import tidy
from contacts.models import Tag
from contacts.phones import COUNTRIES
from waproject.tenants.preferences import preferences

TAGS_OFFERED = 200
_MENDED_CELL = re.compile(r"mend-([0-9]{1,8})-([0-9]{1,4})", re.ASCII)

# What was written in the places of a row, by its line.
Changes = dict[int, dict[int, str]]


def region_choices() -> list[tuple[str, str]]:
    """The countries whose numbers people write without a country code, by name."""
    names = {code: str(name) for code, name in COUNTRIES.items()}
    names.setdefault(preferences().phone_region, preferences().phone_region)
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

    @property
    def options(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("region", "keep_unknown")}


class UploadForm(ImportOptions):
    """The file and how to read it; `beginning` has its first rows once the form is valid."""

    import_file = forms.FileField(
        label=capfirst(gettext_lazy("file")),
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx), with the titles of the columns in the first row."
        ),
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    beginning: Beginning

    def clean_import_file(self) -> Any:
        """Refuse what is no list of contacts."""
        upload = self.cleaned_data["import_file"]
        try:
            self.beginning = read_beginning(upload.file)
        except (TableError, ColumnsError) as error:
            raise ValidationError(str(error)) from error
        if not self.beginning.rows:
            raise ValidationError(_("The file has titles but no rows under them."))
        return upload

    def clean(self) -> dict[str, Any]:
        """Refuse columns of one title where their cells are kept: one would overwrite the other."""
        cleaned = super().clean() or self.cleaned_data
        if "import_file" in cleaned and cleaned.get("keep_unknown"):
            try:
                self.beginning.columns.columns_to_keep()
            except ColumnsError as error:
                self.add_error("import_file", str(error))
        return cleaned


class ConfirmForm(ImportOptions):
    """What is confirmed: the upload that was shown, its options, and the tag for its people."""

    field_order = ["tag"]
    import_file_name = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    original_file_name = forms.CharField(max_length=255, widget=forms.HiddenInput)
    tag = forms.CharField(
        label=gettext_lazy("Tag for these people"),
        max_length=Tag._meta.get_field("name").max_length,
        required=False,
        widget=forms.TextInput({"list": "tags", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "All people of the file get it, those who were there already too. Empty: none."
        ),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._may_make_tags = user.has_perm("contacts.add_tag")
        for name in ("region", "keep_unknown"):
            self.fields[name].widget = self.fields[name].hidden_widget()

    def is_about_a_file(self) -> bool:
        """Whether all is well but, perhaps, the tag."""
        return self.errors.keys() <= {"tag"}

    def clean_tag(self) -> str:
        """The name of a tag that there is, or that this user may make."""
        name = tidy(self.cleaned_data["tag"])
        if not name:
            return ""
        if known := Tag.objects.named(name):
            return str(known.name)
        if not self._may_make_tags:
            raise ValidationError(
                _("There is no tag “%(name)s”, and making one needs a right. Choose another.")
                % {"name": name}
            )
        return name


def suggested_tag(file_name: str, user: Any) -> str:
    """The tag that the name of a file suggests, "" where this user could not use it."""
    name = tidy(PurePath(file_name).stem.replace("_", " "))
    name = name[: Tag._meta.get_field("name").max_length].strip()
    if known := Tag.objects.named(name):
        return str(known.name)
    return name if user.has_perm("contacts.add_tag") else ""


def changes_of(posted: QueryDict) -> Changes:
    """What was written on the page in the rows not taken, now and before."""
    changes = _changes_before(posted.get("mended", ""))
    for name, text in posted.items():
        if cell := _MENDED_CELL.fullmatch(name):
            changes.setdefault(int(cell[1]), {})[int(cell[2])] = str(text)
    return changes


def _changes_before(written: str) -> Changes:
    """The mended rows that the page shows no more, as it kept them."""
    try:
        rows = json.loads(written or "{}")
        return {int(line): dict(enumerate(map(str, cells))) for line, cells in rows.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
