from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from campaigns.audience.filters import Audience, AudienceCount
from campaigns.audience.values import AudienceError
from campaigns.launch.checks import preflight
from campaigns.models import Campaign, Recipient
from contacts.models import Contact, ContactStatus, Tag, Vehicle
from messaging.models import Delivery
from optouts.models import Hold
from tests.campaigns.frozen import freeze_recipients
from tests.factories.people import known_as
from tests.sending import enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Contact:
    """Toyota Corolla 2015 for 8 million and Honda Fit 2020 without a price."""
    ana = Contact.objects.create(phone="+56970000001", name="Ana Peña", language="es")
    owns(ana, "Toyota", "Corolla", 2015, 8_000_000)
    owns(ana, "Honda", "Fit", 2020, None)
    return ana


@pytest.fixture
def luis() -> Contact:
    """Toyota Yaris 2018 for 9 million."""
    luis = Contact.objects.create(phone="+56970000002", name="Luis", language="pt")
    owns(luis, "Toyota", "Yaris", 2018, 9_000_000)
    return luis


@pytest.fixture
def rosa() -> Contact:
    """No vehicle."""
    return Contact.objects.create(phone="+56970000003", name="Rosa")


@pytest.fixture
def people(ana, luis, rosa) -> list[Contact]:
    return [ana, luis, rosa]


def owns(contact: Contact, make: str, model: str, year: int, price: int | None = None) -> Vehicle:
    return Vehicle.objects.create(contact=contact, make=make, model=model, year=year, price=price)


def names(audience: Audience) -> list[str]:
    return [person.name.split()[0] for person in audience.matches()]


def sent_to(contact: Contact, campaign: Campaign, **fields) -> Recipient:
    sent = {"status": "sent", "sent_at": timezone.now(), **fields}
    return Recipient.objects.create(
        campaign=campaign, contact=contact, phone=contact.address, **sent
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Ana", "Luis", "Rosa"]),
        ({"make": ["Toyota"]}, ["Ana", "Luis"]),
        ({"make": "toyota"}, ["Ana", "Luis"]),
        ({"make": ["HONDA", "Kia"]}, ["Ana"]),
        ({"make": ["Kia"]}, []),
        ({"model": "yaris"}, ["Luis"]),
        ({"make": "Toyota", "model": ["corolla", "YARIS"]}, ["Ana", "Luis"]),
        ({"year_from": 2018}, ["Ana", "Luis"]),
        ({"year_to": 2017}, ["Ana"]),
        ({"year_from": 2016, "year_to": 2019}, ["Luis"]),
        ({"price_from": Decimal(8_500_000)}, ["Luis"]),
        ({"price_to": Decimal(8_500_000)}, ["Ana"]),
        ({"language": "ES"}, ["Ana"]),
        ({"name_contains": "pena"}, ["Ana"]),
        ({"make": "Toyota", "language": "pt"}, ["Luis"]),
    ],
)
def test_matches_applies_the_filters(people, filters, expected):
    assert names(Audience(**filters)) == expected


def test_matches_finds_a_make_stored_in_several_spellings(people):
    owns(people[2], "TOYOTA", "Yaris", 2001)

    assert names(Audience(make="toyota")) == ["Ana", "Luis", "Rosa"]


def test_matches_finds_a_make_by_its_nickname(rosa):
    owns(rosa, "Volkswagen", "Gol", 2001)

    assert names(Audience(make="vw")) == ["Rosa"]


def test_matches_finds_a_model_without_its_accent(rosa):
    owns(rosa, "Renault", "Mégane", 2001)

    assert names(Audience(model="megane")) == ["Rosa"]


def test_matches_wants_all_vehicle_filters_on_one_vehicle(people):
    assert names(Audience(make="Toyota", year_from=2020)) == []


def test_matches_speaks_of_the_vehicle_that_matched(ana):
    person = Audience(make="Toyota").matches().get()

    assert person.vehicle_id == ana.vehicles.get(make="Toyota").pk


def test_matches_speaks_of_the_newest_vehicle_without_a_filter(ana):
    person = Audience().matches().get()

    assert person.vehicle_id == ana.vehicles.get(year=2020).pk


def test_matches_speaks_of_the_last_of_two_vehicles_of_one_year(ana):
    latest = owns(ana, "Kia", "Rio", 2020)

    assert Audience().matches().get().vehicle_id == latest.pk


def test_matches_speaks_of_no_vehicle_to_a_person_without_one(rosa):
    assert Audience().matches().get().vehicle_id is None


def test_matches_gives_an_owner_of_two_matching_vehicles_once(ana):
    owns(ana, "Toyota", "Hilux", 2022)

    assert names(Audience(make="Toyota")) == ["Ana"]


def test_matches_people_with_any_of_the_tags(people):
    vip, cash = Tag.objects.create(name="VIP"), Tag.objects.create(name="contado")
    people[0].tags.add(vip, cash)
    people[2].tags.add(cash)

    assert names(Audience(tags_any=[vip.pk, cash.pk])) == ["Ana", "Rosa"]


