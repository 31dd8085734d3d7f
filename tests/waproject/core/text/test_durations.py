from datetime import timedelta

import pytest

from waproject.core.text.durations import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (7_500, "2 h 5 min"),
        (90_000, "25 h"),
        (172_800, "2 d"),
        (180_000, "2 d 2 h"),
    ],
)
def test_in_words_names_the_two_largest_units(seconds, words):
    assert in_words(timedelta(seconds=seconds)) == words
