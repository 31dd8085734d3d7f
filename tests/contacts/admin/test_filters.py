import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from contacts.imports.operations import start_import
from contacts.models import Contact, Vehicle
from waproject.core.jobs.operations import run

LIST = reverse("admin:contacts_contact_changelist")
VEHICLES = reverse("admin:contacts_vehicle_changelist")

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db) -> Contact:
    """Has a Toyota of 2010 and a Kia of 2020."""
    ana = Contact.objects.create(phone="+56911112222", name="Ana")
    Vehicle.objects.create(contact=ana, make="Toyota", model="Yaris", year=2010, price=3_000_000)
    Vehicle.objects.create(contact=ana, make="Kia", model="Rio", year=2020, price=9_000_000)
    return ana


def found(client, url=LIST, **filters):
    return list(client.get(url, filters).context["cl"].result_list)


@pytest.mark.parametrize(
    "filters",
    [
        {"make": "Toyota"},
        {"make": "Toyota", "model": "Yaris"},
        {"year_from": 2020},
        {"year_to": 2010},
        {"make": "Kia", "year_from": 2020, "year_to": 2020},
        {"price_from": 9_000_000},
        {"make": "Toyota", "price_to": 3_000_000},
    ],
)
def test_vehicle_filter_finds_the_owner_once(boss, contact, ana, filters):
    assert found(boss, **filters) == [ana]


@pytest.mark.parametrize(
    "filters",
    [
        {"make": "Toyota", "year_from": 2020},
        {"make": "Toyota", "model": "Rio"},
        {"year_to": 2010, "price_from": 9_000_000},
        {"make": "Ford"},
    ],
)
def test_vehicle_filter_wants_one_vehicle_that_fits_all(boss, ana, filters):
    assert found(boss, **filters) == []


def test_import_filter_finds_whom_the_import_took(boss, superuser, ana, contact):
    job = start_import(ContentFile(b"telefono\n911112222\n1\n"), "mayo.csv", {}, by=superuser)
    run(job.pk)

    assert found(boss, **{"import": job.pk}) == [ana]
    assert found(boss, **{"import": "x"}) == []


def test_import_filter_names_imports_to_who_may_see_them(as_staff, superuser):
    start_import(ContentFile(b"telefono\n1\n"), "mayo.csv", {}, by=superuser)

    assert b"mayo.csv" not in as_staff("view_contact").get(LIST).content
    assert b"mayo.csv" in as_staff("view_contact", "view_importjob").get(LIST).content


def test_vehicle_filter_narrows_vehicles_too(boss, ana):
    assert found(boss, VEHICLES, year_from=2020) == list(ana.vehicles.filter(make="Kia"))


def test_vehicle_filter_says_what_is_no_year(boss, ana):
    response = boss.get(LIST, {"year_from": "soon", "make": "Kia"})

    (spec,) = [spec for spec in response.context["cl"].filter_specs if hasattr(spec, "form")]
    assert spec.form.errors == {"year_from": ["Enter a whole number."]}
    assert list(response.context["cl"].result_list) == [ana]


def test_vehicle_filter_offers_the_models_of_the_make(boss, ana):
    response = boss.get(LIST, {"make": "Kia"})

    (spec,) = [spec for spec in response.context["cl"].filter_specs if hasattr(spec, "form")]
    assert spec.form.fields["make"].widget.choices == [
        ("", "Any make"),
        ("Kia", "Kia"),
        ("Toyota", "Toyota"),
    ]
    assert spec.form.fields["model"].widget.choices == [("", "Any model"), ("Rio", "Rio")]


def test_vehicle_filter_keeps_the_other_filters(boss, ana, vip):
    ana.tags.add(vip)

    response = boss.get(LIST, {"tag": vip.pk, "make": "Kia", "p": "1"})

    (spec,) = [spec for spec in response.context["cl"].filter_specs if hasattr(spec, "form")]
    assert spec.kept_parameters == [("tag", str(vip.pk))]
    assert list(response.context["cl"].result_list) == [ana]


def test_tag_filter_finds_who_carries_it(boss, contact, ana, vip):
    contact.tags.add(vip)

    assert found(boss, tag=vip.pk) == [contact]


def test_tag_filter_finds_nobody_for_what_is_no_tag(boss, contact, vip):
    assert found(boss, tag="vip") == []
