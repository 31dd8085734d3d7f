"""What staff wrote in conversations, when its time is over, and for the person themselves."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.privacy.sections import Section, section_of
from contacts.privacy.subjects import Subject
from messaging.inbox.models import Closing, Draft, Entry, NextStep, Round
from messaging.privacy.retention import MESSAGES_KEPT
from waproject.tenants.retention.sweeps import Sweep


def _entries(before: datetime) -> QuerySet[Entry]:
    found: QuerySet[Entry] = Entry.objects.filter(at__lt=before)
    return found


def _steps(before: datetime) -> QuerySet[NextStep]:
    found: QuerySet[NextStep] = NextStep.objects.filter(due_on__lt=before.date())
    return found


def _drafts(before: datetime) -> QuerySet[Draft]:
    found: QuerySet[Draft] = Draft.objects.filter(at__lt=before)
    return found


ENTRIES = Sweep("entries", MESSAGES_KEPT, _("notes and events of conversations"), due=_entries)
DRAFTS = Sweep("drafts", MESSAGES_KEPT, _("drafts of answers"), due=_drafts)
NEXT_STEPS = Sweep("next_steps", MESSAGES_KEPT, _("next steps"), due=_steps)


def collect_entries(subject: Subject) -> list[Section]:
    """Notes about the person, what was agreed, and how their conversations ended."""
    own = {"conversation__contact": subject.contact}
    closings = Closing.objects.filter(**own).select_related("outcome").order_by("pk")
    return [
        section_of(Entry.objects.filter(**own).order_by("pk"), without=["conversation", "by"]),
        section_of(NextStep.objects.filter(**own), without=["conversation", "by"]),
        section_of(closings, without=["conversation", "by"]),
        section_of(
            Round.objects.filter(**own),
            without=["conversation", "answered_by", "answer_token", "resolved_by"],
        ),
    ]
