from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact
from messaging.daily_limit import admit
from messaging.models import Conversation, Opening


@pytest.fixture
def sender(sender):
    sender.daily_limit = 2
    sender.save()
    return sender


@pytest.fixture
def people(sender) -> list[int]:
    made = Contact.objects.bulk_create(Contact(phone=f"+5697{n:07d}") for n in range(4))
    return [one.pk for one in made]


NOW = timezone.now()


def test_admit_takes_the_first_up_to_the_limit(sender, people):
    admission = admit(sender, people, NOW)

    assert admission.admitted == set(people[:2])
    assert admission.room_at == NOW + timedelta(hours=24)


def test_admit_remembers_whom_it_took(sender, people):
    admit(sender, people[:1], NOW - timedelta(hours=1))

    assert admit(sender, people[1:], NOW).admitted == {people[1]}


def test_admit_forgets_after_24_hours(sender, people):
    admit(sender, people[:2], NOW - timedelta(hours=24))

    assert admit(sender, people[2:], NOW).admitted == set(people[2:])


def test_admit_counts_a_person_once_in_24_hours(sender, people):
    admit(sender, people[:2], NOW - timedelta(hours=1))

    admission = admit(sender, people[:2], NOW)

    assert (admission.admitted, admission.room_at) == (set(people[:2]), None)
    assert set(Opening.objects.values_list("at", flat=True)) == {NOW - timedelta(hours=1)}


def test_admit_does_not_count_replies_inside_an_open_window(sender, people):
    for pk in people:
        until = NOW + timedelta(minutes=1)
        Conversation.objects.create(sender=sender, contact_id=pk, window_expires_at=until)

    assert admit(sender, people, NOW).admitted == set(people)
    assert Opening.objects.count() == 0


def test_admit_says_when_there_is_room_for_all_the_rest(sender, people):
    admit(sender, people[:1], NOW - timedelta(hours=5))
    admit(sender, people[1:2], NOW - timedelta(hours=3))

    assert admit(sender, people[2:3], NOW).room_at == NOW + timedelta(hours=19)
    assert admit(sender, people[2:], NOW).room_at == NOW + timedelta(hours=21)


def test_admit_asks_nothing_of_a_sender_without_a_limit(sender, people, django_assert_num_queries):
    sender.daily_limit = None

    with django_assert_num_queries(0):
        assert admit(sender, people, NOW).admitted == set(people)


def test_admit_needs_the_same_queries_for_any_number(sender, django_assert_max_num_queries):
    made = Contact.objects.bulk_create(Contact(phone=f"+5698{n:07d}") for n in range(200))

    with django_assert_max_num_queries(7):
        admit(sender, [one.pk for one in made], NOW)
