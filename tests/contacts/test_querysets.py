import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, Tag, Vehicle
from tests.contacts.pairs import unmerged
from waproject.core.db.counting import count_up_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def vehicles(contact) -> None:
    owned = [
        ("Kia", "Rio", 2015),
        ("BMW", "X1", 2015),
        ("Kia", "Rio", 2020),
        ("Kia", "Cerato", 2015),
    ]
    for make, model, year in owned:
        Vehicle.objects.create(contact=contact, make=make, model=model, year=year)


def test_makes_are_told_once_and_in_order(vehicles):
    assert Vehicle.objects.makes() == ["BMW", "Kia"]


def test_models_of_a_make_are_told_once_and_in_order(vehicles):
    assert Vehicle.objects.models_of("Kia") == ["Cerato", "Rio"]


def test_all_models_are_told_once_and_in_order(vehicles, contact):
    Vehicle.objects.create(contact=contact, make="Zotye", model="Rio", year=2010)

    assert Vehicle.objects.all_models() == ["Cerato", "Rio", "X1"]


def test_makes_and_models_of_no_vehicles_are_none():
    assert (Vehicle.objects.makes(), Vehicle.objects.all_models()) == ([], [])


@pytest.mark.parametrize(("limit", "count"), [(2, 2), (3, 3), (9, 4)])
def test_count_up_to_stops_at_the_limit(vehicles, limit, count):
    assert count_up_to(Vehicle.objects.all(), limit) == count


def test_add_tag_takes_the_same_queries_for_one_and_for_twenty():
    costs = []
    for name, count in (("a", 1), ("b", 20)):
        tag = Tag.objects.create(name=name)
        people = [Contact(phone=f"+5691111{count:02d}{n:02d}") for n in range(count)]
        Contact.objects.bulk_create(people)
        with CaptureQueriesContext(connection) as queries:
            Contact.objects.all().add_tag(tag)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_add_tag_leaves_the_people_in_the_database(contact):
    tag = Tag.objects.create(name="vip")
    Contact.objects.create(phone="+56911111111").tags.add(tag)

    with CaptureQueriesContext(connection) as queries:
        added = Contact.objects.order_by("name").add_tag(tag)

    assert (added, Contact.objects.filter(tags=tag).count()) == (1, 2)
    assert not [query for query in queries if query["sql"].startswith("SELECT")]


def test_mark_reachable_again_leaves_opted_out_people_alone(contact):
    Contact.objects.update(status="opted_out")

    moved = Contact.objects.mark_reachable_again()

    contact.refresh_from_db()
    assert (moved, contact.status) == (0, "opted_out")


def test_a_channel_is_blocked_once_and_keeps_the_first_code(contact):
    people = Contact.objects.filter(pk=contact.pk)

    for code in ("63024", "63003"):
        people.block_channel("whatsapp", code)

    assert list(contact.addresses.values_list("channel", "value", "blocked_code")) == [
        ("whatsapp", "+56975400946", "63024")
    ]


def test_mark_reachable_again_lifts_the_blocks_and_the_invalid(contact):
    people = Contact.objects.filter(pk=contact.pk)
    people.block_channel("sms", "21614")
    people.mark_invalid()

    assert (people.mark_reachable_again(), people.mark_reachable_again()) == (1, 0)
    assert (people.get().status, contact.addresses.count()) == ("active", 0)


def test_mark_reachable_again_leaves_an_opt_out(contact):
    people = Contact.objects.filter(pk=contact.pk)
    people.block_channel("sms", "21614")
    people.update(status="opted_out")

    people.mark_reachable_again()

    assert people.get().status == "opted_out"


@pytest.mark.django_db
def test_every_way_to_write_a_phone_keeps_its_key():
    made = Contact.objects.create(phone="+5491123456729")
    Contact.objects.bulk_create([Contact(phone="+551187654329")])
    Contact.objects.filter(phone="+551187654329").update(phone="+5215512345629")
    made.phone = "+5493512345629"
    made.save(update_fields=["phone"])

    keys = Contact.objects.order_by("pk").values_list("phone_key", flat=True)
    assert list(keys) == ["+543512345629", "+525512345629"]


@pytest.mark.django_db
def test_mark_reachable_again_leaves_unmerged_people():
    unmerged("+5491123456729")

    assert Contact.objects.all().mark_reachable_again() == 0