def test_matches_leaves_out_people_with_a_tag(people):
    vip = Tag.objects.create(name="VIP")
    people[0].tags.add(vip)

    assert names(Audience(tags_none=[vip.pk])) == ["Luis", "Rosa"]


def test_matches_nobody_when_the_tag_has_gone(people):
    assert names(Audience(tags_any=[99])) == []


@pytest.mark.parametrize("stored", ["3", 3])
def test_matches_a_further_field_by_its_text(people, stored):
    Contact.objects.filter(pk=people[0].pk).update(custom_fields={"hijos": stored})

    assert names(Audience(custom=[("hijos", "3")])) == ["Ana"]


def test_matches_a_further_field_whose_name_looks_like_a_lookup(people):
    Contact.objects.filter(pk=people[0].pk).update(custom_fields={"a__gt": "x", "b'": "y"})

    assert names(Audience(custom=[("a__gt", "x"), ("b'", "y")])) == ["Ana"]


def test_matches_people_added_on_the_days_named_in_the_project_zone(people):
    late = timezone.datetime.fromisoformat("2026-03-01T23:30:00-03:00")
    Contact.objects.filter(pk=people[0].pk).update(created_at=late)
    day = date(2026, 3, 1)

    assert names(Audience(created_from=day, created_to=day)) == ["Ana"]


def test_matches_only_the_people_named(people):
    assert names(Audience(contact_ids=[people[1].pk, people[2].pk])) == ["Luis", "Rosa"]


def test_matches_leaves_out_people_written_to_lately(people, campaign):
    with time_machine.travel("2026-03-01T12:00Z", tick=False):
        sent_to(people[0], campaign)
        sent_to(people[1], campaign, sent_at=timezone.now() - timedelta(days=8))

        assert names(Audience(exclude_contacted_days=7)) == ["Luis", "Rosa"]


@pytest.mark.parametrize("state", ["claimed", "uncertain"])
def test_matches_leaves_out_people_whose_message_is_in_the_air(ana, campaign, state):
    sent_to(ana, campaign, status="pending", sent_at=None)
    enqueue(campaign)
    now = timezone.now()
    Delivery.objects.update(state=state, claimed_at=now, lease_until=now)

    assert names(Audience(exclude_contacted_days=7)) == []


def test_matches_leaves_out_people_of_another_campaign(people, campaign):
    sent_to(people[0], campaign)
    sent_to(people[1], campaign, status="pending", sent_at=None)
    sent_to(people[2], campaign, status="skipped", sent_at=None)

    assert names(Audience(exclude_campaigns=[campaign.pk])) == ["Rosa"]


def test_matches_includes_people_who_may_not_be_written_to(people):
    Contact.objects.filter(pk=people[0].pk).update(status=ContactStatus.OPTED_OUT)

    assert names(Audience()) == ["Ana", "Luis", "Rosa"]


def test_count_leaves_out_opted_out_invalid_and_held_people(people):
    Contact.objects.filter(pk=people[0].pk).update(status=ContactStatus.OPTED_OUT)
    Contact.objects.filter(pk=people[1].pk).update(status=ContactStatus.INVALID)
    Hold.objects.create(contact=people[2], text="baja?", held_at=timezone.now())

    assert Audience().count().reachable == 0


def test_count_keeps_a_person_whose_hold_was_decided(rosa):
    now = timezone.now()
    Hold.objects.create(contact=rosa, text="baja?", held_at=now, decided_at=now)

    assert Audience().count().reachable == 1


def test_count_gives_both_sizes_in_one_query(people, django_assert_num_queries):
    Contact.objects.filter(pk=people[0].pk).update(status=ContactStatus.OPTED_OUT)
    Hold.objects.create(contact=people[1], text="baja?", held_at=timezone.now())

    with django_assert_num_queries(1):
        count = Audience().count()

    assert count == AudienceCount(matched=3, reachable=1)


@pytest.mark.parametrize("channel", ["whatsapp", "sms"])
def test_count_and_preflight_agree_with_a_launch(campaign, people, channel):
    known_as("CL.1", name="Sin teléfono")
    for blocked, person in zip(["whatsapp", "sms"], people, strict=False):
        Contact.objects.filter(pk=person.pk).block_channel(blocked, "63024")
    campaign.sender.channel = channel

    count = Audience().count(channel)
    forecast = preflight(campaign)
    frozen = freeze_recipients(campaign, now=timezone.now())

    assert (frozen.total, frozen.pending) == (4, {"whatsapp": 3, "sms": 2}[channel])
    assert (count.matched, count.reachable) == (frozen.total, frozen.pending)
    assert forecast.recipients == frozen.pending


