"""The kinds of long work, as settings.JOB_KINDS names their functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from waproject.tenants.retention.sweeps import periods

if TYPE_CHECKING:
    from waproject.core.jobs.models import Job
    from waproject.core.jobs.running import Run

# What the work gave: values for the page, as plain JSON. None: nothing to show.
Result = dict[str, Any] | None


class CannotDo(Exception):
    """The work cannot be done as asked; the text is a sentence for the person who asked."""


class NotYet(Exception):
    """The work has had its turn and is not at its end: it is queued again behind others."""


def _nothing_more(job: "Job") -> None:
    """Most kinds keep nothing besides the job that its end would change."""


@dataclass(frozen=True)
class Kind:
    """One kind of long work.

    `permissions` are those that a person needs to see a job, as has_perm takes them; `is_private`
    jobs are seen by their owner alone, who must also have the permissions when a worker begins.
    `is_cancelled_here`: its owner may end it on the page of the job. `goes_on` says that an attempt
    begins where the last one stopped, not anew. `kept_for` is how long an ended job stays, with its
    file; None: until somebody deletes it. `page` gives the address of a page of its own, `template`
    shows the result on the common page. `on_end` runs in the transaction that ends a job, however
    it ends; `on_stalled` runs in place of the work when it stopped too often without getting on.
    """

    # A template that names a kind means the kind, and not a call of it.
    do_not_call_in_templates: ClassVar[bool] = True

    name: str
    label: Promise
    work: "Callable[[Run], Result]"
    permissions: "Callable[[Job], Sequence[str]]"
    is_private: bool = False
    is_cancelled_here: bool = True
    goes_on: bool = False
    kept_for: Callable[[], timedelta | None] | None = None
    page: "Callable[[Job], str] | None" = None
    template: str = ""
    on_end: "Callable[[Job], None]" = _nothing_more
    on_stalled: "Callable[[Run], Result] | None" = None

    def __call__(self, run: "Run") -> Result:
        return self.work(run)

    def lacks(self, job: "Job", user: Any) -> list[str]:
        """The permissions that the user lacks for this job now."""
        return [name for name in self.permissions(job) if not user.has_perm(name)]

    def may_see(self, job: "Job", user: Any) -> bool:
        is_owner = job.owner_id is not None and job.owner_id == user.pk
        return is_owner if self.is_private else not self.lacks(job, user)


def as_long_as(period: str) -> Callable[[], timedelta | None]:
    """How long the business keeps this kind of data (waproject.tenants.retention)."""
    return lambda: periods()[period].length()


def long_work(
    name: str, label: Promise, **more: Any
) -> "Callable[[Callable[[Run], Result]], Kind]":
    """Make a Kind of a function; `more` are the Kind's other fields."""

    def mark(work: "Callable[[Run], Result]") -> Kind:
        return Kind(name=name, label=label, work=work, **more)

    return mark


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by their names."""
    found: list[Kind] = [import_string(path) for path in settings.JOB_KINDS]
    return {kind.name: kind for kind in found}


def kind_of(job: "Job") -> Kind:
    return kinds()[job.kind]
