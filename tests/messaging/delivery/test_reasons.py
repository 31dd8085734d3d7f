"""Reasons are stored as codes, and read in the language of whoever looks."""

import pytest
from django.utils import translation

from messaging.delivery.reasons import NO_REASON, Why, choices, in_words, why, why_refused
from messaging.twilio.errors import ERRORS, classify

FILLED_IN = {"names": "precio", "sender": "Ventas", "template": "promo"}


@pytest.mark.parametrize("code", [code for code, _label in choices()])
def test_each_code_has_words_in_both_languages(code):
    spoken = {}
    for language in ("en", "es"):
        with translation.override(language):
            spoken[language] = in_words(code, FILLED_IN)

    assert spoken["en"] != spoken["es"]
    assert not {"%", code} & {spoken["es"], *spoken["es"]}


def test_the_values_are_put_in_when_the_reason_is_shown():
    assert str(why("missing", names="precio, año")) == "missing: precio, año"


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_of_the_provider_has_the_words_of_its_table(code):
    refused = why_refused("twilio", classify(code))

    assert str(refused) == str(ERRORS[code].meaning)


def test_an_error_without_a_code_has_words():
    assert str(why_refused("twilio", classify(None))).endswith("gave no code.")


def test_a_provider_that_is_not_installed_any_more_still_has_words():
    assert in_words("provider_error", {"provider": "gone", "error": "1"}) == (
        "The provider refused the message."
    )


def test_no_reason_is_false_and_says_nothing():
    assert (bool(NO_REASON), str(NO_REASON)) == (False, "")


def test_reasons_can_be_sorted_into_groups():
    assert sorted([why("missing", names="b"), Why("capped"), why("missing", names="a")]) == [
        Why("capped"),
        why("missing", names="a"),
        why("missing", names="b"),
    ]
