from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.approvals.errors import follow_errors
from messaging.models import Account, Message, TemplateApproval
from messaging.statuses.reports import StatusReport
from tests.sending import run

SID = "SM" + "1" * 32


@pytest.fixture
def message(template, contact):
    TemplateApproval.objects.update(synced_at=timezone.now() - timedelta(hours=1))
    return Message.objects.create(
        contact=contact,
        direction="outbound",
        phone=contact.phone,
        body="Hola",
        message_sid=SID,
        token="token",
        created_at=timezone.now(),
        status="sent",
        account=Account.objects.foremost(),
        template_version=template.current,
    )


def is_asked_about_soon():
    return TemplateApproval.objects.get().synced_at is None


@pytest.mark.parametrize("code", ["63027", "63028", "63040", "63041", "63042"])
def test_an_error_that_speaks_of_a_template_has_it_asked_about(message, code):
    known = follow_errors([StatusReport(SID, "failed", error_code=code)])

    assert (known, is_asked_about_soon()) == (set(), True)


@pytest.mark.parametrize(
    "report",
    [
        StatusReport(SID, "failed", error_code="63024"),
        StatusReport(SID, "delivered"),
        StatusReport("SM" + "2" * 32, "failed", error_code="63041"),
    ],
)
def test_other_reports_do_not(message, report):
    follow_errors([report])

    assert not is_asked_about_soon()


def test_a_refusal_at_once_has_it_asked_about_too(active, fill, simulate):
    simulate(contents=())
    TemplateApproval.objects.update(synced_at=timezone.now() - timedelta(hours=1))
    fill(1)

    run(active, seconds=5)

    assert is_asked_about_soon()
    assert Message.objects.count() == 0
