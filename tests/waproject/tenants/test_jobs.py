import pytest
from django_q.models import OrmQ

from waproject.tenants.jobs import RUN, enqueue, run
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
    assert run(7, SCOPE) == 7


def test_a_job_needs_the_scope_of_one_tenant():
    with all_tenants(), pytest.raises(ScopeError):
        enqueue(SCOPE)
