import logging

import pytest
from django.conf import settings

from waproject.site.logs import WithoutTraceback


@pytest.mark.parametrize(("status", "told"), [(400, False), (403, False), (500, True)])
def test_only_errors_of_ours_have_a_traceback(status, told):
    record = logging.makeLogRecord({"status_code": status, "exc_info": (ValueError, None, None)})

    WithoutTraceback().filter(record)

    assert bool(record.exc_info) == told


def test_requests_too_large_for_any_page_write_one_line(client, caplog, db):
    many = {f"field{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}

    answer = client.post("/accounts/login/", many)

    assert answer.status_code == 400
    assert [one.exc_info for one in caplog.records] == [None] * len(caplog.records)
