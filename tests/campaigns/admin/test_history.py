"""The history of a recipient on its page: what each move says of its cause."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Recipient, StatusChange
from campaigns.operations import close
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from optouts.operations import opt_out
from tests.messaging.conftest import SID
from tests.sending import accept, run
from waproject.lab.twilio_simulator.faults import Fault

NOT_THERE = "63024: This number is not on WhatsApp, or has not accepted its current terms."


@pytest.fixture
def recipient(fill) -> Recipient:
    """One who is written to."""
    return fill(1)[0]


def noted(recipient: Recipient, **metadata: object) -> None:
    StatusChange.objects.create(
        recipient=recipient, new="sent", at=timezone.now(), source="engine", metadata=metadata
    )


def history(browser: Client, recipient: Recipient) -> list[str]:
    """The details of each move, as the page shows them without its tags."""
    page = browser.get(reverse("admin:campaigns_recipient_change", args=[recipient.pk]))
    cells = re.findall(
        r'<td class="field-details"[^>]*>(.*?)</td>', page.content.decode(), re.DOTALL
    )
    return [" ".join(re.sub("<[^>]*>", "", cell).split()) for cell in cells]


def test_what_the_provider_refuses_at_once_is_explained(boss, recipient, active, simulate):
    simulate(faults=(Fault("21211", 1.0),))

    run(active, seconds=5)

    assert history(boss, recipient) == ["21211: The number is not valid."]


def test_what_fails_later_is_explained(boss, recipient):
    accept((recipient, SID))

    apply_status(StatusReport(sid=SID, status="undelivered", error_code="63024"))

    assert history(boss, recipient) == ["–", NOT_THERE]


def test_explanation_is_in_the_language_of_the_reader(boss, recipient):
    noted(recipient, code="63024")

    boss.cookies["django_language"] = "es"

    assert history(boss, recipient) == [
        "63024: Este número no está en WhatsApp o no ha aceptado sus condiciones vigentes."
    ]


def test_why_somebody_was_skipped_is_kept_in_the_history(boss, recipient, active, simulator):
    opt_out(recipient.contact, reason="manual", note="por teléfono")

    run(active, seconds=5)

    assert history(boss, recipient) == ["opted out"]


def test_a_retry_names_the_error_before_it_and_who_asked(boss, recipient, superuser):
    noted(recipient, cause="retry", by=superuser.pk, code="30008", message_sid=SID)

    [shown] = history(boss, recipient)

    assert re.fullmatch(rf"Tried again\. 30008: .+\. By jefa\. {SID}", shown)


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"cause": "address_corrected"}, "To the address that was corrected meanwhile."),
        ({"cause": "delivered_after_all", "code": None}, "It was delivered after all."),
        (
            {"merged": 7, "status": "skipped", "message_sid": None},
            "Joined with contact 7, whose message was: skipped.",
        ),
        ({"said": "The provider was busy."}, "The provider was busy."),
        ({"reason": "missing", "reason_details": {"names": "modelo"}}, "missing: modelo"),
        ({"cause": "of another version"}, "of another version"),
        ({}, "–"),
    ],
)
def test_each_detail_is_put_into_words(boss, recipient, details, words):
    noted(recipient, **details)

    assert history(boss, recipient) == [words]


def test_what_the_provider_said_shows_no_phone_to_who_may_not_see_it(allow, recipient):
    noted(recipient, said="No route to +56975400946")

    assert history(allow("view_recipient"), recipient) == ["No route to +56 9 •••• 0946"]


def test_who_closed_it_is_named(boss, recipient, superuser):
    Recipient.objects.update(status="replied", sent_at=timezone.now())

    close([recipient.pk], by=superuser)

    assert history(boss, recipient) == ["By jefa."]


@pytest.mark.parametrize(("right", "shown"), [("view_message", "The reply"), ("", "–")])
def test_the_reply_is_a_link_for_who_may_see_it(allow, recipient, right, shown):
    noted(recipient, message=5)

    assert history(allow("view_recipient", *filter(None, [right])), recipient) == [shown]


def test_history_costs_the_same_for_1_and_20_moves(boss, recipient, superuser):
    history(boss, recipient)  # the first page of a process asks for more
    counts = []
    for more in (1, 19):
        for _move in range(more):
            noted(recipient, code="63024", by=superuser.pk)
        with CaptureQueriesContext(connection) as queries:
            history(boss, recipient)
        counts.append(len(queries))

    assert counts[0] == counts[1]
