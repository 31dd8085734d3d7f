from django.contrib import admin
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from contacts.admin.filters import VehicleFilter
from contacts.admin.forms import VehicleForm
from contacts.admin.people import NamesPeople
from contacts.models import Vehicle
from contacts.permissions import may_see_people
from waproject.core.admin.lists import BigListAdmin

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
class VehicleAdmin(NamesPeople, HttpsLinks, BigListAdmin):
    form = VehicleForm
    fields = ["contact", *FIELDS]
    autocomplete_fields = ["contact"]
    list_display = ["make", "model", "year", "price_shown", "contact", "created_at"]
    list_select_related = ["contact"]
    list_filter = [VehicleFilter, "contact__status", "created_at"]
    search_fields = ["make", "model"]
    sortable_by = ["make", "year", "price_shown", "created_at"]

    # The owner is a person: only users who may see people see the owner, or search by the phone.

    def has_add_permission(self, request):
        return may_see_people(request.user) and super().has_add_permission(request)

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return shown if may_see_people(request.user) else [one for one in shown if one != "contact"]

    def get_fields(self, request, obj=None):
        return self.fields if may_see_people(request.user) else FIELDS

    def get_list_filter(self, request):
        filters = super().get_list_filter(request)
        return filters if may_see_people(request.user) else [VehicleFilter, "created_at"]

    def get_search_results(self, request, queryset, search_term):
        with_owner = may_see_people(request.user)
        return queryset.search(search_term, with_owner=with_owner), False

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, vehicle):
        if vehicle.price is None:
            return None
        decimals = 0 if vehicle.price == vehicle.price.to_integral_value() else 2
        return number_format(vehicle.price, decimals, use_l10n=True, force_grouping=True)
