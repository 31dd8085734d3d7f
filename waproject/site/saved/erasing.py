"""Saved filters, when a person is erased (PERSON_ERASERS)."""

from django.http import QueryDict

from contacts.privacy.subjects import Subject
from waproject.site.saved.models import SavedFilter


def erase_saved_filters(subject: Subject) -> dict[str, int]:
    """Delete the filters whose search or name names the person. They are few: each is read."""
    words = [word.casefold() for word in subject.words]
    ids = [
        saved.pk
        for saved in SavedFilter.objects.all()
        if any(word in text for word in words for text in _texts(saved))
    ]
    deleted = SavedFilter.objects.filter(pk__in=ids).delete()[0]
    return {str(SavedFilter._meta.verbose_name_plural): deleted}


def _texts(saved: SavedFilter) -> list[str]:
    values = [value for values in QueryDict(saved.query).lists() for value in values[1]]
    return [text.casefold() for text in (saved.name, *values)]
