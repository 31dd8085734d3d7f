import pytest
from asgiref.sync import async_to_sync

from messaging.states import Quality, Tier
from messaging.twilio.senders import quality_of, tier_of
from tests.simulation import gateway
from waproject.lab.twilio_simulator.account import SERVICE_NUMBER


@async_to_sync
async def listed():
    async with gateway() as open_gateway:
        return await open_gateway.list_senders()


def test_lists_numbers_and_services(simulator):
    found = listed()

    assert [(one.channel, one.address) for one in found.senders] == [
        ("whatsapp", SERVICE_NUMBER),
        ("sms", SERVICE_NUMBER),
    ]
    assert [one.name for one in found.services] == ["Servicio de muestra"]


def test_whatsapp_number_tells_how_it_is(simulator):
    number = listed().senders[0]

    assert (number.quality, number.tier, number.is_online) == (Quality.GREEN, Tier.UNLIMITED, True)
    assert (number.name, number.waba_id) == ("Automotora de muestra", "1" * 15)


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("1K Customers/24hr", Tier.PEOPLE_250),
        ("2K Customers/24hr", Tier.PEOPLE_2K),
        ("10K Customers/24hr", Tier.PEOPLE_10K),
        ("TIER_100K", Tier.PEOPLE_100K),
        ("TIER_250", Tier.PEOPLE_250),
        ("250", Tier.PEOPLE_250),
        ("50", Tier.UNKNOWN),
        ("Unlimited Customers/24hr", Tier.UNLIMITED),
        ("TIER_UNLIMITED", Tier.UNLIMITED),
        ("", Tier.UNKNOWN),
        (None, Tier.UNKNOWN),
    ],
)
def test_limit_is_read_in_every_form(text, tier):
    assert tier_of(text) is tier


@pytest.mark.parametrize(
    ("word", "quality"),
    [
        ("HIGH", Quality.GREEN),
        ("green", Quality.GREEN),
        ("MEDIUM", Quality.YELLOW),
        ("LOW", Quality.RED),
        ("NA", Quality.UNKNOWN),
        (None, Quality.UNKNOWN),
    ],
)
def test_quality_is_read_in_both_vocabularies(word, quality):
    assert quality_of(word) is quality
