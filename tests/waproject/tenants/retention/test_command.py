from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from messaging.models import Message
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs.models import Job
from waproject.tenants.retention.models import ChosenPeriod, RetentionRun
from waproject.tenants.retention.running import start

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> list[str]:
    output = StringIO()
    call_command("retention", *arguments, stdout=output)
    return output.getvalue().splitlines()


def test_it_lists_the_periods():
    assert "messages\t730 days\tMessages" in said()
    assert "contacts\tfor ever\tPeople with whom nothing happened" in said()


def test_it_chooses_periods():
    assert "messages\tfor ever\tMessages" in said("--set", "messages=0", "holds=60")
    said("--set", "holds=default")

    assert list(ChosenPeriod.objects.values_list("name", "days")) == [("messages", 0)]


@pytest.mark.parametrize("given", ["messages", "messages=", "messages=x", "messages=5", "x=5"])
def test_it_refuses_what_cannot_be(given):
    with pytest.raises(CommandError):
        said("--set", given)

    assert not ChosenPeriod.objects.exists()


def test_dry_run_changes_nothing_and_run_does():
    Message.objects.create(
        direction="inbound",
        status="received",
        message_sid="SM1",
        body="hola",
        created_at=timezone.now() - timedelta(days=800),
    )

    dry = said("--dry-run")
    kept = Message.objects.get().body

    assert ("texts of messages: 1" in dry, kept) == (True, "hola")
    assert said("--run") == ["texts of messages: 1"]
    assert said("--run") == ["Nothing was kept for too long."]


def test_run_tells_of_a_sweep_that_is_registered_no_more():
    start(by=SYSTEM)
    RetentionRun.objects.update(removed={"letters": 3})
    Job.objects.update(state="failed", finished_at=timezone.now(), lease_expires_at=None)

    assert said("--run") == ["letters: 3"]


def test_a_second_run_is_refused():
    start(by=SYSTEM)

    with pytest.raises(CommandError, match="under way"):
        said("--run")
