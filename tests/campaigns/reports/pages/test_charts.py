from datetime import date, timedelta

from campaigns.reports.daily_activity import DayActivity
from campaigns.reports.leads_by_model import ModelLeads
from campaigns.reports.pages.charts import FULL, HEIGHT, MOST_DAYS, days_chart, stages

DAY = date(2026, 3, 20)


def activity(received: int, *, sent: int = 0, days_ago: int = 0) -> DayActivity:
    return DayActivity(DAY - timedelta(days=days_ago), received=received, sent=sent)


def lead(model: str, vehicles: int) -> ModelLeads:
    return ModelLeads("Kia", model, vehicles, 1, None, 2015, 2015)


def test_stages_are_as_long_as_their_share_of_the_longest():
    bars = stages("leads_by_model", [lead("Rio", 2_000), lead("Soul", 500)])

    assert [(bar.label, bar.number, bar.length) for bar in bars] == [
        ("Kia Rio", "2,000", FULL),
        ("Kia Soul", "500", FULL // 4),
    ]


def test_stages_of_nothing_are_none():
    assert stages("leads_by_model", []) == stages("campaign_results", []) == []


def test_days_stand_on_the_ground_and_the_highest_reaches_the_top():
    chart = days_chart([activity(10, sent=5)])

    assert [(bar.y, bar.height) for bar in chart.columns] == [
        (0, HEIGHT),
        (HEIGHT // 2, HEIGHT // 2),
    ]


def test_days_put_received_left_of_sent():
    received, sent = days_chart([activity(1, sent=1)]).columns

    assert received.x + received.width == sent.x


def test_days_without_messages_leave_a_gap():
    chart = days_chart([activity(1), activity(1, days_ago=2)])

    assert [label for _x, label in chart.labels] == ["18 Mar", "19 Mar", "20 Mar"]


def test_days_stay_inside_the_chart_however_many():
    chart = days_chart([activity(1, days_ago=number) for number in range(400)])

    assert len(chart.columns) == MOST_DAYS
    assert min(bar.x for bar in chart.columns) >= 0
    assert max(bar.x + bar.width for bar in chart.columns) <= chart.width


def test_days_say_their_numbers_in_words():
    [bar] = days_chart([activity(3)]).columns

    assert bar.title == "March 20, 2026, received: 3"


def test_days_without_any_message_have_no_chart():
    assert days_chart([]) is None
