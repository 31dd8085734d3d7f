from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from campaigns.reports.responders import responders
from campaigns.states import RecipientStatus
from contacts.models import ContactStatus
from tests.factories.campaigns import recipients
from tests.factories.messages import message
from tests.factories.people import known_as, person, vehicle

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False):
        yield


def counts(**asked) -> list[tuple[str, str, int]]:
    return [(row.name, row.vehicle, row.inbound_count) for row in responders(**asked)]


def test_responders_have_a_row_for_each_vehicle():
    ana = person(name="Ana")
    vehicle(ana, "Kia", "Rio", year=2015)
    vehicle(ana, "Toyota", "Yaris", year=2018)
    message(ana, NOON)

    assert counts() == [("Ana", "Kia Rio 2015", 1), ("Ana", "Toyota Yaris 2018", 1)]


def test_responder_with_one_car_listed_twice_wrote_each_message_once():
    ana = person(name="Ana")
    for link in ("https://a.cl", "https://b.cl"):
        vehicle(ana, link=link)
    message(ana, NOON)

    [row] = responders()

    assert (row.inbound_count, row.listings) == (1, 2)


def test_responder_without_a_vehicle_has_a_row():
    message(person(name="Ana"), NOON)

    assert counts() == [("Ana", "", 1)]


def test_responder_without_a_phone_is_known_by_the_user_id():
    message(known_as("CL.7"), NOON)

    [row] = responders()

    assert row.phone == "CL.7"


@pytest.mark.parametrize(("moment", "counted"), [("2026-03-13 03:00", 1), ("2026-03-13 02:59", 0)])
def test_responders_window_begins_at_midnight_in_santiago(moment, counted):
    message(person(), datetime.fromisoformat(moment).replace(tzinfo=UTC))

    assert len(responders(days=7)) == counted


@pytest.mark.parametrize("status", [ContactStatus.OPTED_OUT, ContactStatus.INVALID])
def test_responders_are_active_people(status):
    message(person(status=status), NOON)

    assert responders() == []


def test_responders_leave_out_what_we_sent():
    message(person(), NOON, direction="outbound")

    assert responders() == []


def test_responders_begin_with_the_busiest():
    ana, beto = person(name="Ana"), person(name="Beto")
    message(ana, NOON)
    for minutes in (1, 2):
        message(beto, NOON - timedelta(minutes=minutes))

    assert counts(limit=1) == [("Beto", "", 2)]


def test_responders_of_a_campaign_wrote_after_it_reached_them(campaign):
    [recipient] = recipients(campaign, RecipientStatus.DELIVERED)
    message(recipient.contact, NOON - timedelta(hours=1))
    message(recipient.contact, NOON + timedelta(hours=1))
    message(person(), NOON)

    [row] = responders(campaign_id=campaign.pk)

    assert (row.contact_id, row.inbound_count) == (recipient.contact_id, 1)


def test_responders_take_three_queries(django_assert_num_queries):
    for _number in range(5):
        message(person(), NOON)

    with django_assert_num_queries(3):
        responders()
