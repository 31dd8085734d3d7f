"""Deliveries reported after a failure, in every order, by webhook and by polling."""

from dataclasses import replace
from itertools import cycle, permutations
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.utils import timezone

from campaigns import integrity, jobs, operations
from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.sending.completion import complete_if_done
from campaigns.status_reasons import StatusReason, because
from contacts.models import Address, Contact
from messaging.delivery.claiming import claims
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.settling import polling
from messaging.delivery.settling.settlement import Outcome, record_accepted, settle
from messaging.models import Delivery, Message, Sender
from messaging.providers.base import Accepted, MessageOrigin, ProviderMessage
from messaging.statuses.apply import apply_report
from messaging.statuses.reports import StatusReport
from optouts.models import OptOut
from tests.sending import accept, claim, recipients
from waproject.accounts.actors import SYSTEM

SID, RETRY = "SM" + "1" * 32, "SM" + "2" * 32
NO_COVERAGE, NOT_ON_WHATSAPP, WRONG_NUMBER = "30003", "63024", "21211"
TEMPLATE_PAUSED, FILTERED, OPTED_OUT, UNKNOWN = "63041", "30007", "63033", "99999"
CODES = [NO_COVERAGE, NOT_ON_WHATSAPP, WRONG_NUMBER, TEMPLATE_PAUSED, FILTERED, UNKNOWN, None]
REPEATED = ("undelivered", "delivered", "undelivered", "read", "delivered", "undelivered")


@pytest.fixture
def sent(active, fill) -> Recipient:
    """The only recipient, whose message the provider accepted; the campaign is complete."""
    fill(1)
    Campaign.objects.filter(pk=active.pk).update(total_recipients=1)
    (claimed,) = claim(active, 1).deliveries
    record_accepted([(claimed, SID, timezone.now())])
    complete_if_done(active.pk)
    return Recipient.objects.get()


def report(status: str, code: int | None = None, **fields: Any) -> StatusReport:
    return StatusReport(sid=SID, status=status, error_code=code, **fields)


def by_webhook(one: StatusReport) -> None:
    apply_report(one)


def by_polling(one: StatusReport) -> None:
    known = dict.fromkeys(("to", "from_", "body", "channel"), "")
    polling.apply_poll(
        ProviderMessage(
            **known,
            sid=one.sid,
            status=one.status,
            error_code=one.error_code,
            date_created=one.at,
            date_sent=one.at,
            origin=MessageOrigin.REQUEST,
        )
    )


def as_it_stands() -> list[tuple[type[Model], dict[str, Any]]]:
    models = (Recipient, Message, Campaign, Contact)
    return [(model, model.objects.values().get()) for model in models]


def put_back(rows: list[tuple[type[Model], dict[str, Any]]], last_change: int) -> None:
    StatusChange.objects.filter(pk__gt=last_change).delete()
    for model, values in rows:
        model.objects.update(**values)


def the_end() -> dict[str, Any]:
    """Where everything stands, but for the moments at which it was heard of."""
    recipient = Recipient.objects.values(
        *(
            "status",
            "message_sid",
            "failed_at",
            "reason",
            "error_code",
            "contact__status",
        )
    ).get()
    times = Recipient.objects.values_list("sent_at", "delivered_at", "read_at").get()
    message = Message.objects.values_list("status", "error_code", "failed_at").get()
    campaign = Campaign.objects.values_list("status", "sent_count", "status_reason").get()
    return {**recipient, "message": message, "campaign": campaign, "times": [*map(bool, times)]}


@pytest.mark.parametrize(
    "codes", [CODES[:1], pytest.param(CODES[1:], marks=pytest.mark.slow)], ids=["one", "the others"]
)
def test_the_end_depends_on_what_is_reported_and_not_on_the_order(sent, codes):
    before, last_change = as_it_stands(), StatusChange.objects.latest("pk").pk
    ways = cycle([by_webhook, by_polling, by_polling, by_webhook])
    for code in codes:
        ends = []
        for order in [*permutations(["undelivered", "delivered", "read"]), REPEATED]:
            for status in order:
                next(ways)(report(status, code if status == "undelivered" else None))
            jobs.complete_campaigns()
            assert (list(integrity.integrity_problems()), Address.objects.blocked().count()) == (
                [],
                0,
            )
            ends.append(the_end())
            put_back(before, last_change)

        assert ends == [ends[0]] * len(ends), code
        assert (ends[0]["status"], ends[0]["contact__status"]) == ("read", "active")
        assert ends[0]["campaign"] == ("completed", 1, "")


# --- A retry that has not left, and one that has ----------------------------------------------


@pytest.fixture
def claimed_again(sent) -> Claimed:
    """The delivery of the recipient's retry, claimed."""
    by_webhook(report("undelivered", NO_COVERAGE))
    Delivery.objects.update(due_at=timezone.now())
    (claimed,) = claim(sent.campaign, 1).deliveries
    return claimed


def state() -> tuple[str, str | None]:
    return Recipient.objects.values_list("status", "message_sid").get()


def logged() -> dict[str, str]:
    return dict(Message.objects.values_list("message_sid", "status"))


