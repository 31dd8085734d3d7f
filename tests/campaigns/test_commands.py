import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns import operations
from campaigns.launch import people as addressees
from campaigns.management import watching
from campaigns.management.commands import launch_campaign
from campaigns.models import Campaign
from contacts.models import Contact, ContactStatus
from messaging.delivery import jobs
from tests.factories.people import people
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import LEASE

Run = Callable[..., str]


@pytest.fixture
def run() -> Run:
    """Run a command and return what it printed."""

    def run(*words: object) -> str:
        output = io.StringIO()
        call_command(*map(str, words), stdout=output, stderr=io.StringIO(), no_color=True)
        return output.getvalue()

    return run


@pytest.fixture
def status(campaign) -> Callable[[], str]:
    return lambda: Campaign.objects.get(pk=campaign.pk).status


@pytest.fixture
def narrow_campaign(campaign, contact) -> Campaign:
    """A campaign to one person by name: nothing to warn of."""
    Campaign.objects.filter(pk=campaign.pk).update(audience={"contact_ids": [contact.pk]})
    return campaign


@pytest.fixture
def worker(simulator, monkeypatch, narrow_campaign):
    """A worker that sends while the command waits."""
    monkeypatch.setattr(
        watching, "sleep", lambda _seconds: jobs.send_from(narrow_campaign.sender_id)
    )


def test_launch_starts_the_campaign(run, narrow_campaign, status):
    printed = run("launch_campaign", narrow_campaign.pk, "--yes")

    assert status() == "active"
    assert printed.splitlines()[-1] == "Launched: 1 message to send."


def test_launch_shows_who_is_left_out(run, campaign, contact):
    Contact.objects.create(phone="+56911111111", status=ContactStatus.INVALID)

    printed = run("launch_campaign", campaign.pk, "--yes")

    assert "Left out: 1 (invalid address)." in printed.splitlines()


def test_launch_with_a_warning_needs_yes(run, campaign, contact, status):
    with pytest.raises(CommandError, match=r"^Nothing was sent\. Add --yes to launch all the same"):
        run("launch_campaign", campaign.pk)

    assert status() == "draft"


def test_launch_with_an_error_says_it_and_changes_nothing(run, campaign, status):
    with pytest.raises(CommandError) as refusal:
        run("launch_campaign", campaign.pk, "--yes")

    assert str(refusal.value) == (
        "There is nobody to write to. Widen the audience, or see below who is left out."
    )
    assert status() == "draft"


def test_launch_of_a_campaign_that_does_not_exist_says_so(run, db):
    with pytest.raises(CommandError, match=r"^There is no campaign 7\.$"):
        run("launch_campaign", 7)


@pytest.fixture
def many(campaign, monkeypatch) -> Campaign:
    """A campaign to three people, two of whom are left to a job."""
    monkeypatch.setattr(addressees, "BATCH", 1)
    people(3, phones="+5691111111{}", name="Ana")
    return campaign


def test_launch_of_many_needs_no_worker(run, many, status):
    printed = run("launch_campaign", many.pk, "--yes")

    assert (status(), printed.splitlines()[-1]) == ("active", "Launched: 3 messages to send.")


def test_launch_of_many_waits_for_the_worker_that_has_it(run, many, status, monkeypatch):
    begin = launch_campaign.launch

    def a_worker_takes_it(*given, **options) -> None:
        begin(*given, **options)
        Job.objects.update(state="running", lease_expires_at=timezone.now() + LEASE)

    monkeypatch.setattr(launch_campaign, "launch", a_worker_takes_it)
    monkeypatch.setattr(watching, "sleep", lambda _seconds: Job.objects.update(state="waiting"))

    assert run("launch_campaign", many.pk, "--yes").endswith("Launched: 3 messages to send.\n")


def test_launch_of_many_that_is_interrupted_is_left_to_the_workers(run, many, status, monkeypatch):
    def interrupt(*_given, **_options) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "go_on", interrupt)

    with pytest.raises(CommandError, match=r"^The launch goes on without you") as ended:
        run("launch_campaign", many.pk, "--yes")

    assert (ended.value.returncode, status()) == (130, "launching")


def test_launch_of_many_that_is_taken_back_says_why(run, many, status):
    Contact.objects.update(status="invalid")

    with pytest.raises(CommandError, match=r"^There is nobody to write to\."):
        run("launch_campaign", many.pk, "--yes")

    assert status() == "draft"


def test_launch_twice_is_refused(run, narrow_campaign):
    run("launch_campaign", narrow_campaign.pk, "--yes")

    with pytest.raises(CommandError, match="is sending, so it cannot do that now"):
        run("launch_campaign", narrow_campaign.pk, "--yes")


