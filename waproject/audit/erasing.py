"""Free texts of the log that name a person who is erased.

An event holds ids; only its reason is typed by people. The database lets a reason be emptied and
nothing else of an event be changed (the triggers of the first migration).
"""

import operator
from collections.abc import Collection
from functools import reduce

from django.db.models import Model, Q, QuerySet

from waproject.audit.models import Event


def forget_reasons(model: type[Model], ids: Collection[int], words: Collection[str]) -> int:
    """Empty the reasons of events about these objects, and all reasons with one of the words."""
    return with_reasons(model, ids, words).update(reason="")


def with_reasons(
    model: type[Model], ids: Collection[int], words: Collection[str]
) -> QuerySet[Event]:
    """The events whose reasons `forget_reasons` empties; only those with a reason are read."""
    about = Q(object_type=model._meta.label_lower, object_id__in=[*map(str, ids)])
    named = reduce(operator.or_, (Q(reason__icontains=word) for word in words), about)
    return Event.objects.filter(named).exclude(reason="")
