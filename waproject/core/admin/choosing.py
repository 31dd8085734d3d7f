"""Fields whose choices are looked for while one writes, among more than a select could hold."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Field
from django.http import HttpRequest
from django.utils.translation import gettext as _


class _Choosing:
    """Django's widget without its packages: choose.js asks the same page for the choices."""

    field: Any

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        asked = self.field.model._meta
        return {
            **base_attrs,
            **(extra_attrs or {}),
            "class": "choose",
            "data-url": self.get_url(),
            "data-app-label": asked.app_label,
            "data-model-name": asked.model_name,
            "data-field-name": self.field.name,
            "data-removes": _("Take away %s"),
            "data-none": _("Nothing was found."),
            "data-failed": _("The choices could not be read. Write again to try once more."),
        }

    @property
    def media(self) -> forms.Media:
        return forms.Media(
            css={"all": ["waproject/choose.css"]},
            js=[forms.Script("waproject/choose.js", defer=True)],  # type: ignore[list-item]
        )


class ChooseOne(_Choosing, AutocompleteSelect):
    """One of many."""


class ChooseSeveral(_Choosing, AutocompleteSelectMultiple):
    """Several of many."""


class ChoosesInPlace:
    """Comes before every ModelAdmin of the site: its `autocomplete_fields` have these widgets."""

    def formfield_for_foreignkey(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        self._choose(ChooseOne, db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        self._choose(ChooseSeveral, db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _choose(
        self,
        widget: type[Any],
        db_field: "Field[Any, Any]",
        request: HttpRequest,
        kwargs: dict[str, Any],
    ) -> None:
        if db_field.name in self.get_autocomplete_fields(request):
            site = self.admin_site
            kwargs.setdefault("widget", widget(db_field, site, using=kwargs.get("using")))
