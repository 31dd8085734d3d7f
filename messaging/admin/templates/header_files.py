"""The file of a header: chosen or dragged into the editor, kept before the template is saved."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging.admin.templates.forms import TemplateForm
from messaging.models import HeaderType
from messaging.texts.header_files import (
    TAKEN,
    CannotKeep,
    HeaderFile,
    Taken,
    header_file,
    keep_header_file,
)
from waproject.core.admin.permissions import PermissionLacking


@dataclass(frozen=True)
class Offer:
    """What can be chosen for one type of header, for the help beside the field."""

    header_type: str
    taken: Taken


class HeaderFilePages(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.file_view))
        return [path("file/", view, name="messaging_template_file"), *super().get_urls()]

    def file_view(self, request):
        """Keep the file that was chosen, or take out the one that stands there."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionLacking(["messaging.change_template"])
        said, problem = request.POST.get("header_media", ""), ""
        if "take_out" in request.POST:
            said = ""
        elif "header_file" in request.FILES:
            header_type = request.POST.get("header_type", "")
            try:
                said = str(keep_header_file(request.FILES["header_file"], header_type))
            except CannotKeep as error:
                problem = error.sentence
        else:
            problem = _("Choose a file.")
        context = {**file_context(said), "problem": problem}
        response = TemplateResponse(request, "admin/messaging/template/header_file.html", context)
        # The page asks for its preview anew.
        response.headers["HX-Trigger-After-Settle"] = "buttons"
        return response


def file_context(header_media: str) -> dict[str, Any]:
    """What stands in the place of the file: the one that was uploaded, else a field for an address.

    A file that is not kept any more is said by the rules beside its place.
    """
    kept: HeaderFile | None = header_file(header_media)
    form = TemplateForm()
    form.initial["header_media"] = "" if kept else header_media
    return {
        "kept": kept,
        "is_picture": kept is not None and kept.ending in (".jpg", ".png"),
        "address": form["header_media"],
        "offers": [Offer(HeaderType(name), taken) for name, taken in TAKEN.items()],
    }
