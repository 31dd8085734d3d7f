import pytest

from waproject.lab.faults.paced import Wait


@pytest.mark.parametrize(
    ("first", "holds"), [(0.8, True), (2.0, True), (2.1, False), (69.4, False)]
)
def test_wait_holds_when_the_first_message_leaves_within_two_seconds(first, holds):
    assert Wait(6, first, first + 12.5).holds is holds
