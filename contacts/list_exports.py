"""Exports of a list in which the reader chooses the columns, and reads their titles in words."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from import_export.fields import Field
from import_export.forms import SelectableFieldsExportForm
from import_export.resources import ModelResource

from contacts.spreadsheets import safe_cell


class ListResource(ModelResource):
    """Rows with the titles of the model's fields; anything that could be a formula is text."""

    @classmethod
    def title_of(cls, name: str) -> str:
        """The title of a column: of the model's field of that name, else of the one it reaches."""
        try:
            field = cls._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            field = get_fields_from_path(cls._meta.model, cls.fields[name].attribute)[-1]
        return str(field.verbose_name)

    def get_export_headers(self, selected_fields: Sequence[str] | None = None) -> list[str]:
        return [
            self.title_of(field.column_name) for field in self.get_export_fields(selected_fields)
        ]

    def export_field(self, field: Field, instance: Model, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return safe_cell(value) if isinstance(value, str) else value


class ColumnsForm(SelectableFieldsExportForm):
    """The choice of columns of a ListResource, under the titles that the file will have."""

    def _get_field_label(self, resource: type[ListResource], field_name: str) -> str:
        return capfirst(resource.title_of(field_name))