def test_count_of_nobody_is_zero():
    assert Audience(make="Toyota").count() == AudienceCount(matched=0, reachable=0)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(), True),
        (Audience(exclude_contacted_days=3), True),
        (Audience(tags_none=[1]), False),
        (Audience(year_from=1990), False),
    ],
)
def test_is_everyone_without_a_filter_that_chooses(audience, expected):
    assert audience.is_everyone is expected


FULL = {
    "make": ["Toyota", "Kia"],
    "model": ["Rio"],
    "year_from": 2015,
    "year_to": 2020,
    "price_from": 1_000_000,
    "price_to": "2000000.5",
    "tags_any": [1],
    "tags_none": [2, 3],
    "language": "es",
    "name_contains": "an",
    "custom": {"ciudad": "Talca"},
    "created_from": "2026-01-31",
    "created_to": "2026-02-28",
    "contact_ids": [5, 6],
    "exclude_contacted_days": 30,
    "exclude_campaigns": [7],
}


def test_from_json_reads_what_to_json_writes():
    assert Audience.from_json(FULL).to_json() == FULL


ids = st.lists(st.integers(1, 10**6), max_size=3)
words = st.lists(st.text("añB ", min_size=1).map(str.strip).filter(bool), max_size=3)


@given(
    st.builds(
        Audience,
        make=words,
        year_from=st.none() | st.integers(1900, 1990),
        year_to=st.none() | st.integers(1990, 2030),
        price_to=st.none() | st.decimals(0, 10**9, places=2),
        tags_any=ids,
        contact_ids=ids,
        created_to=st.none() | st.dates(),
    )
)
def test_to_json_loses_nothing(audience):
    assert Audience.from_json(audience.to_json()) == audience


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "An audience must be an object with one key for each filter."),
        ({"make": []}, "“make” of the audience must be a text or a list of texts, not []"),
        ({"make": [3]}, "“make” of the audience must be a text, not 3"),
        ({"year_from": "2015"}, "“year_from” of the audience must be a whole number above zero"),
        ({"year_to": True}, "“year_to” of the audience must be a whole number above zero"),
        ({"price_to": "much"}, "“price_to” of the audience must be an amount, not 'much'"),
        ({"price_to": "NaN"}, "“price_to” of the audience must be an amount, not 'NaN'"),
        ({"tags_any": 3}, "“tags_any” of the audience must be a list of numbers, not 3"),
        ({"created_to": "31/1"}, "“created_to” of the audience must be a day such as 2026-01-31"),
        ({"custom": {"7": "x"}}, "“7” is no name of a further field."),
        ({"custom": {'a"b': "x"}}, '“a"b” is no name of a further field.'),
        ({"custom": []}, "“custom” of the audience must be an object of further fields"),
        ({"contact_ids": [*range(1, 5_002)]}, "“contact_ids” names 5001; at most 5000"),
        ({"exclude_contacted_days": 3_651}, "must be a number of days up to 3650"),
        ({"created_to": "9999-12-31"}, "must be a day such as"),
        ({"created_from": "0001-01-01"}, "must be a day such as"),
        ({"year_from": 2020, "year_to": 2015}, "The years of the audience end before they start"),
    ],
)
def test_from_json_names_the_filter_at_fault(data, problem):
    with pytest.raises(AudienceError) as refused:
        Audience.from_json(data)

    assert problem in str(refused.value)


def test_from_json_lists_the_filters_there_are():
    with pytest.raises(AudienceError, match="no filter called colour; there are: search, contact_"):
        Audience.from_json({"colour": "red"})


def test_describe_says_everyone_without_a_filter():
    assert Audience().describe() == "Everyone."


def test_describe_names_the_vehicle():
    audience = Audience(make=["Toyota", "Kia"], model="Rio", year_from=2015, price_to=Decimal(9))

    assert audience.describe() == (
        "People with a vehicle: Toyota or Kia, Rio, year from 2015 on, price up to $9."
    )


def test_describe_names_tags_and_exclusions(campaign):
    tag = Tag.objects.create(name="VIP")

    audience = Audience(
        tags_any=[tag.pk, 99], exclude_contacted_days=30, exclude_campaigns=[campaign.pk]
    )

    assert audience.describe() == (
        "Tagged VIP or #99, except people written to in the last 30 days;"
        " people of the campaign “Promo”."
    )


def test_describe_names_every_filter():
    assert Audience.from_json(FULL).describe() == (
        "People with a vehicle: Toyota or Kia, Rio, year from 2015 to 2020, price from $1.000.000"
        " to $2.000.000,50; tagged #1; not tagged #2 or #3; language es; with “an” in the name;"
        " with “Talca” as ciudad; added from 01/31/2026 to 02/28/2026; 2 people named,"
        " except people written to in the last 30 days; people of the campaign “#7”."
    )


def test_audience_leaves_out_people_without_an_address_to_write_to(rosa):
    known_as("messenger:1", channel="other", name="Eva")

    assert Audience.from_json({}).count("whatsapp").reachable == 1
