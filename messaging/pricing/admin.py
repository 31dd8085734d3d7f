from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from contacts.phones.countries import country_name
from messaging.pricing.models import ExchangeRate, Price
from messaging.pricing.money import unit_price
from messaging.pricing.operations import take_known_prices
from waproject.core.admin.permissions import require

_DAY = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


def _in_figures(amount: Decimal) -> str:
    """Without the zeros that say nothing: 950.5."""
    return f"{amount.normalize():f}"


class Figure(forms.DecimalField):
    """An amount with as many decimals as it has."""

    def prepare_value(self, value: Any) -> Any:
        return _in_figures(value) if isinstance(value, Decimal) else value


class PriceForm(forms.ModelForm):
    class Meta:
        model = Price
        fields = ("charge", "country", "amount", "currency", "valid_from", "source")
        widgets = _DAY
        field_classes = {"amount": Figure}

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):
    form = PriceForm
    logged_values = PriceForm.Meta.fields
    list_display = ["place", "charge", "shown_amount", "valid_from"]
    list_filter = ["charge", "country"]
    search_fields = ["country", "source"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = PriceForm.Meta.fields

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.known_view))
        return [path("known/", view, name="pricing_price_known"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_add = self.has_add_permission(request)
        return super().changelist_view(request, {**(extra_context or {}), "may_add": may_add})

    def known_view(self, request: HttpRequest) -> HttpResponse:
        """Add the prices of the list that comes along."""
        require(request.user, "pricing.add_price")
        added = take_known_prices(by=request.user)
        sentence = ngettext("%(count)d price was added.", "%(count)d prices were added.", added)
        messages.success(request, sentence % {"count": added})
        return redirect("admin:pricing_price_changelist")

    @admin.display(description=gettext_lazy("country"), ordering="country")
    def place(self, price: Price) -> str:
        return capfirst(country_name(price.country) if price.country else _("other countries"))

    @admin.display(description=gettext_lazy("price of a message"), ordering="amount")
    def shown_amount(self, price: Price) -> str:
        return unit_price(price.amount, price.currency)


class ExchangeRateForm(forms.ModelForm):
    class Meta:
        model = ExchangeRate
        fields = ("currency", "into", "rate", "valid_from", "source")
        widgets = _DAY
        field_classes = {"rate": Figure}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("currency", "into"):
            cleaned[name] = str(cleaned.get(name, "")).upper()
        if cleaned["currency"] and cleaned["currency"] == cleaned["into"]:
            self.add_error("into", gettext_lazy("Choose two different currencies."))
        return cleaned


@admin.register(ExchangeRate)
class ExchangeRateAdmin(admin.ModelAdmin):
    holds = gettext_lazy(
        "With a rate, costs in the currency of the provider are shown in that of the business."
    )
    form = ExchangeRateForm
    logged_values = ExchangeRateForm.Meta.fields
    list_display = ["pair", "shown_rate", "valid_from", "source"]
    list_filter = ["currency", "into"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = ExchangeRateForm.Meta.fields

    @admin.display(description=gettext_lazy("currencies"), ordering="currency")
    def pair(self, rate: ExchangeRate) -> str:
        return str(rate)

    @admin.display(description=ExchangeRate._meta.get_field("rate").verbose_name, ordering="rate")
    def shown_rate(self, rate: ExchangeRate) -> str:
        return str(number_format(_in_figures(rate.rate), force_grouping=True))
