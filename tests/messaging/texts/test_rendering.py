"""Placeholders and their values."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact, Vehicle
from messaging.texts.rendering import (
    PLACEHOLDER,
    SOURCES,
    Renderer,
    clean,
    default_source,
    format_price,
    is_source,
    placeholders,
    render,
    unknown_sources,
)

JUAN = Contact(
    phone="+56975400946",
    name="Juan Pérez",
    email="juan@example.cl",
    custom_fields={"Sucursal": "Ñuñoa", "comuna_de_origen": "Maipú"},
)
COROLLA = Vehicle(
    make="Toyota", model="Corolla", year=2015, price=Decimal("8500000"), link="https://x.cl/1"
)
NAMES = st.from_regex(r"\w{1,12}", fullmatch=True)
TEXTS = st.text(max_size=60)


def text_of(text: str, mapping=None, contact=JUAN, vehicle=COROLLA) -> str:
    return render(text, mapping or {}, contact, vehicle).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hola {{nombre}}", "Hola Juan"),
        ("Hola {{ NAME }}", "Hola Juan"),
        ("{{nombre_completo}}", "Juan Pérez"),
        ("tu {{marca}} {{modelo}}", "tu Toyota Corolla"),
        ("{{año}} {{anio}} {{ano}} {{year}}", "2015 2015 2015 2015"),
        ("a {{precio}}", "a $8.500.000"),
        ("{{link}} {{enlace}} {{url}}", "https://x.cl/1 https://x.cl/1 https://x.cl/1"),
        ("{{teléfono}} {{email}}", "+56975400946 juan@example.cl"),
        ("{{sucursal}}, {{comuna_de_origen}}", "Ñuñoa, Maipú"),
        (
            "{nombre} {{ }} {{a b}} {{nombre.upper}} }}",
            "{nombre} {{ }} {{a b}} {{nombre.upper}} }}",
        ),
    ],
)
def test_render_fills_in_known_names_and_leaves_other_braces(text, shown):
    assert text_of(text) == shown


def test_render_follows_the_mapping_before_the_names():
    mapping = {"1": {"source": "contact.name"}, "nombre": {"source": "custom.sucursal"}}

    rendered = render("{{1}} de {{nombre}}", mapping, JUAN, COROLLA)

    assert rendered.text == "Juan Pérez de Ñuñoa"
    assert rendered.variables == {"1": "Juan Pérez", "nombre": "Ñuñoa"}


def test_render_falls_back_when_the_value_is_empty():
    mapping = {"nombre": {"source": "contact.name", "fallback": "cliente"}}

    assert text_of("Hola {{nombre}}", mapping, contact=Contact()) == "Hola cliente"


def test_render_names_each_missing_value_once():
    rendered = render("{{marca}} {{otro}} {{marca}}", {}, JUAN, None)

    assert (rendered.missing, rendered.variables) == (("marca", "otro"), {})


def test_render_evaluates_nothing_within_a_value():
    contact = Contact(custom_fields={"apodo": "{{precio}}"})

    assert text_of("Hola {{apodo}}", contact=contact) == "Hola {{precio}}"


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800\uffa0", ".", "...", "🚗", " "])
def test_render_falls_back_when_the_name_shows_nothing(name):
    mapping = {"nombre": {"source": "contact.first_name", "fallback": "cliente"}}

    assert text_of("Hola {{nombre}}", mapping, contact=Contact(name=name)) == "Hola cliente"


def test_render_names_a_value_that_shows_nothing_as_missing():
    car = Vehicle(make="Toyota", model="\u200b\u3164", year=2015)

    assert render("tu {{modelo}}?", {}, JUAN, car).missing == ("modelo",)


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        (Decimal("8500000.00"), "$8.500.000"),
        (Decimal("990"), "$990"),
        (Decimal("1234.50"), "$1.234,50"),
        (12_000_000.0, "$12.000.000"),
    ],
)
def test_format_price_as_in_chile(price, shown):
    assert format_price(price) == shown


def test_placeholders_are_named_once_in_order():
    assert placeholders("{{b}} {{ a }} {{b}} {{1}}") == ["b", "a", "1"]


def test_unknown_sources_names_the_placeholders():
    mapping = {"a": {"source": "contact.secret"}, "b": {"source": "contact.name"}}

    assert unknown_sources("{{a}} {{b}} {{c}}", mapping) == ["a"]


@pytest.mark.parametrize("name", ["contact.__class__", "custom.", "", "vehicle"])
def test_is_source_refuses_what_is_not_registered(name):
    assert is_source(name) is False


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_value_for_a_full_contact(source):
    assert text_of("{{x}}", {"x": {"source": source}}) != ""


@given(TEXTS)
def test_text_without_placeholders_stays_as_it_is(text):
    if not PLACEHOLDER.search(text):
        assert text_of(text) == text


@given(st.lists(st.tuples(TEXTS, NAMES), max_size=5), TEXTS)
def test_any_value_comes_out_clean_and_only_once_substituted(parts, value):
    text = "".join(f"{before.replace('{', '')}{{{{{name}}}}}" for before, name in parts)
    mapping = {name: {"source": "custom.x", "fallback": "-"} for _before, name in parts}

    rendered = Renderer(text, mapping).render(Contact(custom_fields={"x": value}), None)

    shown = clean(value) or "-"
    assert rendered.text == "".join(before.replace("{", "") + shown for before, _name in parts)
    assert rendered.missing == ()


@given(st.text())
def test_clean_leaves_no_line_break_tab_or_run_of_spaces(value):
    cleaned = clean(value)

    assert cleaned == " ".join(cleaned.split())


@given(NAMES)
def test_every_name_has_a_default_source(name):
    assert is_source(default_source(name)) is True
