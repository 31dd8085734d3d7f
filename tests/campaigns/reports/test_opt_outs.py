from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from campaigns.reports.opt_outs import opt_outs
from contacts.models import ContactStatus
from optouts.models import OptOut
from tests.factories.people import add_address, person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def opted_out(name: str, at: datetime = NOON, **fields) -> OptOut:
    contact = person(name=name, status=ContactStatus.OPTED_OUT, **fields)
    return OptOut.objects.create(
        contact=contact, phone=contact.phone, opted_out_at=at, reason="manual"
    )


def test_opt_outs_are_all_there_are_the_latest_first():
    opted_out("Ana", NOON - timedelta(days=400))
    opted_out("Beto")

    assert [row.name for row in opt_outs()] == ["Beto", "Ana"]


def test_opt_out_says_since_when_and_why():
    opted_out("Ana", phone="+56975400946")

    [row] = opt_outs()

    assert (row.phone, row.status, row.opted_out_at, row.reason) == (
        "+56975400946",
        "opted_out",
        NOON,
        "manual",
    )


def test_opt_out_without_a_phone_is_known_by_the_user_id():
    add_address(opted_out("Ana", phone=None).contact, "CL.7")

    assert [row.phone for row in opt_outs()] == ["CL.7"]


@time_machine.travel(NOON, tick=False)
def test_opt_outs_of_today_begin_at_midnight():
    opted_out("Ana", datetime(2026, 3, 20, 3, tzinfo=UTC))  # midnight in Santiago
    opted_out("Beto", datetime(2026, 3, 20, 2, 59, tzinfo=UTC))

    assert [row.name for row in opt_outs(days=0)] == ["Ana"]


def test_opt_outs_take_one_query(django_assert_num_queries):
    for name in ("Ana", "Beto", "Caro"):
        opted_out(name)

    with django_assert_num_queries(1):
        opt_outs()
