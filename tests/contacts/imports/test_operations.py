import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from django_q.models import OrmQ

from contacts.imports import bulk, operations
from contacts.imports.operations import delete_files, start_import
from contacts.models import Contact, ImportJob, ImportRejection, ImportRemark, Tag
from optouts.operations import opt_out
from tests.factories.users import permit_only
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.core.jobs import operations as long_jobs
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import MOST_STALLS, cancel, run

HEADER = "fono,nombre,Color\n"
GOOD = "".join(f"9754009{number},Ana {number},rojo\n" for number in range(10, 18))
BAD = '97540,"Eva, la de 5",=1+1\n'
Start = Callable[..., ImportJob]


class KilledError(Exception):
    """Stands for a worker that dies."""


@pytest.fixture
def start(db) -> Start:
    def start_text(text: str, *, tag="", mended=None, **options) -> ImportJob:
        return start_import(
            ContentFile(text.encode()),
            "lista.csv",
            {"region": "CL", **options},
            by=SYSTEM,
            tag=tag,
            mended=mended,
        )

    return start_text


@pytest.fixture
def small_chunks(monkeypatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK_ROWS", 3)


@pytest.fixture
def kill_at(monkeypatch, small_chunks) -> Callable[[ImportJob, int], None]:
    """Runs an import whose worker dies at the end of a chunk's transaction, counted from 1."""
    record = operations._Reading._record

    def kill(job: ImportJob, chunk: int) -> None:
        calls = []

        def die(*args):
            calls.append(record(*args))
            if len(calls) == chunk:
                raise KilledError

        with monkeypatch.context() as patched:
            patched.setattr(operations._Reading, "_record", die)
            with pytest.raises(KilledError):
                run(job.pk)
        Job.objects.update(lease_expires_at=timezone.now())

    return kill


def counts(job: ImportJob) -> dict[str, int]:
    job.refresh_from_db()
    names = ("created", "updated", "unchanged", "skipped", "failed")
    values = {name: getattr(job, f"{name}_count") for name in names}
    values |= {"total": job.job.total, "done": job.job.done}
    return {name: value for name, value in values.items() if value}


def rejected(job: ImportJob) -> list[list[str]]:
    return rows_of(job.rejected_file)


def rows_of(stored) -> list[list[str]]:
    with stored.open() as file:
        text = file.read().decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def test_start_import_stores_the_file_and_queues_it_for_the_long_worker(start, superuser):
    file = ContentFile(b"fono\n975400946\n")

    job = start_import(file, "mis clientes.csv", {}, by=superuser)

    [queued] = OrmQ.objects.all()
    assert (queued.key, queued.task["args"][1:]) == ("long", (long_jobs.TASK, job.pk))
    assert (job.job.state, job.job.title, job.job.owner) == (
        "waiting",
        "mis clientes.csv",
        superuser,
    )
    with job.file.open() as stored:
        assert stored.read() == b"fono\n975400946\n"


def names_of(job: ImportJob) -> list[str]:
    return [one.name for one in Contact.objects.imported_by(job.pk).order_by("name")]


def test_people_of_an_import_are_those_it_took(start, contact, small_chunks):
    opt_out(Contact.objects.create(phone="+56975400999", name="Baja"), reason="manual")
    job = start(HEADER + GOOD + BAD + "975400946,Juan Pérez,\n975400999,Baja,\n" + GOOD)

    run(job.pk)

    assert names_of(job) == [*(f"Ana {number}" for number in range(10, 18)), "Juan Pérez"]


def test_people_of_an_import_get_its_tag(start, contact):
    job = start(HEADER + "975400910,Ana,\n975400946,Juan Pérez,\n", tag="Feria")

    run(job.pk)

    assert (job.tag.name, job.tag.contacts.count()) == ("Feria", 2)
    counted = counts(job)
    assert (counted["created"], counted["unchanged"]) == (1, 1)


def test_tag_of_an_import_is_the_one_there_is_whatever_its_case(start):
    known = Tag.objects.create(name="VIP")

    assert start(HEADER + GOOD, tag="vip").tag == known


def test_new_tag_needs_the_right_to_make_tags(staff):
    importer = permit_only(staff, "import_contact")

    with pytest.raises(PermissionDenied):
        start_import(ContentFile(b"telefono"), "lista.csv", {}, by=importer, tag="Feria")

    assert (Tag.objects.exists(), ImportJob.objects.exists()) == (False, False)


def test_tag_that_was_deleted_meanwhile_costs_nothing_but_the_tag(start, kill_at):
    job = start(HEADER + GOOD, tag="Feria")
    kill_at(job, 2)
    Tag.objects.get().delete()

    run(job.pk)

    assert (len(names_of(job)), counts(job)["created"]) == (8, 8)


def test_mended_rows_are_read_in_place_of_those_of_the_file(start, small_chunks):
    job = start(HEADER + BAD + GOOD + BAD, mended={2: ["97540 0999", "Eva", "rojo"]})

    run(job.pk)

    counted = counts(job)
    assert (counted["created"], counted["failed"]) == (9, 1)
    assert Contact.objects.get(phone="+56975400999").name == "Eva"
    assert [row[0] for row in rejected(job)] == ["line", "11"]


def test_mended_row_is_checked_like_any_other(start):
    job = start(HEADER + GOOD, mended={2: ["975400910", "MuÃ±oz", ""]})

    run(job.pk)

    assert counts(job)["failed"] == 1


def test_start_import_that_cannot_be_queued_leaves_nothing(start, monkeypatch, private_files):
    def refuse(*args, **kwargs):
        raise KilledError

    monkeypatch.setattr(long_jobs, "enqueue", refuse)

    with pytest.raises(KilledError):
        start(HEADER + GOOD)

    assert (ImportJob.objects.count(), Job.objects.count()) == (0, 0)
    assert [path for path in private_files.rglob("*") if path.is_file()] == []


def test_run_import_counts_every_row(start, contact, small_chunks):
    job = start(HEADER + GOOD + BAD + "975400946,Juan Pérez,\n97540 0910,,\n")

    assert run(job.pk) is True

    assert counts(job) == {
        "total": 11,
        "done": 11,
        "created": 8,
        "unchanged": 2,
        "failed": 1,
    }
    assert (job.job.state, job.job.error, job.job.attempts) == ("completed", "", 1)
    assert (job.repeated_count, job.repeated_lines) == (1, [[12, 2]])
    assert (job.ignored_columns, job.job.lease_expires_at) == (["Color"], None)


def test_run_import_writes_the_rows_not_taken(start):
    job = start(HEADER + GOOD + BAD)

    run(job.pk)

    job.refresh_from_db()
    assert rejected(job) == [
        ["line", "reason", "fono", "nombre", "Color"],
        ["10", "Too short for Chile.", "97540", "Eva, la de 5", "'=1+1"],
    ]
    assert ImportRejection.objects.count() == 0


def test_run_import_of_good_rows_has_no_file_of_others(start):
    job = start(HEADER + GOOD)

    run(job.pk)

    job.refresh_from_db()
    assert (job.rejected_file, job.remarks_file, job.remarked_count) == ("", "", 0)


REMARKED = "fono,email,año\n" + "".join(f"97540092{number},=x,2015\n" for number in range(4))


def test_run_import_takes_people_of_bad_cells_and_writes_what_it_left_out(start, kill_at):
    job = start(REMARKED + "97540,x,\n")
    kill_at(job, 2)

    run(job.pk)

    job.refresh_from_db()
    reason = "“email”: The email is not an address, such as ana@example.com."
    lacks = "The vehicle was left out, it lacks: make, model."
    assert (job.created_count, job.failed_count, job.remarked_count) == (4, 1, 4)
    assert rows_of(job.remarks_file) == [
        ["line", "reason", "fono", "email", "año"],
        *([str(at + 2), f"{reason} {lacks}", f"97540092{at}", "'=x", "2015"] for at in range(4)),
    ]
    assert (ImportRemark.objects.count(), len(rejected(job))) == (0, 2)


def test_run_import_keeps_unknown_columns_when_asked(start):
    job = start(HEADER + "975400946,Ana,rojo\n", keep_unknown=True)

    run(job.pk)

    job.refresh_from_db()
    assert Contact.objects.get().custom_fields == {"Color": "rojo"}
    assert job.ignored_columns == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("nombre\nAna\n", "No column holds the phone."),
        ("", "The file is empty."),
        (HEADER + GOOD + '97540,"Eva', "A quote opened on line 10 is never closed"),
    ],
)
def test_run_import_of_a_bad_file_fails_before_a_row_is_written(start, small_chunks, text, error):
    job = start(text)

    run(job.pk)

    job.refresh_from_db()
    assert job.job.error.startswith(error)
    assert (job.job.state, job.job.done, job.job.lease_expires_at) == ("failed", 0, None)
    assert Contact.objects.count() == 0


