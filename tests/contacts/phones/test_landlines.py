import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from contacts.phones.landlines import is_landline

LANDLINES = {
    "Santiago": "+56221234567",
    "Valparaíso": "+56322123456",
    "Buenos Aires": "+541123456789",
    "São Paulo": "+551134567890",
    "Lima": "+5112345678",
    "Bogotá": "+576012345678",
    "Montevideo": "+59829012345",
    "Madrid": "+34912345678",
}
OTHERS = {
    "Chile": "+56975400946",
    "Argentina": "+5491123456789",
    "Brazil": "+5511987654321",
    "Brazil, old spelling": "+551187654329",
    "Peru": "+51912345678",
    "Colombia": "+573012345678",
    "Spain": "+34612345678",
    # Mexico and the United States do not tell
    "Mexico": "+525512345678",
    "United States": "+12025550123",
    # Numbers that nobody knows
    "too short": "+56958985",
    "satellite": "+870773111632",
    "network": "+883510012345678",
}
PREFIXES = st.sampled_from(
    [
        *("549", "519", "573", "346", "5939", "5959", "5989", "5916", "5917", "5841", "5842"),
        *("5023", "5024", "5025", "5036", "5037", "5049", "5066", "5067", "5068", "5076"),
    ]
)


@pytest.mark.parametrize(("numbers", "expected"), [(LANDLINES, True), (OTHERS, False)])
def test_is_landline_by_country(numbers, expected):
    assert {place: is_landline(number) for place, number in numbers.items()} == dict.fromkeys(
        numbers, expected
    )


@given(PREFIXES, st.text("0123456789", min_size=7, max_size=10))
def test_short_cut_says_what_the_library_says(prefix, rest):
    number = phonenumbers.parse(f"+{prefix}{rest}", None)

    assert phonenumbers.number_type(number) != PhoneNumberType.FIXED_LINE
    assert is_landline(f"+{prefix}{rest}") is False
