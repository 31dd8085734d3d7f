import pytest

from contacts.imports.rows.full_names import join_name


@pytest.mark.parametrize(
    ("full", "last", "has_surname", "name"),
    [
        ("Ana Soto", "Soto", True, "Ana Soto"),
        ("Ana Soto Rojas", "Soto Rojas", True, "Ana Soto Rojas"),
        ("Ana Soto Rojas", "Soto", True, "Ana Soto Rojas"),
        ("Luis PEREZ", "Pérez", True, "Luis PEREZ"),
        ("PÉREZ SOTO, LUIS", "Pérez Soto", True, "PÉREZ SOTO, LUIS"),
        ("Ana Soto", "Soto Rojas", True, "Ana Soto Rojas"),
        ("Ana", "Soto", True, "Ana Soto"),
        ("Ana", "Soto", False, "Ana Soto"),
        ("Ana Soto", "Soto", False, "Ana Soto"),
        ("Martín", "Martín", False, "Martín Martín"),
        ("Rosa Juana", "Juana de la Cruz", False, "Rosa Juana Juana de la Cruz"),
        ("", "Soto", True, "Soto"),
        ("Ana", "", True, "Ana"),
    ],
)
def test_join_name_has_no_part_twice(full, last, has_surname, name):
    assert join_name(full, "", "", [last], has_surname) == name


def test_join_name_takes_the_parts_where_the_whole_is_empty():
    assert join_name("", "Ana", "María", ["Soto", "Rojas"], True) == "Ana María Soto Rojas"
    assert join_name("Ana Soto", "Ana", "María", ["Soto"], True) == "Ana Soto"


def test_join_name_keeps_two_equal_surnames():
    assert join_name("Ana", "", "", ["Soto", "Soto"], False) == "Ana Soto Soto"
    assert join_name("Ana Soto", "", "", ["Soto", "Soto"], False) == "Ana Soto Soto"
    assert join_name("Ana Soto Rojas", "", "", ["Soto", "Rojas"], False) == "Ana Soto Rojas"


def test_join_name_does_not_compare_what_is_no_name():
    words = "a " * 200_000

    name = join_name(words, "", "", [words], True)

    assert name == f"{words} {words}"
