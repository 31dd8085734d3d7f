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
        (["fono", "Marca", "Make"], "“Marca” and “Make”"),
        (["fono", "nombre", "Cliente"], "“nombre” and “Cliente”"),
        (["fono", "Full name", "Nombre completo"], "“Full name” and “Nombre completo”"),
        (["fono", "Full name", "Nombre", "First name"], "“Full name” and “Nombre”"),
    ],
)
def test_recognise_columns_refuses_two_of_a_kind(header, sentence):
    with pytest.raises(ColumnsError) as error:
        recognise_columns(header)

    assert str(error.value) == f"Two columns hold the same thing: {sentence}. Keep one."


def test_equal_titles_matter_only_where_their_columns_are_kept():
    columns = recognise_columns(["fono", "Color", "color "])

    assert columns.unknown == (("Color", 1), ("color", 2))
    with pytest.raises(ColumnsError, match="Two columns are called “Color”"):
        columns.columns_to_keep()


def test_recognise_columns_takes_further_phones_and_emails_in_their_order():
    columns = recognise_columns(
        ["Home Phone", "E-mail Address", "Mobile Phone", "E-mail 2 Address"]
    )

    assert columns.positions == {"phone": 2, "email": 1}
    assert columns.further == {"phone": (0,), "email": (3,)}
    assert columns.unknown == ()


def test_recognise_columns_takes_several_plain_phones_that_of_whatsapp_first():
    columns = recognise_columns(["Teléfono", "Celular", "WhatsApp", "Teléfono", "Correo", "Email"])

    assert columns.positions == {"phone": 2, "email": 4}
    assert columns.further == {"phone": (0, 1, 3), "email": (5,)}


def test_recognise_columns_takes_a_vague_number_for_a_phone_only_where_none_is_plain():
    assert recognise_columns(["Número", "Nombre"]).positions == {"phone": 0, "name": 1}
    for header in (["Número", "Fono"], ["Número", "Phone 1 - Value"]):
        columns = recognise_columns(header)

        assert (columns.positions, columns.unknown) == ({"phone": 1}, (("Número", 0),))


def test_recognise_columns_without_a_plain_phone_takes_the_first_numbered_one():
    columns = recognise_columns(["Phone 1 - Type", "Phone 1 - Value", "Phone 2 - Value"])

    assert (columns.positions, columns.further) == ({"phone": 1}, {"phone": (2,)})


def test_recognise_columns_takes_labels_only_without_tags():
    assert recognise_columns(["fono", "Labels"]).positions == {"phone": 0, "tags": 1}
    assert recognise_columns(["fono", "Labels", "Tags"]).unknown == (("Labels", 1),)


def test_recognise_columns_takes_a_title_with_an_explanation_only_where_none_is_plain():
    assert recognise_columns(["fono", "Año (del auto)"]).positions == {"phone": 0, "year": 1}
    assert recognise_columns(["fono", "Precio", "Año", "Precio (USD)"]).unknown == (
        ("Precio (USD)", 3),
    )


HEADERS = {
    "Google, old": "Name,Given Name,Additional Name,Family Name,Notes,Language,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Value",
    "Google, new": "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "Phone 1 - Label,Phone 1 - Value",
    "Outlook": "Title,First Name,Middle Name,Last Name,Business Phone,Home Phone,Mobile Phone,"
    "Primary Phone,Home Fax,E-mail Address,E-mail 2 Address,Categories,Language",
    "Outlook, es": "Nombre,Segundo nombre,Apellidos,Teléfono del trabajo,Teléfono particular,"
    "Teléfono móvil,Dirección de correo electrónico,Categorías",
    "Meta": "id,created_time,form_name,platform,full_name,phone_number,email,lead_status",
    "Meta, es": "id,created_time,nombre_completo,número_de_teléfono,correo_electrónico",
    "HubSpot": "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number",
    "Mailchimp": "Email Address,First Name,Last Name,Phone Number,TAGS,MEMBER_RATING",
    "Chatwoot": "id,name,email,phone_number,labels",
    "iCloud": "First name,Last name,Mobile phone,Home phone,Work phone,Home email,Work email",
    "Yahoo": "First,Middle,Last,Email,Mobile,Home",
    "Thunderbird": "First Name,Last Name,Display Name,Nickname,Primary Email,Work Phone,"
    "Mobile Number",
    "ManyChat": "Full Name,Phone,WhatsApp Phone,Email",
    "Zoho": "First Name,Last Name,Email,Phone,Mobile",
    "Pipedrive": "Name,Phone - Work,Phone - Mobile,Email - Work",
    "RD Station": "Email,Nome,Telefone,Celular",
    "WhatsApp": "Saved Name,Display Name,Formatted Phone,Labels",
}


def test_exports_of_other_programs_are_known():
    for title, header in HEADERS.items():
        columns = recognise_columns(header.split(","))

        assert {"phone", "name"} <= set(columns.positions), title
        assert title == "WhatsApp" or "email" in columns.positions, title


@pytest.mark.slow
def test_header_of_100_000_columns_is_read_at_once():
    titles = [f"Columna {number}" for number in range(100_000)]

    columns = recognise_columns(["fono", *titles])
    with pytest.raises(ColumnsError) as error:
        recognise_columns(titles)

    assert len(columns.columns_to_keep()) == 100_000
    assert len(str(error.value)) < 1_000


def test_recognise_columns_keeps_a_link_apart_when_there_are_no_vehicles():
    columns = recognise_columns(["fono", "link", "Color"])

    assert columns.positions == {"phone": 0}
    assert columns.unknown == (("link", 1), ("Color", 2))


@given(
    st.lists(
        st.text(max_size=12)
        | st.sampled_from(
            ["fono", "año", "link", "Precio", "Phone 2", "Email 1", "Labels", "Name", "Given Name"]
        ),
        max_size=12,
    )
)
def test_recognise_columns_places_every_title_or_refuses(header):
    try:
        columns = recognise_columns(header)
    except ColumnsError:
        return

    further = [position for places in columns.further.values() for position in places]
    placed = [*columns.positions.values(), *further, *(at for _name, at in columns.unknown)]
    assert sorted(placed) == [i for i, title in enumerate(header) if title.split()]
