import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from contacts.models import Contact, ContactStatus, Tag
from contacts.operations import add_tag, make_reachable, remove_tag
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
    staff.user_permissions.set(Permission.objects.exclude(codename="change_contact"))

    with pytest.raises(PermissionDenied):
        operation(people, tag, by=staff)

    assert (Contact.objects.filter(tags=tag).exists(), Event.objects.exists()) == (False, False)


def test_making_reachable_needs_its_own_right(people, staff):
    staff.user_permissions.set(Permission.objects.exclude(codename="unblock_contact"))

    with pytest.raises(PermissionDenied):
        make_reachable(people, by=staff)

    assert Contact.objects.filter(status=ContactStatus.INVALID).count() == 1
