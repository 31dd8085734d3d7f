"""The page on which a business chooses how long it keeps what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from waproject.accounts.models import User
from waproject.core.admin.permissions import require
from waproject.tenants.models import Tenant
from waproject.tenants.retention.actions import RetentionAction
from waproject.tenants.retention.models import ChosenPeriod, RetentionRun
from waproject.tenants.retention.operations import Due, choose, days_kept, due_now
from waproject.tenants.retention.periods import FOR_EVER, Period
from waproject.tenants.retention.running import last_finished
from waproject.tenants.retention.sweeps import periods, sweeps
from waproject.tenants.scope import current_tenant_id

SEE = "tenants.view_tenant"
PAGE = "admin:tenants_tenant_retention"


class RetentionForm(forms.Form):
    """A field of days for each period; what is left empty is as by default."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(ChosenPeriod.objects.values_list("name", "days"))
        for name, period in periods().items():
            self.fields[name] = forms.IntegerField(
                label=str(period.label),
                required=False,
                min_value=FOR_EVER,
                initial=chosen.get(name),
                widget=forms.NumberInput(attrs={"placeholder": _in_words(period.default())}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, days in list(cleaned.items()):
            if days is not None and not periods()[name].takes(days):
                self.add_error(name, periods()[name].limits())
        return cleaned

    def days(self) -> dict[str, float]:
        """What would hold with what was typed, by the names of the periods."""
        return {name: periods()[name].days_of(days) for name, days in self.cleaned_data.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """A period as the page shows it: `due` are the sorts of rows that would go now, in words."""

    period: Period
    days: float
    field: Any
    due: list[str]


class RetentionPage:
    """Adds to the admin of the business: how long what is kept, and what would go now."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("retention/", wrap(self.retention_view), name="tenants_tenant_retention"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def retention_view(self, request: HttpRequest) -> HttpResponse:
        """What was typed is shown with what it would take away; stored when that is confirmed."""
        change = RetentionAction.CHANGE.permission
        require(request.user, change if request.method == "POST" else SEE)
        form = RetentionForm(request.POST or None)
        days = form.days() if form.is_valid() else None
        if days is not None and "confirmed" in request.POST:
            return self._store(request, form)
        due = due_now(timezone.now(), days)
        last = last_finished()
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("How long data is kept"),
            "opts": Tenant._meta,
            "original": Tenant.objects.get(pk=current_tenant_id()),
            "rows": list(_rows(form, due)),
            "is_proposed": days is not None and form.has_changed(),
            "may_change": request.user.has_perm(change),
            "last": last,
            "last_removed": _removed(last) if last else [],
        }
        return TemplateResponse(request, "admin/tenants/tenant/retention.html", context)

    def _store(self, request: HttpRequest, form: RetentionForm) -> HttpResponse:
        if choose(form.cleaned_data, by=cast(User, request.user)):
            messages.success(request, _("From the next night on data is kept as you chose."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect(PAGE)


def _in_words(days: float) -> str:
    return _("for ever") if days == FOR_EVER else f"{days:g}"


def _rows(form: RetentionForm, due: list[Due]) -> Iterator[Row]:
    kept = days_kept()
    for name, period in periods().items():
        said = [str(one) for one in due if one.sweep.period.name == name and one.rows]
        yield Row(period, kept[name], form[name], said)


def _removed(run: RetentionRun) -> list[str]:
    """What a run took away, in words."""
    known = sweeps()
    gone = run.removed.items()
    return [str(Due(known[name], rows)) for name, rows in gone if name in known and rows]
