"""The addresses that the menu of saved filters posts to."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from waproject.core.admin.lists import narrowing
from waproject.core.admin.permissions import PermissionLacking
from waproject.site.saved import operations
from waproject.site.saved.actions import SHARE
from waproject.site.saved.models import SavedFilter


class NameForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ("name",)


class SaveForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ("name", "is_shared")


@require_POST
def save_view(request: HttpRequest, model: str) -> HttpResponse:
    """Save `query` for a list, named by the label of its model."""
    page = _list_of(request, model)
    query = narrowing(QueryDict(request.POST.get("query", "")))
    form = SaveForm(request.POST)
    if form.is_valid():
        try:
            operations.save(by=request.user, model=model, query=query, **form.cleaned_data)
            messages.success(request, _("The filter was saved."))
        except operations.CannotSave as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Give the filter a name of at most 60 characters."))
    return _to_list(page, query)


@require_POST
def rename_view(request: HttpRequest, saved_id: int) -> HttpResponse:
    saved, page = _own(request, saved_id)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            operations.rename(saved, form.cleaned_data["name"], by=request.user)
            messages.success(request, _("The filter was renamed."))
        except operations.CannotSave as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Give the filter a name of at most 60 characters."))
    return _to_list(page, saved.query)


@require_POST
def delete_view(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Delete it; the list stays as it is, so that it can be saved again."""
    saved, page = _own(request, saved_id)
    operations.delete(saved, by=request.user)
    messages.success(request, _("The filter was deleted."))
    return _to_list(page, saved.query)


def _own(request: HttpRequest, saved_id: int) -> tuple[SavedFilter, Any]:
    """A filter that this user may change, and the page of its list."""
    saved = get_object_or_404(SavedFilter, pk=saved_id)
    page = _list_of(request, saved.model)
    if not operations.may_change(saved, request.user):
        if saved.is_shared:
            raise PermissionLacking([SHARE])
        raise Http404("a filter of somebody else")
    return saved, page


def _list_of(request: HttpRequest, model: str) -> Any:
    """The page of a model's list, which this user may see."""
    try:
        page = admin.site.get_model_admin(apps.get_model(model))
    except (LookupError, ValueError, NotRegistered):
        raise Http404(f"no list of {model}") from None
    if not page.has_view_permission(request):
        app, _dot, name = model.partition(".")
        raise PermissionLacking([f"{app}.view_{name}"])
    return page


def _to_list(page: Any, query: str) -> HttpResponse:
    url = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
    return redirect(f"{url}?{query}")


def saved_urls(site: AdminSite) -> list[URLPattern]:
    """For the admin site to mount."""
    return [
        path("filters/save/<str:model>/", site.admin_view(save_view), name="saved_filter_save"),
        path(
            "filters/<int:saved_id>/rename/",
            site.admin_view(rename_view),
            name="saved_filter_rename",
        ),
        path(
            "filters/<int:saved_id>/delete/",
            site.admin_view(delete_view),
            name="saved_filter_delete",
        ),
    ]
