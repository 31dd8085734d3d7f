import pytest
from django.core.exceptions import PermissionDenied

from contacts.models import Contact, ContactStatus, Note, Tag
from contacts.operations import add_note, add_tag, delete_note, make_reachable, remove_tag
from tests.factories.users import permit_all_but, permit_only
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag() -> Tag:
    return Tag.objects.create(name="VIP")


@pytest.fixture
def people(contact):
    Contact.objects.create(phone="+56911112222", status=ContactStatus.INVALID)
    return Contact.objects.all()


def test_tags_are_added_and_taken_with_an_event_each(people, tag, superuser):
    counts = [add_tag(people, tag, by=superuser), remove_tag(people, tag, by=superuser)]

    logged = Event.objects.order_by("id").values_list("action", "object_text", "after")
    assert counts == [2, 2]
    assert list(logged) == [
        ("contacts.add_tag", "VIP", {"people": 2}),
        ("contacts.remove_tag", "VIP", {"people": 2}),
    ]


def test_people_are_made_reachable_with_one_event(people, superuser):
    assert make_reachable(people, by=superuser) == 1

    assert Event.objects.values_list("action", "after").get() == (
        "contacts.make_reachable",
        {"people": 1},
    )


@pytest.mark.parametrize("operation", [add_tag, remove_tag])
def test_tags_need_the_right_to_change_contacts(people, tag, staff, operation):
    permit_all_but(staff, "change_contact")

    with pytest.raises(PermissionDenied):
        operation(people, tag, by=staff)

    assert (Contact.objects.filter(tags=tag).exists(), Event.objects.exists()) == (False, False)


def test_making_reachable_needs_its_own_right(people, staff):
    permit_all_but(staff, "unblock_contact")

    with pytest.raises(PermissionDenied):
        make_reachable(people, by=staff)

    assert Contact.objects.filter(status=ContactStatus.INVALID).count() == 1


def test_note_leaves_an_event_without_its_text(contact, superuser):
    note = add_note(contact, "Está de viaje", by=superuser)
    delete_note(note, by=superuser)

    logged = Event.objects.order_by("id").values_list("action", "object_id", "after")
    assert list(logged) == [
        ("contacts.add_note", str(contact.pk), {}),
        ("contacts.delete_own_note", str(contact.pk), {}),
    ]


def test_note_that_two_delete_at_once_is_logged_once(contact, superuser):
    note = add_note(contact, "Está de viaje", by=superuser)
    same = Note.objects.get()

    delete_note(note, by=superuser)
    delete_note(same, by=superuser)

    assert Event.objects.filter(action="contacts.delete_own_note").count() == 1


def test_note_of_another_needs_the_right_to_change_contacts(contact, superuser, staff):
    note = add_note(contact, "Está de viaje", by=superuser)

    with pytest.raises(PermissionDenied):
        delete_note(note, by=permit_only(staff, "view_contact", "add_note"))
    delete_note(note, by=permit_only(staff, "view_contact", "change_contact"))

    assert Event.objects.latest("id").action == "contacts.delete_note"
