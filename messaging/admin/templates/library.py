"""The library: templates to begin with, each as its readers would see it."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from messaging.admin.templates.forms import CATEGORIES
from messaging.admin.templates.phone import shown
from messaging.models import Category
from messaging.texts.changing import begin_with
from messaging.texts.library import models
from waproject.core.admin.permissions import require


class LibraryPages(admin.ModelAdmin):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(
                "library/", wrap(require_safe(self.library_view)), name="messaging_template_library"
            ),
            path(
                "library/<slug:name>/",
                wrap(require_POST(self.use_view)),
                name="messaging_template_use",
            ),
            *super().get_urls(),
        ]

    def library_view(self, request):
        require(request.user, "messaging.view_template")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Library of templates"),
            "cards": [_card(one) for one in models()],
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/messaging/template/library.html", context)

    def use_view(self, request, name):
        """Make a draft of one, and go on with it."""
        found = next((one for one in models() if one.name == name), None)
        if found is None:
            raise Http404
        made = begin_with(found.name, found.content, by=request.user)
        messages.success(request, _("A draft was made. Change it, then submit it to WhatsApp."))
        return redirect(reverse("admin:messaging_template_change", args=[made.pk]))


def _card(model):
    """The template with its examples for values."""
    variables = model.content.variables
    examples = {name: str(one["example"]) for name, one in variables.items()}
    return {
        "model": model,
        "category": CATEGORIES[Category(model.content.category)],
        "phone": shown(model.content, examples, ""),
    }
