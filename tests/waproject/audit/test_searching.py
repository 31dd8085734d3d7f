"""What the search box of the log finds, and that a long log is not read through for a page."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.urls import reverse

from campaigns.models import Campaign
from waproject.accounts.models import User
from waproject.audit import history
from waproject.audit.models import Event
from waproject.core.db.bulk_insert import refresh_statistics

pytestmark = pytest.mark.django_db
LIST = reverse("admin:audit_event_changelist")
MANY = 6_000


def event(**fields) -> Event:
    given = {"action": "campaigns.pause", "object_type": "campaigns.campaign", "object_id": "7"}
    return Event.objects.create(**{**given, **fields})


def found(text: str) -> list[int]:
    return list(history.found(Event.objects.all(), text).values_list("pk", flat=True))


def test_number_finds_the_object_of_that_number_alone():
    wanted, _other = event(object_id="12"), event(object_id="123", reason="12 veces")

    assert found("12") == [wanted.pk]


@pytest.mark.parametrize("typed", ["192.0.2.7", "192.0.2", "192.0."])
def test_address_or_its_beginning_finds_what_came_from_there(typed):
    wanted, _other = (
        event(origin="web 192.0.2.7 Firefox 145 Linux"),
        event(origin="web 198.192.0.2"),
    )

    assert found(typed) == [wanted.pk]


def test_address_of_six_is_found_too():
    wanted = event(origin="web 2001:db8::7")

    assert found("2001:db8:") == [wanted.pk]


def test_user_finds_what_they_did_and_what_was_done_to_them(superuser):
    did = event(actor=superuser, actor_name="jefa")
    suffered = event(object_type="accounts.user", object_id=str(superuser.pk))
    event(reason="jefa")

    assert sorted(found("jefa")) == [did.pk, suffered.pk]


def test_words_of_users_who_are_gone_and_of_reasons_are_found():
    gone, reason = event(actor_name="antigua"), event(reason="Lo pidió por teléfono")

    assert [found("ANTIG"), found("pidió tel"), found("nada")] == [[gone.pk], [reason.pk], []]


def test_words_are_looked_for_in_the_latest_events_alone(monkeypatch):
    monkeypatch.setattr(history, "READ", 2)
    _old, new = event(reason="feria"), event(reason="feria")
    event()

    assert found("feria") == [new.pk]


@pytest.mark.parametrize("typed", ["x" * 5_000, "%", "_", "\\", "9" * 400, "1.2.3.4.5.6", "::::"])
def test_odd_texts_are_searched_like_any_other(boss, typed):
    event()

    assert boss.get(LIST, {"q": typed}).status_code == 200


@pytest.fixture
def many(superuser) -> None:
    """A log that is long enough for the planner to care which index it takes."""
    others = User.objects.bulk_create(User(username=f"u{number}") for number in range(40))
    Event.objects.bulk_create(
        Event(
            actor=others[number % 40],
            action=f"action.{number % 60}",
            object_type=f"app.model{number % 60}" if number % 2 else "campaigns.campaign",
            object_id=str(number % 900),
            origin=f"web 192.0.{number % 200}.{number % 7}",
        )
        for number in range(MANY)
    )
    connection.check_constraints()  # with foreign keys to check PostgreSQL counts nothing
    refresh_statistics(Event, get_user_model())


QUESTIONS = {
    "action": ({"action": "action.7"}, "audit_by_action"),
    "kind": ({"object_type": "app.model7"}, "audit_by_kind|audit_by_object"),
    "object": ({"object_type": "campaigns.campaign", "object_id": "8"}, "audit_by_object"),
    "days": ({"at__gte": "2099-01-01T00:00:00+00:00"}, "audit_by_time"),
    "number": ({"q": "8"}, "audit_by_object"),
    "address": ({"q": "192.0.17."}, "audit_by_origin"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_filter_and_its_count_seek_an_index(boss, many, question):
    query, index = QUESTIONS[question]

    shown = boss.get(LIST, query).context["cl"].queryset

    for asked in (shown[:50], shown.order_by()[:100_000]):
        assert re.search(index, asked.explain())


def test_filter_by_user_seeks_an_index(boss, many):
    user = User.objects.get(username="u7")

    shown = boss.get(LIST, {"who": user.pk}).context["cl"].queryset

    for asked in (shown[:50], shown.order_by()[:100_000]):
        assert "audit_by_actor" in asked.explain()


def test_list_reads_no_more_than_it_shows(boss, many):
    plan = boss.get(LIST).context["cl"].queryset[:50].explain()

    assert re.search("audit_latest|audit_events_pkey|PRIMARY KEY|rowid", plan, re.IGNORECASE)
    assert not re.search("Sort|TEMP B-TREE|Seq Scan", plan)


def test_history_of_an_object_seeks_its_index(many):
    of_its_kind = Event.objects.filter(object_type=Campaign._meta.label_lower).order_by("-id")

    for own in ("8", ""):
        assert "audit_by_object" in of_its_kind.filter(object_id=own)[:100].explain()
