import pytest
from hypothesis import given
from hypothesis import strategies as st

from optouts.recognition import builtin
from optouts.recognition.patterns import PatternError, check, expand, normalised


def test_expand_gives_every_combination():
    phrases = expand("[quiero|quisiera] la baja [ya|]")

    assert phrases == [
        ("quiero", "la", "baja", "ya"),
        ("quiero", "la", "baja"),
        ("quisiera", "la", "baja", "ya"),
        ("quisiera", "la", "baja"),
    ]


def test_normalised_is_one_for_every_spelling():
    spellings = ["Darme de BAJA [Ya|]", " darme  de bája [ya|]", "¡darme de baja! [ya|]"]

    assert {normalised(text) for text in spellings} == {normalised(spellings[0])}


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("¡!", "There is no word here: write at least one letter or digit."),
        (
            "[baja",
            "Alternatives are written as [one|other]: a bracket or bar is out of place.",
        ),
        (
            "baja|alto",
            "Alternatives are written as [one|other]: a bracket or bar is out of place.",
        ),
        (
            "[a|b|c|d|e] [a|b|c|d|e] [a|b|c|d|e] [a|b|c|d|e] x",
            "This stands for more than 500 phrases. Split it into several rows.",
        ),
    ],
)
def test_check_says_why_a_pattern_cannot_be_used(pattern, reason):
    with pytest.raises(PatternError) as caught:
        check(pattern)

    assert str(caught.value) == reason


@given(st.text(st.sampled_from("ab [|]!é "), max_size=25))
def test_check_gives_phrases_or_a_reason(pattern):
    try:
        phrases = check(pattern)
    except PatternError as error:
        phrases = [(str(error),)]

    assert all(phrases)


def test_the_builtin_patterns_are_usable_and_distinct():
    spellings = [normalised(phrase.text) for phrase in builtin.patterns() if check(phrase.text)]

    assert len(spellings) == len(set(spellings)) == len(builtin.patterns())


def test_no_builtin_phrase_is_of_two_kinds():
    kinds: dict[tuple[str, ...], set[str]] = {}
    for phrase in builtin.patterns():
        for words in expand(phrase.text):
            kinds.setdefault(words, set()).add(phrase.kind)

    assert [words for words, found in kinds.items() if len(found) > 1] == []
