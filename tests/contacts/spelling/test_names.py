"""What is a name, and how a message greets its owner."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.spelling.names import first_name, spoken_name, tidy_name, written_name

GREETED = {
    "Juan": "Juan",
    "Juan Pérez": "Juan",
    "PÉREZ, JUAN": "Juan",
    "Pérez Soto, Ana": "Ana",
    "O'HIGGINS, BERNARDO": "Bernardo",
    "SOTO PÉREZ, MARÍA JOSÉ": "María José",
    "pérez,": "Pérez",
    # Titles
    "Sra. Ana Pérez": "Ana",
    "Sra.Ana Pérez": "Ana",
    "Sr Juan Soto": "Juan",
    "SR. DON PEDRO SOTO": "Pedro",
    "Sr(a). Pedro Rojas": "Pedro",
    "Dra. María José Soto": "María José",
    "Mr. John Smith": "John",
    "Don": "Don",
    "D. Pedro Soto": "Pedro",
    "Dña. Rosa": "Rosa",
    "Juan Pérez, Ing.": "Juan",
    "Sor Teresa Soto": "Teresa",
    "Mtra. Ana Soto": "Ana",
    "ING. LIC. JUAN SOTO": "Juan",
    "Q.F. Ana Soto": "Ana",
    "Excmo. Sr. Juan Soto": "Juan",
    "Sr. y Sra. Soto": "Soto",
    "Pérez Soto, Sra. Ana María": "Ana María",
    "Mme Anne Soto": "Anne",
    "Dr. med. Hans Soto": "Hans",
    "Sor Teresa": "Teresa",
    # Numbers of a list
    "12. Ana Soto": "Ana",
    "01 - Ana Soto": "Ana",
    # Names of two words
    "MARÍA JOSÉ": "María José",
    "maría josé soto": "María José",
    "JUAN CARLOS PEREZ": "Juan Carlos",
    "María de los Ángeles Pino": "María de los Ángeles",
    "MARIA DEL CARMEN SOTO": "Maria del Carmen",
    "João Paulo Silva": "João Paulo",
    "María Soto": "María",
    "Ma. José Soto": "María José",
    "Mª Soto": "María",
    "Mª Pilar Soto": "María Pilar",
    "MARÍA FRANCISCA SOTO": "María Francisca",
    "DE LA CRUZ": "De la Cruz",
    "MARIA DE LOURDES SOTO": "Maria de Lourdes",
    "Maria das Graças Silva": "Maria das Graças",
    "MARIA APARECIDA": "Maria Aparecida",
    "JUAN DE DIOS PÉREZ": "Juan de Dios",
    "Fco. Javier Soto": "Francisco Javier",
    "J. CARLOS SOTO": "J. Carlos",
    "J.C. Soto": "J.C.",
    "VAN DER BERG, JAN": "Jan",
    # Capitals and small letters
    "JUAN": "Juan",
    "josé": "José",
    "ANA-MARÍA SOTO": "Ana-María",
    "D'ANGELO ROSSI": "D'Angelo",
    "McDonald Ana": "McDonald",
    "jUAN pÉREZ": "Juan",
    "Pérez; Juan": "Juan",
    "JP Soto": "JP",
    "ΜΑΡΊΑ": "Μαρία",
    # Businesses are greeted by their whole name
    "AUTOS DEL SUR SPA": "Autos del Sur SpA",
    "Comercial Soto Ltda.": "Comercial Soto Ltda.",
    "SOC. COM. SOTO LTDA.": "Soc. Com. Soto Ltda.",
    "Clínica Los Andes": "Clínica Los Andes",
    "Sres. Automotora Sur": "Automotora Sur",
    "FLIA. SOTO": "Flia. Soto",
    "Ana Sá": "Ana",
    "Familia Soto": "Familia Soto",
    "SOTO HNOS.": "Soto Hnos.",
    # Signs and pictures
    "~ Ana 🌸": "Ana",
    "Ana\u200b Soto": "Ana",
    # Nothing to greet
    "Sin nombre": "",
    "N/A": "",
    "CLIENTE": "",
    "null": "",
    "+56 9 7540 0946": "",
    "ana@example.com": "",
    "www.autos.cl": "",
    "975400946": "",
    "NN": "",
    "N.N.": "",
    "desconocido": "",
    "Test": "",
    "No indica": "",
    "xx": "",
    ".": "",
    "\u3164": "",
    "": "",
}
SPOKEN = {
    "Juan Pérez": "Juan Pérez",
    "JUAN DE LA FUENTE": "Juan de la Fuente",
    "PÉREZ SOTO, JUAN": "Juan Pérez Soto",
    "ana maría o’higgins": "Ana María O’Higgins",
    "INVERSIONES ROJAS S.A.": "Inversiones Rojas S.A.",
    "Juan van der Berg": "Juan van der Berg",
    "...": "",
}
# What would make a pattern that goes back and forth slow.
STRANGE = st.text(st.sampled_from("aA,. -'’\u200b\u3164🌸ñÑ1e\u0301"), max_size=200).map(
    lambda text: text * 20
)


def test_first_name_is_what_people_call_somebody():
    assert {name: first_name(name) for name in GREETED} == GREETED


def test_spoken_name_is_in_ordinary_case_and_order():
    assert {name: spoken_name(name) for name in SPOKEN} == SPOKEN


@pytest.mark.parametrize("text", ["\u200b", "\u200d", "\u3164", "\u2800", "\uffa0", ".", "-", "🌸"])
def test_tidy_name_is_empty_without_a_letter_or_digit(text):
    assert tidy_name(f" {text}{text} ") == ""


def test_tidy_name_loses_what_nobody_sees():
    assert tidy_name("\u202aEva\u202c  \u2060Soto\u00ad") == "Eva Soto"


@settings(deadline=timedelta(milliseconds=500), max_examples=60)
@given(STRANGE)
def test_any_text_gives_names_in_time(text):
    whole, first = spoken_name(text), first_name(text)

    assert tidy_name(whole) == whole
    assert not first or any(map(str.isalnum, first))


@pytest.mark.parametrize(
    ("came", "stored"),
    [
        ("CLAUDIA ROJAS", "Claudia Rojas"),
        ("pedro soto", "Pedro Soto"),
        ("JUAN DE LA FUENTE", "Juan de la Fuente"),
        ("PÉREZ SOTO, ANA", "Pérez Soto, Ana"),
        ("AUTOMOTORA SUR SPA", "Automotora Sur SpA"),
        ("McDonald's", "McDonald's"),
        ("María José Soto", "María José Soto"),
        ("ana@example.com", "ana@example.com"),
        ("", ""),
    ],
)
def test_a_name_in_one_case_alone_is_written_as_names_are(came, stored):
    assert written_name(came) == stored


@given(st.text(max_size=40))
def test_a_written_name_stays_as_it_is(text):
    once = written_name(text)

    assert written_name(once) == once
