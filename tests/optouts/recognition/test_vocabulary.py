import pytest

from optouts.models import Phrase
from optouts.recognition.vocabulary import current
from optouts.recognition.words import Vocabulary, recognise
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


def verdict(text: str) -> str:
    return recognise(text, current()).verdict


def test_current_knows_what_staff_add():
    Phrase.objects.create(text="[hasta|] nunca jamás", kind="opt_out")

    assert (verdict("Nunca jamas!"), verdict("hasta nunca jamás")) == ("opt_out", "opt_out")


def test_current_forgets_what_staff_switch_off():
    Phrase.objects.filter(text="parar").update(active=False)

    assert verdict("PARAR") == "nothing"


def test_current_rather_opts_out_when_kinds_disagree():
    Phrase.objects.create(text="[adiosito|]", kind="courtesy")
    Phrase.objects.create(text="adiosito", kind="opt_out")

    assert verdict("adiosito") == "opt_out"


def test_current_falls_back_on_the_builtin_phrases():
    Phrase.objects.filter(core=False).delete()
    Phrase.objects.all()._raw_delete("default")

    assert verdict("quiero desuscribirme") == "opt_out"


def test_current_hears_the_core_whatever_the_table_says():
    Phrase.objects.update(core=False, active=False)
    Phrase.objects.filter(text="stop").update(kind="innocent", active=True)

    assert [verdict(text) for text in ("BAJA", "STOP", "parar")] == [
        "opt_out",
        "opt_out",
        "nothing",
    ]


def test_current_takes_the_wider_of_two_rows_with_the_same_words():
    Phrase.objects.create(text="[nunca jamás|]", kind="opt_out", reach="message")
    Phrase.objects.create(text="nunca jamás", kind="opt_out", reach="anywhere")

    assert verdict("Hola Juan, nunca jamás") == "held"


@pytest.mark.parametrize(
    "change",
    [
        lambda phrase: Phrase.objects.filter(pk=phrase.pk).update(text="otra cosa"),
        lambda phrase: Phrase.objects.filter(pk=phrase.pk).update(kind="courtesy"),
        lambda phrase: phrase.delete(),
        lambda phrase: Phrase(pk=phrase.pk, text="otra cosa", kind="opt_out").save(),
    ],
)
def test_current_notices_every_change(change):
    phrase = Phrase.objects.create(text="nunca jamás", kind="opt_out")
    current()

    change(phrase)

    assert verdict("nunca jamás") == "nothing"


def test_current_takes_one_query_though_many_businesses_ask_in_turn(django_assert_num_queries):
    businesses = [create_tenant(name=f"B{n}", slug=f"b{n}").pk for n in range(6)]
    first = [vocabulary_of_business(pk) for pk in businesses]

    with django_assert_num_queries(len(businesses)):
        again = [vocabulary_of_business(pk) for pk in businesses]

    assert [*map(id, again)] == [*map(id, first)]
    assert len({*map(id, first)}) == 1  # the same phrases are kept once


def vocabulary_of_business(pk: int) -> Vocabulary:
    with in_tenant(pk):
        return current()
