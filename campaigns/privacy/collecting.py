"""The campaigns that wrote to a person, for themselves (PERSON_COLLECTORS)."""

from campaigns.models import Recipient, StatusChange
from contacts.privacy.sections import Section, section_of
from contacts.privacy.subjects import Subject


def collect_recipients(subject: Subject) -> list[Section]:
    recipients = Recipient.objects.filter(contact=subject.contact).order_by("pk")
    changes = StatusChange.objects.filter(recipient__contact=subject.contact)
    return [
        section_of(recipients.select_related("campaign", "vehicle"), without=["contact"]),
        section_of(changes.order_by("pk"), without=["recipient"]),
    ]
