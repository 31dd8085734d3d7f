"""The scripts of the admin's pages: those that do nothing there are left out, some are ours."""

from collections.abc import Collection, Iterator
from typing import Any, cast

from django import forms
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse

# They make an address of a title while one writes it (`prepopulated_fields`): no page has such a
# field, and these are 170 kB. jQuery, another 90 kB, is used by nothing that is left.
UNUSED = ("urlify.js", "prepopulate.js", "xregexp", "jquery")
# What forms use. A list needs it only in a window that another form has opened.
FORMS = ("core.js", "RelatedObjectLookups.js", "related.js")
# What lists use to tick rows.
LISTS = ("actions.js",)
# Django's, which need jQuery, and what does the same without.
OURS = {
    "admin/js/admin/RelatedObjectLookups.js": "waproject/related.js",
    "admin/js/inlines.js": "waproject/rows.js",
}


class FewScripts:
    """Comes before every ModelAdmin of the site: the first visit to its pages takes less time."""

    @property
    def media(self) -> forms.Media:
        return _fewer(super().media, UNUSED)  # type: ignore[misc]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)  # type: ignore[misc]
        context = getattr(response, "context_data", None) or {}
        if "cl" in context and IS_POPUP_VAR not in request.GET:
            context["media"] = _fewer(context["media"], FORMS)
        return cast(HttpResponse, response)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *given: Any, **named: Any
    ) -> HttpResponse:
        context["media"] = _fewer(context["media"], (*UNUSED, *LISTS))
        form = super().render_change_form(request, context, *given, **named)  # type: ignore[misc]
        return cast(HttpResponse, form)


def _fewer(media: forms.Media, unused: Collection[str]) -> forms.Media:
    """The same styles, and the scripts in whose address is none of these names, or ours."""
    scripts = media._js  # type: ignore[attr-defined]
    kept = [one for one in scripts if not any(name in str(one) for name in unused)]
    return forms.Media(css=media._css, js=[*_ours(kept)])  # type: ignore[attr-defined]


def _ours(scripts: Collection[Any]) -> Iterator[Any]:
    for one in scripts:
        yield forms.Script(OURS[one], defer=True) if one in OURS else one
