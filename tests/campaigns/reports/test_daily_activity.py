from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from campaigns.models import Campaign
from campaigns.reports.daily_activity import DayActivity, daily_activity
from tests.factories.campaigns import recipients
from tests.factories.messages import message
from tests.factories.people import person
from waproject.core.days import start_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATE_IN_SANTIAGO = datetime(2026, 3, 20, 1, 30, tzinfo=UTC)  # 22:30 of the 19th there


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        yield


def test_activity_has_one_row_a_day():
    ana = person()
    for status in ("sent", "delivered", "read", "failed", "undelivered"):
        message(ana, LATE_IN_SANTIAGO, "outbound", status=status)
    message(ana, LATE_IN_SANTIAGO)
    message(ana, LATE_IN_SANTIAGO - timedelta(days=1))

    assert daily_activity() == [
        DayActivity(
            date(2026, 3, 19),
            sent=5,
            delivered=2,
            delivered_rate=40.0,
            read=1,
            read_rate=20.0,
            failed=2,
            received=1,
        ),
        DayActivity(date(2026, 3, 18), received=1),
    ]


def test_activity_counts_who_replied_on_the_day_on_which_they_were_written_to(campaign):
    recipients(campaign, "read", "replied", "closed")
    campaign.recipients.update(sent_at=LATE_IN_SANTIAGO, replied_at=LATE_IN_SANTIAGO + DAY)

    [row] = daily_activity()
    [in_utc] = daily_activity(zone=UTC)

    assert (row.date, row.replied) == (date(2026, 3, 19), 2)
    assert (in_utc.date, in_utc.replied) == (date(2026, 3, 20), 2)


def test_activity_counts_days_of_another_zone_when_asked():
    message(person(), LATE_IN_SANTIAGO)

    [row] = daily_activity(zone=UTC)

    assert row.date == date(2026, 3, 20)


def test_activity_of_a_zone_whose_days_begin_at_a_quarter_of_an_hour():
    midnight = datetime(2026, 3, 18, 18, 15, tzinfo=UTC)
    for moment in (midnight, midnight - timedelta(microseconds=1)):
        message(person(), moment)

    rows = daily_activity(zone=ZoneInfo("Asia/Kathmandu"))

    assert [row.date for row in rows] == [date(2026, 3, 19), date(2026, 3, 18)]


@pytest.mark.parametrize("zone", [None, UTC])
def test_the_log_is_counted_by_the_database_alone(zone, django_assert_max_num_queries):
    """SQLite has no days: with a function of Python for each message it took ten times as long."""
    with django_assert_max_num_queries(4) as asked:
        daily_activity(zone=zone)

    counting = [query["sql"] for query in asked if "GROUP BY" in query["sql"]]
    assert len(counting) == 2
    assert "django_datetime" not in "".join(counting)


def test_activity_of_today_begins_at_midnight_of_the_project():
    message(person(), LATE_IN_SANTIAGO)

    assert daily_activity(days=0) == []


def test_activity_puts_each_message_into_its_day_where_the_clocks_change():
    borders = [start_of(date(2025, 9, day)) for day in (7, 8)]  # the 7th had 23 hours
    borders += [start_of(date(2026, 4, day)) for day in (4, 5)]  # the 4th had 25 hours
    for moment in borders:
        message(person(), moment)
        message(person(), moment - timedelta(microseconds=1))

    assert [(row.date.isoformat(), row.received) for row in daily_activity(days=300)] == [
        ("2026-04-05", 1),
        ("2026-04-04", 2),
        ("2026-04-03", 1),
        ("2025-09-08", 1),
        ("2025-09-07", 2),
        ("2025-09-06", 1),
    ]


def test_activity_of_a_campaign_leaves_out_all_other_messages(campaign):
    ana = person()
    message(ana, LATE_IN_SANTIAGO, "outbound", campaign_id=campaign.pk)
    message(ana, LATE_IN_SANTIAGO, "outbound")
    other = Campaign.objects.create(name="Otra", sender=campaign.sender)
    recipients(other, "replied")

    [row] = daily_activity(campaign_id=campaign.pk)

    assert (row.sent, row.replied) == (1, 0)


def test_activity_leaves_out_tests():
    message(person(), LATE_IN_SANTIAGO, "outbound", is_test=True)

    assert daily_activity() == daily_activity(zone=UTC) == []


def test_activity_takes_three_queries(django_assert_num_queries):
    for hour in range(5):
        message(person(), LATE_IN_SANTIAGO.replace(hour=hour))

    with django_assert_num_queries(3):
        daily_activity()
