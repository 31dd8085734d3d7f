from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from contacts.models import Contact
from contacts.phones.zones import read_zones, zone_names, zones_of_phone
from waproject.core.text.places import validate_zone


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+56975400946", ("America/Santiago",)),
        ("+526641234567", ("America/Tijuana",)),
        ("+525512345678", ("America/Mexico_City",)),
        ("+5592987654321", ("America/Manaus",)),
        ("+14155551234", ("America/Los_Angeles",)),
        ("+34928123456", ("Atlantic/Canary",)),
        ("+34600123456", ("Atlantic/Canary", "Europe/Madrid")),
        ("+593991234567", ("America/Guayaquil", "Pacific/Galapagos")),
        ("+18005551234", ()),
        ("+870773111632", ()),
        ("", ()),
    ],
)
def test_zones_of_phone_are_those_of_its_area(phone, expected):
    assert zones_of_phone(phone) == expected


def test_zone_names_prefer_the_contacts_own():
    contact = Contact(phone="+56975400946", time_zone="Pacific/Easter")

    assert zone_names(contact) == "Pacific/Easter"


def test_zone_names_keep_every_zone_of_the_number():
    assert zone_names(Contact(phone="+34600123456")) == "Atlantic/Canary Europe/Madrid"


def test_zone_names_of_someone_without_a_number_are_the_projects(settings):
    settings.TIME_ZONE = "Asia/Kathmandu"

    assert zone_names(Contact(name="Eva")) == "Asia/Kathmandu"


def test_read_zones_reads_what_zone_names_wrote():
    assert read_zones("Atlantic/Canary Europe/Madrid") == (
        ZoneInfo("Atlantic/Canary"),
        ZoneInfo("Europe/Madrid"),
    )


def test_read_zones_of_nothing_are_the_projects(settings):
    settings.TIME_ZONE = "Asia/Kathmandu"

    assert read_zones("") == (ZoneInfo("Asia/Kathmandu"),)


@pytest.mark.parametrize("name", ["america/santiago", "Santiago", "../etc/passwd", "GMT+25"])
def test_validate_zone_refuses_what_is_none(name):
    with pytest.raises(ValidationError, match="is no time zone"):
        validate_zone(name)


def test_contact_keeps_a_known_zone(contact):
    contact.time_zone = "Pacific/Easter"

    contact.full_clean()
    contact.save()

    contact.refresh_from_db()
    assert contact.time_zone == "Pacific/Easter"
