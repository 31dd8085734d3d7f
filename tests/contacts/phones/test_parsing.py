import re

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contacts.phones import PhoneError, parse_phone, parsing, shown_phone
from contacts.phones.texts import read_phone_text

JUAN = "+56975400946"


@pytest.mark.parametrize(
    "typed",
    [
        "+56975400946",
        "9 7540 0946",
        "975400946",
        "+56 9 7540-0946",
        "56975400946",
        "56975400946.0",
        "56975400946,00",
        "5.6975400946E10",
        "5,6975400946E+10",
        "whatsapp:+56975400946",
        "WhatsApp: +56 9 7540 0946",
        "tel:+56-9-7540-0946",
        "https://wa.me/56975400946",
        "0056975400946",
        "00 56 9 7540 0946",
        "09 7540 0946",
        "+56 (0)9 7540 0946",
        "(+56) 9 75400946",
        "9.7540.0946",
        "９７５４００９４６",
        "+56\xa09\xa07540\xa00946",
        "\u202a+56 9 7540 0946\u202c",
        "'+56975400946",
        '="56975400946"',
        "  975400946\t",
    ],
)
def test_parse_phone_reads_what_chileans_type(typed):
    assert parse_phone(typed, "CL") == JUAN


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("+5215512345678", "CL", "+525512345678"),
        ("5215512345678", "MX", "+525512345678"),
        ("+52 044 55 1234 5678", "CL", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("+54 9 11 15 2345 6789", "CL", "+5491123456789"),
        ("+525512345678", "CL", "+525512345678"),
        ("+5491123456789", "CL", "+5491123456789"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("+54 11 15 2345-6789", "CL", "+5491123456789"),
        ("(020) 7946 0018", "GB", "+442079460018"),
        ("+39 06 698 1234", "CL", "+39066981234"),
        ("2 2123 4567", "CL", "+56221234567"),
        ("+1 415 523 8886", "CL", "+14155238886"),
    ],
)
def test_parse_phone_knows_other_countries(typed, region, e164):
    assert parse_phone(typed, region) == e164


def test_parse_phone_takes_a_block_newer_than_the_metadata():
    assert not phonenumbers.is_valid_number(phonenumbers.parse("+56912345678"))

    assert parse_phone("9 1234 5678", "CL") == "+56912345678"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "The phone is empty."),
        (" \xa0 ", "The phone is empty."),
        ("whatsapp:", "The phone is empty."),
        ("sin fono", "The phone has letters."),
        ("whatsapp:CL.1234", "The phone has letters."),
        ("+-()", "The phone has no digits."),
        ("*75#", "The phone has signs that do not belong in a number."),
        ("97540", "Too short for Chile."),
        ("7540 0946", "Too short for Chile."),
        ("9", "Too short for a phone."),
        ("9 7540 09467", "Too long for Chile; a number of another country begins with +."),
        ("9" * 30, "Too long for a phone."),
        ("000000000", "No country has the code that this phone begins with."),
        ("111111111", "Not a number of Chile."),
        ("+49 1", "Too short for a phone."),
        ("+999 1234 5678", "No country has the code that this phone begins with."),
        ("975400946 / 221234567", "There is more than one phone here; keep one."),
        (
            "5.69754E+10",
            "Excel has cut this number; format its column as text and save the file again.",
        ),
    ],
)
def test_parse_phone_says_why_not(typed, reason):
    with pytest.raises(PhoneError) as error:
        parse_phone(typed, "CL")

    assert str(error.value) == reason


def test_parse_phone_takes_the_default_region_from_settings(settings):
    settings.PHONE_DEFAULT_REGION = "MX"

    assert parse_phone("55 1234 5678") == "+525512345678"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+56912345678", "+56 9 1234 5678"),
        ("+56221234567", "+56 2 2123 4567"),
        ("+5491123456789", "+54 9 11 2345-6789 (Argentina)"),
        ("+442079460018", "+44 20 7946 0018"),
    ],
)
def test_shown_phone_is_as_people_write_it(phone, shown):
    assert shown_phone(phone, "CL") == shown


REGIONS = st.sampled_from(["CL", "MX", "AR", "BR", "PE", "CO", "US", "GB", "ES", "IT", "DE", "SG"])
NATIONAL = st.from_regex(r"[0-9]{4,12}", fullmatch=True)
PREFIX = st.sampled_from(["", "", "+", "+56", "56", "+52", "52", "+54", "549", "55", "1", "+1"])


@given(
    prefix=PREFIX,
    number=NATIONAL | st.from_regex(r"[2-9][0-9 -]{5,14}", fullmatch=True),
    region=REGIONS,
)
@example(prefix="56", number="975400946", region="CL")
def test_plain_numbers_are_read_as_the_library_reads_them(prefix, number, region):
    text = prefix + number

    plain = parsing._parse_plain(text, region)

    if plain is not None:
        parsed = phonenumbers.parse(text, region)
        assert plain == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        assert plain == parsing._parse_with_library(read_phone_text(text).digits, region)


@given(
    st.integers(min_value=200_000_000, max_value=999_999_999), st.sampled_from(["", "56", "+56"])
)
def test_plain_road_takes_every_chilean_number(national, prefix):
    assert parsing._parse_plain(f"{prefix}{national}", "CL") == f"+56{national}"


@given(st.text(max_size=40) | st.text("+0123456789.,eE ()-/xX:", max_size=24), REGIONS)
def test_parse_phone_answers_e164_or_a_reason(text, region):
    try:
        answer = parse_phone(text, region)
    except PhoneError:
        return

    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", answer)
    assert parse_phone(answer, region) == answer
