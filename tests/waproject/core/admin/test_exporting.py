from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from contacts.exports import ContactExport
from contacts.models import Contact
from tests.campaigns.reports.test_opt_outs import opted_out
from tests.factories.users import browser_of, permit_only
from tests.waproject.core.exports.conftest import content
from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.core.jobs.tasks import run_job

LIST = reverse("admin:jobs_job_changelist")
EXPORT = reverse("admin:contacts_contact_export")
CSV = "0"
EVERY_COLUMN = {"resource": "0"} | {
    f"contactexport_{name}": "on" for name in ContactExport._meta.fields
}

pytestmark = pytest.mark.django_db


def url(page: str, job: Job) -> str:
    return reverse(f"admin:jobs_job_{page}", args=[job.pk])


@pytest.fixture(autouse=True)
def long_lists_are_short(monkeypatch):
    monkeypatch.setattr("waproject.core.exports.work.AT_ONCE", 2)


@pytest.fixture
def seller(staff, client) -> Client:
    """The browser of someone who may export contacts; there are three, each with a vehicle."""
    for number in range(3):
        person = Contact.objects.create(phone=f"+5697000{number:04}", name=f"Persona {number}")
        person.vehicles.create(make="Kia", model="Rio", year=2020)
    return browser_of(permit_only(staff, "view_contact", "export_contact"))


@pytest.fixture
def job(seller) -> Job:
    """Contacts that were asked for as a file, which is not written yet."""
    seller.post(f"{EXPORT}?q=Persona", {"format": CSV, **EVERY_COLUMN})
    return Job.objects.get()


@pytest.fixture
def written(job) -> Job:
    run_job(job.pk)
    job.refresh_from_db()
    return job


def test_long_list_is_written_in_the_background(seller):
    response = seller.post(f"{EXPORT}?q=Persona", {"format": CSV, **EVERY_COLUMN})

    job = Job.objects.get()
    assertRedirects(response, url("change", job))
    assert (job.parameters["name"], job.parameters["query"], job.owner.username) == (
        "contacts.contact",
        "q=Persona",
        "vendedor",
    )
    event = Event.objects.get()
    assert (event.action, event.object_type) == ("core.export_later", "contacts.contact")


def test_short_list_is_written_at_once_and_leaves_a_record(seller):
    response = seller.post(f"{EXPORT}?q=Persona+1", {"format": CSV, **EVERY_COLUMN})

    event = Event.objects.get()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (event.actor_name, event.action, event.object_type, event.after) == (
        "vendedor",
        "core.export",
        "contacts.contact",
        {"rows": 1},
    )


def test_page_renews_itself_until_the_file_is_written(seller, job):
    before = seller.get(url("change", job)).content.decode()
    run_job(job.pk)
    after = seller.get(url("progress", job)).content.decode()

    assert ("hx-get" in before, url("file", job) in before) == (True, False)
    assert ("hx-get" in after, url("file", job) in after) == (False, True)


def test_file_is_fetched_by_its_owner_and_leaves_a_record(seller, written):
    response = seller.get(url("file", written))

    assert response.headers["Content-Disposition"].startswith('attachment; filename="contacts-')
    assert len(b"".join(response.streaming_content).splitlines()) == 4
    event = Event.objects.get(action="core.download")
    assert (event.action, event.object_text, event.after) == (
        "core.download",
        written.file_name,
        {"rows": 3},
    )


def test_pages_of_an_export_are_missing_for_everyone_else(written, superuser):
    boss = Client()
    boss.force_login(superuser)

    pages = ["change", "progress", "file", "delete"]
    statuses = [boss.get(url(page, written)).status_code for page in pages]

    assert statuses == [404, 404, 404, 403]
    assert list(boss.get(LIST).context["cl"].queryset) == []


def test_file_is_refused_to_an_owner_who_lost_the_permission(seller, written):
    permit_only(User.objects.get(username="vendedor"))

    response = seller.get(url("file", written))

    assert response.status_code == 403
    assertContains(response, "Contacts: Export", status_code=403)


@pytest.mark.parametrize("why", ["over", "lost", "unwritten"])
def test_file_that_is_not_there_is_missing(seller, written, why, time_machine):
    if why == "over":
        time_machine.move_to(timezone.now() + timedelta(days=8))
        seller.force_login(written.owner)  # the session is over by then
    elif why == "lost":
        default_storage.delete(written.stored_as)
    else:
        Job.objects.update(state="running", finished_at=None)

    assert seller.get(url("file", written)).status_code == 404
    assert seller.get(url("change", written)).status_code == 200


def test_owner_deletes_the_file_before_its_time(seller, written):
    seller.post(url("delete", written), {"post": "yes"})

    assert (Job.objects.count(), default_storage.listdir("jobs")[1]) == (0, [])


def test_export_that_is_being_written_cannot_be_deleted(seller, job):
    assert seller.post(url("delete", job), {"post": "yes"}).status_code == 403


def test_recipients_are_exported_in_the_columns_chosen(boss, campaign):
    for _number in range(3):
        other = Contact.objects.create(phone=f"+5697000001{_number}")
        campaign.recipients.create(contact=other, phone=other.phone, error_code="63016")
    columns = {"recipientresource_phone": "on", "recipientresource_error_code": "on"}
    page = reverse("admin:campaigns_recipient_export")

    boss.post(page, {"format": CSV, "resource": "0", **columns})
    run_job(Job.objects.get().pk)

    text = content(Job.objects.get()).decode("utf-8-sig")
    assert text.splitlines()[0] == "address,error code"
    assert sorted(text.splitlines()[1:])[0] == "+56970000010,63016"


def test_long_report_is_written_in_the_background(allowed_to_report):
    for name in ("Ana", "Beto", "Caro"):
        opted_out(name)
    page = reverse("admin:report", args=["opt_outs"])

    for form in ("csv", "json"):
        direct = allowed_to_report.get(page, {"format": form, "limit": 2})
        response = allowed_to_report.get(page, {"format": form})
        job = Job.objects.latest("pk")
        assertRedirects(response, url("change", job))
        run_job(job.pk)
        assert content(job)[:100] == direct.content[:100]
        job.refresh_from_db()
        assert (job.done, job.total) == (3, 3)


@pytest.fixture
def allowed_to_report(staff) -> Client:
    needed = ["view_reports", "view_contact", "export_optout"]
    return browser_of(permit_only(staff, *needed))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name", ["contacts_contact_export", "campaigns_recipient_export", "optouts_optout_export"]
)
def test_export_with_a_filter_that_does_not_exist_leads_to_the_list(boss, method, name):
    page = reverse(f"admin:{name}")

    response = getattr(boss, method)(
        f"{page}?anything=1", {"format": CSV} if method == "post" else {}
    )

    assertRedirects(response, page.removesuffix("export/"))
