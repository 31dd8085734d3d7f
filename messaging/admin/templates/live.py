"""What the page of a template says while somebody types; nothing is saved."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE
from messaging.admin.templates.forms import TemplateForm
from messaging.admin.templates.header_files import file_context
from messaging.admin.templates.readers import phone_for
from messaging.models import Category, Channel, Sender, Template
from messaging.texts.content import TemplateContent
from messaging.texts.rules.checking import objections
from messaging.texts.rules.objection import Objection
from messaging.texts.rules.parts import BODY_MOST
from waproject.core.admin.permissions import PermissionLacking
from waproject.core.text.numbers import number_in
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id

_PARTS = ("language", "category", "header_text", "header_media", "body", "footer", "buttons")


@dataclass(frozen=True)
class Place:
    """A place of the page, and what is said there."""

    name: str
    said: list[Objection]

    @property
    def is_in_the_table(self) -> bool:
        return self.name.startswith("variable-")


@dataclass(frozen=True)
class Check:
    """One line of what is looked at before a template is submitted."""

    text: str
    is_ok: bool
    is_warning: bool = False


class LiveAdmin(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("preview/", view, name="messaging_template_preview"), *super().get_urls()]

    def preview_view(self, request):
        """What is to be said of an unsaved form, and how a person would read it."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionLacking(["messaging.change_template"])
        stored = Template.objects.filter(pk=number_in(request.POST.get("template")))
        form = TemplateForm(request.POST, instance=stored.select_related("current").first())
        shown = request.POST.get("placeholders_shown", "").split()
        has_other = shown != [row.placeholder for row in form.rows]
        context = self.live_context(request, form)
        # Other placeholders come with what is said of them.
        said_anew = [one for one in context["places"] if not (has_other and one.is_in_the_table)]
        context |= {"is_live": True, "has_other_placeholders": has_other, "said_anew": said_anew}
        return TemplateResponse(request, "admin/messaging/template/live.html", context)

    def live_context(self, request: Any, form: TemplateForm) -> dict[str, Any]:
        """What the page says of a form, saved or not."""
        content = form.typed
        found = objections(content)
        # Before anybody typed a word nothing is wrong yet.
        told = found if form.is_bound or form.stored.body else []
        wanted = request.POST.get("preview_contact", "").strip()
        reader = request.POST.get("reader") or request.POST.get("reader_now", "")
        return {
            "rows": form.rows,
            "button_rows": form.button_rows,
            "placeholders_shown": " ".join(row.placeholder for row in form.rows),
            "places": _places(form, told),
            "said": {place.name: place for place in _places(form, told)},
            "checks": checklist(content, found),
            "phone": phone_for(request.user, content, reader, wanted),
            "by_sms": Sender.objects.filter(
                channel=Channel.SMS, status=Sender.Status.ACTIVE
            ).exists(),
            "preview_contact": wanted,
            "may_see_people": request.user.has_perms([SEE_PEOPLE, SEE_ADDRESSES]),
            "business": Tenant.objects.get(pk=current_tenant_id()),
            **file_context(content.header_media),
            "length": len(content.body),
            "most": BODY_MOST,
        }


def _places(form: TemplateForm, found: list[Objection]) -> list[Place]:
    """Every place of the page, in its order, with what is said there.

    Of a row all is said at its end.
    """
    names = [
        *_PARTS,
        *(f"button-{row.id}" for row in form.button_rows),
        *(f"variable-{row.placeholder}" for row in form.rows),
    ]
    said: dict[str, list[Objection]] = {name: [] for name in names}
    for one in found:
        row = one.place.rpartition("-")[0]
        said.get(one.place, said.get(row, said["body"])).append(one)
    return [Place(name, those) for name, those in said.items()]


def checklist(content: TemplateContent, found: list[Objection]) -> list[Check]:
    """What is looked at before a template is submitted: each rule of the text by itself."""
    refused = [one for one in found if not one.is_warning]
    of_body = [one for one in refused if one.place == "body"]
    examples = [one for one in refused if one.place.startswith("variable-")]
    buttons = [one for one in refused if one.place.startswith("button")]
    rest = [one for one in refused if one not in [*of_body, *examples, *buttons]]
    checks = [Check(_("The text keeps WhatsApp's rules"), not of_body)]
    if content.placeholders:
        checks.append(Check(_("Each placeholder has an example"), not examples))
    if content.buttons:
        checks.append(Check(_("The buttons keep WhatsApp's rules"), not buttons))
    checks.append(Check(_("Header, footer and language keep WhatsApp's rules"), not rest))
    warned = {one.place for one in found if one.is_warning}
    if content.category == Category.MARKETING:
        checks.append(Check(_("It says how to stop receiving more"), "footer" not in warned, True))
    if content.category == Category.UTILITY:
        checks.append(Check(_("It sounds like a service"), "category" not in warned, True))
    return checks
