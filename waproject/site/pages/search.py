"""The search over everything that the reader may see."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from waproject.core.admin.lists import LONGEST_SEARCH
from waproject.core.admin.searching import Found, Search

# One letter names everything.
SHORTEST = 2


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """What matches `?q=`, by kind."""
    text = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").strip()
    found = everything(text, request) if len(text) >= SHORTEST else []
    context = {
        **admin.site.each_context(request),
        "title": gettext("Search"),
        "text": text,
        "is_short": len(text) < SHORTEST,
        "found": [one for one in found if one.hits],
        "notes": [one.note for one in found if one.note],
    }
    return render(request, "admin/search.html", context)


def everything(text: str, request: HttpRequest) -> list[Found]:
    """What each kind gave, in the order of the settings."""
    search = Search(text, request.user)
    return [import_string(path)(search) for path in settings.SEARCHES]
