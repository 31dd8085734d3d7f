"""The measured work itself, on a small scale; how fast it is, is the bench's to say."""

import pytest

from campaigns.models import Recipient
from messaging.models import Delivery, Message
from waproject.lab.bench.tenants import neighbours
from waproject.tenants.integrity import integrity_problems
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant


@pytest.fixture
def few(monkeypatch) -> None:
    monkeypatch.setattr(neighbours, "OURS", 20)
    monkeypatch.setattr(neighbours, "CLAIMED", 20)
    monkeypatch.setattr(neighbours, "TIMES", 1)


@pytest.mark.django_db
def test_a_small_business_is_measured_beside_a_large_one(few, settings):
    settings.ALLOWED_HOSTS = ["localhost"]

    waits = neighbours.waits_beside(count=30)

    assert {*waits} == {*neighbours._WORDS}
    assert all(time > 0 for both in waits.values() for time in both)
    with in_tenant(Tenant.objects.get(slug="large").pk):
        counted = [model.objects.count() for model in (Recipient, Message, Delivery)]
        assert (counted, list(integrity_problems())) == ([32, 31, 4], [])


def test_twice_the_wait_does_not_hold():
    assert [neighbours._line("claim", 10.0, ms).holds for ms in (14.0, 20.0)] == [True, False]
