import pytest

from contacts.phones.countries import country_name, country_of


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("+56975400946", "CL"),
        ("+5491123456789", "AR"),
        ("+51987654321", "PE"),
        ("+12025550123", "US"),
        ("+18095550123", "DO"),
        ("+77011234567", "KZ"),
        ("+883510000000000", ""),
        ("+999123456", ""),
        ("CL.1234", "CL"),
        ("2345", ""),
        ("", ""),
    ],
)
def test_country_is_told_by_the_address(address, country):
    assert country_of(address) == country


def test_country_without_a_name_keeps_its_letters():
    assert (country_name("CL"), country_name("CU")) == ("Chile", "CU")
