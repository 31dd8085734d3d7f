from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact
from messaging.delivery.timing.allowance import DAY
from messaging.delivery.timing.daily_limit import Forecast, admit, forecast, free_of_charge
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


def count(sender, people, *, hours_ago) -> None:
    Opening.objects.bulk_create(
        Opening(sender=sender, contact_id=pk, at=NOW - timedelta(hours=hours_ago)) for pk in people
    )


def test_forecast_has_nothing_to_say_while_there_is_room(sender, people):
    count(sender, people[:1], hours_ago=5)

    assert forecast(sender, 1, NOW) is None


def test_forecast_of_a_limit_of_10_000_for_80_000_people_is_8_days(sender):
    sender.daily_limit = 10_000

    found = forecast(sender, 80_000, NOW)

    assert found == Forecast(80_000, 10_000, 10_000, days=8, last_at=NOW + timedelta(days=7))


def test_forecast_reckons_with_the_places_taken_before(sender, people):
    count(sender, people[:1], hours_ago=5)

    rest = [forecast(sender, number, NOW) for number in (2, 3, 4, 5)]

    assert [(one.free, one.days, one.last_at) for one in rest] == [
        (1, 2, NOW + timedelta(hours=19)),
        (1, 2, NOW + timedelta(hours=24)),
        (1, 3, NOW + timedelta(hours=43)),
        (1, 3, NOW + timedelta(hours=48)),
    ]


def test_forecast_waits_for_a_limit_that_was_lowered(sender, people):
    count(sender, people[:1], hours_ago=5)
    count(sender, people[1:3], hours_ago=3)
    sender.daily_limit = 1

    rest = [forecast(sender, number, NOW) for number in (1, 2)]

    assert [(one.free, one.last_at) for one in rest] == [
        (0, NOW + timedelta(hours=21)),
        (0, NOW + timedelta(hours=45)),
    ]


@pytest.mark.parametrize("taken", [[], [5], [5, 3], [5, 3, 1]])
def test_forecast_agrees_with_what_admit_lets_through(sender, taken):
    made = Contact.objects.bulk_create(Contact(phone=f"+5698{n:07d}") for n in range(9))
    ids = [one.pk for one in made]
    sender.daily_limit = 3
    sender.save()
    for hours in taken:
        count(sender, [ids.pop()], hours_ago=hours)
    found = forecast(sender, 6, NOW)

    at, waiting = NOW, ids[:6]
    while True:
        waiting = [pk for pk in waiting if pk not in admit(sender, waiting, at).admitted]
        if not waiting:
            break
        at = Opening.objects.filter(at__gt=at - DAY).earliest("at").at + DAY

    assert (found.free, found.last_at) == (3 - len(taken), at)


def test_forecast_of_a_limit_of_nobody_never_ends(sender):
    sender.daily_limit = 0

    assert forecast(sender, 5, NOW).last_at is None


def test_forecast_needs_no_more_queries_for_more_people(sender, django_assert_num_queries):
    with django_assert_num_queries(2):
        forecast(sender, 1_000_000, NOW)


def test_forecast_counts_whom_a_shorter_time_reaches(sender):
    found = forecast(sender, 7, NOW)

    reached = [found.reached_within(timedelta(hours=hours)) for hours in (0, 23, 24, 72, 240)]

    assert reached == [2, 2, 4, 7, 7]


def test_free_of_charge_are_those_counted_and_those_in_an_open_window(sender, people):
    count(sender, people[:1], hours_ago=5)
    count(sender, people[1:2], hours_ago=24)
    until = NOW + timedelta(minutes=1)
    Conversation.objects.create(sender=sender, contact_id=people[2], window_expires_at=until)
    Conversation.objects.create(sender=sender, contact_id=people[3], window_expires_at=NOW)

    assert set(free_of_charge(sender, NOW)) == {people[0], people[2]}
