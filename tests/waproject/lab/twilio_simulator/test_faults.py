from collections import Counter

import pytest

from waproject.lab.twilio_simulator.faults import Chance, Fault, http_status, parse_fault

PEOPLE = [f"whatsapp:+569{n:08}" for n in range(4000)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("63016:0.05", Fault("63016", 0.05)),
        ("drop-accepted:5%", Fault("drop-accepted", 0.05)),
        ("429:1", Fault("429", 1.0)),
    ],
)
def test_parse_fault_reads(text, fault):
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rain:0.1", "“rain” is not a fault."),
        ("6301:0.1", "“6301” is not a fault."),
        ("drop", "“drop” needs a share between 0 and 1"),
        ("drop:x", "“drop:x” needs a share between 0 and 1"),
        ("drop:1.1", "“drop:1.1” needs a share between 0 and 1"),
        ("drop:nan", "“drop:nan” needs a share between 0 and 1"),
    ],
)
def test_parse_fault_says_what_is_wrong(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_fault(text)


@pytest.mark.parametrize(
    ("kind", "accepts"),
    [("429", False), ("500-accepted", True), ("21211", False), ("63016", True), ("63007", False)],
)
def test_fault_knows_whether_the_message_gets_in(kind, accepts):
    assert Fault(kind, 1.0).accepts is accepts


@pytest.mark.parametrize(("code", "status"), [(21211, 400), (20003, 401), (63038, 429)])
def test_http_status_goes_with_the_code(code, status):
    assert http_status(code) == status


def test_chance_does_not_depend_on_the_order_of_requests():
    faults = (Fault("429", 0.3), Fault("drop", 0.3))
    one, other = Chance(7, faults), Chance(7, faults)

    forwards = {to: one.next(to) for to in PEOPLE}
    backwards = {to: other.next(to) for to in reversed(PEOPLE)}

    assert forwards == backwards


def test_chance_differs_by_seed_and_by_attempt():
    one, other = Chance(1, (Fault("429", 0.5),)), Chance(2, (Fault("429", 0.5),))

    draws = [tuple(chance.next(to) for to in PEOPLE) for chance in (one, one, other)]

    assert len(set(draws)) == 3


def test_chance_keeps_the_shares():
    chance = Chance(1, (Fault("429", 0.05), Fault("63016", 0.2)))

    drawn = Counter(fault.kind if fault else "" for fault in map(chance.next, PEOPLE))

    assert drawn["429"] / len(PEOPLE) == pytest.approx(0.05, abs=0.015)
    assert drawn["63016"] / len(PEOPLE) == pytest.approx(0.2, abs=0.03)


def test_chance_counts_the_faults_that_were_met():
    chance = Chance(1, (Fault("429", 0.5),))

    drawn = [chance.next(to) for to in PEOPLE[:100]]

    assert chance.met == {"429": len(drawn) - drawn.count(None)}


def test_chance_refuses_more_than_everything():
    with pytest.raises(ValueError, match="more than 1"):
        Chance(1, (Fault("429", 0.6), Fault("drop", 0.6)))
