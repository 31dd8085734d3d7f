"""What staff do with many rows at once leaves one row in the admin's log: who, what, how many."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Recipient
from contacts.models import Contact, ContactStatus, Tag
from messaging.models import Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(campaign, contact, sender):
    """One row of each list whose actions are tried, by the name of its page."""
    other = Contact.objects.create(phone="+56911112222", status=ContactStatus.INVALID)
    recipient = Recipient.objects.create(
        campaign=campaign,
        contact=contact,
        phone=contact.phone,
        status="replied",
        sent_at=timezone.now(),
    )
    return {
        "contacts_contact": [contact.pk, other.pk],
        "messaging_conversation": [Conversation.objects.create(sender=sender, contact=contact).pk],
        "campaigns_recipient": [recipient.pk],
    }


@pytest.mark.parametrize(
    ("page", "action", "sentence"),
    [
        ("contacts_contact", "add_tag", "2 people now have the tag “VIP” who had not."),
        ("contacts_contact", "remove_tag", "The tag “VIP” was taken from 0 people."),
        ("contacts_contact", "make_reachable", "1 person can be written to again."),
        ("messaging_conversation", "mark_as_read", "0 conversations were marked as read."),
        ("messaging_conversation", "assign_to_me", "1 conversation is now yours."),
        ("messaging_conversation", "close", "1 conversation was closed."),
        (
            "campaigns_recipient",
            "mark_closed",
            "1 of 1 is closed now; only people who replied can be closed.",
        ),
    ],
)
def test_action_on_a_list_leaves_one_record(admin_client, admin_user, rows, page, action, sentence):
    posted = {"action": action, "_selected_action": rows[page]}
    if page == "contacts_contact":
        posted["tag"] = Tag.objects.create(name="VIP").pk

    admin_client.post(reverse(f"admin:{page}_changelist"), posted)

    [entry] = LogEntry.objects.all()
    assert (entry.user, entry.change_message) == (admin_user, sentence)


def test_download_of_a_report_leaves_one_record(admin_client, admin_user):
    page = reverse("admin:report", args=["daily_activity"])

    admin_client.get(page)
    admin_client.get(page, {"format": "csv"})

    [entry] = LogEntry.objects.all()
    assert (entry.user, entry.change_message) == (admin_user, "Downloaded 0 rows.")
    assert entry.object_repr.startswith("daily_activity-")
