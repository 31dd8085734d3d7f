import pytest

from campaigns.reports.catalogue import REPORTS, CannotReport, find

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_runs_on_an_empty_database(name):
    assert find(name).rows() == []


@pytest.mark.parametrize("name", REPORTS)
def test_every_field_of_a_row_has_a_heading(name):
    assert all(column.label and column.name for column in find(name).columns)


def test_report_takes_the_options_of_its_function():
    assert find("responders").defaults == {"campaign_id": None, "days": 7, "limit": 20}


def test_report_refuses_an_option_that_it_does_not_take():
    with pytest.raises(CannotReport) as refusal:
        find("opt_outs").rows(campaign_id=1)

    assert str(refusal.value) == (
        "The report opt_outs takes no --campaign; it takes: --days, --limit."
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"days": -1}, "The days must be between 0 (today) and 3650."),
        ({"days": 3_651}, "The days must be between 0 (today) and 3650."),
        ({"limit": 0}, "The limit must be 1 or more."),
        ({"campaign_id": 9}, "There is no campaign 9. The report campaign_results lists them."),
    ],
)
def test_report_refuses_what_cannot_be(asked, sentence):
    with pytest.raises(CannotReport) as refusal:
        find("responders").rows(**asked)

    assert str(refusal.value) == sentence
