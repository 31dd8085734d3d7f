import pytest

from campaigns.models import Campaign
from waproject.lab.bench.launching import judged, launch_and_copy


def test_the_copy_makes_as_many_recipients_as_the_launch(db):
    seen = launch_and_copy(recipients=7)

    counts = {one.name: one.recipients.count() for one in Campaign.objects.all()}
    assert counts == {"Bench": 7, "Bench (copy)": 7}
    assert (seen["launched"], seen["copied"]) == (7, 7)


@pytest.mark.parametrize(
    ("launches", "ratio", "holds"), [((6.0, 9.0, 5.0), 0.17, True), ((8.0, 9.0, 5.0), 0.12, False)]
)
def test_judged_takes_the_median_of_the_rounds(launches, ratio, holds):
    rounds = [{"launch": one, "copy": 1.0, "launched": 7, "copied": 7} for one in launches]

    line = judged(7, rounds)

    assert (round(line.value, 2), line.holds) == (ratio, holds)


@pytest.mark.parametrize("rows", ["launched", "copied"])
def test_judged_tells_of_recipients_that_were_not_made(rows):
    seen = {"launch": 1.0, "copy": 1.0, "launched": 7, "copied": 7} | {rows: 6}

    assert not judged(7, [seen]).holds