def test_run_import_gives_reasons_in_the_language_of_the_person(start):
    with translation.override("es"):
        job = start(HEADER + BAD)
        line = translation.gettext("line")

    run(job.pk)

    job.refresh_from_db()
    with job.rejected_file.open("rb") as file:
        assert file.read().decode("utf-8-sig").split(";")[0] == line


@pytest.mark.parametrize("chunk", [1, 2, 3, 4])
def test_killed_import_goes_on_and_ends_as_if_nothing_had_happened(start, kill_at, chunk):
    job = start(HEADER + BAD + GOOD + "975400911,Otra,\n" + BAD)
    kill_at(job, chunk)
    assert counts(job).get("done", 0) == 3 * (chunk - 1)

    assert run(job.pk) is True

    assert counts(job) == {
        "total": 11,
        "done": 11,
        "created": 8,
        "unchanged": 1,
        "failed": 2,
    }
    assert [row[0] for row in rejected(job)] == ["line", "2", "12"]
    assert (job.job.state, job.job.attempts) == ("completed", 2)
    assert job.repeated_lines == [[11, 4]]


def test_import_that_never_ends_is_given_up_with_a_sentence(start, kill_at):
    job = start(HEADER + GOOD)
    for _attempt in range(MOST_STALLS):
        kill_at(job, 1)

    run(job.pk)

    job.refresh_from_db()
    assert (job.job.state, job.job.error) == ("failed", "It stopped 5 times before its end.")


