import csv
import json
import re
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from campaigns.models import Campaign
from campaigns.reports.catalogue import REPORTS
from campaigns.reports.pages.downloads import ReportSource
from messaging.models import Message
from tests.campaigns.reports import dataset
from tests.factories.campaigns import recipients
from tests.factories.messages import message
from tests.factories.people import person
from tests.factories.users import browser_of, permit_only
from waproject.core.exports.sources import Wish

# The reports that say nothing about single persons.
AGGREGATED = [
    *("campaign_results", "leads_by_model", "template_usage", "daily_activity"),
    *("answer_times", "answer_times_by_user"),
]
READING = ["view_reports", "view_analytics"]
PERSONAL = sorted(REPORTS.keys() - {*AGGREGATED, "access"})


@pytest.fixture
def chief(client, superuser):
    """A browser in which someone who may do everything is logged in."""
    client.force_login(superuser)
    return client


@pytest.fixture
def clerk(client, staff):
    """A browser of a member of staff who may see the reports and nothing else."""
    return browser_of(permit_only(staff, *READING))


@pytest.fixture
def allowed(client, staff):
    """Gives the member of staff the permissions of these names besides, and returns the browser."""

    def log_in(*codenames: str):
        return browser_of(permit_only(staff, *READING, *codenames))

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

    assert response.headers["Location"] == f"/accounts/login/?next={page('responders')}"


def test_index_lists_the_reports_for_users_who_may_see_them(clerk):
    apps = {app["name"]: app for app in clerk.get(reverse("admin:index")).context["app_list"]}

    assert [model["object_name"] for model in apps["Reports"]["models"]] == AGGREGATED


def test_index_has_no_reports_for_users_who_may_not(client, staff):
    client.force_login(staff)

    assert client.get(reverse("admin:index")).context["app_list"] == []


def test_list_of_reports_links_to_each(clerk):
    content = clerk.get(reverse("admin:reports")).content.decode()

    assert [name for name in REPORTS if f'href="{page(name)}"' in content] == AGGREGATED


