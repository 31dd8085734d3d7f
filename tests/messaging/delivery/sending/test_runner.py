import time
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from asgiref.sync import async_to_sync
from django.db import DataError, InterfaceError, OperationalError
from django.utils import timezone

from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.states import CampaignStatus
from messaging.delivery.claiming import claims
from messaging.delivery.claiming.claims import last_look
from messaging.delivery.lanes import take_lane
from messaging.delivery.sending import dispatch, runner
from messaging.delivery.sending.requests import outbound_request
from messaging.delivery.settling.settlement import settle
from messaging.delivery.timing.slots import reserve
from messaging.models import Delivery, Lane, Message
from messaging.twilio.errors import classify
from optouts.operations import hold, opt_out
from tests.sending import claim, run, set_status
from waproject.core.db.retry import ATTEMPTS
from waproject.lab.twilio_simulator.faults import Fault


def statuses() -> Counter:
    return Counter(Recipient.objects.values_list("status", flat=True))


def written(simulator) -> Counter:
    """How often each address was written to, by the provider's own journal."""
    return Counter(entry["to"] for entry in simulator.journal if entry["kind"] == "api")


def test_run_sends_each_recipient_once(active, fill, simulator):
    fill(60)

    accepted = run(active, seconds=5).accepted

    assert (accepted, statuses()) == (60, {"sent": 60})
    assert set(written(simulator).values()) == {1}


def test_run_logs_a_message_for_each_sid(active, fill, simulator):
    fill(30)

    run(active, seconds=5)

    sids = set(Recipient.objects.values_list("message_sid", flat=True))
    assert set(Message.objects.values_list("message_sid", flat=True)) == sids
    assert len(sids) == 30


def test_run_counts_what_was_sent(active, fill, simulator):
    fill(30)

    run(active, seconds=5)

    assert Campaign.objects.get().sent_count == 30


def test_run_writes_the_history_of_each_move(active, fill, simulator):
    fill(1)

    run(active, seconds=5)

    moves = list(StatusChange.objects.order_by("id").values_list("old", "new", "source"))
    assert moves == [("pending", "sent", "engine")]


def test_run_sends_the_content_and_its_variables(active, fill, simulator):
    fill(1)

    run(active, seconds=5)

    entry = simulator.journal[0]
    assert (entry["content_sid"], entry["content_variables"]) == (
        "HX" + "a" * 32,
        {"1": "cliente"},
    )


def test_run_skips_people_who_opted_out_after_the_launch(active, fill, simulator):
    recipients = fill(5)
    opt_out(recipients[0].contact, reason="manual", note="por teléfono")

    run(active, seconds=5)

    skipped = Recipient.objects.get(status="skipped")
    assert (skipped.pk, skipped.why, len(written(simulator))) == (
        recipients[0].pk,
        "opted out",
        4,
    )


def test_run_skips_people_whose_message_is_held(active, fill, simulator):
    recipients = fill(2)
    hold(recipients[0].contact, "no sé si quiero la baja de esto")

    run(active, seconds=5)

    reason = Recipient.objects.get(status="skipped").why
    assert reason == "a message of theirs waits for a decision"


def test_run_sends_nothing_for_a_paused_campaign(active, fill, simulator):
    fill(5)
    set_status(active, CampaignStatus.PAUSED)

    run(active, seconds=5)

    assert (statuses(), simulator.journal) == ({"pending": 5}, [])


def test_run_survives_refusals_errors_and_drops_without_repeating(active, fill, simulate):
    kinds = ("429", "500", "500-accepted", "drop", "drop-accepted", "malformed")
    simulator = simulate(faults=tuple(Fault(kind, 0.1) for kind in kinds))
    fill(120)

    run(active, seconds=20)

    # What was found by asking has already been read by then.
    assert statuses()["sent"] + statuses()["read"] == 120
    assert set(written(simulator).values()) == {1}
    assert len(written(simulator)) == 120


def test_run_marks_contacts_invalid_by_the_error_table(active, fill, simulate):
    simulate(faults=(Fault("21211", 1.0),))
    recipients = fill(1)

    run(active, seconds=5)

    recipients[0].contact.refresh_from_db()
    failed = Recipient.objects.get()
    assert (failed.status, failed.error_code, failed.why) == (
        "failed",
        "21211",
        "The number is not valid.",
    )
    assert recipients[0].contact.status == "invalid"


def test_run_records_an_opt_out_known_to_the_provider(active, fill, simulate):
    simulate(faults=(Fault("21610", 1.0),))
    recipients = fill(1)

    run(active, seconds=5)

    recipients[0].contact.refresh_from_db()
    assert recipients[0].contact.status == "opted_out"
    assert recipients[0].contact.opt_out.reason == "provider"


