import csv
import json
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from campaigns.reports.catalogue import REPORTS
from tests.campaigns.reports import dataset
from tests.factories.campaigns import recipients
from tests.factories.messages import message
from tests.factories.people import person
from tests.factories.users import browser_of, permit_only

# The reports that say nothing about single persons.
AGGREGATED = ["campaign_results", "leads_by_model", "daily_activity"]


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


@pytest.fixture
def allowed(client, staff):
    """Gives the member of staff the permissions of these names besides, and returns the browser."""

    def log_in(*codenames: str):
        return browser_of(permit_only(staff, "view_reports", *codenames))

    return log_in


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

    assert [model["object_name"] for model in apps["Reports"]["models"]] == AGGREGATED


def test_index_has_no_reports_for_who_may_not(client, staff):
    client.force_login(staff)

    assert client.get(reverse("admin:index")).context["app_list"] == []


def test_list_of_reports_links_to_each(clerk):
    content = clerk.get(reverse("admin:reports")).content.decode()

    assert [name for name in REPORTS if f'href="{page(name)}"' in content] == AGGREGATED


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


@pytest.mark.parametrize("name", sorted(REPORTS.keys() - set(AGGREGATED)))
def test_report_about_people_names_the_permission_that_is_missing(clerk, name):
    response = clerk.get(page(name))

    assert response.status_code == 403
    assert "lacks this permission: Contacts | contact | Can view." in response.content.decode()


@pytest.mark.parametrize(
    ("name", "export"), [("responders", "export_contact"), ("opt_outs", "export_optout")]
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_report_about_people_is_downloaded_by_who_may_see_and_export(allowed, name, export, form):
    dataset.make_business()
    statuses = [
        allowed(*codenames).get(page(name), {"format": form}).status_code
        for codenames in ([export], ["view_contact"], ["view_contact", export])
    ]

    assert statuses == [403, 403, 200]


def test_page_offers_files_to_those_alone_who_may_export(allowed):
    dataset.make_business()

    offered = [
        [label for label, _url in allowed(*codenames).get(page("opt_outs")).context["files"]]
        for codenames in (["view_contact"], ["view_contact", "export_optout"])
    ]

    assert offered == [[], ["CSV", "JSON"]]


@pytest.mark.parametrize("name", AGGREGATED)
def test_report_without_people_is_downloaded_by_who_may_see_it(clerk, name):
    assert clerk.get(page(name), {"format": "csv"}).status_code == 200


def test_page_reads_no_more_rows_than_it_shows(chief, monkeypatch):
    dataset.make_business()
    monkeypatch.setattr("campaigns.reports.views.ROWS_SHOWN", 2)

    response = chief.get(page("opt_outs"))

    assert (len(response.context["table"]), "there are more" in response.content.decode()) == (
        2,
        True,
    )


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
    assert header[:4] == ["Id", "Phone", "Name", "Status"]
    assert len(header) == len(REPORTS["responders"].columns)
    assert len(rows) == 2


def test_csv_download_is_as_a_spanish_spreadsheet_program_reads_it(chief, campaign):
    recipients(campaign, "delivered", "read", "failed")

    response = chief.get(
        page("campaign_results"), {"format": "csv"}, headers={"accept-language": "es"}
    )

    header, row = csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    assert (header[1], row[2]) == ("Campaña", "borrador")
    assert row[header.index("% entregados")] == "66,7"


def test_json_download_is_what_the_report_gives(chief):
    message(person(), dataset.midnight(0))

    response = chief.get(page("daily_activity"), {"format": "json", "zone": "UTC"})

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

    with django_assert_num_queries(5):  # session, user, business, campaigns offered, report
        chief.get(page("responders"))
