from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from tests.waproject.core.jobs import counting
from waproject.core.jobs import kinds
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import start


@pytest.fixture
def counting_kind(settings) -> Iterator[None]:
    """A kind of long work that counts, among the others."""
    settings.JOB_KINDS = [*settings.JOB_KINDS, "tests.waproject.core.jobs.counting.count"]
    kinds.kinds.cache_clear()
    yield
    kinds.kinds.cache_clear()


@pytest.fixture
def counted(counting_kind, staff) -> Callable[..., Job]:
    """Starts a job that counts to a number, for the member of staff."""

    def make(to: int = 3, **fields) -> Job:
        counting.SEEN.clear()
        return start(counting.count, title="Count", by=staff, parameters={"to": to}, **fields)

    return make


@pytest.fixture
def seller(staff, client) -> Client:
    """The browser of the member of staff."""
    client.force_login(staff)
    return client
