"""The pages on which staff join two contacts that are one person."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.actions import ContactAction
from contacts.merging import CannotMerge, merge
from contacts.merging.preview import preview
from contacts.models import Contact, Vehicle
from contacts.permissions import SEE_PEOPLE
from waproject.core.admin.choosing import ChooseOne
from waproject.core.admin.permissions import require
from waproject.core.db.retry import persistently


class MergeForm(forms.Form):
    """The contact that joins another one, and goes."""

    def __init__(self, contact: Contact, site: AdminSite, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"] = forms.ModelChoiceField(
            Contact.objects.exclude(pk=contact.pk),
            label=gettext_lazy("Other contact"),
            # Any foreign key to contacts does: people are looked up by their name or phone.
            widget=ChooseOne(Vehicle._meta.get_field("contact"), site),
        )


class MergePages:
    """Adds to the admin of contacts: choose the other contact, see what would be joined, join."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:pk>/merge/", view, name="contacts_contact_merge"), *super().get_urls()]  # type: ignore[misc]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ContactAction.MERGE.permission)

    @admin.action(permissions=["merge"], description=gettext_lazy("Join two contacts"))
    def merge_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(ids) != 2:
            self.message_user(request, _("Choose two people to join."), messages.WARNING)
            return None
        kept, other = ids
        return redirect(_page_of(kept, other))

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The contact of the page stays; `other` joins it."""
        require(request.user, ContactAction.MERGE.permission, SEE_PEOPLE)
        kept = get_object_or_404(Contact, pk=pk)
        given = request.POST if request.method == "POST" else request.GET or None
        form = MergeForm(kept, self.admin_site, given)
        found = None
        if form.is_valid():
            other = form.cleaned_data["other"]
            try:
                if request.method == "POST":
                    return self._merge(request, kept, other)
                found = preview(kept.pk, other.pk, by=request.user)
            except CannotMerge as error:
                self.message_user(request, str(error), messages.ERROR)
            except Contact.DoesNotExist:  # a second click, or a colleague was faster
                sentence = _("One of the two contacts is gone: it was joined or erased meanwhile.")
                self.message_user(request, sentence, messages.WARNING)
                return redirect("admin:contacts_contact_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Join with another contact"),
            "opts": self.opts,
            "original": kept,
            "form": form,
            "media": self.media + form.media,
            "preview": found,
            "other": form.cleaned_data["other"] if found else None,
            "swapped": _page_of(form.cleaned_data["other"].pk, kept.pk) if found else "",
        }
        return TemplateResponse(request, "admin/contacts/contact/merge.html", context)

    def _merge(self, request: HttpRequest, kept: Contact, other: Contact) -> HttpResponse:
        persistently(merge)(kept.pk, other.pk, by=request.user)
        sentence = _("The two contacts are one now.")
        self.message_user(request, sentence, messages.SUCCESS)
        return redirect("admin:contacts_contact_change", kept.pk)


def _page_of(kept: int, other: int) -> str:
    return reverse("admin:contacts_contact_merge", args=[kept], query={"other": other})
