import pytest

from contacts.models import Vehicle
from contacts.spelling.vehicle_models import ModelSpellings

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
    spelled = [spellings.spell("Toyota", model) for model in ("C-HR", "c-hr")]

    assert spelled == ["C-HR", "C-HR"]


@pytest.mark.parametrize(
    ("model", "spelled"),
    [
        ("TUCSON", "Tucson"),
        ("land cruiser PRADO", "Land Cruiser Prado"),
        ("GLA 250", "GLA 250"),
        ("CX-5", "CX-5"),
        ("EcoSport", "EcoSport"),
    ],
)
def test_spell_writes_a_new_model_as_a_name(spellings, model, spelled):
    assert spellings.spell("Otra", model) == spelled


def test_spell_asks_once_for_each_make(spellings, django_assert_num_queries):
    with django_assert_num_queries(2):
        for make in ("Toyota", "Kia", "Toyota"):
            spellings.spell(make, "Rio")
