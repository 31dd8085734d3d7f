from datetime import timedelta

import pytest
from django.utils import timezone, translation

from campaigns.launch import counting
from campaigns.launch.checks import Preflight, preflight
from campaigns.launch.counting import count_again, counted
from campaigns.models import Campaign
from contacts.models import Contact
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(campaign, people, monkeypatch) -> Campaign:
    """A campaign to five people, where a page reads no more than two itself."""
    monkeypatch.setattr(counting, "AT_ONCE", 2)
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def done(large, superuser) -> Job:
    """The count of that campaign, ended."""
    job = counted(large, by=superuser)
    run(job.pk)
    job.refresh_from_db()
    return job


def test_small_audience_is_read_at_once(campaign, contact, superuser):
    assert counted(campaign, by=superuser) == preflight(campaign)
    assert not Job.objects.exists()


def test_audience_that_cannot_be_read_is_told_at_once(large, superuser):
    large.audience = {"nothing": 1}

    assert counted(large, by=superuser).errors[-1].startswith("The audience has no filter")


def test_large_audience_is_counted_by_a_job_and_only_once(large, superuser):
    jobs = [counted(large, by=superuser) for _look in range(2)]

    assert jobs == [Job.objects.get()] * 2
    assert (jobs[0].kind, jobs[0].state) == ("preflight", "waiting")


def test_count_says_what_a_look_at_everyone_says(large, done, superuser):
    found = counted(large, by=superuser)

    assert isinstance(found, Preflight)
    assert (found.recipients, found.counted_at) == (5, done.finished_at)
    at_once = preflight(large)
    assert (found.warnings, found.duration) == (at_once.warnings, at_once.duration)
    assert found.samples == at_once.samples


def test_count_keeps_no_name_and_no_text(done):
    assert "Ana" not in str(done.result)
    assert (done.done, done.total) == (5, 5)


def test_change_of_the_campaign_is_counted_anew(large, done, superuser):
    large.message_template = "Otro texto"
    large.template = None

    assert counted(large, by=superuser) != done
    assert Job.objects.count() == 2


def test_count_of_a_campaign_that_changed_meanwhile_says_so(large, superuser):
    job = counted(large, by=superuser)
    Campaign.objects.update(name="Otro nombre")

    run(job.pk)

    job.refresh_from_db()
    assert job.error == "The campaign was changed meanwhile. Look at it again."


def test_count_is_made_anew_after_a_while_and_when_asked(large, done, superuser, time_machine):
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    later = counted(large, by=superuser)
    count_again(large, by=superuser)

    assert counted(large, by=superuser) != later
    assert Job.objects.count() == 1


def test_count_of_another_reader_and_in_another_language_is_another(large, done, staff, superuser):
    assert isinstance(counted(large, by=staff), Job)
    with translation.override("es"):
        assert isinstance(counted(large, by=superuser), Job)


def test_killed_count_begins_anew(large, superuser, monkeypatch):
    job = counted(large, by=superuser)
    with monkeypatch.context() as patched:
        patched.setattr(counting.Check, "result", lambda check: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(job.pk)

    run(job.pk, take_over=True)

    assert counted(large, by=superuser).recipients == Contact.objects.count()


def test_change_of_the_sender_is_counted_anew(large, done, superuser):
    large.sender.status = "disabled"
    large.sender.save()

    assert isinstance(counted(Campaign.objects.get(), by=superuser), Job)
