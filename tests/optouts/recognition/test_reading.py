"""Texts as words, whatever strangers write, in time linear in their length."""

from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from optouts.recognition import reading
from optouts.recognition.reading import read_whole, sentences_of, words_of

PATTERNS = [
    reading.LINK,
    reading.SENTENCE_END,
    reading.WORD,
    reading.SPELLED_OUT,
    reading.STRETCHED,
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¡BÁJA!", ("baja",)),
        ("B A J A ya", ("baja", "ya")),
        ("STOOOP", ("stop",)),
        ("333", ("333",)),
        ("don’t", ("dont",)),
        ("3️⃣", ("3",)),
        ("no + sms", ("no", "mas", "sms")),
        ("mira https://ejemplo.cl/baja", ("mira", "link")),
        ("a juan@ejemplo.cl/baja, baja", ("a", "link", "baja")),
        ("@baja @ .", ("baja",)),
        ("🙂", ()),
        ("🛑🚫", ("🛑", "🚫")),
        ("🚫🚫🚫🚫", ("🚫",)),
        ("\ufdfa", ()),
    ],
)
def test_words_of_gives_what_is_compared(text, words):
    assert words_of(text) == words


def test_sentences_of_reads_both_ends_of_a_long_text():
    sentences = sentences_of("Uno. " + "bla " * 300_000 + ". Dos")

    assert (sentences[0], sentences[-1]) == (("uno",), ("dos",))


def test_sentences_of_reads_at_most_what_a_telephone_sends():
    words = words_of("a1 " * 300_000)

    assert len(words) <= reading.READ_WHOLE


def test_read_whole_is_what_a_telephone_sends():
    assert (read_whole("a" * 4_096), read_whole("a" * 4_097)) == (True, False)


def test_characters_are_remembered_up_to_a_bound():
    for start in range(0x4E00, 0x9F00, 4_000):
        words_of("".join(map(chr, range(start, start + 4_000))))

    assert len(reading._PLAIN) <= 4_096


@given(st.text(st.sampled_from("@!y7 .,\n-_/:'%+wBA\u0301\u200b🛑"), min_size=1, max_size=6))
@example("@").via("three of them were cubic or quadratic in these")
@example("!")
@example("y")
@example("B A J A ")
@example(" ")
@example("www.")
@example("http://")
@example("a@b.")
@settings(deadline=timedelta(seconds=2), max_examples=25)
def test_patterns_look_once_at_each_stretch_of_a_text(unit):
    text = (unit * 16_384)[:16_384]

    assert [len(pattern.sub("", text)) <= len(text) for pattern in PATTERNS] == [True] * 5
