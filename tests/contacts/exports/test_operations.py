import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from django_q.models import OrmQ

from contacts import jobs
from contacts.exports import operations
from contacts.exports.models import ExportJob
from tests.contacts.exports.conftest import content
from waproject.core.exports import rows

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker is no more: nothing of ours runs any further."""


def stored() -> list[str]:
    return default_storage.listdir("exports")[1] if default_storage.exists("exports") else []


def lines_of(job: ExportJob) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(job).decode("utf-8-sig"))))


def run_and_die(job: ExportJob, monkeypatch, step: str, when: int) -> None:
    """Run the export in a worker that dies as it comes to this step for the `when`th time."""
    usual, seen = getattr(operations, step), []

    def dying(*args, **changes):
        seen.append(args)
        if len(seen) == when:
            raise Killed
        usual(*args, **changes)

    with monkeypatch.context() as patched:
        patched.setattr(operations, step, dying)
        with pytest.raises(Killed):
            jobs.run_export(job.pk)


def test_export_is_queued_for_the_long_worker(wish):
    job = wish()

    queued = OrmQ.objects.get()
    assert (queued.key, queued.task["args"], job.status) == ("long", (job.pk,), "pending")


def test_export_writes_what_the_list_shows(wish):
    job = wish(query="q=Persona+3")

    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert (job.status, job.rows_done, job.rows_total, job.lease_expires_at) == (
        "completed",
        1,
        1,
        None,
    )
    assert [line[:3] for line in lines_of(job)[1:]] == [["+56970000003", "", "Persona 3"]]


def test_export_makes_a_workbook(wish):
    job = wish("xlsx")

    jobs.run_export(job.pk)

    sheet = openpyxl.load_workbook(io.BytesIO(content(job))).active
    assert (sheet.max_row, sheet["C2"].value) == (6, "Persona 4")


def test_export_is_in_the_language_of_who_asked(wish):
    with translation.override("es"):
        job = wish()

    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert lines_of(job)[0][0].startswith("teléfono;")


def test_export_reads_all_chunks_in_the_order_of_the_list(wish, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    job = wish()

    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert [line[2] for line in lines_of(job)[1:]] == [f"Persona {n}" for n in (4, 3, 2, 1, 0)]
    assert job.rows_done == 5


def test_export_is_refused_when_its_owner_lost_the_permission(wish, seller):
    job = wish()
    seller.user_permissions.clear()

    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert (job.status, job.error, stored()) == (
        "failed",
        "Your account may not export this any more.",
        [],
    )


@pytest.mark.parametrize("change", [{"is_active": False, "account_status": "suspended"}, None])
def test_export_is_refused_when_its_owner_is_gone(wish, seller, change):
    job = wish()
    if change:
        type(seller).objects.filter(pk=seller.pk).update(**change)
    else:
        seller.delete()

    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert (job.status, stored()) == ("failed", [])


@pytest.mark.parametrize("query", ["anything=1", "created_at__gte=someday", "password=1"])
def test_export_with_filters_that_do_not_exist_fails_with_a_sentence(wish, query):
    job = wish(query=query)

    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "The filters of the list could not be read.")


def test_killed_export_begins_its_file_anew(wish, monkeypatch, time_machine):
    time_machine.move_to(timezone.now())
    monkeypatch.setattr(rows, "CHUNK", 2)
    job = wish()
    run_and_die(job, monkeypatch, "_note", when=2)

    assert jobs.resume_stale_exports() == "0 resumed"
    time_machine.shift(timedelta(minutes=3))
    assert jobs.resume_stale_exports() == "1 resumed"
    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts, len(lines_of(job)), len(stored())) == ("completed", 2, 6, 1)


def test_file_of_a_worker_killed_at_the_end_does_not_stay(wish, monkeypatch, time_machine):
    time_machine.move_to(timezone.now())
    job = wish()
    run_and_die(job, monkeypatch, "_finish", when=1)
    left = stored()

    time_machine.shift(timedelta(minutes=3))
    jobs.resume_stale_exports()
    jobs.run_export(job.pk)

    assert (len(left), stored()) == (1, [f"{job.pk}-2.csv"])


def test_export_that_another_worker_has_is_left_alone(wish):
    job = wish()
    operations._claim(job.pk)

    assert jobs.run_export(job.pk) == "not waiting, or another worker has it"


def test_worker_that_slept_too_long_leaves_no_file(wish, monkeypatch):
    job = wish()
    note = operations._note

    def overtaken(*args):
        note(*args)
        ExportJob.objects.filter(pk=job.pk).update(attempts=2)

    monkeypatch.setattr(operations, "_note", overtaken)

    assert not operations.run_export(job.pk)
    job.refresh_from_db()
    assert (job.status, job.stored_as, stored()) == ("running", "", [])


def test_export_that_stopped_too_often_fails_with_a_sentence(wish):
    job = wish()
    ExportJob.objects.update(attempts=operations.MAX_ATTEMPTS)

    jobs.run_export(job.pk)

    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "The export stopped 5 times.")


def test_error_gives_the_export_back_at_once(wish, monkeypatch):
    job = wish()
    monkeypatch.setattr(operations, "source_of", lambda job: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        jobs.run_export(job.pk)

    assert operations.resume_stale_exports(timezone.now()) == 1


def test_files_are_forgotten_after_the_days_set(wish, settings, time_machine):
    time_machine.move_to(timezone.now())
    settings.EXPORT_FILES_DAYS = 2
    done, waiting = wish(), wish()
    jobs.run_export(done.pk)

    time_machine.shift(timedelta(days=1, hours=23))
    before = (jobs.forget_exports(), len(stored()))
    time_machine.shift(timedelta(hours=2))
    after = (jobs.forget_exports(), len(stored()))

    assert (before, after) == (("0 forgotten", 1), ("1 forgotten", 0))
    assert list(ExportJob.objects.all()) == [waiting]
