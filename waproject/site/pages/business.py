"""The page of the business that one works for: its name, its clock, its country, its limits."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from waproject.site.pages.retention import RetentionPage
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id


class BusinessForm(forms.ModelForm):
    """What is left empty is as in the installation's settings; each field shows that."""

    class Meta:
        model = Tenant
        fields = (
            "name",
            "time_zone",
            "phone_region",
            "currency",
            "frequency_cap_messages",
            "frequency_cap_days",
            "launch_approval_above",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in (
            ("time_zone", settings.TIME_ZONE),
            ("phone_region", settings.PHONE_DEFAULT_REGION),
            ("currency", settings.CURRENCY),
            ("frequency_cap_messages", settings.FREQUENCY_CAP_MESSAGES),
            ("frequency_cap_days", settings.FREQUENCY_CAP_DAYS),
        ):
            if name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = (
                    f"{value:g}" if isinstance(value, float) else str(value)
                )

    def clean_phone_region(self) -> str:
        return str(self.cleaned_data["phone_region"]).upper()

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


@admin.register(Tenant)
class BusinessAdmin(RetentionPage, admin.ModelAdmin):
    """One page and no list: another business is made by `manage.py tenant create`."""

    form = BusinessForm
    logged_values = BusinessForm.Meta.fields
    fieldsets = (
        (None, {"fields": ("name", "time_zone", "phone_region", "currency")}),
        (
            gettext_lazy("Not to write too often"),
            {"fields": ("frequency_cap_messages", "frequency_cap_days")},
        ),
        (gettext_lazy("Two persons for a launch"), {"fields": ("launch_approval_above",)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(pk=current_tenant_id())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one page there is."""
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect(reverse("admin:tenants_tenant_change", args=[current_tenant_id()]))