def test_run_pauses_the_campaign_on_an_error_of_the_sender(active, fill, simulate):
    simulate(faults=(Fault("21606", 1.0),))
    fill(3)

    run(active, seconds=5)

    campaign = Campaign.objects.get()
    assert campaign.status == "paused"
    assert campaign.why == f"{classify('21606').meaning} (21606)"
    assert statuses() == {"pending": 3}


def test_run_waits_for_a_retry_that_comes_due(active, fill, simulator):
    recipients = fill(1)
    Delivery.objects.update(due_at=timezone.now() + timedelta(seconds=0.3))

    run(active, seconds=5)

    assert Recipient.objects.get(pk=recipients[0].pk).status == "sent"


def test_run_ends_when_nothing_comes_due_in_its_time(active, fill, simulator):
    fill(1)
    Delivery.objects.update(due_at=timezone.now() + timedelta(hours=1))

    accepted = run(active, seconds=5).accepted

    assert (accepted, statuses()) == (0, {"pending": 1})


# PostgreSQL really closes the connection, and a transaction around the test would not survive it.
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_run_writes_outcomes_down_after_the_connection_broke(active, fill, simulator, monkeypatch):
    fill(5)
    broken = [InterfaceError("the connection is closed"), OperationalError("terminated")]

    def settle_once_it_is_back(*args):
        if broken:
            raise broken.pop()
        settle(*args)

    monkeypatch.setattr(runner, "settle", settle_once_it_is_back)

    run(active, seconds=5)

    assert (statuses(), set(written(simulator).values())) == ({"sent": 5}, {1})


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_run_logs_no_words_of_the_database_about_outcomes(
    active, fill, simulator, monkeypatch, caplog
):
    fill(1)
    broken = [OperationalError("Key (phone)=(+56975400946) is locked")] * ATTEMPTS

    def settle_once_it_is_back(*args):
        if broken:
            raise broken.pop()
        settle(*args)

    monkeypatch.setattr(runner, "settle", settle_once_it_is_back)

    run(active, seconds=5)

    assert ("OperationalError" in caplog.text, "+5697" in caplog.text) == (True, False)


def test_run_takes_later_slots_when_a_look_was_slow(active, fill, simulator, monkeypatch):
    """A look of a second must not let the slots that passed meanwhile go out all at once."""
    active.sender.rate = 20
    active.sender.save()
    looks = []

    def slow_at_first(group):
        looks.append(len(group))
        if len(looks) == 1:
            time.sleep(1.0)
        return last_look(group)

    monkeypatch.setattr(claims, "last_look", slow_at_first)
    fill(4)

    run(active, seconds=5)

    asked = sorted(entry["asked_at"] for entry in simulator.journal)
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert (looks[:2], len(asked)) == ([4, 4], 4)
    # One may be short on a busy machine.
    assert sum(gap < 0.02 for gap in gaps) <= 1


def note_given_back(monkeypatch) -> list[int]:
    """The ids of the deliveries that are given back from now on."""
    noted = []
    give_back = claims.give_back

    def note(group):
        noted.extend(one.pk for one in group)
        give_back(group)

    monkeypatch.setattr(claims, "give_back", note)
    return noted


def age(claimed, by: timedelta) -> None:
    """Let claims be so much older."""
    for one in claimed:
        one.claimed_at, one.lease_until = one.claimed_at - by, one.lease_until - by
        times = {"claimed_at": one.claimed_at, "lease_until": one.lease_until}
        Delivery.objects.filter(pk=one.pk).update(**times)


@pytest.fixture
def nobody_misses(monkeypatch) -> None:
    """However busy the machine is, nobody misses a slot."""
    for module in (runner, dispatch):
        monkeypatch.setattr(module, "SLOT_LATE_SECONDS", 60)
    monkeypatch.setattr(dispatch, "LOOK_VALID_SECONDS", 60)


@pytest.mark.usefixtures("nobody_misses")
def test_run_takes_no_slots_for_a_claim_that_ends_before_them(
    active, fill, simulator, settings, monkeypatch
):
    """On a sender that many share, claims may last no longer than their slots are away."""
    settings.SENDING_LEASE_SECONDS = 20
    monkeypatch.setattr(runner, "SLOT_HORIZON_SECONDS", 20)
    reserved = []

    def note(sender_id, count, **options):
        reserved.append(count)
        return reserve(sender_id, count, **options)

    monkeypatch.setattr(runner, "reserve", note)
    monkeypatch.setattr(runner, "GROUP_SECONDS", 0.01)  # groups of 5
    given_back = note_given_back(monkeypatch)
    fill(15)

    run(active, seconds=5)

    assert (statuses(), len(given_back), sum(reserved)) == ({"sent": 15}, 5, 15)


