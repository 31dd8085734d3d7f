from collections import Counter

import pytest

from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.people import (
    FILE_SHARE,
    FILES,
    OPT_OUT_WORDS,
    OTHER_WORDS,
    answer_to,
)
from waproject.lab.twilio_simulator.store import Store


def moods(options, count=3000):
    store = Store()
    people = ({"To": f"whatsapp:+569{n:08}", "From": "", "Body": "Hola"} for n in range(count))
    answers = [answer_to(store.add_outbound(person, 0.0), options) for person in people]
    return Counter(answer.intent if answer else "" for answer in answers)


def test_nobody_answers_unless_asked_to():
    assert moods(Options()) == {"": 3000}


def test_answers_keep_the_shares():
    drawn = moods(Options(seed=3, reply_share=0.2, optout_share=0.05))

    assert drawn["reply"] / 3000 == pytest.approx(0.2, abs=0.03)
    assert drawn["opt_out"] / 3000 == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(
    ("options", "words"),
    [(Options(optout_share=1.0), OPT_OUT_WORDS), (Options(reply_share=1.0), OTHER_WORDS)],
)
def test_words_go_with_the_intent(options, words):
    store = Store()
    drawn = {
        answer.body
        for n in range(300)
        for answer in [answer_to(store.add_outbound({"To": f"whatsapp:+569{n:08}"}, 0.0), options)]
        if not answer.file
    }

    assert drawn == set(words)


def test_some_of_those_who_reply_send_a_file():
    store = Store()
    drawn = [
        answer_to(store.add_outbound({"To": f"whatsapp:+569{n:08}"}, 0.0), Options(reply_share=1.0))
        for n in range(1_000)
    ]

    files = Counter(one.file for one in drawn if one.file)
    assert files.keys() == {name for name, _text in FILES}
    assert files.total() / 1_000 == pytest.approx(FILE_SHARE, abs=0.04)
