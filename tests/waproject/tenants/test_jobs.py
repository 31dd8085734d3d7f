import traceback

import pytest
from django_q.models import OrmQ

from waproject.tenants.jobs import RUN, JobFailed, enqueue, run
from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import ScopeError, all_tenants, in_tenant

pytestmark = pytest.mark.django_db

SCOPE = "waproject.tenants.scope.current_tenant_id"


def test_a_job_carries_the_tenant_of_the_scope():
    with in_tenant(7):
        enqueue(SCOPE, q_options={"cluster": "long"})

    job = OrmQ.objects.get()
    assert (job.key, job.task["func"], job.task["args"]) == ("long", RUN, (7, SCOPE))


def test_a_job_is_named_for_its_function():
    enqueue(SCOPE)

    assert OrmQ.objects.get().name() == "current_tenant_id"


def test_a_job_runs_in_the_scope_it_was_queued_in():
    other = create_tenant(name="Otra", slug="otra").pk

    assert run(other, SCOPE) == other


def test_a_job_needs_the_scope_of_one_tenant():
    with all_tenants(), pytest.raises(ScopeError):
        enqueue(SCOPE)


PHONE = "+56975400946"


def quotes_a_customer() -> None:
    raise ValueError(PHONE)


def test_a_job_that_fails_says_which_error_and_where_and_not_its_text():
    with pytest.raises(JobFailed, match=r"^ValueError\n(.|\n)*quotes_a_customer") as caught:
        run(Tenant.objects.get().pk, f"{__name__}.quotes_a_customer")

    assert PHONE not in "".join(traceback.format_exception(caught.value))
