"""The history of a recipient on its page: each move, and what is known of it, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import StatusChange
from campaigns.states import RecipientStatus
from contacts.permissions import shown_text
from messaging.delivery.reasons import in_words
from messaging.providers.base import Provider
from waproject.accounts.models import User
from waproject.core.admin.read_only import ReadOnly

# What `cause` may be in the details of a move.
CAUSES: dict[str, str | Promise] = {
    "retry": gettext_lazy("Tried again."),
    "address_corrected": gettext_lazy("To the address that was corrected meanwhile."),
    "delivered_after_all": gettext_lazy("It was delivered after all."),
}


def sentences(details: Mapping[str, Any], provider: Provider, author: str) -> Iterator[str]:
    """What the details of a move say; `author` is the name of the user that they name."""
    if cause := details.get("cause"):
        yield str(CAUSES.get(cause, cause))
    if code := details.get("code"):
        yield f"{code}: {provider.classify_error(code).meaning}"
    elif reason := details.get("reason"):
        yield in_words(reason, details.get("reason_details", {}))
    if (said := details.get("said")) and not code:
        yield shown_text(said)
    if author:
        yield _("By %(user)s.") % {"user": author}
    if merged := details.get("merged"):
        yield _("Joined with contact %(contact)s, whose message was: %(status)s.") % {
            "contact": merged,
            "status": RecipientStatus(details["status"]).label,
        }


class StatusChangeInline(ReadOnly, admin.TabularInline):
    model = StatusChange
    verbose_name_plural = gettext_lazy("history")
    fields = ["at", "old", "new", "source", "details"]
    readonly_fields = fields
    extra = 0

    def has_view_permission(self, request, obj=None):
        """A user who may see the recipient may see its history."""
        return request.user.has_perm("campaigns.view_recipient")

    def get_queryset(self, request):
        self.may_see_messages = request.user.has_perm("messaging.view_message")
        rows = super().get_queryset(request)
        return rows.select_related("recipient__campaign__sender__account")

    def get_formset(self, request, obj=None, **kwargs):
        self.authors = _authors(obj)
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description=gettext_lazy("details"))
    def details(self, change):
        author = self.authors.get(change.metadata.get("by"), "")
        provider = change.recipient.campaign.sender.provider
        parts = [*sentences(change.metadata, provider, author), self._message(change.metadata)]
        return format_html_join(" ", "{}", ((one,) for one in parts if one)) or "–"

    def _message(self, details):
        """The message that the move is about: the reply by a link, a former one by its sid."""
        if (reply := details.get("message")) and self.may_see_messages:
            url = reverse("admin:messaging_message_change", args=[reply])
            return format_html('<a href="{}">{}</a>', url, _("The reply"))
        sid = details.get("message_sid") or ""
        return format_html('<span class="quiet">{}</span>', sid) if sid else ""


def _authors(recipient) -> dict[int, str]:
    """The names of the users whom the history of a recipient names, by their ids."""
    if recipient is None:
        return {}
    named = recipient.changes.filter(metadata__has_key="by").values_list("metadata__by", flat=True)
    users = User.objects.filter(pk__in=list(named))
    return dict(users.values_list("pk", "username"))