def test_the_last_look_sees_that_a_claimed_retry_was_called_back(claimed_again):
    by_webhook(report("delivered"))

    assert claims.last_look([claimed_again]) == []
    assert (state(), list(integrity.integrity_problems())) == (("delivered", SID), [])


@pytest.mark.parametrize("in_hand", ["claimed", "uncertain"])
def test_a_retry_that_left_at_the_same_moment_is_logged_and_moves_nothing(claimed_again, in_hand):
    Delivery.objects.update(state=in_hand)
    by_webhook(report("delivered"))

    accepted = Outcome(claimed_again, Accepted(RETRY, "queued", {}), timezone.now())
    settle(Sender.objects.get(), [accepted])

    assert (state(), logged()) == (("delivered", SID), {SID: "delivered", RETRY: "queued"})
    assert list(integrity.message_without_recipient()) == []
    assert Campaign.objects.get().sent_count == 1


def test_a_retry_that_has_left_stays_as_it_is(claimed_again):
    record_accepted([(claimed_again, RETRY, timezone.now())])

    by_webhook(report("delivered"))

    assert (state(), logged()) == (("sent", RETRY), {SID: "delivered", RETRY: "queued"})
    assert list(integrity.integrity_problems()) == []


def test_a_retry_that_fails_leaves_the_former_attempt_that_arrived(claimed_again):
    record_accepted([(claimed_again, RETRY, timezone.now())])
    by_webhook(report("read"))

    by_webhook(replace(report("undelivered", NO_COVERAGE), sid=RETRY))

    assert (state(), list(integrity.integrity_problems())) == (("read", SID), [])
    assert Campaign.objects.get().sent_count == 1


def test_the_first_of_several_attempts_may_arrive_after_all(claimed_again):
    record_accepted([(claimed_again, RETRY, timezone.now())])
    by_webhook(replace(report("undelivered", NO_COVERAGE), sid=RETRY))

    by_webhook(report("delivered"))

    assert (state(), list(integrity.integrity_problems())) == (("delivered", SID), [])


def test_a_retry_that_was_skipped_meanwhile_gives_way_to_the_delivery(sent):
    by_webhook(report("undelivered", NO_COVERAGE))
    operations.cancel(sent.campaign_id, by=SYSTEM)

    by_webhook(report("delivered"))

    assert (state(), Recipient.objects.get().skipped_at) == (("delivered", SID), None)
    assert list(integrity.integrity_problems()) == []


def test_the_history_tells_what_was_delivered_after_all(sent):
    by_webhook(report("failed", UNKNOWN))

    by_webhook(report("delivered"))

    moves = StatusChange.objects.order_by("-pk").values_list("old", "new", "metadata")
    assert list(moves[:2]) == [
        ("sent", "delivered", {}),
        ("failed", "sent", {"cause": "delivered_after_all", "code": UNKNOWN}),
    ]


# --- What the failure did beyond its recipient ------------------------------------------------


@pytest.mark.parametrize("order", [("undelivered", "delivered"), ("delivered", "undelivered")])
def test_an_opt_out_stands_in_any_order(sent, order):
    for status in order:
        by_webhook(report(status, OPTED_OUT if status == "undelivered" else None))

    assert (state()[0], OptOut.objects.count()) == ("delivered", 1)
    assert Contact.objects.get().status == "opted_out"


@pytest.mark.parametrize(
    ("code", "barred"), [(WRONG_NUMBER, ("invalid", 0)), (NOT_ON_WHATSAPP, ("active", 1))]
)
def test_what_a_later_message_says_as_well_stands(sent, code, barred):
    by_webhook(report("undelivered", code))
    later = Campaign.objects.create(name="Otra", sender=sent.campaign.sender, total_recipients=1)
    [row] = recipients(later, [sent.contact])
    accept((row, RETRY))
    by_webhook(replace(report("undelivered", code), sid=RETRY))

    by_webhook(report("delivered"))

    assert (Contact.objects.get().status, Address.objects.blocked().count()) == barred


def test_a_contact_invalid_for_another_cause_stays_so(sent):
    by_webhook(report("undelivered", UNKNOWN))
    Contact.objects.update(status="invalid")

    by_webhook(report("delivered"))

    assert Contact.objects.get().status == "invalid"


def test_an_unmerged_contact_stays_invalid(sent):
    by_webhook(report("undelivered", WRONG_NUMBER))
    QuerySet(Contact).update(phone_key=None)

    by_webhook(report("delivered"))

    assert Contact.objects.get().status == "invalid"


def test_a_campaign_that_a_person_paused_stays_paused(sent):
    Campaign.objects.update(status="paused", **because(StatusReason.PAUSED_BY, user="jefa"))
    by_webhook(report("failed", TEMPLATE_PAUSED))

    by_webhook(report("delivered"))

    assert Campaign.objects.get().status == "paused"


def test_a_campaign_whose_cause_others_met_as_well_stays_paused(sent):
    by_webhook(report("failed", TEMPLATE_PAUSED))
    other = Contact.objects.create(phone="+56911111111")
    Campaign.objects.update(total_recipients=2)
    Recipient.objects.create(
        campaign=sent.campaign, contact=other, phone=other.phone, error_code=TEMPLATE_PAUSED
    )

    by_webhook(report("delivered"))

    assert Campaign.objects.get().status == "paused"
