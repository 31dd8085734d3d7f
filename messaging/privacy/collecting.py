"""Messages and what waits to be sent, for the person themselves (PERSON_COLLECTORS)."""

from django.db.models import Q

from contacts.privacy.sections import Section, section_of
from contacts.privacy.subjects import Subject
from messaging.models import Conversation, Delivery, KeptStatus, Message


def collect_messages(subject: Subject) -> list[Section]:
    own = {"contact": subject.contact}
    named = Q(**own) | Q(phone__in=subject.addresses)
    messages = Message.objects.filter(named).select_related("account").order_by("pk")
    kept = KeptStatus.objects.filter(address__in=subject.addresses)
    return [
        section_of(Conversation.objects.filter(**own), without=["contact", "assignee"]),
        section_of(messages, without=["contact", "conversation", "in_reply_to"]),
        section_of(
            Delivery.objects.filter(**own).order_by("pk"),
            without=["contact", "stream", "asked_by"],
        ),
        section_of(kept),
    ]
