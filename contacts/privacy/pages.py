"""The pages of a person's rights: the file of all that is held of them, and their erasure."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact, ContactStatus
from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE
from contacts.privacy.actions import ErasureReason, PrivacyAction
from contacts.privacy.disclosure import start_disclosure
from contacts.privacy.erasing import Erasure, erase, preview
from contacts.privacy.subjects import CannotErase
from waproject.accounts.models import User
from waproject.audit.acting import Action
from waproject.core.admin.permissions import require
from waproject.core.db.retry import persistently
from waproject.core.jobs.admin import to_job
from waproject.core.jobs.models import Job
from waproject.core.secrets import SecretError


class ErasureForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=ErasureReason)


def document_page(
    admin_site: admin.AdminSite,
    request: HttpRequest,
    pk: int,
    *,
    action: Action,
    start: Callable[..., Job],
    lead: str,
    **words: str,
) -> HttpResponse:
    """The page that starts the job of a document about a person, by `start`.

    `lead` has the person as `%(original)s`; `words` are the title, a note and the button.
    """
    require(request.user, action.permission, SEE_PEOPLE, SEE_ADDRESSES)
    contact = get_object_or_404(Contact, pk=pk)
    if request.method == "POST":
        return to_job(start(contact, by=cast(User, request.user)))
    context = {
        **admin_site.each_context(request),
        **words,
        "lead": lead % {"original": contact},
        "opts": Contact._meta,
        "original": contact,
    }
    return TemplateResponse(request, "admin/contacts/contact/document.html", context)


class PrivacyPages:
    """Adds to the admin of contacts: make the file of a person; see what would go, and erase."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("<int:pk>/erase/", wrap(self.erase_view), name="contacts_contact_erase"),
            path("<int:pk>/file/", wrap(self.disclose_view), name="contacts_contact_disclose"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def disclose_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return document_page(
            self.admin_site,  # type: ignore[attr-defined]
            request,
            pk,
            action=PrivacyAction.DISCLOSE,
            start=start_disclosure,
            title=_("All that is held of a person"),
            lead=_(
                "A file with all that is held of %(original)s: to give to the person who asks for"
                " it, once you know that it is them."
            ),
            note=_(
                "It is a ZIP archive with a page to read and the same for programs. The log keeps"
                " who made it and who downloaded it."
            ),
            make=_("Make the file"),
        )

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request.user, PrivacyAction.ERASE.permission, SEE_PEOPLE)
        contact = get_object_or_404(Contact, pk=pk)
        form = ErasureForm(request.POST or None)
        found: Erasure | None = None
        try:
            if form.is_valid():
                return self._erase(request, contact, form.cleaned_data["reason"])
            found = preview(pk, by=cast(User, request.user))
        except (CannotErase, SecretError) as error:
            messages.error(request, str(error))
        except Contact.DoesNotExist:  # a second click, or a colleague was faster
            messages.warning(
                request, _("The person was erased, or joined with another, meanwhile.")
            )
            return redirect("admin:contacts_contact_changelist")
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Erase this person"),
            "opts": Contact._meta,
            "original": contact,
            "form": form,
            "found": found,
            "is_opted_out": contact.status == ContactStatus.OPTED_OUT,
        }
        return TemplateResponse(request, "admin/contacts/contact/erase.html", context)

    def _erase(self, request: HttpRequest, contact: Contact, reason: str) -> HttpResponse:
        persistently(erase)(contact.pk, by=cast(User, request.user), reason=reason)
        messages.success(request, _("The person is erased."))
        return redirect("admin:contacts_contact_changelist")

    def may(self, user: Any) -> dict[str, bool]:
        """Which of the pages this user may open, for the links to them."""
        seen = [SEE_PEOPLE, PrivacyAction.DISCLOSE.permission, SEE_ADDRESSES]
        return {
            "may_erase": user.has_perms([PrivacyAction.ERASE.permission, SEE_PEOPLE]),
            "may_disclose": user.has_perms(seen),
        }
