import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.imports.columns import ColumnsError, recognise_columns
from contacts.imports.titles import field_of


@pytest.mark.parametrize(
    ("field", "titles"),
    [
        ("phone", ["telefono", "Teléfono", "FONO", "Celular", "móvil", "Phone", "WhatsApp"]),
        ("phone", ["Nº Teléfono", "N° teléfono", "phone_number"]),
        ("name", ["nombre", "NOMBRE", " Name ", "Nombre completo", "cliente"]),
        ("last_name", ["apellido", "Apellidos", "Last Name"]),
        ("make", ["marca", "Make"]),
        ("model", ["modelo", "MODEL"]),
        ("year", ["año", "AÑO", "anio", "ano", "Year", "an\u0303o", "Año:"]),
        ("price", ["precio", "Price", "Precio CLP"]),
        ("link", ["link", "URL", "enlace"]),
        ("email", ["email", "E-mail", "correo", "Correo electrónico"]),
        ("tags", ["etiquetas", "Tags"]),
    ],
)
def test_field_of_knows_titles_in_both_languages(field, titles):
    assert {field_of(title) for title in titles} == {field}


def test_recognise_columns_tells_where_each_field_stands():
    columns = recognise_columns(["Nombre", "Color", "Teléfono", "", "Marca", "Precio"])

    assert columns.positions == {"name": 0, "phone": 2, "make": 4, "price": 5}
    assert columns.unknown == (("Color", 1),)


def test_recognise_columns_without_a_phone_names_what_it_found():
    with pytest.raises(ColumnsError) as error:
        recognise_columns(["Nombre", "Marca", ""])

    assert str(error.value) == (
        "No column holds the phone. Name one “telefono” in the first row."
        " The columns found are: “Nombre”, “Marca”."
    )


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            ["fono", "nombre", "Celular"],
            "Two columns hold the same thing: “fono” and “Celular”. Keep one.",
        ),
        (
            ["fono", "Color", "color "],
            "Two columns are called “Color”. Rename or remove one of them.",
        ),
    ],
)
def test_recognise_columns_refuses_two_of_a_kind(header, sentence):
    with pytest.raises(ColumnsError) as error:
        recognise_columns(header)

    assert str(error.value) == sentence


def test_recognise_columns_keeps_a_link_apart_when_there_are_no_vehicles():
    columns = recognise_columns(["fono", "link", "Color"])

    assert columns.positions == {"phone": 0}
    assert columns.unknown == (("link", 1), ("Color", 2))


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["fono", "año", "link", "Precio"]), max_size=12)
)
def test_recognise_columns_places_every_title_or_refuses(header):
    try:
        columns = recognise_columns(header)
    except ColumnsError:
        return

    placed = [*columns.positions.values(), *(position for _name, position in columns.unknown)]
    assert sorted(placed) == [i for i, title in enumerate(header) if title.split()]
