"""The recogniser against a table written by hand, and properties over whatever people may type."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from optouts import builtin
from optouts.patterns import expand
from optouts.reading import words_of
from optouts.words import Entry, Kind, Reach, Verdict, Vocabulary, recognise
from tests.optouts.phrases import cases

ENTRIES = [
    Entry(words, phrase.kind, phrase.reach)
    for phrase in builtin.patterns()
    for words in expand(phrase.text)
]
VOCABULARY = Vocabulary(ENTRIES)


def of_kind(kind: Kind) -> list[str]:
    return sorted(
        " ".join(entry.words)
        for entry in ENTRIES
        if entry.kind == kind and entry.reach != Reach.MESSAGE
    )


OPT_OUTS = of_kind(Kind.OPT_OUT)
COURTESIES = of_kind(Kind.COURTESY)
DECIDING_WORDS = {
    word for e in ENTRIES if e.kind in (Kind.OPT_OUT, Kind.OPT_IN) for word in e.words
}
SEPARATORS = [" ", ", ", "! ", ". ", "\n", " 🙏 ", "… ", "  "]
ACCENTED = str.maketrans("aeiou", "áéíóú")
SPELLINGS = [str, str.upper, str.title, lambda text: text.translate(ACCENTED)]


def verdict(text: str) -> Verdict:
    return recognise(text, VOCABULARY).verdict


@pytest.mark.parametrize(("text", "expected"), cases())
def test_recognise_gives_the_verdict_of_a_fair_reader(text, expected):
    assert verdict(text) == expected


def test_the_table_has_no_text_twice():
    texts = [text for text, _verdict in cases()]

    assert len(texts) == len(set(texts))


def test_every_opt_out_phrase_opts_out_by_itself():
    others = [phrase for phrase in OPT_OUTS if verdict(phrase) != Verdict.OPT_OUT]

    assert others == []


@given(
    st.sampled_from(OPT_OUTS),
    st.sampled_from(SPELLINGS),
    st.lists(st.sampled_from(COURTESIES), max_size=2),
    st.lists(st.sampled_from(COURTESIES), max_size=2),
    st.sampled_from(SEPARATORS),
)
@example("no messages please", str, [], ["abraco"], " ")
def test_spelling_and_courtesy_never_change_an_opt_out(phrase, spell, before, after, separator):
    text = separator.join([*before, spell(phrase), *after])

    assert verdict(text) == Verdict.OPT_OUT


@given(st.sampled_from(OPT_OUTS), st.sampled_from("\u200b\u200d\u2060\ufe0f"), st.data())
def test_invisible_characters_never_change_an_opt_out(phrase, invisible, data):
    place = data.draw(st.integers(0, len(phrase)))

    assert verdict(phrase[:place] + invisible + phrase[place:]) == Verdict.OPT_OUT


@given(st.text(max_size=200))
def test_text_without_a_deciding_word_means_nothing(text):
    assume(not DECIDING_WORDS & set(words_of(text)))

    assert verdict(text) == Verdict.NOTHING


@given(st.lists(st.sampled_from(["tengo", "3", "autos", "Toyota", "2015", "precio"]), min_size=2))
def test_a_digit_within_a_text_means_nothing(words):
    assert verdict(" ".join(words)) == Verdict.NOTHING


@given(st.sampled_from(OPT_OUTS), st.sampled_from(["Soy Juan", "el Toyota ya se vendió", "zzz"]))
def test_an_opt_out_among_other_words_never_decides(phrase, other):
    assert verdict(f"{other}. {phrase}") == Verdict.HELD


@given(st.text(st.sampled_from("bajstopel no3.,!?¡ \n\u200bá🙂|[]()'*"), max_size=60))
def test_recognise_never_raises(text):
    assert verdict(text) in Verdict


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¡BÁJA!", ("baja",)),
        ("B A J A ya", ("baja", "ya")),
        ("STOOOP", ("stop",)),
        ("333", ("333",)),
        ("don’t", ("dont",)),
        ("3️⃣", ("3",)),
        ("mira https://ejemplo.cl/baja", ("mira", "link")),
        ("🙂", ()),
    ],
)
def test_words_of_gives_what_is_compared(text, words):
    assert words_of(text) == words


def test_the_finding_names_the_phrase():
    finding = recognise("Ya compré, no me escriban más", VOCABULARY)

    assert finding.phrase == "no me escriban mas"


def test_of_two_overlapping_phrases_the_longer_is_meant():
    vocabulary = Vocabulary(
        [
            Entry(("baja",), Kind.OPT_OUT),
            Entry(("baja", "el"), Kind.INNOCENT),
            Entry(("de", "baja", "el"), Kind.OPT_OUT),
        ]
    )

    texts = ["hoy baja el dolar", "quiero de baja el auto"]

    assert [recognise(text, vocabulary).verdict for text in texts] == ["nothing", "held"]