@pytest.mark.usefixtures("nobody_misses")
def test_run_takes_no_slots_for_an_old_claim_that_stands_before_a_new_one(
    active, fill, simulator, settings, monkeypatch
):
    """Claimed one group ahead, the old one does not become new by that."""
    settings.SENDING_LEASE_SECONDS = 60
    monkeypatch.setattr(runner, "GROUP_SECONDS", 0.01)  # groups of 5
    monkeypatch.setattr(runner, "SLOT_HORIZON_SECONDS", 20)
    fill(15)
    worker = runner.Run(active.sender, 5, None)
    old = claim(active, 5, now=timezone.now() + timedelta(seconds=1)).deliveries
    age(old, timedelta(seconds=51))
    worker.claimed.extend(old)
    given_back = note_given_back(monkeypatch)

    accepted = async_to_sync(worker.go)().accepted

    back = {one.pk for one in old} & set(given_back)
    assert (accepted, statuses(), len(back)) == (15, {"sent": 15}, 5)


def test_run_finds_later_slots_for_what_a_stall_made_late(active, fill, simulator, monkeypatch):
    active.sender.rate = 20
    active.sender.save()
    sent = []

    def stall_once(sender, delivery):
        sent.append(delivery.pk)
        if len(sent) == 6:
            time.sleep(0.5)
        return outbound_request(sender, delivery)

    monkeypatch.setattr(runner, "outbound_request", stall_once)
    fill(15)

    run(active, seconds=8)

    asked = sorted(entry["asked_at"] for entry in simulator.journal)
    assert (statuses(), len(asked)) == ({"sent": 15}, 15)
    # The stalled request itself may come close to another, the nine that it held up may not.
    assert (asked[5] - asked[4] > 0.4, asked[-1] - asked[6] > 0.2) == (True, True)


def test_run_rests_when_the_provider_refuses_many_in_a_row(active, fill, simulate):
    simulate(faults=(Fault("429", 1.0),))
    fill(60)
    began = time.monotonic()

    ran = run(active, seconds=20)

    assert (time.monotonic() - began < 10, statuses()) == (True, {"pending": 60})
    assert timedelta() < ran.resume_at - timezone.now() <= runner.REST


def jobs_wait() -> bool:
    return True


@pytest.fixture
def slow(active, fill, monkeypatch):
    """A campaign that needs half a minute, in runs that look around all the time."""
    monkeypatch.setattr(runner, "UNDISTURBED_SECONDS", 0.5)
    monkeypatch.setattr(runner, "LOOK_AROUND_EVERY_SECONDS", 0.05)
    active.sender.rate = 10
    active.sender.save()
    fill(300)
    return active


def test_run_gives_way_to_jobs_that_wait(slow, simulator, settings):
    settings.WAITING_JOBS = [f"{__name__}.jobs_wait"]

    accepted = run(slow, seconds=20).accepted

    assert 0 < accepted < 100
    assert statuses() == {"sent": accepted, "pending": 300 - accepted}


def test_run_claims_no_more_when_another_worker_has_taken_its_lane(
    slow, simulator, monkeypatch, caplog
):
    hold = take_lane(slow.sender_id)
    monkeypatch.setattr(runner, "lane_seconds", lambda: 0.3)

    def lose_the_lane(group):
        Lane.objects.update(runner_token="theirs")
        return last_look(group)

    monkeypatch.setattr(claims, "last_look", lose_the_lane)

    accepted = run(slow, seconds=20, hold=hold).accepted
    hold.leave()

    assert (accepted < 100, Lane.objects.get().runner_token) == (True, "theirs")
    assert statuses() == Counter(sent=accepted, pending=300 - accepted)
    assert "another worker has taken it over" in caplog.text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_run_loses_no_outcome_but_the_one_that_cannot_be_written(
    active, fill, simulator, monkeypatch
):
    bad = fill(30)[7]

    def settle_all_but_one(channel, outcomes):
        if bad.token in {one.delivery.token for one in outcomes}:
            raise DataError("value too long")
        settle(channel, outcomes)

    monkeypatch.setattr(runner, "settle", settle_all_but_one)

    run(active, seconds=5)
    claims.expire(timezone.now() + timedelta(minutes=5))

    assert (statuses(), len(written(simulator))) == ({"sent": 29, "pending": 1}, 30)
    assert Delivery.objects.uncertain().get().token == bad.token
