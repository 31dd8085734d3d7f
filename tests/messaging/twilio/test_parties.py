"""Who a message is from, and to which address of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.models import Channel
from messaging.twilio.parties import Origin, bounded, origin_of, our_address

MOBILE = "+56975400946"
LONG_ID = "CL." + "A1b2C3d4" * 16


@pytest.mark.parametrize(
    ("told", "origin"),
    [
        ((f"whatsapp:{MOBILE}",), Origin(MOBILE)),
        ((MOBILE,), Origin(MOBILE)),
        ((f"rcs:{MOBILE}",), Origin(MOBILE)),
        (("whatsapp: 56975400946",), Origin(MOBILE)),
        (("+56 9 7540 0946",), Origin(MOBILE)),
        (("whatsapp:+56 (9) 7540-0946",), Origin(MOBILE)),
        (("whatsapp:+5215512345678",), Origin("+525512345678")),
        (("whatsapp:+22507123456",), Origin("+22507123456")),
        (("+56958985",), Origin("+56958985")),
        (("whatsapp:CL.1234",), Origin(None, "CL.1234")),
        ((f"whatsapp:{LONG_ID}",), Origin(None, LONG_ID)),
        (("whatsapp:CL.1234", "CL.1234", "CL.1234"), Origin(None, "CL.1234")),
        ((f"whatsapp:{MOBILE}", "CL.1234"), Origin(MOBILE, "CL.1234")),
        ((f"whatsapp:{MOBILE}", "whatsapp:CL.1234"), Origin(MOBILE, "CL.1234")),
        (("whatsapp:CL.1234", "CL.1234", "56975400946"), Origin(MOBILE, "CL.1234")),
        (("whatsapp:+5215512345678", "", "5215512345678"), Origin("+525512345678")),
        ((MOBILE, "nonsense!"), Origin(MOBILE)),
        (("2345",), Origin(other="2345", is_machine=True)),
        (("AFP Modelo",), Origin(other="AFP Modelo", is_machine=True)),
        (("+2345",), Origin(other="+2345", is_machine=True)),
        (("whatsapp:2345",), Origin(other="whatsapp:2345")),
        (("messenger:56975400946",), Origin(other="messenger:56975400946")),
        (("instagram:@pedro",), Origin(other="instagram:@pedro")),
        ((" ",), Origin()),
        (("", "CL.1234"), Origin(None, "CL.1234")),
    ],
)
def test_origin_of_tells_who_wrote(told, origin):
    assert origin_of(*told) == origin


@pytest.mark.parametrize(
    ("to", "ours"),
    [
        ("whatsapp:+56220000000", ("whatsapp", "+56220000000")),
        ("+56220000000", ("sms", "+56220000000")),
        ("12345", ("sms", "12345")),
        ("Banco", ("sms", "Banco")),
        ("rcs:agent", ("other", "rcs:agent")),
        ("whatsapp:hello", ("other", "whatsapp:hello")),
        ("", ("other", "unknown")),
    ],
)
def test_our_address_names_the_sender(to, ours):
    assert our_address(to) == ours


@given(st.text(), st.text(), st.text(), st.text())
def test_any_addresses_fit_their_columns(sender, external, wa_id, to):
    origin, (channel, ours) = origin_of(sender, external, wa_id), our_address(to)

    kept = [one for one in (origin.phone, origin.user_id, origin.other) if one is not None]
    assert bool(kept) or not sender.strip()
    assert all(0 < len(one) <= 255 for one in [*kept, ours])
    assert channel in Channel.values


def test_bounded_keeps_long_addresses_apart():
    long = "x" * 300

    assert len({bounded(long), bounded(long + "a"), bounded(long + "b"), long[:255]}) == 4
