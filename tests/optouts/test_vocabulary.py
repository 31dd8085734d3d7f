import pytest

from optouts.models import Phrase
from optouts.vocabulary import current
from optouts.words import recognise

pytestmark = pytest.mark.django_db


def verdict(text: str) -> str:
    return recognise(text, current()).verdict


def test_current_knows_what_staff_add():
    Phrase.objects.create(text="[hasta|] nunca jamás", kind="opt_out")

    assert (verdict("Nunca jamas!"), verdict("hasta nunca jamás")) == ("opt_out", "opt_out")


def test_current_forgets_what_staff_switch_off():
    Phrase.objects.filter(text="alto").update(active=False)

    assert verdict("ALTO") == "nothing"


def test_current_rather_opts_out_when_kinds_disagree():
    Phrase.objects.create(text="[adiosito|]", kind="courtesy")
    Phrase.objects.create(text="adiosito", kind="opt_out")

    assert verdict("adiosito") == "opt_out"


def test_current_falls_back_on_the_builtin_phrases():
    Phrase.objects.all().delete()

    assert verdict("BAJA") == "opt_out"


def test_current_uses_no_phrase_when_staff_switched_off_all():
    Phrase.objects.update(active=False)

    assert verdict("BAJA") == "nothing"


def test_current_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        current()
