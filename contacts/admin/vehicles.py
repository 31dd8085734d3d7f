from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts.admin.filters import VehicleFilter
from contacts.admin.forms import VehicleForm
from contacts.admin.people import NamesPeople
from contacts.admin.people_offers import OffersForPeople
from contacts.exports import VehicleExport
from contacts.models import Vehicle
from contacts.permissions import may_see_people
from contacts.person.prices import price_in_words
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.writing import WritesWhatChanged

FIELDS = ["make", "model", "year", "price", "link"]


class HttpsLinks:
    """A link typed without its scheme is taken for https."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "link":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class VehicleInline(HttpsLinks, admin.TabularInline):
    model = Vehicle
    form = VehicleForm
    fields = FIELDS
    extra = 0


@admin.register(Vehicle)
class VehicleAdmin(OffersForPeople, NamesPeople, HttpsLinks, WritesWhatChanged, ExportedListAdmin):
    holds = _(
        "The vehicles of people. They come with an import, or are added on the page of a person."
    )
    resource_classes = [VehicleExport]
    export_permission = "contacts.export_contact"
    form = VehicleForm
    fields = ["contact", *FIELDS]
    autocomplete_fields = ["contact"]
    list_display = ["make", "model", "year", "price_shown", "contact", "created_at"]
    list_select_related = ["contact"]
    list_filter = [VehicleFilter, "contact__status", "created_at"]
    unindexed_filters = ["contact__status__exact"]
    search_fields = ["make", "model"]
    sortable_by = ["make", "year", "price_shown", "created_at"]

    # The owner is a person: only users who may see people see the owner, or search by the phone.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_see_people(request.user) and super().has_add_permission(request)

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if may_see_people(request.user) else [one for one in shown if one != "contact"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if may_see_people(request.user) else FIELDS

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)
        return filters if may_see_people(request.user) else [VehicleFilter, "created_at"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        with_owner = may_see_people(request.user)
        return queryset.search(search_term, with_owner=with_owner), False

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_export_queryset(request)
        return found.select_related("contact")

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, vehicle: Vehicle) -> str | None:
        return None if vehicle.price is None else price_in_words(vehicle.price)
