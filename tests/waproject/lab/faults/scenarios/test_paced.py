import pytest

from waproject.lab.faults.scenarios.paced import problems


@pytest.mark.parametrize(
    ("answered", "second", "shares", "found"),
    [
        (0.8, 0.9, [50, 54, 51], 0),
        (1.2, 0.9, [50, 54, 51], 1),
        (0.8, 1.3, [50, 54, 51], 1),
        (0.8, 0.9, [50, 60, 51], 1),
        (9.0, 9.0, [0, 60, 51], 3),
    ],
)
def test_problems_name_each_promise_that_does_not_hold(answered, second, shares, found):
    assert len(problems(answered, second, shares)) == found
