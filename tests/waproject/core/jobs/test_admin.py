import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.users import browser_of, permit_only
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run

LIST = reverse("admin:jobs_job_changelist")

pytestmark = pytest.mark.django_db


def url(page: str, job: Job) -> str:
    return reverse(f"admin:jobs_job_{page}", args=[job.pk])


@pytest.fixture
def another(django_user_model) -> Client:
    """The browser of another member of staff, who may import contacts."""
    user = django_user_model.objects.create_user("otra", is_staff=True)
    return browser_of(permit_only(user, "import_contact"))


def test_page_renews_itself_until_the_job_ends(counted, seller):
    job = counted()
    before = seller.get(url("change", job)).content.decode()
    run(job.pk)
    after = seller.get(url("progress", job)).content.decode()

    assert ("hx-get" in before, "hx-get" in after) == (True, False)
    assert "3 of 3 done." in after


def test_page_says_why_a_job_failed(counted, seller):
    job = counted(to=-1)
    run(job.pk)

    page = seller.get(url("change", job)).content.decode()

    assert "Nobody counts to less than nothing." in page


def test_owner_cancels_the_job_and_leaves_a_record(counted, seller):
    job = counted()

    response = seller.post(url("cancel", job))

    job.refresh_from_db()
    assert (response.url, job.state) == (url("change", job), "cancelled")
    assert Event.objects.get().object_text == "Count"


def test_job_that_ended_is_not_cancelled_but_deleted(counted, seller):
    job = counted()
    run(job.pk)

    assert seller.post(url("cancel", job)).status_code == 403
    seller.post(url("delete", job), {"post": "yes"})
    assert not Job.objects.exists()


def test_job_under_way_is_not_deleted(counted, seller):
    assert seller.post(url("delete", counted()), {"post": "yes"}).status_code == 403


def test_job_of_another_is_seen_with_the_permission_of_its_kind(counted, another):
    job = counted()

    assert list(another.get(LIST).context["cl"].queryset) == [job]
    assert another.get(url("change", job)).status_code == 200
    assert another.post(url("cancel", job)).status_code == 403


def test_job_of_another_is_missing_without_the_permission(counted, another, django_user_model):
    job = counted()
    permit_only(django_user_model.objects.get(username="otra"))

    statuses = [another.get(url(page, job)).status_code for page in ("change", "progress", "file")]

    assert statuses == [404, 404, 404]
    assert list(another.get(LIST).context["cl"].queryset) == []


def test_list_takes_no_query_for_each_job(counted, seller, django_assert_max_num_queries):
    for _number in range(3):
        counted()
    seller.get(LIST)
    with django_assert_max_num_queries(14) as few:
        seller.get(LIST)
    for _number in range(20):
        counted()

    with django_assert_max_num_queries(len(few)):
        seller.get(LIST)
