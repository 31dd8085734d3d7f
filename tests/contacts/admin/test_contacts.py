from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains

from contacts.models import Contact, ContactStatus, Vehicle
from messaging.models import Conversation, Sender
from optouts.operations import opt_out
from tests.factories.users import permit_only

LIST = reverse("admin:contacts_contact_changelist")

pytestmark = pytest.mark.django_db


def page_of(contact: Contact) -> str:
    return reverse("admin:contacts_contact_change", args=[contact.pk])


def form_data(**changes: str) -> dict[str, str]:
    """What the browser sends for a contact without vehicles."""
    return {
        "phone": "+56975400946",
        "name": "Juan Pérez",
        "email": "",
        "language": "",
        "custom_fields": "",
        "addresses-TOTAL_FORMS": "0",
        "addresses-INITIAL_FORMS": "0",
        "vehicles-TOTAL_FORMS": "0",
        "vehicles-INITIAL_FORMS": "0",
        **changes,
    }


def errors_of(response) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_list_costs_the_same_for_one_and_for_twenty(boss, make_people):
    costs = []
    for more in (1, 19):
        make_people(more)
        with CaptureQueriesContext(connection) as queries:
            boss.get(LIST)
        costs.append(len(queries))

    assert costs == [16, 16]


def test_list_names_people_with_their_address_below(boss, contact):
    admin = boss.get(LIST).context["cl"].model_admin

    assert "<span>Juan Pérez<small>+56 9 7540 0946</small></span>" in admin.name_or_address(contact)
    assert admin.name_or_address(Contact(phone="+56911112222")) == "+56 9 1111 2222"


def test_list_shows_the_only_vehicle_with_its_price(boss, contact):
    Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2010, price=4_990_000)

    admin = boss.get(LIST).context["cl"].model_admin

    assert admin.vehicle_summary(contact) == "Kia Rio 2010<small>$4,990,000</small>"


def test_list_says_when_the_last_message_was(boss, contact, sender):
    other = Sender.objects.create(name="Taller", channel="whatsapp", address="+56220000001")
    for by, day in ((sender, 3), (other, 5)):
        last = datetime(2020, 3, day, 15, tzinfo=UTC)
        Conversation.objects.create(sender=by, contact=contact, last_message_at=last)

    (row,) = boss.get(LIST).context["cl"].result_list

    assert row.last_message_at == datetime(2020, 3, 5, 15, tzinfo=UTC)


def test_list_says_to_whom_sees_no_messages_when_the_person_was_added(client, staff, contact):
    permit_only(staff, "view_contact")
    client.force_login(staff)

    shown = client.get(LIST).context["cl"].list_display

    assert shown[-1] == "created_on"


def test_list_summarises_vehicles(boss, contact):
    for year in (2010, 2012, 2015):
        Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=year)

    response = boss.get(LIST)

    assert response.context["cl"].model_admin.vehicle_summary(contact) == (
        "Kia Rio 2015, Kia Rio 2012 and 1 more"
    )


@pytest.mark.parametrize("typed", ["9 7540 0946", "+56 9 7540", "9754", "perez", "JUAN  pér"])
def test_list_finds_what_a_person_types(boss, contact, typed):
    Contact.objects.create(phone="+56911112222", name="Ana Soto")

    response = boss.get(LIST, {"q": typed})

    assert list(response.context["cl"].result_list) == [contact]


def test_list_filters_by_status(boss, contact):
    opt_out(contact, reason="manual")
    Contact.objects.create(phone="+56911112222")

    response = boss.get(LIST, {"status__exact": "opted_out"})

    assert list(response.context["cl"].result_list) == [contact]


@pytest.mark.parametrize("permission", [(), ("view_vehicle",)])
def test_list_needs_its_permission(as_staff, permission):
    assert as_staff(*permission).get(LIST).status_code == 403


def test_form_stores_a_typed_phone_as_e164(boss):
    boss.post(reverse("admin:contacts_contact_add"), form_data(phone=" 9 1111-2222 "))

    assert Contact.objects.get().phone == "+56911112222"


def test_form_says_why_a_phone_is_none(boss):
    response = boss.post(reverse("admin:contacts_contact_add"), form_data(phone="9 1234"))

    assert errors_of(response) == {"phone": ["Too short for Chile."]}


def test_form_refuses_a_phone_that_another_has_in_other_spelling(boss, contact):
    response = boss.post(reverse("admin:contacts_contact_add"), form_data(phone="975400946"))

    assert errors_of(response) == {"__all__": ["There is already a contact with this phone."]}


def test_form_asks_for_an_address(boss):
    response = boss.post(reverse("admin:contacts_contact_add"), form_data(phone=""))

    assertContains(response, "A contact needs a phone or another address.")


def test_form_keeps_an_opt_out_that_came_in_meanwhile(boss, contact, monkeypatch):
    """The row is read, then the opt-out commits, then the form is saved."""
    save = Contact.save

    def save_late(self, *args, **kwargs):
        Contact.objects.filter(pk=self.pk).update(status=ContactStatus.OPTED_OUT)
        save(self, *args, **kwargs)

    monkeypatch.setattr(Contact, "save", save_late)

    boss.post(page_of(contact), form_data(name="Juan"))

    contact.refresh_from_db()
    assert (contact.name, contact.status) == ("Juan", "opted_out")


