import pytest

from waproject.lab.faults.scenarios.rates import Pace, most_in_a_second, pace_of


@pytest.mark.parametrize(
    ("times", "most"),
    [
        ([], 0),
        ([1.0], 1),
        ([0.0, 0.5, 0.999, 1.0, 1.5], 3),  # from 0.5 on
        ([0.0, 1.0, 2.0], 1),
    ],
)
def test_most_in_a_second_looks_at_every_second(times, most):
    assert most_in_a_second(times) == most


def test_pace_of_a_sender_counts_its_own_requests(delivered, entry):
    sender = delivered[0].campaign.sender
    journal = [entry(delivered[0], asked_at=100 + n / 80) for n in range(161)]
    journal += [entry(delivered[0], asked_at=100.0, **{"from": "whatsapp:+56999999999"})]

    pace = pace_of("one", sender, journal)

    assert (pace.requests, round(pace.mean, 6), pace.most) == (161, 80.0, 80)
    assert pace.holds


@pytest.mark.parametrize(
    ("mean", "most", "holds"),
    [(80, 80, True), (77.6, 85, True), (77, 80, False), (81, 80, False), (80, 86, False)],
)
def test_pace_holds_between_97_and_100_percent_without_bursts(mean, most, holds):
    assert Pace("one", 80, 1000, mean, most).holds is holds


@pytest.mark.parametrize(("span", "holds"), [(14.8, True), (14.0, False)])
def test_the_first_request_of_a_slow_pace_may_be_a_little_late(span, holds):
    assert Pace("one", 240 / 3_600, 2, 1 / span, 1, span).holds is holds


def test_pace_of_a_campaign_is_held_against_its_own(delivered, entry):
    journal = [entry(delivered[0], asked_at=100 + 3 * n) for n in range(11)]

    pace = pace_of("1,200 an hour", delivered[0].campaign.sender, journal, rate=1_200 / 3_600)

    assert (pace.requests, pace.most, pace.holds) == (11, 1, True)
