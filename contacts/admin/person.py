"""The pages about one person: who they are and what happened, the form, and the notes."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts import operations
from contacts.actions import ContactAction
from contacts.models import Contact, Note
from contacts.permissions import SEE_PEOPLE
from contacts.person.data import data_of, in_words
from contacts.person.notes import LONGEST
from contacts.person.parts import Standing, gathered
from contacts.person.timeline import kinds, timeline
from waproject.core.admin import chips
from waproject.core.admin.permissions import PermissionLacking, require


class NoteForm(forms.Form):
    text = forms.CharField(max_length=LONGEST)


class PersonPages:
    """Adds to the admin of contacts: the page of a person in place of the form, which has its own.

    A pop-up of another form keeps the form at the usual address.
    """

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        add, delete = require_POST(self.add_note_view), require_POST(self.delete_note_view)
        return [
            path("<int:pk>/edit/", wrap(self.edit_view), name="contacts_contact_edit"),
            path("<int:pk>/notes/", wrap(add), name="contacts_contact_note"),
            path("notes/<int:pk>/delete/", wrap(delete), name="contacts_note_delete"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" or IS_POPUP_VAR in request.GET:
            return self._form(request, object_id, form_url, extra_context)
        contact = self.get_object(request, object_id)
        if not self.has_view_permission(request, contact):
            raise PermissionLacking([SEE_PEOPLE])
        if contact is None:
            return cast(
                HttpResponse,
                self._get_obj_does_not_exist_redirect(request, Contact._meta, object_id),
            )
        return self._person(request, contact)

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form. Whoever may only look has nothing to do here: the page shows all of it."""
        require(request.user, "contacts.change_contact")
        return self._form(request, str(pk), "", None)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Back to the person, of whom the form is."""
        return redirect("admin:contacts_contact_change", obj.pk)

    def add_note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request.user, ContactAction.ADD_NOTE.permission, SEE_PEOPLE)
        contact = get_object_or_404(Contact, pk=pk)
        form = NoteForm(request.POST)
        if form.is_valid():
            operations.add_note(contact, form.cleaned_data["text"], by=request.user)
        else:
            messages.warning(request, " ".join(form.errors["text"]))
        return redirect("admin:contacts_contact_change", pk)

    def delete_note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request.user, SEE_PEOPLE)
        note = get_object_or_404(Note.objects.select_related("contact", "author"), pk=pk)
        operations.delete_note(note, by=request.user)
        messages.success(request, _("The note is deleted."))
        return redirect("admin:contacts_contact_change", note.contact_id)

    def _form(
        self, request: HttpRequest, pk: str, form_url: str, context: dict[str, Any] | None
    ) -> HttpResponse:
        return super().change_view(request, pk, form_url, context)  # type: ignore[misc]

    def _person(self, request: HttpRequest, contact: Contact) -> HttpResponse:
        chosen = request.GET.get("show", "")
        shown = timeline(contact, request.user, kind=chosen, before=request.GET.get("before", ""))
        context = {"original": contact, "timeline": shown, "chosen": chosen}
        if request.htmx:
            return TemplateResponse(
                request, "admin/contacts/contact/timeline.html", {**context, "is_part": True}
            )
        facts = gathered(contact, request.user)
        context |= {
            **self.admin_site.each_context(request),
            **self._rights(request, contact),
            "title": contact.name or in_words(contact.address),
            "opts": Contact._meta,
            "facts": facts,
            "chip": _chip(facts.standings),
            "kinds": kinds(request.user),
            "longest": LONGEST,
            "address": in_words(contact.address),
            "data": data_of(contact),
        }
        return TemplateResponse(request, "admin/contacts/contact/person.html", context)

    def _rights(self, request: HttpRequest, contact: Contact) -> dict[str, bool]:
        """What the reader may do from the page, and see on it."""
        user = request.user
        return {
            **self.may(user),
            "may_edit": self.has_change_permission(request, contact),
            "may_note": user.has_perms([ContactAction.ADD_NOTE.permission, SEE_PEOPLE]),
            "may_merge": user.has_perms([ContactAction.MERGE.permission, SEE_PEOPLE]),
            "may_see_vehicles": user.has_perm("contacts.view_vehicle"),
        }


def _chip(standings: list[Standing]) -> Standing | None:
    """What stands beside the name: that something may be sent, or else the first reason why not."""
    said = [one for one in standings if one.chip]
    return next((one for one in said if one.tone == chips.GOOD), said[0] if said else None)
