from waproject.lab.bench.burst.burst import Measured, judged

MEASURED = Measured(offered=5_100, in_time=5_100, rate=400.0, p50=0.8, p99=2.5, worst=2.9, flaw="")


def test_a_burst_holds_when_all_was_answered_in_time():
    line = judged(MEASURED)

    assert line.holds
    assert line.figures == (
        "400/s of 500/s; answered within 0.80 s (half), 2.50 s (99 %), 2.90 s (all)"
    )


def test_a_burst_does_not_hold_when_one_answer_came_too_late():
    assert not judged({**MEASURED, "in_time": 5_099}).holds


def test_a_burst_does_not_hold_when_something_was_lost():
    assert not judged({**MEASURED, "flaw": "messages 4999/5000"}).holds
