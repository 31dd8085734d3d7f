import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from tests.factories.users import permit_only
from tests.waproject.core.exports.conftest import content
from waproject.core.exports import rows
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run
from waproject.core.jobs.tasks import forget_jobs, resume_jobs, run_job

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker is no more: nothing of ours runs any further."""


def stored() -> list[str]:
    return default_storage.listdir("jobs")[1] if default_storage.exists("jobs") else []


def lines_of(job: Job) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(job).decode("utf-8-sig"))))


def run_and_die(job: Job, monkeypatch, step: str, when: int) -> None:
    """Run the export in a worker that dies as it ends this step for the `when`th time."""
    usual, seen = getattr(Run, step), []

    def dying(run, *args):
        usual(run, *args)
        seen.append(args)
        if len(seen) == when:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Run, step, dying)
        with pytest.raises(Killed):
            run_job(job.pk)


def test_export_writes_what_the_list_shows(wish):
    job = wish(query="q=Persona+3")

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("completed", 1, 1)
    assert [line[:3] for line in lines_of(job)[1:]] == [["+56970000003", "", "Persona 3"]]


def test_export_makes_a_workbook(wish):
    job = wish("xlsx")

    run_job(job.pk)

    sheet = openpyxl.load_workbook(io.BytesIO(content(job))).active
    assert (sheet.max_row, sheet["C2"].value) == (6, "Persona 4")


def test_export_is_in_the_language_of_who_asked(wish):
    with translation.override("es"):
        job = wish()

    run_job(job.pk)

    assert lines_of(job)[0][0].startswith("teléfono;")


def test_export_reads_all_chunks_in_the_order_of_the_list(wish, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    job = wish()

    run_job(job.pk)

    job.refresh_from_db()
    assert [line[2] for line in lines_of(job)[1:]] == [f"Persona {n}" for n in (4, 3, 2, 1, 0)]
    assert job.done == 5


def test_export_is_refused_when_its_owner_lost_the_permission(wish, seller):
    job = wish()
    permit_only(seller)

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "Your account may not do this any more.")
    assert stored() == []


@pytest.mark.parametrize("query", ["anything=1", "created_at__gte=someday", "password=1"])
def test_export_with_filters_that_do_not_exist_fails_with_a_sentence(wish, query):
    job = wish(query=query)

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The filters of the list could not be read.")


def test_killed_export_begins_its_file_anew(wish, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    job = wish()
    run_and_die(job, monkeypatch, "progress", when=2)

    assert resume_jobs() == "1 resumed"
    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, len(lines_of(job)), len(stored())) == ("completed", 2, 6, 1)


def test_file_of_a_worker_killed_at_the_end_does_not_stay(wish, monkeypatch):
    job = wish()
    run_and_die(job, monkeypatch, "store", when=1)
    left = stored()

    resume_jobs()
    run_job(job.pk)

    assert (left, stored()) == ([f"{job.pk}-1.csv"], [f"{job.pk}-2.csv"])


def test_worker_that_slept_too_long_leaves_no_file(wish, monkeypatch):
    job = wish()
    store = Run.store

    def overtaken(run, file):
        Job.objects.filter(pk=job.pk).update(attempts=2)
        store(run, file)

    monkeypatch.setattr(Run, "store", overtaken)

    assert run_job(job.pk) == "not waiting, or another worker has it"
    job.refresh_from_db()
    assert (job.state, job.stored_as, stored()) == ("running", "", [])


def test_files_are_forgotten_after_the_days_set(wish, settings, time_machine):
    time_machine.move_to(timezone.now())
    settings.EXPORT_FILES_DAYS = 2
    done, waiting = wish(), wish()
    run_job(done.pk)

    time_machine.shift(timedelta(days=1, hours=23))
    before = (forget_jobs(), len(stored()))
    time_machine.shift(timedelta(hours=2))
    after = (forget_jobs(), len(stored()))

    assert (before, after) == (("0 forgotten", 1), ("1 forgotten", 0))
    assert list(Job.objects.all()) == [waiting]
