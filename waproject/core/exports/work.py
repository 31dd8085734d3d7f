"""A file written by the long cluster. An attempt that is killed leaves nothing: it begins anew."""

import tempfile
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.utils.translation import pgettext_lazy

from waproject.core.exports.sources import Wish, source_of
from waproject.core.jobs import operations
from waproject.core.jobs.kinds import as_long_as, long_work
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run
from waproject.core.readers import read_by

# A list of more objects is written by the background worker: a request would take too long.
AT_ONCE = 5_000


def start_export(wish: Wish, file_name: str, *, by: Any) -> Job:
    """Start the job that writes a file of this name, in the format of its ending, for its owner."""
    return operations.start(
        write_file, title=file_name, by=by, parameters=wish.to_json(), file_name=file_name
    )


def _permissions(job: Job) -> Sequence[str]:
    wish = Wish(**job.parameters)
    return source_of(wish).permissions(wish)


@long_work(
    "export",
    pgettext_lazy("job", "export"),
    permissions=_permissions,
    is_private=True,
    kept_for=as_long_as("exports"),
)
def write_file(run: Run) -> None:
    """Write the file that the job asks for, in a place of this attempt's own."""
    job, wish = run.job, Wish(**run.job.parameters)
    with tempfile.TemporaryFile() as file:
        form = job.file_name.rpartition(".")[2]
        with read_by(job.owner):
            source_of(wish).write(wish, form, job.owner, cast(BinaryIO, file), run.progress)
        file.seek(0)
        run.store(File(file))
