import csv
import json
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from campaigns.reports.catalogue import REPORTS
from tests.campaigns.reports import dataset
from tests.campaigns.reports.factories import message, person, recipients


@pytest.fixture
def chief(client, superuser):
    """A browser in which someone who may do everything is logged in."""
    client.force_login(superuser)
    return client


@pytest.fixture
def clerk(client, staff):
    """A browser of a member of staff who may see the reports and nothing else."""
    staff.user_permissions.add(Permission.objects.get(codename="view_reports"))
    client.force_login(staff)
    return client


def page(name: str) -> str:
    return reverse("admin:report", args=[name])


@pytest.mark.parametrize("name", REPORTS)
def test_page_opens_without_any_data(chief, name):
    assert chief.get(page(name)).status_code == 200


@pytest.mark.parametrize("name", REPORTS)
def test_page_shows_as_many_rows_as_the_report_has(chief, name):
    dataset.make_business()

    response = chief.get(page(name))

    assert len(response.context["table"]) == len(REPORTS[name].rows()) > 0


def test_page_of_an_unknown_report_is_not_found(chief):
    assert chief.get(page("sales")).status_code == 404


@pytest.mark.parametrize("name", ["", "responders/", "responders/?format=csv", "nothing/"])
def test_pages_are_closed_to_staff_without_the_permission(client, staff, name):
    client.force_login(staff)

    assert client.get(f"{reverse('admin:reports')}{name}").status_code == 403


def test_pages_ask_a_stranger_to_log_in(client, db):
    response = client.get(page("responders"))

    assert response.headers["Location"] == f"/admin/login/?next={page('responders')}"


def test_index_lists_the_reports_for_who_may_see_them(clerk):
    apps = {app["name"]: app for app in clerk.get(reverse("admin:index")).context["app_list"]}

    assert [model["object_name"] for model in apps["Reports"]["models"]] == list(REPORTS)


def test_index_has_no_reports_for_who_may_not(client, staff):
    client.force_login(staff)

    assert client.get(reverse("admin:index")).context["app_list"] == []


def test_list_of_reports_links_to_each(clerk):
    content = clerk.get(reverse("admin:reports")).content.decode()

    assert [name for name in REPORTS if f'href="{page(name)}"' not in content] == []


def linked_numbers(response) -> list[tuple[str, str]]:
    """Each number of the page that leads to a list, with the list's address."""
    return [
        (cell.text, cell.url)
        for cells in response.context["table"]
        for cell in cells
        if cell.number and cell.url
    ]


def rows_behind(client, numbers: list[tuple[str, str]]) -> list[str]:
    """How many rows the list behind each number has."""
    return [str(client.get(url).context["cl"].queryset.count()) for _number, url in numbers]


@pytest.mark.parametrize("name", ["campaign_results", "responders"])
def test_numbers_open_the_rows_they_count(chief, name):
    dataset.make_business()

    numbers = linked_numbers(chief.get(page(name)))

    assert len(numbers) > 10
    assert rows_behind(chief, numbers) == [number for number, _url in numbers]


def test_numbers_of_a_model_open_its_vehicles(chief):
    dataset.make_business()

    numbers = linked_numbers(chief.get(page("leads_by_model")))
    vehicles, contacts = numbers[0::2], numbers[1::2]

    assert rows_behind(chief, vehicles) == [number for number, _url in vehicles]
    assert [url for _number, url in contacts] == [url for _number, url in vehicles]


@pytest.mark.parametrize("zone", ["UTC", "America/Santiago"])
def test_numbers_of_a_day_open_its_messages(chief, zone):
    dataset.make_business()

    numbers = linked_numbers(chief.get(page("daily_activity"), {"zone": zone}))

    assert len(numbers) > 5
    assert rows_behind(chief, numbers) == [number for number, _url in numbers]


def test_numbers_have_no_link_for_who_may_not_see_their_rows(clerk):
    dataset.make_business()

    assert linked_numbers(clerk.get(page("campaign_results"))) == []


def test_campaign_chosen_narrows_the_page(chief, campaign):
    recipients(campaign, "delivered", "failed")

    response = chief.get(page("campaign_results"), {"campaign": campaign.pk})

    assert [(stage.label, stage.number) for stage in response.context["stages"]] == [
        ("recipients", "2"),
        ("sent", "2"),
        ("delivered", "1"),
        ("read", "0"),
        ("replied", "0"),
    ]


@pytest.mark.parametrize(
    "query", [{"days": "-1"}, {"limit": "0"}, {"campaign": "9"}, {"zone": "Mars"}, {"days": "x"}]
)
def test_wrong_question_is_shown_beside_its_field(chief, query):
    response = chief.get(page("daily_activity"), query)

    assert list(response.context["form"].errors) == list(query)
    assert "table" not in response.context


def test_csv_download_begins_with_a_mark_and_has_every_column(chief):
    dataset.make_business()

    response = chief.get(page("responders"), {"format": "csv", "limit": "2"})

    header, *rows = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert header == [column.name for column in REPORTS["responders"].columns]
    assert len(rows) == 2


def test_json_download_is_what_the_report_gives(chief):
    message(person(), dataset.midnight(0))

    response = chief.get(page("daily_activity"), {"format": "json"})

    assert json.loads(response.content) == [
        {
            "date": dataset.midnight(0).date().isoformat(),
            "direction": "inbound",
            "message_count": 1,
        }
    ]


def test_download_is_named_after_the_report_and_the_day(chief, time_machine):
    time_machine.move_to("2026-03-20T15:00:00Z", tick=False)

    response = chief.get(page("opt_outs"), {"format": "csv"})

    assert response.headers["Content-Disposition"] == (
        'attachment; filename="opt_outs-2026-03-20.csv"'
    )


@pytest.mark.parametrize("people", [1, 20])
def test_page_takes_as_many_queries_for_20_rows_as_for_1(chief, django_assert_num_queries, people):
    for _number in range(people):
        message(person(), dataset.midnight(0))
    chief.get(page("responders"))

    with django_assert_num_queries(4):  # session, user, campaigns offered, report
        chief.get(page("responders"))
