"""Conversations and templates in the search over everything."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.permissions import may_see_people, said_address, shown_text
from contacts.search.everywhere import people_of
from messaging.models import Conversation, Template
from waproject.core.admin.searching import MOST_FOUND, Found, Hit, Search


def find_conversations(search: Search) -> Found:
    """The conversations with the people that the text names."""
    found = Found(_("Conversations"), "inbox")
    if not (may_see_people(search.user) and search.user.has_perm("messaging.view_conversation")):
        return found
    people = people_of(search)[:MOST_FOUND]
    rows = Conversation.objects.filter(contact__in=people).select_related("contact", "sender")
    found.hits.extend(
        Hit(
            row.contact.name or said_address(row.contact.address),
            reverse("admin:inbox", query={"talk": row.pk}),
            shown_text(row.last_message_body),
        )
        for row in rows.prefetch_related("contact__addresses")[:MOST_FOUND]
    )
    return found


def find_templates(search: Search) -> Found:
    """Templates by words of their name and text."""
    found = Found(_("Templates"), "template")
    if not search.user.has_perm("messaging.view_template"):
        return found
    wanted = Q()
    for word in search.text.split():
        wanted &= Q(name__icontains=word) | Q(current__body__sounds=word)
    rows = Template.objects.filter(wanted).select_related("current").order_by("name")
    found.hits.extend(
        Hit(
            row.name,
            reverse("admin:messaging_template_change", args=[row.pk]),
            row.get_status_display(),
        )
        for row in rows[:MOST_FOUND]
    )
    return found
