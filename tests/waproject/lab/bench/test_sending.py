"""The measured work itself, on a small scale; how fast it is, is the bench's to say."""

import pytest

from waproject.lab.bench import sending
from waproject.lab.bench.scale import growth, in_quarters, memory, send_watched
from waproject.lab.bench.sending import judged, prepare, send_bare

MB = 2**20


def sent(count: int = 100, seconds: float = 1.0, cpu: float = 0.5) -> sending.Sent:
    return {"sent": count, "seconds": seconds, "cpu": cpu}


@pytest.fixture
def provider(settings):
    with sending.provider(0) as environment:
        for name in ("TWILIO_API_BASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
            setattr(settings, name, environment[name])
        yield


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_both_ways_send_everything(provider):
    prepare(recipients=12)

    assert send_watched()["sent"] == 12
    assert send_bare(recipients=12, in_flight=4)["sent"] == 12


def test_judged_compares_the_best_round_of_each_way():
    ways = {
        "one": [sent(10, 1.0)],
        "bare": [sent(seconds=1.0), sent(seconds=0.5)],
        "engine": [sent(seconds=1.0), sent(seconds=2.0)],
    }

    assert [line.value for line in judged(100, ways)] == [0.5, 10]


def test_judged_takes_no_message_for_lost_when_none_was():
    ways = {"one": [sent(10)], "bare": [sent()], "engine": [sent()]}

    assert [line.flaw for line in judged(100, ways)] == ["", ""]


@pytest.mark.parametrize("way", ["bare", "engine"])
def test_judged_tells_of_what_was_not_sent(way):
    ways = {"one": [sent(10)], "bare": [sent()], "engine": [sent()]} | {way: [sent(), sent(99)]}

    assert {line.holds for line in judged(100, ways)} == {False}


def test_growth_is_the_worse_of_clock_and_processor():
    small = [sent(10, seconds=0.1, cpu=0.1), sent(10, seconds=0.1, cpu=0.1), sent(10, 9, 9)]

    line = growth(10, small, 100, sent(100, seconds=1.0, cpu=1.2))

    assert (round(line.value, 3), line.holds) == (1.2, False)


@pytest.mark.parametrize("large", [sent(99), sent(100)])
def test_growth_holds_only_when_everything_was_sent(large):
    line = growth(10, [sent(10, 0.1, 0.05)], 100, large)

    assert line.holds == (large["sent"] == 100)


@pytest.mark.parametrize(("last", "holds"), [(100, True), (109, True), (111, False)])
def test_memory_must_be_flat(last, holds):
    quarters = {f"quarter {number}": 100 * MB for number in (1, 2, 3)}

    assert memory({"peak": 120 * MB, **quarters, "quarter 4": last * MB}).holds == holds


def test_memory_has_a_limit():
    quarters = {f"quarter {number}": 100 * MB for number in (1, 2, 3, 4)}

    assert not memory({"peak": 151 * MB, **quarters}).holds


@pytest.mark.parametrize(
    ("levels", "quarters"),
    [([1, 2, 3, 4, 4, 3, 2, 9], [2, 4, 4, 9]), ([5], [5, 5, 5, 5]), ([5, 6], [5, 5, 6, 6])],
)
def test_in_quarters_keeps_the_highest_of_each(levels, quarters):
    assert in_quarters(levels) == quarters
