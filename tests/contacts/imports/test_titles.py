from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.imports.titles import field_of

PHONES = (
    *(
        "Phone 1 - Value",
        "Phone 2 - Value",
        "Teléfono 1",
        "Celular 2",
        "Home Phone",
        "Home Phone 2",
    ),
    *("Teléfono del trabajo", "Teléfono de la oficina", "Teléfono fijo", "Mobile Phone Number"),
    *("Otro teléfono", "tel home", "Formatted Phone", "Número de teléfono 2", "Fono 1", "JID"),
    *("Número de móvil", "Fono Celular", "Teléfono WhatsApp", "fono_cliente", "Billing Phone"),
    *(
        "Teléfono (con código)",
        "Número de teléfono móvil",
        "Nro. de teléfono",
        "Telf.",
        "Phone No.",
    ),
    *("Telefono1", "phoneNumber", "mobilePhone", "TeléfonoMóvil", "phone_e164", "Contact: Phone"),
    *("¿Cuál es tu teléfono?", "Celular titular", "Teléfono del contacto", "Número de contacto"),
    *(
        "Telefone celular",
        "Telemóvel",
        "Teléfono o WhatsApp",
        "WhatsApp / Celular",
        "Cell #",
        "Wsp",
    ),
    *("Mobile no. 2", "Teléfono de contacto 1", "Teléfono titular (WhatsApp)", "MSISDN"),
    *("Contacto telefónico", "Celular del dueño", "Num. Cel.", "Nº de telefone"),
)
EMAILS = (
    "E-mail 1 - Value",
    "Email 2",
    "E-mail 2 Address",
    "Home email",
    "Correo 1",
    "Work e-mail",
    *("emailAddress", "Correo del cliente", "Email de contacto", "Dirección de e-mail"),
    *("Endereço de e-mail", "Correo1"),
)
OTHERS = {
    "name": (
        "Nombre del contacto",
        "Razón social",
        "Titular",
        "Apellido y nombre",
        "Nome completo",
    ),
    "last_name": ("Apellidos del cliente", "Sobrenome", "LastName", "1° Apellido"),
    "second_last_name": ("2° Apellido", "A. Materno"),
    "make": ("Marca del auto", "Vehicle make", "Fabricante"),
    "model": ("Modelo del auto", "Car model"),
    "year": ("Año del modelo", "Año de fabricación", "Año auto"),
    "price": ("Precio de lista", "Valor del vehículo", "Preço"),
    "link": ("Link del aviso", "URL de la publicación"),
    "tags": ("Grupo", "Categoría"),
    "language": ("Lenguaje", "Idioma preferido"),
}
UNKNOWN = (
    *(
        "Phone 1 - Type",
        "Phone 1 - Label",
        "Home Fax",
        "Número de casa",
        "Número 2",
        "Assistant's Phone",
    ),
    *("E-mail 1 - Type", "Company", "Pager", "x" * 1_000, "", "Número de cliente", "Nº cliente"),
    *("Teléfono del vendedor", "Teléfono de emergencia", "Contacto de emergencia", "Prefijo"),
    *("¿Tiene WhatsApp?", "Phone country code", "Nombre de la empresa", "Correo del vendedor"),
    *("Modelo de negocio", "Año de nacimiento", "Valor cuota", "Contacto cliente", "ID cliente"),
)


def test_field_of_knows_one_of_several_phones_or_emails():
    assert {title for title in PHONES if field_of(title) != "phone"} == set()
    assert {title for title in EMAILS if field_of(title) != "email"} == set()


def test_field_of_knows_what_else_people_and_programs_write():
    found = {
        field: {title: field_of(title) for title in titles} for field, titles in OTHERS.items()
    }

    assert found == {field: dict.fromkeys(titles, field) for field, titles in OTHERS.items()}


def test_field_of_knows_both_surnames_by_their_short_titles():
    titles = ("Ap. Paterno", "Paterno", "Ap. Materno", "Materno")

    assert [*map(field_of, titles)] == ["last_name"] * 2 + ["second_last_name"] * 2


def test_field_of_takes_nothing_else_for_a_phone_or_an_email():
    assert [field_of(title) for title in UNKNOWN] == [None] * len(UNKNOWN)


PIECE = st.sampled_from(
    [
        "phone ",
        "mobile ",
        "telefono ",
        "de ",
        "1 ",
        "value",
        "correo ",
        "-",
        "\u0301",
        "\ufdfa",
        "ß",
    ]
)


@settings(deadline=timedelta(seconds=1))
@given(PIECE, st.integers(1, 50_000), st.lists(PIECE, max_size=20))
def test_title_of_any_length_is_answered_at_once(piece, times, rest):
    assert field_of(piece * times + "".join(rest)) in {"phone", "email", None}
