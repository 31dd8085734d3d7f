from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from waproject.core.jobs.models import Job
from waproject.tenants.models import Tenant
from waproject.tenants.preferences import local_time
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.retention.tasks import forget_at_night, is_due
from waproject.workers.tick import run_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_madrid(tenant):
    tenant = Tenant.objects.get()
    tenant.time_zone = "Europe/Madrid"
    tenant.save()
    Tenant.objects.update(created_at=datetime.fromisoformat("2026-11-10T12:00Z"))
    with local_time():
        yield


def ran(started: str) -> None:
    moment = datetime.fromisoformat(started)
    RetentionRun.objects.create(started_at=moment, finished_at=moment)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-20T00:30+01:00", False),
        ("2026-11-20T01:00+01:00", True),
        ("2026-11-20T05:59+01:00", True),
        ("2026-11-20T06:00+01:00", False),
        ("2026-11-20T04:00-03:00", False),  # the night of another country
    ],
)
def test_a_run_begins_in_the_business_s_own_night(in_madrid, now, due):
    ran("2026-11-19T02:00+01:00")

    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        assert is_due() is due


def test_a_night_has_one_run(in_madrid):
    ran("2026-11-20T01:00+01:00")

    with time_machine.travel(datetime.fromisoformat("2026-11-20T03:00+01:00"), tick=False):
        assert is_due() is False


def test_who_is_off_at_night_runs_by_day(in_madrid):
    ran("2026-11-18T02:00+01:00")

    with time_machine.travel(datetime.fromisoformat("2026-11-19T13:59+01:00"), tick=False):
        early = is_due()
    with time_machine.travel(datetime.fromisoformat("2026-11-19T14:01+01:00"), tick=False):
        assert (early, is_due()) == (False, True)


def test_the_tick_queues_the_run_once(in_madrid):
    with time_machine.travel(datetime.fromisoformat("2026-11-20T02:00+01:00"), tick=False):
        said = run_all()
        again = forget_at_night()

    assert "forget_at_night: queued" in said
    assert (again, Job.objects.filter(kind="retention").count()) == ("not due", 1)


def test_a_new_business_has_nothing_to_forget():
    Tenant.objects.update(created_at=timezone.now())

    assert is_due() is False
