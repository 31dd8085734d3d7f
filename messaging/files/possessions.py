"""What files and archives have in common: each row is a person's, and keeps files in the storage.

A row is deleted in the transaction that says so, and a job of the same transaction deletes what
lies in the storage: nothing is left behind by whoever is killed in between, and nothing is gone
when the transaction is undone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db.models import QuerySet

from contacts.merging import Merge
from contacts.privacy.sections import Section, section_of
from contacts.privacy.subjects import Subject
from messaging.files.storing import opened
from waproject.tenants.jobs import enqueue

DELETE = "messaging.files.jobs.delete_stored"


@dataclass(frozen=True, slots=True)
class Possessions:
    """The rows of one model. `places` are its columns that name files, the first the file itself.

    `name_of` is what the file of a row is called; `technical` are the columns that say nothing of
    the person.
    """

    model: Any
    places: Collection[str]
    name_of: Callable[[Any], str]
    technical: Collection[str]

    def of(self, contact: Any) -> "QuerySet[Any]":
        """Those of a person, oldest first."""
        found: QuerySet[Any] = self.model.objects.filter(contact=contact).order_by("pk")
        return found

    def remove(self, rows: "QuerySet[Any]") -> int:
        """Within a transaction: delete these rows, and what they alone keep; return how many."""
        locked = self.locked(rows)
        self.model.objects.filter(pk__in=[one.pk for one in locked]).delete()
        self.delete_files(locked)
        return len(locked)

    def locked(self, rows: "QuerySet[Any]") -> list[Any]:
        """These rows, held until the transaction ends."""
        return list(rows.select_for_update(of=("self",)).order_by("pk"))

    def delete_files(self, rows: Iterable[Any]) -> None:
        """Queue the jobs that delete what these rows kept, unless another row keeps it too."""
        for path in sorted({getattr(one, place) for one in rows for place in self.places}):
            if path:
                enqueue(DELETE, path)

    def erase(self, subject: Subject) -> dict[str, int]:
        """Delete all of a person who is erased (PERSON_ERASERS)."""
        return self._counted(self.remove(self.of(subject.contact)))

    def collect(self, subject: Subject) -> list[Section]:
        """What is known of those of a person (PERSON_COLLECTORS)."""
        return [section_of(self.of(subject.contact), without=self.technical)]

    def contents(self, subject: Subject) -> Iterator[tuple[str, BinaryIO]]:
        """The files themselves, each by a name of its own (PERSON_FILES)."""
        place = next(iter(self.places))
        for row in self.of(subject.contact).exclude(**{place: ""}).iterator():
            try:
                file = opened(getattr(row, place))
            except FileNotFoundError:
                continue
            with file:
                yield f"{row.pk}-{self.name_of(row)}", file

    def move(self, moving: Merge) -> dict[str, int]:
        """Give the one that stays the other's (CONTACT_MERGERS). Files stay where they lie."""
        return self._counted(self.of(moving.gone).order_by().update(contact=moving.kept))

    def _counted(self, count: int) -> dict[str, int]:
        return {str(self.model._meta.verbose_name_plural): count}
