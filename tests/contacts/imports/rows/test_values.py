from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from hypothesis import given
from hypothesis import strategies as st

from contacts.imports.rows import values
from contacts.imports.rows.values import (
    RowError,
    parse_email,
    parse_language,
    parse_link,
    parse_make,
    parse_model,
    parse_name,
    parse_price,
    parse_tags,
    parse_year,
    write_tags,
)


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("8.500.000", "8500000"),
        ("$8,500,000", "8500000"),
        ("8500000,00", "8500000"),
        ("8500000.5", "8500000.5"),
        ("8500000", "8500000"),
        ("8.500.000,50", "8500000.50"),
        ("8,500,000.50", "8500000.50"),
        ("$ 8.500.000.-", "8500000"),
        ("8.500.000.", "8500000"),
        ("CLP 8 500 000", "8500000"),
        ("8.500", "8500"),
        ("8,5", "8.5"),
        ("US$12,000", "12000"),
        ("8.5E+06", "8500000"),
        ("0", "0"),
    ],
)
def test_parse_price_reads_each_spelling(typed, price):
    assert parse_price(typed) == Decimal(price)


@pytest.mark.parametrize(
    "typed",
    [
        "8.5 millones",
        "8.50.000",
        "1.234.5678",
        "-5",
        "8500000.000",
        "1,234.567,8",
        "a convenir",
        "$",
    ],
)
def test_parse_price_refuses_what_it_cannot_tell(typed):
    with pytest.raises(RowError, match="The price is not a number"):
        parse_price(typed)


@pytest.mark.parametrize("typed", ["1.000.000.000.000", "9E15"])
def test_parse_price_refuses_what_does_not_fit(typed):
    with pytest.raises(RowError, match="The price is too large"):
        parse_price(typed)


@given(
    st.integers(0, 10**11), st.sampled_from(["", ".", ",", " "]), st.sampled_from(["", "$", "CLP "])
)
def test_parse_price_reads_any_grouping(price, group, sign):
    typed = sign + f"{price:,}".replace(",", group)

    assert parse_price(typed) == price


@pytest.mark.parametrize("parse", [parse_name, parse_make, parse_model])
def test_value_of_which_letters_are_lost_is_refused(parse):
    assert parse("¿Ana?") == "¿Ana?"
    with pytest.raises(RowError, match="Letters with accents are lost"):
        parse("Mu?oz")


def test_parse_year_reads_years():
    assert {
        parse_year(typed, 2028) for typed in ("2015", "2015.0", "2.015", "2,015.00", "'2015")
    } == {2015}
    assert parse_year("1900", 2028) == 1900


@pytest.mark.parametrize(
    "typed", ["15/03/2015", "1-1-2015", "31.12.2015", "03/2015", "2015-03-15", "2015/3/15"]
)
def test_parse_year_reads_that_of_a_date(typed):
    assert parse_year(typed, 2028) == 2015


@pytest.mark.parametrize(
    "typed",
    [
        "15",
        "20155",
        "15/03/15",
        "2014/2015",
        "2014-15",
        "1/1/2029",
        "dos mil",
        "²⁰¹⁵",
        "1899",
        "2029",
        "2015.5",
    ],
)
def test_parse_year_refuses_others(typed):
    with pytest.raises(RowError, match="The year must"):
        parse_year(typed, 2028)


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("https://www.chileautos.cl/a/1?x=1", "https://www.chileautos.cl/a/1?x=1"),
        ("www.yapo.cl/auto", "https://www.yapo.cl/auto"),
        ("http://localhost:8000/1", "http://localhost:8000/1"),
    ],
)
def test_parse_link_gives_a_web_address(typed, link):
    assert parse_link(typed) == link


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "ver aviso", "ftp://example.com", "https://"]
)
def test_parse_link_refuses_others(typed):
    with pytest.raises(RowError, match="The link is not a web address"):
        parse_link(typed)


def is_taken(validate, text: str) -> bool:
    """Whether a validator of Django's takes a text."""
    try:
        validate(text)
    except ValidationError:
        return False
    return True


@given(st.from_regex(values._PLAIN_LINK, fullmatch=True))
def test_plain_links_are_those_that_django_takes(link):
    assert is_taken(URLValidator(schemes=["http", "https"]), link[:500])


@given(st.from_regex(values._PLAIN_EMAIL, fullmatch=True))
def test_plain_emails_are_those_that_django_takes(email):
    assert is_taken(EmailValidator(), email)


@given(st.text(max_size=30) | st.emails())
def test_parse_email_takes_what_django_takes(text):
    if is_taken(EmailValidator(), text):
        assert parse_email(text) == text
    else:
        with pytest.raises(RowError):
            parse_email(text)


@pytest.mark.parametrize(
    ("typed", "code"), [("es", "es"), ("ES", "es"), ("pt_BR", "pt-br"), ("Inglés", "en")]
)
def test_parse_language_gives_a_code(typed, code):
    assert parse_language(typed) == code


def test_parse_language_refuses_a_sentence():
    with pytest.raises(RowError, match="The language must be a code"):
        parse_language("habla mapudungun")


def test_parse_tags_gives_each_once():
    assert parse_tags(" VIP, taxi;vip |  flota  sur ,,") == ("VIP", "taxi", "flota sur")


def test_parse_tags_leaves_out_the_labels_that_google_gives():
    assert parse_tags("* myContacts ::: Flota sur ::: * starred") == ("Flota sur",)
    assert parse_tags("* myContacts") == ()


def test_parse_tags_reads_quoted_ones_as_mailchimp_writes_them():
    assert parse_tags('"VIP","taxi, sur" ; "5"" x 3"') == ("VIP", "taxi, sur", '5" x 3')


@given(st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_written_tags_are_read_back(tags):
    tags = list(parse_tags(write_tags(tags)))

    assert list(parse_tags(write_tags(tags))) == tags
