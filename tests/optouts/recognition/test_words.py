"""The recogniser against a table written by hand, and properties over whatever people may type."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from optouts.recognition import builtin
from optouts.recognition.patterns import expand
from optouts.recognition.reading import words_of
from optouts.recognition.sentences import Sentence, figures, judge, read_sentences
from optouts.recognition.vocabulary import built_in
from optouts.recognition.words import DECIDING, Entry, Kind, Reach, Verdict, Vocabulary, recognise

SENTENCES = Path(__file__).parent / "sentences"
ENTRIES = [
    Entry(words, phrase.kind, phrase.reach)
    for phrase in builtin.patterns()
    for words in expand(phrase.text)
]
VOCABULARY = built_in()


def sentences(name: str) -> list[Sentence]:
    return read_sentences(SENTENCES / f"{name}.txt")


JUDGED = judge(sentences("tuned"), VOCABULARY)


def of_kind(kind: Kind) -> list[str]:
    return sorted(
        " ".join(entry.words)
        for entry in ENTRIES
        if entry.kind == kind and entry.reach != Reach.MESSAGE
    )


OPT_OUTS = of_kind(Kind.OPT_OUT)
COURTESIES = of_kind(Kind.COURTESY)
DECIDING_WORDS = {word for e in ENTRIES if e.kind in DECIDING for word in e.words}
# What strangers may repeat: letters, what joins and parts them, what is invisible or expands.
ANYTHING = "@!y7 .,\n-_/:'%+BAJ\u0301\u200b\ufdfa🛑😀½"
SEPARATORS = [" ", ", ", "! ", ". ", "\n", " 🙏 ", "… ", "  "]
ACCENTED = str.maketrans("aeiou", "áéíóú")
SPELLINGS = [str, str.upper, str.title, lambda text: text.translate(ACCENTED)]


def verdict(text: str) -> Verdict:
    return recognise(text, VOCABULARY).verdict


def test_recognise_gives_the_verdict_of_a_fair_reader():
    wrong = [one for one in JUDGED if not one.right and one.verdict != Verdict.HELD]

    assert [(one.sentence.text, one.verdict.value) for one in wrong] == []


def test_recognise_leaves_little_to_a_person():
    found = figures(JUDGED)

    assert (found.held < found.innocent * 0.02, found.left < found.requests * 0.02) == (True, True)


def test_the_tables_have_no_text_twice():
    texts = [one.text for name in ("tuned", "unseen") for one in sentences(name)]

    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_recognise_holds_a_long_text_of_which_not_all_is_read():
    texts = ["hola " * 1_000, "hola " * 1_000 + "BAJA", "BAJA " + "hola " * 1_000]

    assert [verdict(text) for text in texts] == ["held", "held", "held"]


def test_recognise_names_the_request_at_either_end_of_a_long_text():
    texts = ["hola " * 200_000 + "BAJA", "BAJA " + "hola " * 200_000]

    assert [recognise(text, VOCABULARY).phrase for text in texts] == ["baja", "baja"]


def test_recognise_holds_a_request_beside_another_sentence():
    texts = [
        "BAJA\n\nEl lun, 3 nov Automotora escribió:\n> Hola Juan, tenemos ofertas",
        "BAJA, el auto ya lo vendí",
        "Ya vendí el auto. Baja",
        "El auto, Stop. Trasero no hay",
    ]

    assert [verdict(text) for text in texts] == ["held"] * 4


def test_an_innocent_phrase_of_a_sentence_covers_nothing_beyond_it():
    vocabulary = Vocabulary(
        [
            Entry(("baja",), Kind.OPT_OUT),
            Entry(("baja", "el"), Kind.INNOCENT, Reach.SENTENCE),
            Entry(("alta", "baja"), Kind.INNOCENT),
        ]
    )

    texts = ["hoy baja el dolar", "ok, baja, el lunes", "¿es alta, baja?"]

    assert [recognise(text, vocabulary).verdict for text in texts] == ["nothing", "held", "nothing"]


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
@example("kampanyaları durdur", str.upper, [], [], " ")
def test_spelling_and_courtesy_never_change_an_opt_out(phrase, spell, before, after, separator):
    text = separator.join([*before, spell(phrase), *after])

    assert verdict(text) == Verdict.OPT_OUT


@given(st.sampled_from(OPT_OUTS), st.sampled_from("\u200b\u200d\u2060\ufe0f"), st.data())
def test_invisible_characters_never_change_an_opt_out(phrase, invisible, data):
    place = data.draw(st.integers(0, len(phrase)))

    assert verdict(phrase[:place] + invisible + phrase[place:]) == Verdict.OPT_OUT


@given(st.text(max_size=200))
def test_text_without_a_deciding_word_means_nothing(text):
    assume(not DECIDING_WORDS & set(VOCABULARY.spelled(words_of(text))))

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


def test_a_doubtful_phrase_is_held_and_leaves_a_plain_opt_out_plain():
    texts = ["Número equivocado", "Número equivocado. No me escriban más", "anular", "anular: 3"]

    assert [verdict(text) for text in texts] == ["held", "opt_out", "held", "nothing"]


@given(st.text(st.sampled_from(ANYTHING), min_size=1, max_size=8))
@example("@").via("three patterns were cubic or quadratic in these")
@example("!")
@example("y")
@example("no me ")
@example("stop ")
@settings(deadline=timedelta(seconds=2), max_examples=25)
def test_recognise_takes_no_longer_than_a_text_is_long(unit):
    text = (unit * 4_096)[:4_096]

    assert recognise(text, VOCABULARY).verdict in Verdict
