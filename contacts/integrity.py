"""The invariants of contacts and imports, checked over the whole database."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, ImportJob, ImportStatus

# The rows that break a rule, and the sentence that names them in %(rows)s.
Check = tuple[Callable[[], QuerySet[Any]], Promise]
NAMED = 10


def problems() -> Iterator[str]:
    """One sentence for each broken invariant, naming the first rows by their id."""
    return broken(CHECKS)


def broken(checks: Iterable[Check]) -> Iterator[str]:
    """The sentence of each check that finds rows, with the ids of the first of them."""
    for find_rows, sentence in checks:
        rows = find_rows().order_by("pk")
        first = list(rows.values_list("pk", flat=True)[: NAMED + 1])
        if first:
            yield str(sentence) % {"rows": _named(first, rows)}


def _named(first: list[int], rows: QuerySet[Any]) -> str:
    ids = ", ".join(map(str, first[:NAMED]))
    if len(first) <= NAMED:
        return ids
    return gettext("%(ids)s and %(more)s more") % {"ids": ids, "more": rows.count() - NAMED}


def phones_in_two_forms() -> QuerySet[Contact]:
    """Mexican mobiles with the 1 that WhatsApp adds; the form we store is the one without."""
    return Contact.objects.filter(phone__regex=r"^\+521[0-9]{10}$")


def imports_that_do_not_add_up() -> QuerySet[ImportJob]:
    """Every row read is created, updated, unchanged, skipped or failed; at the end, every row."""
    counted = (
        F("created_count")
        + F("updated_count")
        + F("unchanged_count")
        + F("skipped_count")
        + F("failed_count")
    )
    done = Q(rows_done=counted)
    complete = ~Q(status=ImportStatus.COMPLETED) | Q(rows_total=F("rows_done"))
    return ImportJob.objects.exclude(done & complete)


def imports_ended_without_a_time() -> QuerySet[ImportJob]:
    return ImportJob.objects.exclude(
        Q(status__in=[ImportStatus.COMPLETED, ImportStatus.FAILED], finished_at__isnull=False)
        | Q(status__in=[ImportStatus.PENDING, ImportStatus.RUNNING], finished_at__isnull=True)
    )


CHECKS: list[Check] = [
    (phones_in_two_forms, _("Contacts whose phone has the Mexican 1 after +52: %(rows)s.")),
    (imports_that_do_not_add_up, _("Imports whose counts do not add up: %(rows)s.")),
    (imports_ended_without_a_time, _("Imports whose state and end disagree: %(rows)s.")),
]
