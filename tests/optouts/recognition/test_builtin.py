from optouts.recognition import builtin
from optouts.recognition.patterns import expand
from optouts.recognition.words import Kind
from tests.optouts.recognition.test_words import verdict


def test_every_word_of_the_core_opts_out_by_itself():
    words = {" ".join(words) for phrase in builtin.core() for words in expand(phrase.text)}

    assert {"baja", "stop", "alto", "unsubscribe"} <= words
    assert [one for one in sorted(words) if verdict(one) != "opt_out"] == []


def test_the_core_comes_first_and_asks_for_opt_outs_alone():
    core = [phrase for phrase in builtin.patterns() if phrase.core]

    assert core == list(builtin.patterns())[: len(core)]
    assert {phrase.kind for phrase in core} == {Kind.OPT_OUT}


def test_names_of_alternatives_are_replaced():
    assert not [one for one in builtin.patterns() if set(one.text) & set("<>=")]


def test_the_vocabulary_stays_small():
    assert sum(len(expand(phrase.text)) for phrase in builtin.patterns()) < 20_000
