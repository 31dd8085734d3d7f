"""The list of templates, and the page of one."""

from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from messaging.admin.templates.forms import PARTS, TemplateForm
from messaging.admin.templates.header_files import HeaderFilePages
from messaging.admin.templates.history import HistoryPages, told, versions_of
from messaging.admin.templates.library import LibraryPages
from messaging.admin.templates.live import LiveAdmin
from messaging.admin.templates.rows import ButtonForm, effects
from messaging.admin.templates.submitting import SubmittingPages
from messaging.approvals.pages import TemplateLifePages, standing
from messaging.models import Template
from messaging.pricing.actions import SEE_PRICES
from messaging.pricing.estimates import prices_at_home
from messaging.pricing.states import Charge
from messaging.testsends.pages import OwnNumberPages
from messaging.texts.content import QUICK_REPLY, Button
from messaging.texts.languages import language_name
from messaging.texts.template_versions import save_text
from waproject.core.admin import chips
from waproject.core.admin.deleting import NamesFewDeleted
from waproject.core.admin.writing import WritesWhatChanged

# So much of a template's text stands in the list, in characters.
SHOWN_OF_TEXT = 90


class LanguageFilter(admin.SimpleListFilter):
    """The languages that templates have, by their names."""

    title = _("language")
    parameter_name = "language__exact"

    def lookups(self, request, model_admin):
        codes = Template.objects.order_by("language").values_list("language", flat=True).distinct()
        return [(code, language_name(code)) for code in codes]

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(Template)
class TemplateAdmin(
    SubmittingPages,
    LibraryPages,
    HistoryPages,
    HeaderFilePages,
    TemplateLifePages,
    OwnNumberPages,
    NamesFewDeleted,
    WritesWhatChanged,
    LiveAdmin,
):
    holds = _(
        "WhatsApp lets a business write first with texts that it has approved. The library has a"
        " dozen to begin with."
    )
    form = TemplateForm
    logged_values = ["name", "account", *PARTS, "change_reason", "buttons", "variables"]
    list_display = ["shown_name", "shown_language", "category", "shown_status", "updated_at"]
    list_select_related = ["current"]
    list_filter = ["status", "category", LanguageFilter]
    actions = ["archive_selected", "unarchive_selected"]
    search_fields = ["name", "current__body"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_form_template = "admin/messaging/template/change_form.html"

    class Media:
        css = {
            "all": [
                *("waproject/phone.css", "waproject/campaign_steps.css", "waproject/imports.css"),
                *("messaging/admin.css", "messaging/templates.css"),
            ]
        }

    @admin.display(description=_("name"), ordering="name")
    def shown_name(self, template):
        """The name, and the beginning of the text below it."""
        text = truncatechars(" ".join(self.body(template).split()), SHOWN_OF_TEXT)
        return format_html("{}<small>{}</small>", template.name, text)

    @admin.display(description=_("language"), ordering="language")
    def shown_language(self, template):
        return language_name(template.language)

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, template):
        return chips.chip(*standing(template))

    @admin.display(description=_("text"))
    def body(self, template):
        return template.current.body if template.current else ""

    def get_queryset(self, request):
        return (
            super().get_queryset(request).select_related("current__approval", "in_use", "account")
        )

    def get_fieldsets(self, request, obj=None):
        may_edit = self.has_change_permission(request, obj) if obj else True
        fields = ["name", "language", "category", "account" if may_edit else "body"]
        return [(None, {"fields": fields})]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        reason = form.cleaned_data["change_reason"]
        save_text(obj, by=request.user, content=form.content, reason=reason)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        context["may_edit"] = isinstance(form, TemplateForm) and (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        live = form if context["may_edit"] else TemplateForm(instance=obj)
        context.update(self.live_context(request, live))
        versions = versions_of(obj) if obj else []
        context.update(
            versions=versions,
            told=told(versions),
            variants=_variants(obj) if obj else [],
            prices=prices_at_home(Charge) if request.user.has_perm(SEE_PRICES) else {},
            new_button=ButtonForm(Button(type=QUICK_REPLY, text=""), effects()),
        )
        return super().render_change_form(request, context, add, change, form_url, obj)


def _variants(template):
    """The template in each of its languages, this one too, by the language's name."""
    same = Template.objects.filter(name=template.name, account=template.account_id)
    return [(one, language_name(one.language)) for one in same.order_by("language")]
