import pytest

from contacts.spelling.makes import spell_make


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [
        ("toyota", "Toyota"),
        ("TOYOTA ", "Toyota"),
        ("bmw", "BMW"),
        ("Mg", "MG"),
        ("byd", "BYD"),
        ("CITROEN", "Citroën"),
        ("mercedes benz", "Mercedes-Benz"),
        ("VW", "Volkswagen"),
        ("land  rover", "Land Rover"),
        ("zastava", "Zastava"),
        ("ZASTAVA KTM", "Zastava KTM"),
        ("DeLorean", "DeLorean"),
    ],
)
def test_spell_make_gives_one_spelling(typed, spelling):
    assert spell_make(typed) == spelling
