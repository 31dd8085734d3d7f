from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from messaging.models import Message
from tests.factories.users import permit_only
from waproject.accounts.actors import SYSTEM
from waproject.audit.changes import changes_of
from waproject.audit.models import Event
from waproject.tenants.retention.models import ChosenPeriod
from waproject.tenants.retention.operations import CannotKeep, choose, days_kept, due_now
from waproject.tenants.retention.sweeps import periods

pytestmark = pytest.mark.django_db


def test_a_period_is_the_default_until_one_is_chosen_and_again_after(settings):
    settings.IMPORT_FILES_DAYS = 12
    period = periods()["import_files"]

    found = [period.days()]
    choose({"import_files": 90}, by=SYSTEM)
    found.append(period.days())
    choose({"import_files": None}, by=SYSTEM)
    found.append(period.days())

    assert found == [12, 90, 12]


def test_change_is_logged_with_before_and_after_in_words(superuser):
    choose({"messages": 365, "exports": None, "contacts": 0}, by=superuser)

    event = Event.objects.get()
    [change] = changes_of([event])[event.pk]
    assert (event.actor, event.action) == (superuser, "retention.change")
    assert (change.name, change.before, change.after) == ("Messages", "730", "365")


def test_choosing_what_holds_already_is_no_event():
    assert choose({"messages": 730}, by=SYSTEM) is False
    assert not Event.objects.exists()


def test_choosing_needs_its_right(staff):
    with pytest.raises(PermissionDenied):
        choose({"messages": 365}, by=permit_only(staff, "change_tenant"))
    choose({"messages": 365}, by=permit_only(staff, "change_retention"))

    assert ChosenPeriod.objects.get().days == 365


@pytest.mark.parametrize(
    ("name", "days"),
    [
        *(("messages", 29), ("messages", 3_651), ("events", 89), ("events", 0)),
        *(("exports", 0), ("contacts", 89), ("nothing", 5)),
    ],
)
def test_no_other_days_can_be_chosen(name, days):
    with pytest.raises(CannotKeep):
        choose({"holds": 60, name: days}, by=SYSTEM)

    assert not ChosenPeriod.objects.exists()


def test_refusal_says_which_days_can_be_chosen():
    with pytest.raises(CannotKeep) as refusal:
        choose({"messages": 5}, by=SYSTEM)

    sentence = "Messages: 5 days cannot be chosen. From 30 to 3650 days; 0: for ever."
    assert str(refusal.value) == sentence


def test_days_kept_are_the_chosen_ones_else_the_defaults_in_one_query(django_assert_num_queries):
    choose({"messages": 365, "contacts": 0}, by=SYSTEM)

    with django_assert_num_queries(1):
        kept = days_kept()

    assert kept == {name: period.days() for name, period in periods().items()}
    assert (kept["messages"], kept["contacts"], kept["events"]) == (365, 0, 1_095)


def test_due_now_counts_for_what_is_proposed():
    Message.objects.create(
        direction="inbound",
        status="received",
        message_sid="SM1",
        created_at=timezone.now() - timedelta(days=100),
    )

    found = [
        {one.sweep.name: one.rows for one in due_now(timezone.now(), days)}["messages"]
        for days in (None, {"messages": 99}, {"messages": 0})
    ]

    assert found == [0, 1, 0]