def test_cancelled_import_keeps_what_it_took_and_takes_nothing_more(start, kill_at):
    job = start(HEADER + BAD + GOOD)
    kill_at(job, 2)

    assert (cancel(job.pk), run(job.pk)) == (True, False)

    assert counts(job) == {"total": 9, "done": 3, "created": 2, "failed": 1}
    assert (Contact.objects.count(), ImportRejection.objects.count()) == (2, 0)


def test_worker_that_lost_its_lease_writes_nothing_more(start, small_chunks, monkeypatch):
    job = start(HEADER + GOOD)
    record = operations._Reading._record

    def sleep_too_long(held, rows, outcomes, people):
        if Contact.objects.count() > 3:
            Job.objects.update(attempts=2)  # as another worker's claim does
        record(held, rows, outcomes, people)

    monkeypatch.setattr(operations._Reading, "_record", sleep_too_long)

    assert run(job.pk) is False

    assert counts(job) == {"total": 8, "done": 3, "created": 3}
    assert (job.job.state, Contact.objects.count()) == ("running", 3)


def stored(folder) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def files_gone(days: float) -> int:
    """Delete the files of imports that ended so many days ago; of how many."""
    return delete_files(ImportJob.objects.files_to_forget(timezone.now() - timedelta(days=days)))


def test_deleting_files_of_old_imports_keeps_their_counts(start, private_files, time_machine):
    time_machine.move_to("2026-01-10 12:00", tick=False)
    job = start(HEADER + GOOD + BAD, mended={3: ["975400911", "Ana", ""]})
    run(job.pk)
    assert len(stored(private_files)) == 3
    time_machine.shift(timedelta(days=30, seconds=1))

    assert [files_gone(30), files_gone(30)] == [1, 0]

    job.refresh_from_db()
    assert stored(private_files) == []
    assert (job.file.name, job.rejected_file.name, job.created_count) == ("", "", 8)


def test_files_wait_for_the_day_and_for_the_end(start, private_files, time_machine):
    time_machine.move_to("2026-01-10 12:00", tick=False)
    start(HEADER + GOOD)
    run(start(HEADER + GOOD).pk)
    time_machine.shift(timedelta(days=29, hours=23))

    assert files_gone(30) == 0
    time_machine.shift(timedelta(days=300))
    assert files_gone(30) == 1

    assert len(stored(private_files)) == 1


def test_start_is_logged_with_the_name_of_the_file(superuser):
    started = start_import(ContentFile(b"telefono"), "clientes.csv", {}, by=superuser)

    event = Event.objects.get()
    assert (event.actor, event.action) == (superuser, "contacts.import")
    assert (event.object_id, event.object_text) == (str(started.pk), "clientes.csv")


def test_start_needs_its_right(staff):
    with pytest.raises(PermissionDenied):
        start_import(ContentFile(b"telefono"), "clientes.csv", {}, by=staff)

    assert (ImportJob.objects.exists(), Event.objects.exists()) == (False, False)
