import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Vehicle

LIST = reverse("admin:contacts_vehicle_changelist")

pytestmark = pytest.mark.django_db


def test_list_costs_the_same_for_one_and_for_twenty(boss, make_people):
    costs = []
    for more in (1, 19):
        make_people(more)
        with CaptureQueriesContext(connection) as queries:
            boss.get(LIST)
        costs.append(len(queries))

    assert costs == [10, 10]


@pytest.mark.parametrize("typed", ["toyota yaris", "yaris 2015", "TOY", "9700 00000"])
def test_list_finds_what_a_person_types(boss, make_people, typed):
    make_people(1)

    response = boss.get(LIST, {"q": typed})

    assert Vehicle.objects.get(make="Toyota") in response.context["cl"].result_list


@pytest.mark.parametrize("typed", ["toyota rio", "kia 2015", "911112222"])
def test_list_finds_nothing_where_a_word_does_not_fit(boss, make_people, typed):
    make_people(1)

    response = boss.get(LIST, {"q": typed})

    assert list(response.context["cl"].result_list) == []


def test_form_refuses_a_year_that_no_car_has(boss, contact):
    data = {"contact": contact.pk, "make": "Kia", "model": "Rio", "year": "1850"}

    response = boss.post(reverse("admin:contacts_vehicle_add"), data)

    errors = response.context["adminform"].form.errors["year"]
    assert [error.partition(" and ")[0] for error in errors] == ["The year must lie between 1900"]


def test_list_shows_and_finds_no_owner_to_who_may_not_see_people(as_staff, make_people):
    make_people(1)
    client = as_staff("view_vehicle")

    pages = [client.get(LIST), client.get(LIST, {"q": "97000 0000"})]
    pages.append(
        client.get(reverse("admin:contacts_vehicle_change", args=[Vehicle.objects.last().pk]))
    )

    assert [b"Persona 0" in page.content for page in pages] == [False, False, False]
    assert list(pages[1].context["cl"].result_list) == []


def test_form_of_a_vehicle_changes_no_owner_without_the_right_to_see_people(as_staff, make_people):
    make_people(2)
    car = Vehicle.objects.filter(make="Kia").last()
    data = {"contact": car.contact_id - 1, "make": "Kia", "model": "Rio", "year": "2019"}
    client = as_staff("change_vehicle", "view_vehicle", "add_vehicle")

    client.post(reverse("admin:contacts_vehicle_change", args=[car.pk]), data)

    changed = Vehicle.objects.get(pk=car.pk)
    assert (changed.year, changed.contact_id) == (2019, car.contact_id)
    assert client.get(reverse("admin:contacts_vehicle_add")).status_code == 403


@pytest.mark.parametrize(("price", "shown"), [("12990000.00", "12990000"), ("990.50", "990.50")])
def test_form_shows_a_whole_price_without_decimals(boss, make_people, price, shown):
    make_people(1)
    vehicle = Vehicle.objects.first()
    Vehicle.objects.update(price=price)

    page = boss.get(reverse("admin:contacts_vehicle_change", args=[vehicle.pk]))

    assert f'name="price" value="{shown}"' in page.text
