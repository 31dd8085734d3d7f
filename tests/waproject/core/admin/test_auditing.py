"""What staff do with many rows at once leaves one event: who, what, how many."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Recipient
from contacts.models import Contact, ContactStatus, Tag
from messaging.models import Conversation
from waproject.audit.models import Event

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
    talk = Conversation.objects.create(sender=sender, contact=contact, unread_count=1)
    return {
        "contacts_contact": [contact.pk, other.pk],
        "messaging_conversation": [talk.pk],
        "campaigns_recipient": [recipient.pk],
    }


@pytest.mark.parametrize(
    ("page", "action", "logged", "after"),
    [
        ("contacts_contact", "add_tag", "contacts.add_tag", {"people": 2}),
        ("contacts_contact", "make_reachable", "contacts.make_reachable", {"people": 1}),
        ("messaging_conversation", "mark_as_read", "messaging.mark_read", {"unread_count": 0}),
        (
            "messaging_conversation",
            "assign_to_me",
            "messaging.assign",
            {"assignee_id": ..., "taken_over": True},
        ),
        (
            "messaging_conversation",
            "close",
            "messaging.close_conversations",
            {"status": "resolved", "unread_count": 0, "wants_human": False, "taken_over": False},
        ),
        ("campaigns_recipient", "mark_closed", "campaigns.close_recipients", {"status": "closed"}),
    ],
)
def test_action_on_a_list_leaves_one_event(
    admin_client, admin_user, rows, page, action, logged, after
):
    posted = {"action": action, "_selected_action": rows[page]}
    if page == "contacts_contact":
        posted["tag"] = Tag.objects.create(name="VIP").pk

    admin_client.post(reverse(f"admin:{page}_changelist"), posted)

    [event] = Event.objects.all()
    expected = {name: admin_user.pk if value is ... else value for name, value in after.items()}
    assert (event.actor, event.action, event.after) == (admin_user, logged, expected)


def test_action_that_changed_nothing_leaves_no_event(admin_client, rows):
    tag = Tag.objects.create(name="VIP").pk
    posted = {"action": "remove_tag", "_selected_action": rows["contacts_contact"], "tag": tag}

    admin_client.post(reverse("admin:contacts_contact_changelist"), posted)

    assert not Event.objects.exists()


def test_download_of_a_report_leaves_one_event(admin_client, admin_user):
    page = reverse("admin:report", args=["daily_activity"])

    admin_client.get(page)
    admin_client.get(page, {"format": "csv"})

    [event] = Event.objects.all()
    assert (event.actor, event.action, event.after) == (admin_user, "core.download", {"rows": 0})
    assert event.object_text.startswith("daily_activity-")
