from django.contrib import admin
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from contacts.admin.filters import VehicleFilter
from contacts.admin.forms import VehicleForm
from contacts.admin.lists import BigListAdmin
from contacts.models import Vehicle

FIELDS = ["make", "model", "year", "price", "link"]


class HttpsLinks:
    """A link typed without its scheme is taken for https."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "link":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class VehicleInline(HttpsLinks, admin.TabularInline):
    model = Vehicle
    form = VehicleForm
    fields = FIELDS
    extra = 0


@admin.register(Vehicle)
class VehicleAdmin(HttpsLinks, BigListAdmin):
    form = VehicleForm
    fields = ["contact", *FIELDS]
    autocomplete_fields = ["contact"]
    list_display = ["make", "model", "year", "price_shown", "contact", "created_at"]
    list_select_related = ["contact"]
    list_filter = [VehicleFilter, "contact__status", "created_at"]
    search_fields = ["make", "model"]
    sortable_by = ["make", "year", "price_shown", "created_at"]

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, vehicle):
        if vehicle.price is None:
            return None
        decimals = 0 if vehicle.price == vehicle.price.to_integral_value() else 2
        return number_format(vehicle.price, decimals, use_l10n=True, force_grouping=True)
