"""The page of a person, its notes, and the form behind it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contacts.models import Contact, Note, Vehicle
from contacts.operations import add_note
from contacts.person.timeline import PAGE
from optouts.operations import opt_out
from tests.contacts.admin.test_contacts import form_data
from tests.factories.people import vehicle

pytestmark = pytest.mark.django_db


def page(contact: Contact, name: str = "change", **query: str) -> str:
    return reverse(f"admin:contacts_contact_{name}", args=[contact.pk], query=query or None)


def test_page_shows_the_person_and_no_form(boss, contact):
    vehicle(contact, "Hyundai", "Tucson", year=2019, price=12990000)

    response = boss.get(page(contact))

    assertContains(response, "<h1>Juan Pérez</h1>")
    assertContains(response, "$12,990,000")
    assertNotContains(response, 'name="phone"')


def test_person_without_a_name_is_called_by_the_phone(boss):
    nameless = Contact.objects.create(phone="+56967598229")

    assertContains(boss.get(page(nameless)), "<h1>+56 9 6759 8229</h1>")


def test_person_who_is_not_there_leads_to_the_first_page(boss):
    response = boss.get(reverse("admin:contacts_contact_change", args=[7]))

    assertRedirects(response, reverse("admin:index"))


def test_form_has_an_address_of_its_own_and_leads_back(boss, contact):
    assertContains(boss.get(page(contact, "edit")), 'name="phone"')

    response = boss.post(page(contact, "edit"), form_data(name="Otro"))

    assertRedirects(response, page(contact))


def test_popup_of_another_form_has_the_form(boss, contact):
    assertContains(boss.get(page(contact, _popup="1")), 'name="phone"')


def test_reader_is_offered_nothing_to_change(allow, contact):
    response = allow("view_contact").get(page(contact))

    assertNotContains(response, page(contact, "edit"))
    assertNotContains(response, page(contact, "note"))


def test_vehicles_need_their_own_right(allow, contact):
    vehicle(contact, "Hyundai", "Tucson", year=2019)

    assertNotContains(allow("view_contact").get(page(contact)), "Tucson")
    assertContains(allow("view_contact", "view_vehicle").get(page(contact)), "Tucson")


def test_lists_with_something_of_the_person_are_linked_with_their_counts(boss, contact):
    opt_out(contact, reason="manual")
    vehicle(contact)

    records = boss.get(page(contact)).context["facts"].records

    assert [(str(one.label), one.count) for one in records] == [
        ("Vehicles", 1),
        ("Opt-outs and opt-ins", 1),
    ]
    assert {boss.get(one.url).status_code for one in records} == {200}


def test_page_costs_the_same_however_much_happened(boss, contact, superuser):
    costs = []
    for more in (1, 3 * PAGE):
        for number in range(more):
            add_note(contact, f"Nota {number}", by=superuser)
            Vehicle.objects.create(contact=contact, make="Kia", model=f"{more}", year=1980 + number)
        with CaptureQueriesContext(connection) as queries:
            boss.get(page(contact))
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[1] <= 28


def test_htmx_is_given_the_next_part_alone(boss, contact, superuser):
    for number in range(PAGE + 1):
        add_note(contact, f"Nota {number}.", by=superuser)
    first = boss.get(page(contact, show="notes"))

    before = first.context["timeline"].earlier
    part = boss.get(page(contact, show="notes", before=before), headers={"HX-Request": "true"})

    assertContains(part, "Nota 0.")
    assertNotContains(part, "Nota 1.")
    assertNotContains(part, "<html")


def test_note_is_written_on_the_page(boss, contact, superuser):
    response = boss.post(page(contact, "note"), {"text": " Prefiere la tarde "})

    assertRedirects(response, page(contact))
    assert Note.objects.values_list("contact", "text", "author").get() == (
        contact.pk,
        "Prefiere la tarde",
        superuser.pk,
    )


@pytest.mark.parametrize("text", ["", " ", "x" * 2001])
def test_note_that_is_none_is_not_kept(boss, contact, text):
    boss.post(page(contact, "note"), {"text": text})

    assert Note.objects.count() == 0


def test_note_needs_its_right(allow, contact):
    browser = allow("view_contact", "change_contact")

    assert browser.post(page(contact, "note"), {"text": "Llamó"}).status_code == 403


def test_note_is_deleted_on_the_page(boss, contact, superuser):
    note = add_note(contact, "Llamó", by=superuser)

    response = boss.post(reverse("admin:contacts_note_delete", args=[note.pk]))

    assertRedirects(response, page(contact))
    assert Note.objects.count() == 0


def test_note_is_masked_for_who_may_not_see_addresses(allow, boss, contact, superuser):
    add_note(contact, "Mejor al 9 1111 2222", by=superuser)

    assertContains(allow("view_contact").get(page(contact)), "Mejor al •••• 2222")