@pytest.mark.usefixtures("worker")
def test_waiting_ends_when_the_campaign_is_completed(run, narrow_campaign, status):
    printed = run("launch_campaign", narrow_campaign.pk, "--yes", "--wait")

    assert status() == "completed"
    assert printed.splitlines()[-1] == "Completed: 1 sent, 0 failed, 0 skipped."


def test_waiting_ends_in_an_error_when_the_campaign_is_paused(run, narrow_campaign, monkeypatch):
    pause = lambda _seconds: operations.pause(narrow_campaign.pk, by=SYSTEM)  # noqa: E731
    monkeypatch.setattr(watching, "sleep", pause)

    with pytest.raises(CommandError, match=r"^The campaign is paused\. Paused\.$"):
        run("launch_campaign", narrow_campaign.pk, "--yes", "--wait")


def test_interrupting_the_wait_leaves_the_campaign_running(
    run, narrow_campaign, status, monkeypatch
):
    def interrupt(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "sleep", interrupt)

    with pytest.raises(CommandError, match=r"^The campaign goes on without you") as ended:
        run("launch_campaign", narrow_campaign.pk, "--yes", "--wait")

    assert (ended.value.returncode, status()) == (130, "active")


def test_pause_resume_and_cancel_move_the_campaign(run, narrow_campaign, status):
    run("launch_campaign", narrow_campaign.pk, "--yes")
    states = []
    for command in ("pause_campaign", "resume_campaign", "cancel_campaign"):
        run(command, narrow_campaign.pk)
        states.append(status())

    assert states == ["paused", "active", "cancelled"]


def test_cancel_says_how_many_were_not_written_to(run, narrow_campaign):
    run("launch_campaign", narrow_campaign.pk, "--yes")

    printed = run("cancel_campaign", narrow_campaign.pk)

    assert printed == "Cancelled. 1 recipient was not written to.\n"


@pytest.mark.parametrize("command", ["pause_campaign", "resume_campaign"])
def test_command_that_does_not_fit_the_state_says_so(run, campaign, command):
    with pytest.raises(CommandError, match=r"^“Promo” is draft, so it cannot do that now\.$"):
        run(command, campaign.pk)


def test_report_prints_a_table(run, campaign):
    title, _top, head, _rule, row, _bottom = run("report", "campaign_results").splitlines()

    assert title == "Campaign results"
    assert [cell.strip() for cell in head.split("┃")][2:5] == ["campaign", "status", "recipients"]
    assert [cell.strip() for cell in row.split("│")][2:5] == ["Promo", "draft", "0"]


def test_report_prints_json(run, db):
    assert run("report", "opt_outs", "--format", "json") == "[]\n"


def test_report_writes_a_file(run, tmp_path: Path, campaign):
    file = tmp_path / "results.csv"

    printed = run("report", "campaign_results", "--format", "csv", "--output", file)

    assert printed == ""
    assert file.read_text().splitlines()[1].split(",")[1:3] == ["Promo", "draft"]


def test_report_that_does_not_exist_lists_the_names(run, db):
    with pytest.raises(CommandError) as refusal:
        run("report", "sales")

    assert str(refusal.value) == (
        "There is no report sales. The reports are: "
        "campaign_results, responders, opt_outs, leads_by_model, template_usage,"
        " daily_activity, answer_times, answer_times_by_user, access."
    )


def test_report_to_a_folder_that_does_not_exist_says_so(run, tmp_path: Path, db):
    file = tmp_path / "missing" / "out.csv"

    with pytest.raises(CommandError) as refusal:
        run("report", "opt_outs", "--output", file)

    assert str(refusal.value) == (
        f"Cannot write {file}: No such file or directory. "
        "Name a file in a folder that you may write to."
    )


def test_report_in_a_zone_that_does_not_exist_says_so(run, db):
    with pytest.raises(CommandError, match="Marte is no time zone; write one such as America/"):
        run("report", "daily_activity", "--zone", "Marte")


def test_retry_campaign_says_how_many_are_written_to_again(run, narrow_campaign, contact):
    failed = {"status": "failed", "error_code": "30003", "failed_at": timezone.now()}
    narrow_campaign.recipients.create(contact=contact, phone=contact.phone, **failed)
    Campaign.objects.update(status="completed")

    assert run("retry_campaign", narrow_campaign.pk) == "1 person is written to again.\n"


def test_retry_campaign_of_a_draft_is_refused(run, narrow_campaign):
    with pytest.raises(CommandError, match="is draft, so it cannot do that now"):
        run("retry_campaign", narrow_campaign.pk)
