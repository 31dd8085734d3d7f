from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.imports.operations import delete_files, start_import
from contacts.models import ImportJob
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run

LIST = reverse("admin:contacts_importjob_changelist")
FILE = b"telefono;nombre;email\n911112222;Ana;ana@\n=1+1;=Eva;\n911112222;Ana;\n"

pytestmark = pytest.mark.django_db


def url(page: str, job: ImportJob) -> str:
    return reverse(f"admin:contacts_importjob_{page}", args=[job.pk])


@pytest.fixture
def waiting(superuser) -> ImportJob:
    return start_import(ContentFile(FILE), "lista.csv", {}, by=superuser)


@pytest.fixture
def finished(waiting) -> ImportJob:
    run(waiting.pk)
    waiting.refresh_from_db()
    return waiting


def test_list_costs_the_same_for_one_and_for_twenty(boss, superuser):
    costs = []
    for more in (1, 19):
        for _number in range(more):
            job = Job.objects.create(kind="import", title="lista.csv", owner=superuser)
            ImportJob.objects.create(job=job)
        with CaptureQueriesContext(connection) as queries:
            boss.get(LIST)
        costs.append(len(queries))

    assert costs == [8, 8]


def test_progress_asks_again_while_the_import_runs(boss, waiting):
    Job.objects.update(state="running", total=200, done=50)

    response = boss.get(url("progress", waiting))

    assert response.context["job"].percent == 25
    assert response.content.decode().count(f'hx-get="{url("progress", waiting)}"') == 1


def test_progress_stops_asking_when_the_import_has_ended(boss, finished):
    content = boss.get(url("progress", finished)).content.decode()

    assert content.count("hx-get") == 0


def test_progress_says_why_an_import_failed(boss, waiting):
    Job.objects.update(state="failed", error="The file is empty.", finished_at=timezone.now())

    content = boss.get(url("change", waiting)).content.decode()

    assert content.count('<p class="errornote">The file is empty.</p>') == 1


def test_progress_refreshes_without_scripts_while_the_import_runs(boss, waiting):
    content = boss.get(url("change", waiting)).content.decode()

    assert content.count('<noscript><meta http-equiv="refresh"') == 1


def test_progress_tells_repeated_lines(boss, finished):
    response = boss.get(url("change", finished))

    assert response.context["repeated_lines"] == [[4, 2]]
    assert response.content.decode().count("Line 4: the same phone as line 2") == 1


def test_rejected_rows_come_with_line_and_reason_and_no_formula(boss, finished):
    response = boss.get(url("rejected", finished))

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "line,reason,telefono,nombre,email",
        "3,The phone has signs that do not belong in a number.,'=1+1,'=Eva,",
    ]
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="lista - rows not taken.csv"'
    )


@pytest.mark.parametrize("page", ["rejected", "remarks"])
def test_rows_of_an_import_that_are_taken_along_leave_an_event(boss, finished, page):
    b"".join(boss.get(url(page, finished)).streaming_content)

    event = Event.objects.latest("pk")
    assert (event.action, event.object_type, event.object_id) == (
        *("core.download", "contacts.importjob"),
        str(finished.pk),
    )


def test_rejected_rows_of_an_import_that_took_all_are_none(boss, waiting):
    assert boss.get(url("rejected", waiting)).status_code == 404


def test_rows_with_remarks_come_with_line_and_reasons(boss, finished):
    response = boss.get(url("remarks", finished))

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "line,reason,telefono,nombre,email",
        '2,"“email”: The email is not an address, such as ana@example.com.",911112222,Ana,ana@',
    ]


def test_rows_with_remarks_of_an_import_that_took_all_whole_are_none(boss, waiting):
    assert boss.get(url("remarks", waiting)).status_code == 404


def test_page_leads_to_a_campaign_for_the_people_of_the_import(boss, finished):
    content = boss.get(url("change", finished)).content.decode()

    assert content.count(f'value="import={finished.pk}"') == 1
    assert content.count(f'href="/admin/contacts/contact/?import={finished.pk}"') == 1


def test_page_counts_the_rows_with_remarks(boss, finished):
    content = boss.get(url("change", finished)).content.decode()

    assert content.count("1 row was taken without a cell that could not be understood.") == 1
    assert content.count(url("remarks", finished)) == 1


@pytest.mark.parametrize("page", ["change", "progress", "rejected", "remarks"])
def test_pages_need_a_permission(as_staff, finished, page):
    assert as_staff("view_contact").get(url(page, finished)).status_code == 403


@pytest.mark.parametrize("permission", ["view_importjob", "import_contact"])
@pytest.mark.parametrize("page", ["change", "progress", "rejected", "remarks"])
def test_pages_open_for_who_imports_or_looks(as_staff, finished, page, permission):
    response = as_staff(permission, "view_full_address").get(url(page, finished))
    response.close()  # a file that nobody reads

    assert response.status_code == 200


@pytest.mark.parametrize("page", ["rejected", "remarks"])
def test_files_need_the_right_to_see_addresses_in_full(as_staff, finished, page):
    assert as_staff("view_importjob").get(url(page, finished)).status_code == 403


def test_an_address_without_a_number_is_no_import(boss):
    assert boss.get(f"{LIST}abc/change/").status_code == 404


def test_nothing_can_be_changed(boss, finished):
    boss.post(url("change", finished), {"title": "otra.csv", "state": "waiting"})

    finished.refresh_from_db()
    assert (finished.job.title, finished.job.state) == ("lista.csv", "completed")


def test_deleting_forgets_the_files(boss, finished, django_capture_on_commit_callbacks):
    storage, names = (
        finished.file.storage,
        [*(finished.file.name, finished.rejected_file.name, finished.remarks_file.name)],
    )

    with django_capture_on_commit_callbacks(execute=True):
        boss.post(url("delete", finished), {"post": "yes"})

    assert [storage.exists(name) for name in names] == [False] * 3
    assert (ImportJob.objects.count(), Job.objects.count()) == (0, 0)


def test_deleting_waits_for_the_end_of_the_import(boss, waiting):
    assert boss.post(url("delete", waiting), {"post": "yes"}).status_code == 403


def test_deleting_several_names_those_that_still_run(boss, waiting):
    chosen = {"action": "delete_selected", "_selected_action": waiting.pk, "post": "yes"}

    response = boss.post(LIST, chosen)

    assert (response.context["protected"], ImportJob.objects.count()) == (["lista.csv"], 1)


def test_page_says_when_the_files_are_deleted(boss, finished):
    Job.objects.update(finished_at="2026-01-10T12:00Z")
    before = boss.get(url("progress", finished)).content.decode()

    delete_files(ImportJob.objects.files_to_forget(datetime(2026, 3, 1, tzinfo=UTC)))

    after = boss.get(url("progress", finished)).content.decode()
    assert "are deleted on Feb. 9, 2026." in before
    assert "The file and the rows not taken have been deleted." in after
    assert boss.get(url("rejected", finished)).status_code == 404
