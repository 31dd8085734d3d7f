"""Filters of the lists. Parameters: `tag`, `make`, `model`, `year_from`, `year_to`, `price_from`,
`price_to`; other pages link to the lists with them."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Tag, Vehicle

MOST_TAGS = 200


class TagFilter(admin.SimpleListFilter):
    title = _("tag")
    parameter_name = "tag"

    def lookups(self, request, model_admin):
        return list(Tag.objects.values_list("pk", "name")[:MOST_TAGS])

    def has_output(self):
        # A tag beyond those listed can still be linked to.
        return bool(self.lookup_choices) or self.value() is not None

    def queryset(self, request, queryset):
        value = self.value()
        if value is None:
            return queryset
        return queryset.tagged(int(value)) if value.isdecimal() else queryset.none()


class VehicleCriteria(forms.Form):
    """Reads the vehicle filter's parameters; the models offered are those of the make chosen."""

    make = forms.CharField(label=_("make"), required=False)
    model = forms.CharField(label=_("model"), required=False)
    year_from = forms.IntegerField(label=_("year from"), required=False, min_value=0)
    year_to = forms.IntegerField(label=_("year to"), required=False, max_value=9999)
    price_from = forms.DecimalField(label=_("price from"), required=False, min_value=0)
    price_to = forms.DecimalField(label=_("price to"), required=False, min_value=0)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        make = self.data.get("make", "")
        self.fields["make"].widget = _choice(
            _("make"), _("Any make"), Vehicle.objects.makes(), make
        )
        models = Vehicle.objects.models_of(make) if make else []
        self.fields["model"].widget = _choice(
            _("model"), _("Any model"), models, self.data.get("model", ""), disabled=not make
        )


def _choice(label, empty, names, chosen, disabled=False):
    """A select of the stored names, and of the one chosen even where it is not stored."""
    if chosen and chosen not in names:
        names = [chosen, *names]
    attrs = {"aria-label": label} | ({"disabled": True} if disabled and not chosen else {})
    return forms.Select(attrs, choices=[("", empty), *((name, name) for name in names)])


class VehicleFilter(admin.ListFilter):
    """Make, model, years and prices together: one and the same vehicle must fit them all."""

    title = _("vehicle")
    template = "admin/contacts/vehicle_filter.html"

    def __init__(self, request, params, model, model_admin):
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

    def expected_parameters(self):
        return list(VehicleCriteria.base_fields)

    def has_output(self):
        return True

    def choices(self, changelist):
        return []

    def queryset(self, request, queryset):
        self.form.is_valid()  # what is not valid narrows nothing, and the form says what is wrong
        criteria = {
            name: value for name, value in self.form.cleaned_data.items() if value not in ("", None)
        }
        if not criteria:
            return queryset
        if queryset.model is Contact:
            return queryset.owning(Vehicle.objects.matching(**criteria))
        return queryset.matching(**criteria)
