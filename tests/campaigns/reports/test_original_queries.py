from datetime import UTC

import pytest
from django.db import connection
from django.utils import timezone

from tests.campaigns.reports import comparison, dataset

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", comparison.QUERIES)
def test_report_gives_the_numbers_of_the_original_query(name):
    compare = getattr(comparison, f"same_{name}")

    with timezone.override(UTC):  # the original queries count days of UTC
        dataset.make_business()
        assert compare(connection) > 0


def test_there_are_five_original_queries():
    assert list(comparison.QUERIES) == [
        "campaign_results",
        "responders",
        "opt_outs",
        "leads_by_model",
        "daily_activity",
    ]


def test_reports_agree_with_the_original_queries_on_an_empty_database():
    comparison.assert_same_numbers(connection)
