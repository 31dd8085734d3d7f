"""The button that submits what was typed to WhatsApp."""

from typing import Any

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from messaging.approvals.pages import tell_submitted
from messaging.approvals.submitting import CannotSubmit, submit
from messaging.texts.content import TemplateContent
from messaging.texts.rules.checking import refusals

SUBMIT_BUTTON = "_submit"


class SubmittingPages(admin.ModelAdmin):
    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["submit_button"] = SUBMIT_BUTTON
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request, obj, post_url_continue=None):
        if SUBMIT_BUTTON in request.POST:
            return self._submitted(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if SUBMIT_BUTTON in request.POST:
            return self._submitted(request, obj)
        return super().response_change(request, obj)

    def _submitted(self, request, obj):
        """Submit what was just saved, or say what is to be mended first."""
        here = redirect(reverse("admin:messaging_template_change", args=[obj.pk]))
        found = refusals(TemplateContent.of(obj.current))
        if found:
            sentence = ngettext(
                "Saved, and not submitted: %(count)d thing has to be mended.",
                "Saved, and not submitted: %(count)d things have to be mended.",
                len(found),
            )
            messages.error(request, sentence % {"count": len(found)})
            return here
        try:
            status = submit(obj.current, by=request.user)
        except CannotSubmit as error:
            for sentence in error.sentences:
                messages.error(request, sentence)
        else:
            tell_submitted(request, status)
            return redirect(reverse("admin:messaging_template_life", args=[obj.pk]))
        return here
