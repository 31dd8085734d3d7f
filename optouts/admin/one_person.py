"""The pages that opt out one person, or let them be written to again; their own page leads here."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.permissions import SEE_PEOPLE
from optouts.actions import OptOutAction
from optouts.admin.forms import NoteForm, OptionalNoteForm
from optouts.models import Reason, Source
from optouts.operations import opt_out, revoke
from waproject.core.admin.permissions import require


class OnePersonPages:
    """Adds the two pages to the admin of opt-outs."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("person/<int:pk>/", wrap(self.opt_out_view), name="optouts_optout_person"),
            path("person/<int:pk>/return/", wrap(self.return_view), name="optouts_optout_return"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def opt_out_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def do(contact: Contact, note: str) -> None:
            opt_out(contact, reason=Reason.MANUAL, by=request.user, note=note)
            messages.success(request, _("The person is opted out."))

        return self._page(
            request,
            pk,
            OptOutAction.OPT_OUT,
            OptionalNoteForm,
            do,
            title=_("Opt this person out"),
            lead=_(
                "No campaign will write to %(person)s any more, at any of their addresses. They can"
                " take it back by a message; somebody with the right to it can, with a note."
            ),
            button=_("Opt out"),
        )

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def do(contact: Contact, note: str) -> None:
            if revoke(contact, source=Source.STAFF, by=request.user, note=note):
                messages.success(request, _("The person may be written to again."))
            else:
                messages.warning(request, _("There was no opt-out to undo."))

        return self._page(
            request,
            pk,
            OptOutAction.REVOKE,
            NoteForm,
            do,
            title=_("Allow writing to this person again"),
            lead=_("Say how %(person)s asked to be written to again: it is kept as the proof."),
            button=_("Allow writing to this person again"),
        )

    def _page(
        self,
        request: HttpRequest,
        pk: int,
        action: OptOutAction,
        form_class: type[forms.Form],
        do: Callable[[Contact, str], None],
        *,
        lead: str,
        **words: Any,
    ) -> HttpResponse:
        require(request.user, action.permission, SEE_PEOPLE)
        contact = get_object_or_404(Contact, pk=pk)
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid():
            do(contact, form.cleaned_data["note"])
            return redirect("admin:contacts_contact_change", pk)
        context = {
            **self.admin_site.each_context(request),
            **words,
            "lead": lead % {"person": contact},
            "opts": Contact._meta,
            "original": contact,
            "form": form,
        }
        return TemplateResponse(request, "admin/optouts/optout/one_person.html", context)
