"""Exports of a list in which the reader chooses the columns, and reads their titles in words."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.utils.text import capfirst
from import_export.forms import SelectableFieldsExportForm
from import_export.resources import ModelResource

from waproject.core.exports.rows import Rows, rows_of


class ListResource(ModelResource):
    """Turns a queryset into Rows with the titles of the model's fields, times in our zone."""

    def export(self, queryset: "QuerySet[Any] | None" = None, **kwargs: Any) -> Rows:
        """The rows of these objects, in the queryset's order, in the columns `export_fields`."""
        chosen = self.get_queryset() if queryset is None else queryset
        columns = kwargs.get("export_fields")
        return rows_of(
            self.get_export_headers(columns), chosen, lambda ids: self.rows(chosen, ids, columns)
        )

    def rows(
        self, queryset: "QuerySet[Any]", ids: Sequence[int], columns: Sequence[str] | None
    ) -> list[list[Any]]:
        """The rows of a chunk of objects, in the order of the ids; here one for each object."""
        objects = queryset.order_by().in_bulk(list(ids))
        found = [objects[pk] for pk in ids if pk in objects]
        return [self.export_resource(one, columns, force_native_type=True) for one in found]

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


# As the buttons of the reports call them.
FORMAT_NAMES = {"csv": "CSV", "xlsx": "Excel"}


class ColumnsForm(SelectableFieldsExportForm):
    """The choice of columns of a ListResource, under the titles that the file will have.

    A format is chosen beforehand, the first: an empty choice would only send people back.
    """

    def _init_formats(self, formats: Sequence[type[Any]]) -> None:
        super()._init_formats(formats)
        field: Any = self.fields["format"]
        field.choices = [
            (value, FORMAT_NAMES.get(name, name)) for value, name in field.choices if value != ""
        ]

    def _get_field_label(self, resource: type[ListResource], field_name: str) -> str:
        return capfirst(resource.title_of(field_name))
