"""A kind of long work for tests: it counts to a number, a step each."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from waproject.core.jobs.kinds import CannotDo, Result, long_work
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run

# The numbers that were written, by whichever attempt.
SEEN: list[int] = []
# The titles of the jobs that ended.
ENDED: list[str] = []


def note_end(job: Job) -> None:
    ENDED.append(job.title)


@long_work(
    "count",
    _("export"),
    permissions=lambda job: ["contacts.import_contact"],
    goes_on=True,
    on_end=note_end,
)
def count(run: Run) -> Result:
    to = run.job.parameters["to"]
    if to < 0:
        raise CannotDo("Nobody counts to less than nothing.")
    for number in range(run.job.done, to):
        with transaction.atomic():
            run.progress(number + 1, to)
            SEEN.append(number)
        run.between_steps()
    return {"sum": sum(SEEN)}
