"""What consent holds of a person, for themselves (PERSON_COLLECTORS)."""

from contacts.privacy.sections import Section, section_of
from contacts.privacy.subjects import Subject
from optouts.models import ConsentEvent, Hold, OptOut


def collect_consent(subject: Subject) -> list[Section]:
    own = {"contact": subject.contact}
    return [
        section_of(OptOut.objects.filter(**own), without=["contact"]),
        section_of(ConsentEvent.objects.filter(**own).order_by("pk"), without=["contact", "by"]),
        section_of(Hold.objects.filter(**own).order_by("pk"), without=["contact", "decided_by"]),
    ]