def test_form_never_takes_a_status(boss, contact):
    boss.post(page_of(contact), form_data(status="opted_out"))

    contact.refresh_from_db()
    assert contact.status == "active"


def test_form_keeps_the_address_of_a_person_who_opted_out(boss, contact):
    opt_out(contact, reason="manual")

    boss.post(page_of(contact), form_data(phone="+56911112222", name="Otro"))

    contact.refresh_from_db()
    assert (contact.phone, contact.name) == ("+56975400946", "Otro")


def test_form_makes_a_corrected_address_reachable_again(boss, contact):
    Contact.objects.filter(pk=contact.pk).mark_invalid()

    boss.post(page_of(contact), form_data(phone="+56911112222"))

    contact.refresh_from_db()
    assert contact.status == "active"


def test_form_takes_a_vehicle_by_the_rules_of_the_import(boss, contact):
    vehicle = {"make": "TOYOTA", "model": "Yaris", "year": "2015", "price": "", "link": "a.cl/1"}
    inline = {f"vehicles-0-{name}": value for name, value in vehicle.items()}

    boss.post(page_of(contact), form_data(**inline) | {"vehicles-TOTAL_FORMS": "1"})

    stored = Vehicle.objects.get()
    assert (stored.contact, stored.make, stored.link) == (contact, "Toyota", "https://a.cl/1")


def test_delete_says_why_an_opted_out_person_stays(boss, contact):
    opt_out(contact, reason="manual")

    response = boss.post(
        reverse("admin:contacts_contact_delete", args=[contact.pk]), {"post": "yes"}
    )

    assert (response.status_code, Contact.objects.count()) == (200, 1)
    assert "their opt-out or their place in a campaign must stay" in response.content.decode()


def test_delete_of_several_says_why_an_opted_out_person_stays(boss, contact):
    opt_out(contact, reason="manual")

    response = boss.post(
        LIST, {"action": "delete_selected", "_selected_action": [contact.pk], "post": "yes"}
    )

    assert (response.status_code, Contact.objects.count()) == (200, 1)
    assert "Take them out of the selection." in response.content.decode()


def tag_everyone(client, action: str, tag: str):
    chosen = list(Contact.objects.values_list("pk", flat=True))
    return client.post(LIST, {"action": action, "_selected_action": chosen, "tag": tag})


def test_add_tag_counts_those_who_had_it_not(boss, contact, vip):
    Contact.objects.create(phone="+56911112222").tags.add(vip)

    response = tag_everyone(boss, "add_tag", vip.pk)

    assert vip.contacts.count() == 2
    assert sentences(response) == ["1 person now has the tag “VIP” who had not."]


def test_remove_tag_counts_those_who_had_it(boss, contact, vip):
    Contact.objects.create(phone="+56911112222").tags.add(vip)

    response = tag_everyone(boss, "remove_tag", vip.pk)

    assert vip.contacts.count() == 0
    assert sentences(response) == ["The tag “VIP” was taken from 1 person."]


def test_add_tag_without_a_tag_changes_nothing(boss, contact, vip):
    response = tag_everyone(boss, "add_tag", "")

    assert sentences(response) == ["Nothing was changed: choose the tag beside the action first."]


def test_add_tag_needs_the_permission_to_change_people(as_staff, contact, vip):
    tag_everyone(as_staff("view_contact"), "add_tag", vip.pk)

    assert vip.contacts.count() == 0


# --- Blocked channels -----------------------------------------------------------------------


@pytest.fixture
def blocked(contact) -> Contact:
    """A person who is not on WhatsApp."""
    Contact.objects.filter(pk=contact.pk).block_channel("whatsapp", "63024")
    return contact


def make_reachable(client, contact):
    data = {"action": "make_reachable", "_selected_action": [contact.pk]}
    return client.post(LIST, data)


def test_page_shows_where_a_person_cannot_be_reached(boss, blocked):
    assertContains(boss.get(page_of(blocked)), "WhatsApp: unreachable since")


def test_action_makes_people_reachable_again_and_says_how_many(boss, blocked):
    response = make_reachable(boss, blocked)

    assert sentences(response) == ["1 person can be written to again."]
    assert blocked.addresses.blocked().count() == 0


def test_action_needs_its_own_permission(client, staff, blocked):
    permit_only(staff, "view_contact", "change_contact")
    client.force_login(staff)

    make_reachable(client, blocked)

    assert blocked.addresses.blocked().count() == 1


def test_form_refuses_the_phone_of_another_contact_in_another_spelling(boss, contact):
    Contact.objects.create(phone="+541123456729")

    response = boss.post(page_of(contact), form_data(phone="+54 9 11 2345-6729"))

    assert response.context["adminform"].errors["phone"] == [
        "There is already a contact with this phone, written as +54 11 2345-6729."
    ]


def test_the_form_of_a_new_person_shows_no_past(boss):
    page = boss.get(reverse("admin:contacts_contact_add")).text

    assert 'name="phone"' in page
    assert 'name="time_zone"' in page
    assert not {name for name in ("field-status", "field-created_at") if name in page}
