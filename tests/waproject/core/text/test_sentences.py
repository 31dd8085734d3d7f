"""Sentences that are stored and put into words later."""

import json
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from django.utils import translation

from campaigns.states import CampaignStatus
from messaging.models import Template
from waproject.core.text.sentences import (
    Sentence,
    gettext,
    in_words,
    joined,
    ngettext,
    sentence_of,
    stored,
)

NONE = "There is nobody to write to. Widen the audience, or see below who is left out."
WAITING = "The hour of “%(name)s” has not come."
LONG = "The text is too long for %(count)d person, who will be skipped."
LONGS = "The text is too long for %(count)d people, who will be skipped."


def later(text: str, language: str) -> str:
    """The text after a way through the database, for a reader of this language."""
    kept = json.loads(json.dumps(stored(text)))
    with translation.override(language):
        return in_words(kept)


def test_sentence_is_a_text_of_the_language_of_now():
    with translation.override("es"):
        made = gettext("The campaign is not scheduled.")

    assert made == "La campaña no está programada."


@pytest.mark.parametrize("made_in", ["en", "es"])
def test_sentence_is_read_in_the_language_of_its_reader(made_in):
    with translation.override(made_in):
        made = gettext(WAITING) % {"name": "Promo"}

    assert [later(made, one) for one in ("en", "es")] == [
        "The hour of “Promo” has not come.",
        "Todavía no llega la hora de “Promo”.",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "El texto es demasiado largo para 1 persona, que será omitida."),
        (2, "El texto es demasiado largo para 2 personas, que serán omitidas."),
    ],
)
def test_sentence_with_a_number_has_the_right_form(number, words):
    made = ngettext(LONG, LONGS, number) % {"count": number}

    assert later(made, "es") == words


def test_values_are_put_into_words_with_their_sentence():
    status = CampaignStatus.ACTIVE.label
    made = gettext("“%(name)s” is %(status)s, so it cannot do that now.") % {
        "name": "Promo",
        "status": status,
    }

    assert (
        later(made, "es")
        == "“Promo” tiene el estado “enviándose”, así que ahora no se puede hacer eso."
    )


def test_sentence_within_a_sentence_is_translated_too():
    made = gettext("%(name)s: %(problem)s") % {"name": "Sur", "problem": gettext(NONE)}

    with translation.override("es"):
        assert later(made, "es") == f"Sur: {translation.gettext(NONE)}"


def test_moment_is_written_as_its_reader_writes_it():
    made = gettext("By %(end)s there is room for the others.") % {
        "end": datetime(2026, 3, 2, 15, tzinfo=UTC)
    }

    assert [later(made, one) for one in ("en", "es")] == [
        "By 03/02/2026 noon there is room for the others.",
        "Para las demás hay lugar a más tardar el 02-03-2026 12:00.",
    ]


def test_label_with_a_context_is_read_in_it():
    made = sentence_of(Template.Status.DISABLED.label, "template")

    with translation.override("es"):
        assert later(made, "es") == str(Template.Status.DISABLED.label) != "disabled"


def test_joined_sentences_are_stored_as_what_they_are():
    made = joined(gettext("The campaign is not scheduled."), "Dicho por Ana.")

    assert later(made, "es") == "La campaña no está programada. Dicho por Ana."


def test_what_a_person_wrote_is_stored_as_it_is():
    assert (stored("100 % seguro"), later("100 % seguro", "es")) == ("100 % seguro",) * 2


def test_copy_of_a_sentence_is_one():
    copy = deepcopy(gettext("The campaign is not scheduled."))

    assert isinstance(copy, Sentence)
    assert later(copy, "es") == "La campaña no está programada."