def linked_numbers(response) -> list[tuple[str, str]]:
    """Each number of the page that leads to a list, with the list's address."""
    return [
        (cell.text, cell.url)
        for cells, _group in response.context["table"]
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


def test_numbers_of_a_model_open_its_vehicles_and_people(chief):
    dataset.make_business()

    numbers = linked_numbers(chief.get(page("leads_by_model")))
    vehicles, contacts = numbers[0::2], numbers[1::2]

    assert rows_behind(chief, vehicles) == [number for number, _url in vehicles]
    assert rows_behind(chief, contacts) == [number for number, _url in contacts]


def test_numbers_of_a_text_open_the_people_to_whom_it_was_sent(chief, campaign, template):
    recipients(campaign, "sent", "delivered", "read", "replied", "failed", "skipped")
    campaign.recipients.filter(status__in=["failed", "skipped"]).update(sent_at=None)
    once_more = campaign.recipients.get(status="read")
    for _time in range(2):  # it was tried twice
        message(once_more.contact, once_more.sent_at, "outbound")
    Campaign.objects.update(template_version=template.current, total_recipients=6)
    Message.objects.update(template_version=template.current)
    Campaign.objects.create(name="Leer", sender=campaign.sender, template_version=template.current)

    numbers = linked_numbers(chief.get(page("template_usage")))

    assert [number for number, _url in numbers] == ["1", "4", "3", "2", "1", "1"]
    assert rows_behind(chief, numbers) == [number for number, _url in numbers]


def test_the_language_of_a_text_stands_by_its_name(chief, campaign, template):
    recipients(campaign, "sent")
    Campaign.objects.update(template_version=template.current, total_recipients=1)

    response = chief.get(page("template_usage"), headers={"accept-language": "es"})

    [(cells, _people)] = response.context["table"]
    assert "Español" in [cell.text for cell in cells]


@pytest.mark.parametrize("name", ["campaign_results", "template_usage"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_costs_are_in_no_file_of_users_who_may_not_see_prices(
    allowed, campaign, template, name, form
):
    recipients(campaign, "sent")
    Campaign.objects.update(template_version=template.current, total_recipients=1)

    def titles(browser) -> set[str]:
        file = browser.get(page(name), {"format": form})
        if form == "json":
            return {*json.loads(file.content)[0]}
        if form == "xlsx":
            return {cell.value.lower() for cell in load_workbook(BytesIO(file.content)).active[1]}
        return {*file.content.decode().splitlines()[0].lower().split(",")}

    returned = {"sold_times" if form == "json" else "return: times the cost"}
    hidden = {"cost", "currency"} | (returned if name == "campaign_results" else set())
    assert titles(allowed("view_price")) - titles(allowed()) == hidden


def test_costs_are_in_no_background_file_of_users_who_may_not_see_prices(campaign, staff):
    wish, file = Wish("report", "campaign_results"), BytesIO()

    ReportSource().write(wish, "csv", permit_only(staff, *READING), file, lambda done, total: None)

    assert b"Recipients" in file.getvalue()
    assert b"Cost" not in file.getvalue()


@pytest.mark.parametrize("zone", ["UTC", "America/Santiago"])
def test_numbers_of_a_day_open_its_messages(chief, zone):
    dataset.make_business()
    for status in ("delivered", "read", "failed"):
        message(person(), dataset.midnight(3), "outbound", status=status)

    numbers = linked_numbers(chief.get(page("daily_activity"), {"zone": zone}))

    assert len({url for number, url in numbers if number != "0"}) > 8
    assert rows_behind(chief, numbers) == [number for number, _url in numbers]


def test_numbers_have_no_link_for_users_who_may_not_see_their_rows(clerk):
    dataset.make_business()

    assert linked_numbers(clerk.get(page("campaign_results"))) == []


@pytest.mark.parametrize("name", PERSONAL)
def test_report_about_people_names_the_permission_that_is_missing(clerk, name):
    response = clerk.get(page(name))

    assert response.status_code == 403
    assert "lacks this right: Contacts: See people and their tags." in response.content.decode()


@pytest.mark.parametrize(
    ("name", "export"), [("responders", "export_contact"), ("opt_outs", "export_optout")]
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_report_about_people_is_downloaded_by_users_who_may_see_and_export(
    allowed, name, export, form
):
    dataset.make_business()
    statuses = [
        allowed(*codenames).get(page(name), {"format": form}).status_code
        for codenames in ([export], ["view_contact"], ["view_contact", export])
    ]

    assert statuses == [403, 403, 200]


def test_page_offers_files_only_to_users_who_may_export(allowed):
    dataset.make_business()

    offered = [
        [label for label, _url in allowed(*codenames).get(page("opt_outs")).context["files"]]
        for codenames in (["view_contact"], ["view_contact", "export_optout"])
    ]

    assert offered == [[], ["CSV", "Excel", "JSON"]]


@pytest.mark.parametrize("name", AGGREGATED)
def test_report_without_people_is_downloaded_by_users_who_may_see_it(clerk, name):
    assert clerk.get(page(name), {"format": "csv"}).status_code == 200


def test_page_reads_no_more_rows_than_it_shows(chief, monkeypatch):
    dataset.make_business()
    monkeypatch.setattr("campaigns.reports.pages.views.ROWS_SHOWN", 2)

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


def test_shares_and_states_stand_below_what_they_are_of(chief, campaign):
    recipients(campaign, "delivered", "failed")

    response = chief.get(page("campaign_results"), {"campaign": campaign.pk})

    labels = [str(label) for label, _numeric in response.context["headings"]]
    below = {cell.label: cell.below for cell in response.context["table"][0][0] if cell.below}
    assert not {"status", "delivered %"} & {*labels}
    assert below["campaign"] == str(campaign.get_status_display()).capitalize()
    assert below["delivered"].endswith("\u00a0%")


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


def test_excel_download_has_numbers_and_times_as_such(chief):
    dataset.make_business()

    response = chief.get(
        page("responders"), {"format": "xlsx", "limit": "2"}, headers={"accept-language": "es"}
    )

    header, *rows = load_workbook(BytesIO(response.content)).active.values
    assert (header[1], len(rows)) == ("Teléfono", 2)
    last = rows[0][header.index("Último mensaje")]
    assert isinstance(last, datetime)
    assert isinstance(rows[0][header.index("Mensajes recibidos")], int)


def test_json_download_is_what_the_report_gives(chief):
    message(person(), dataset.midnight(0))

    response = chief.get(page("daily_activity"), {"format": "json", "zone": "UTC"})

    assert json.loads(response.content) == [
        {
            "date": dataset.midnight(0).date().isoformat(),
            "sent": 0,
            "delivered": 0,
            "delivered_rate": None,
            "read": 0,
            "read_rate": None,
            "replied": 0,
            "failed": 0,
            "received": 1,
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

    # Session, user, business, campaigns offered; the report's messages, people and vehicles; unread
    # answers and senders of the shell.
    with django_assert_num_queries(9):
        chief.get(page("responders"))


def test_page_says_phones_as_people_write_them(chief):
    dataset.make_business()

    cells = [row[0][0].text for row in chief.get(page("opt_outs")).context["table"]]

    assert cells
    assert all(re.match(r"\+56 9 \d{4} \d{4}$", cell) for cell in cells)


def test_page_puts_numbers_at_the_right_where_none_is_known_too(chief):
    dataset.make_business()

    headings = chief.get(page("answer_times")).context["headings"]

    assert [numeric for _label, numeric in headings] == [False, *[True] * (len(headings) - 1)]
