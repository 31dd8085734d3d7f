from datetime import UTC, datetime

import pytest

from campaigns.models import Recipient
from campaigns.tracking.funnel import REACHED
from contacts.models import Contact
from waproject.core.db.expressions import AmongCodes, PartOfTime

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("at", "part"),
    [
        (datetime(1970, 1, 1, 0, 4, 59, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 0, 5, tzinfo=UTC), 1),
        (datetime(2026, 11, 28, 1, 17, 59, 999_999, tzinfo=UTC), 5986095),
        (datetime(2026, 11, 28, 1, 19, 59, 999_999, tzinfo=UTC), 5986095),
    ],
)
def test_part_of_time_is_counted_from_1970(contact, at, part):
    Contact.objects.update(created_at=at)

    assert Contact.objects.values_list(PartOfTime("created_at", 300)).get() == (part,)


def test_codes_are_compared_with_the_column(contact):
    found = [
        Contact.objects.filter(AmongCodes("status", codes)).count()
        for codes in (["active", "invalid"], ["invalid"])
    ]

    assert found == [1, 0]


@pytest.mark.only_on("sqlite")  # PostgreSQL's plan for tables of a few rows may be any
def test_codes_find_the_index_that_has_them_as_its_condition():
    people = Recipient.objects.filter(AmongCodes("status", REACHED["replied"]))

    assert "recipients_who_replied" in people.order_by().explain()
    assert "recipients_who_replied" in people.filter(status="closed").order_by().explain()
