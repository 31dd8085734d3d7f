import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.twilio.addresses import SMS, WHATSAPP, from_provider, to_provider

phones = st.integers(10_000_000, 999_999_999_999_999).map("+{}".format)
user_ids = st.from_regex(r"[A-Z]{2}\.[0-9A-Za-z]{1,30}", fullmatch=True)


@given(channel=st.sampled_from([WHATSAPP, SMS]), address=phones | user_ids)
def test_address_survives_the_way_there_and_back(channel, address):
    assert from_provider(to_provider(channel, address)) == (channel, address)


@pytest.mark.parametrize(
    ("channel", "address", "spelling"),
    [
        ("whatsapp", "+56975400946", "whatsapp:+56975400946"),
        ("whatsapp", "CL.1234", "whatsapp:CL.1234"),
        ("sms", "+56975400946", "+56975400946"),
    ],
)
def test_address_is_spelled_as_twilio_wants_it(channel, address, spelling):
    assert to_provider(channel, address) == spelling


@pytest.mark.parametrize("spelling", ["whatsapp: 56975400946", "WhatsApp:+56975400946"])
def test_careless_spelling_is_read(spelling):
    assert from_provider(spelling) == ("whatsapp", "+56975400946")
