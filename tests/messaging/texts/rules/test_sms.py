"""The parts of an SMS, against a count character by character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.texts.rules.sms import SmsSize, sms_size

ALPHABET = st.text(st.sampled_from("aéñ€[]\n😀ó"), max_size=700)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", SmsSize(0, 0, False)),
        ("a" * 160, SmsSize(1, 160, False)),
        ("a" * 161, SmsSize(2, 161, False)),
        ("a" * 306, SmsSize(2, 306, False)),
        ("a" * 307, SmsSize(3, 307, False)),
        ("€" * 80, SmsSize(1, 160, False)),
        ("€" * 81, SmsSize(2, 162, False)),
        ("a" * 152 + "€" + "a" * 152, SmsSize(3, 306, False)),  # it is not torn apart
        ("ñ" * 160, SmsSize(1, 160, False)),
        ("ó" * 70, SmsSize(1, 70, True)),
        ("ó" * 71, SmsSize(2, 71, True)),
        ("ó" * 134, SmsSize(2, 134, True)),
        ("ó" * 135, SmsSize(3, 135, True)),
        ("😀" * 35, SmsSize(1, 70, True)),
        ("ó" * 66 + "😀" + "ó" * 66, SmsSize(3, 134, True)),
    ],
)
def test_parts_are_those_of_the_standard(text, size):
    assert sms_size(text) == size


@given(ALPHABET)
def test_parts_are_those_of_a_count_character_by_character(text):
    is_unicode = any(sign in "ó😀" for sign in text)
    twice = "😀" if is_unicode else "€[]"
    alone, each = (70, 67) if is_unicode else (160, 153)
    takes = [1 + (sign in twice) for sign in text]
    parts, left = 0, 0
    for places in takes:
        if places > left:
            parts, left = parts + 1, each
        left -= places

    expected = min(sum(takes), 1) if sum(takes) <= alone else parts

    assert sms_size(text) == SmsSize(expected, sum(takes), is_unicode)


@given(st.text(max_size=400), st.text(max_size=50))
def test_a_longer_text_has_no_fewer_parts(text, more):
    assert sms_size(text).parts <= sms_size(text + more).parts
