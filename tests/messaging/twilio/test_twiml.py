from hypothesis import given
from hypothesis import strategies as st

from messaging.twilio import twiml
from waproject.lab.twilio_simulator.webhooks.inbound import replies_in

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

texts = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1)


def test_empty_answer_says_nothing():
    assert twiml.replies([]) == f"{DECLARATION}<Response />"


def test_reply_carries_text_and_callback():
    assert twiml.replies([("Listo.", "https://x.cl/s?t=1&r=2")]) == (
        f'{DECLARATION}<Response><Message statusCallback="https://x.cl/s?t=1&amp;r=2">'
        "<Body>Listo.</Body></Message></Response>"
    )


def test_reply_without_callback_has_no_attribute():
    assert twiml.replies([("Listo.", None)]) == (
        f"{DECLARATION}<Response><Message><Body>Listo.</Body></Message></Response>"
    )


@given(texts)
def test_reply_keeps_any_text(body):
    assert replies_in(twiml.replies([(body, "https://x.cl/s")])) == [(body, "https://x.cl/s")]
