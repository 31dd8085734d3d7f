from dataclasses import dataclass
from decimal import Decimal

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from contacts.models import Contact, Vehicle
from messaging.forms import TemplateForm
from messaging.models import Template
from messaging.rendering import Rendered, placeholders, render
from messaging.template_rules import objections
from messaging.template_versions import save_text

VERSIONS_SHOWN = 50


@dataclass(frozen=True)
class Preview:
    """The text as one person would read it. `is_invented`: there was no real one to show."""

    contact: Contact
    rendered: Rendered
    is_invented: bool


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):
    form = TemplateForm
    logged_values = ["status"]
    list_display = ["name", "language", "category", "status", "shown_placeholders", "content_sid"]
    list_select_related = ["current"]
    list_filter = ["status", "category", "language"]
    search_fields = ["name", "current__body"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fieldsets = [
        (None, {"fields": [("name", "language"), ("category", "status"), "content_sid", "body"]})
    ]

    class Media:
        css = {"all": ["messaging/admin.css"]}

    @admin.display(description=_("placeholders"))
    def shown_placeholders(self, template):
        return ", ".join(placeholders(self.body(template))) or "–"

    @admin.display(description=_("content sid"), ordering="current__content_sid")
    def content_sid(self, template):
        return template.current.content_sid if template.current else ""

    @admin.display(description=_("text"))
    def body(self, template):
        return template.current.body if template.current else ""

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("current")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        save_text(obj, by=request.user, **form.text)

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("preview/", view, name="messaging_template_preview"), *super().get_urls()]

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        context.update(self._panel(request, form), versions=_versions(form.instance))
        return super().render_change_form(request, context, *args, **kwargs)

    def preview_view(self, request):
        """The rows and the preview of a text being typed; nothing is saved."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        stored = Template.objects.filter(pk=_number(request.POST.get("template"))).first()
        form = TemplateForm(request.POST, instance=stored)
        context = {**self._panel(request, form), "has_change_permission": True}
        return TemplateResponse(request, "admin/messaging/template/panel.html", context)

    def _panel(self, request, form):
        """What the lower half of the page shows of a form."""
        body = form.typed_body
        wanted = request.POST.get("preview_contact", "").strip()
        return {
            "rows": form.rows,
            "preview": self._preview(request, form, body, wanted) if body else None,
            "preview_contact": wanted,
            "objections": objections(body),
        }

    def _preview(self, request, form, body, wanted):
        contact = self._contact(request, wanted)
        mapping = form.mapping
        if contact is None:
            return Preview(INVENTED, render(body, mapping, INVENTED, INVENTED_VEHICLE), True)
        vehicle = contact.vehicles.order_by("-year", "-pk").first()
        return Preview(contact, render(body, mapping, contact, vehicle), False)

    def _contact(self, request, wanted):
        """The person searched for, else one with a vehicle; nobody for who may not see people."""
        if not request.user.has_perm("contacts.view_contact"):
            return None
        if wanted:
            return Contact.objects.search(wanted).order_by("-pk").first()
        newest = Vehicle.objects.select_related("contact").order_by("-pk").first()
        return newest.contact if newest else Contact.objects.order_by("-pk").first()


INVENTED = Contact(name="María Soto", phone="+56912345678", email="maria@example.com")
INVENTED_VEHICLE = Vehicle(
    make="Toyota",
    model="Corolla",
    year=2018,
    price=Decimal(8_500_000),
    link="https://example.com/1",
)


def _versions(template):
    """The latest versions, newest first."""
    if template.pk is None:
        return []
    return template.versions.select_related("created_by").order_by("-number")[:VERSIONS_SHOWN]


def _number(text):
    return int(text) if text and text.isdecimal() else None
