"""The conversation of a recipient with the sender of the campaign, for who may see any."""

from collections.abc import Collection
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.models import Recipient
from messaging.models import Conversation
from waproject.core.readers import reader_has

SEE_TALKS = "messaging.view_conversation"


class TalksChangeList(ChangeList):
    """A list of recipients, each with the id of the conversation as `talk`; None without one."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        if request.user.has_perm(SEE_TALKS):
            add_talks(self.result_list)


def add_talks(recipients: Collection[Any]) -> None:
    """Give each of the recipients the id of its conversation. One query."""
    people = [one.contact_id for one in recipients]
    rows = Conversation.objects.filter(contact__in=people).order_by()
    columns = rows.values_list("sender", "contact", "pk")
    found = {(sender, person): pk for sender, person, pk in columns}
    for one in recipients:
        one.talk = found.get((one.campaign.sender_id, one.contact_id))


def talk_link(recipient: Recipient) -> SafeString | str:
    """A link to the conversation; a dash where there is none, or where the reader may see none."""
    if not reader_has(SEE_TALKS):
        return "–"
    if not hasattr(recipient, "talk"):
        add_talks([recipient])
    talk = getattr(recipient, "talk", None)
    if talk is None:
        return "–"
    url = reverse("admin:inbox", query={"talk": talk})
    return format_html(
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
        url,
        pgettext("to a page", "Open"),
        _("the conversation"),
    )
