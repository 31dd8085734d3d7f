import pytest

from contacts.model_spellings import ModelSpellings
from contacts.models import Vehicle

pytestmark = pytest.mark.django_db


@pytest.fixture
def spellings(contact) -> ModelSpellings:
    for model in ("HILUX", "Hilux", "RAV4"):
        Vehicle.objects.create(contact=contact, make="Toyota", model=model, year=2015)
    return ModelSpellings()


@pytest.mark.parametrize(
    ("model", "spelled"),
    [("hilux", "Hilux"), ("HILUX", "Hilux"), ("rav4", "RAV4"), ("Yaris", "Yaris")],
)
def test_spell_takes_the_stored_spelling_that_is_not_shouted(spellings, model, spelled):
    assert spellings.spell("Toyota", model) == spelled


def test_spell_keeps_to_the_first_spelling_of_a_new_model(spellings):
    spelled = [spellings.spell("Toyota", model) for model in ("YARIS", "Yaris")]

    assert spelled == ["YARIS", "YARIS"]


def test_spell_asks_once_for_each_make(spellings, django_assert_num_queries):
    with django_assert_num_queries(2):
        for make in ("Toyota", "Kia", "Toyota"):
            spellings.spell(make, "Rio")
