"""Filters of the lists. Parameters: `tag`, `import`, `make`, `model`, `year_from`, `year_to`,
`price_from`, `price_to`, `vehicle_from`; other pages link to the lists with them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, ImportJob, Tag, Vehicle
from waproject.core.text.numbers import number_in

MOST_TAGS = 200
MOST_IMPORTS = 20
# Who may do either sees the imports.
SEE_IMPORTS = ("contacts.view_importjob", "contacts.import_contact")

# As many as the column of prices holds.
_PRICE = {"max_digits": 14, "decimal_places": 2}


class _ById(admin.SimpleListFilter):
    """One row by its id. Some are offered; any other can still be linked to."""

    def has_output(self) -> bool:
        return bool(self.lookup_choices) or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        return self.narrowed(queryset, number_in(value))

    def narrowed(self, queryset: QuerySet[Any], pk: int) -> QuerySet[Any]:
        """The contacts that the row with this id names."""
        raise NotImplementedError


class TagFilter(_ById):
    title = _("tag")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(Tag.objects.values_list("pk", "name")[:MOST_TAGS])

    def narrowed(self, queryset: Any, pk: int) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.tagged(pk)
        return found


class ImportFilter(_ById):
    """The people whom one import took."""

    title = _("import")
    parameter_name = "import"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        if not any(map(request.user.has_perm, SEE_IMPORTS)):
            return []
        return list(ImportJob.objects.values_list("pk", "job__title")[:MOST_IMPORTS])

    def narrowed(self, queryset: Any, pk: int) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.imported_by(pk)
        return found


class VehicleCriteria(forms.Form):
    """Reads the vehicle filter's parameters; the models offered are those of the make chosen."""

    make = forms.CharField(label=_("make"), required=False)
    model = forms.CharField(label=_("model"), required=False)
    year_from = forms.IntegerField(label=_("year from"), required=False, min_value=0)
    year_to = forms.IntegerField(label=_("year to"), required=False, max_value=9999)
    price_from = forms.DecimalField(label=_("price from"), required=False, min_value=0, **_PRICE)
    price_to = forms.DecimalField(label=_("price to"), required=False, min_value=0, **_PRICE)
    vehicle_from = forms.DateField(
        label=_("added from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        make = self.data.get("make", "")
        self.fields["make"].widget = _choice(
            _("make"), _("Any make"), Vehicle.objects.makes(), make
        )
        models = Vehicle.objects.models_of(make) if make else []
        self.fields["model"].widget = _choice(
            _("model"), _("Any model"), models, self.data.get("model", ""), disabled=not make
        )


def _choice(
    label: Any, empty: Any, names: list[str], chosen: str, disabled: bool = False
) -> forms.Select:
    """A select of the stored names, and of the one chosen even where it is not stored."""
    if chosen and chosen not in names:
        names = [chosen, *names]
    attrs = {"aria-label": label} | ({"disabled": True} if disabled and not chosen else {})
    return forms.Select(attrs, choices=[("", empty), *((name, name) for name in names)])


class VehicleFilter(admin.ListFilter):
    """Make, model, years and prices together: one and the same vehicle must fit them all."""

    title = _("vehicle")
    template = "admin/contacts/vehicle_filter.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1].strip()
        self.form = VehicleCriteria(self.used_parameters, auto_id="filter_%s")
        self.kept_parameters = [
            (name, value)
            for name, values in request.GET.lists()
            if name not in {*self.expected_parameters(), "p", "e"}
            for value in values
        ]

    def expected_parameters(self) -> list[str]:
        return list(VehicleCriteria.base_fields)

    def has_output(self) -> bool:
        return True

    def chosen(self) -> str:
        """What the list is narrowed to, in words; "" while it is not."""
        given = [(field, self.used_parameters.get(field.name)) for field in self.form]
        return ", ".join(
            str(value) if field.name in ("make", "model") else f"{field.label} {value}"
            for field, value in given
            if value
        )

    def choices(self, changelist: Any) -> list[Any]:
        """The way back to all vehicles; the form has the others."""
        without = dict.fromkeys(self.expected_parameters())
        return [{"query_string": changelist.get_query_string(without)}]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        self.form.is_valid()  # what is not valid narrows nothing, and the form says what is wrong
        criteria = {
            name: value for name, value in self.form.cleaned_data.items() if value not in ("", None)
        }
        if not criteria:
            return queryset
        if queryset.model is Contact:
            return queryset.owning(Vehicle.objects.matching(**criteria))
        return queryset.matching(**criteria)
