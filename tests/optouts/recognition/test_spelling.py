import pytest

from optouts.recognition.spelling import Speller, sound
from tests.optouts.recognition.test_words import VOCABULARY

SPELLER = Speller(["baja", "stop", "llamen", "alto", "unsubscribe", "no"], ["unsubscribe", "baja"])


@pytest.mark.parametrize("word", ["vaja", "bajja", "bbaja", "vahja"])
def test_sound_is_one_for_words_that_sound_alike(word):
    assert sound(word) == sound("baja")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("stopp", "stop"),
        ("allto", "alto"),
        ("yamen", "llamen"),
        ("unsubsribe", "unsubscribe"),
        ("unsusbcribe", "unsubscribe"),
        ("unsubscribee", "unsubscribe"),
    ],
)
def test_read_understands_a_slip(word, meant):
    assert SPELLER.read(word) == meant


@pytest.mark.parametrize("word", ["bja", "bajar", "stock", "nno", "step", "unsubscrib" + "e" * 20])
def test_read_leaves_other_words_alone(word):
    assert SPELLER.read(word) == word


def test_read_knows_the_letters_that_stand_for_words_in_chats():
    spelled = [VOCABULARY.spelled((letter,)) for letter in "qkdmxz"]

    assert spelled == [("que",), ("que",), ("de",), ("me",), ("por",), ("z",)]


def test_a_word_of_the_vocabulary_is_never_read_as_another():
    words = ["alta", "pare", "para", "eliminare", "bajas", "stopper"]

    assert VOCABULARY.spelled(tuple(words)) == tuple(words)
