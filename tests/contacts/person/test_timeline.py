"""What happened, page by page: of several sources together, some of it at one moment."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Note, Vehicle
from contacts.person.timeline import PAGE, Timeline, kinds, timeline
from tests.factories.users import permit_only

NOW = datetime(2026, 11, 27, 15, tzinfo=timezone.get_default_timezone())

pytestmark = pytest.mark.django_db


def note_at(contact, at: datetime, text: str = "Llamó") -> None:
    note = Note.objects.create(contact=contact, text=text)
    Note.objects.filter(pk=note.pk).update(created_at=at)


def sentences(shown: Timeline) -> list[str]:
    return [entry.sentence for period in shown.periods for entry in period.entries]


def all_pages(contact, user, **asked) -> list[Timeline]:
    pages = [timeline(contact, user, **asked)]
    while pages[-1].earlier:
        pages.append(timeline(contact, user, before=pages[-1].earlier, **asked))
    return pages


def test_latest_comes_first_whatever_its_source(contact, superuser):
    vehicle = Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2020)
    Vehicle.objects.filter(pk=vehicle.pk).update(created_at=contact.created_at + timedelta(hours=1))
    note_at(contact, contact.created_at + timedelta(hours=2))

    assert sentences(timeline(contact, superuser)) == [
        "Note",
        "The vehicle Kia Rio 2020 was added",
        "Was added to the contacts",
    ]


def test_pages_lose_and_repeat_nothing_of_what_happened_at_one_moment(contact, superuser):
    moment = contact.created_at
    for year in range(1980, 1980 + PAGE):
        Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=year)
        note_at(contact, moment, f"Nota {year}")
    Vehicle.objects.update(created_at=moment)

    pages = all_pages(contact, superuser)

    said = [(entry.icon, entry.number) for one in pages for p in one.periods for entry in p.entries]
    assert (len(said), len(set(said))) == (2 * PAGE + 1, 2 * PAGE + 1)
    assert len(pages) == 3


def test_kind_is_all_that_is_asked_for(contact, superuser):
    note_at(contact, contact.created_at)

    assert sentences(timeline(contact, superuser, kind="notes")) == ["Note"]


@pytest.mark.parametrize("mark", ["x", "2026-01-01", "2026-01-01T10:00:00+00:00_0_x", "_0_0", "__"])
def test_mark_that_is_none_shows_the_first_page(contact, superuser, mark):
    assert sentences(timeline(contact, superuser, before=mark)) == ["Was added to the contacts"]


@time_machine.travel(NOW, tick=False)
def test_periods_are_today_and_months(contact, superuser):
    for days in (0, 1, 20, 60, 400):
        note_at(contact, NOW - timedelta(days=days))

    shown = timeline(contact, superuser, kind="notes")

    assert [(one.title, len(one.entries)) for one in shown.periods] == [
        ("Today", 1),
        ("November", 2),
        ("September", 1),
        ("October 2025", 1),
    ]


@time_machine.travel(NOW, tick=False)
def test_page_says_when_its_first_heading_stood_on_the_one_before(contact, superuser):
    for _number in range(PAGE + 1):
        note_at(contact, NOW - timedelta(days=1))

    pages = all_pages(contact, superuser, kind="notes")

    assert [page.continues for page in pages] == [False, True]


def test_user_sees_the_kinds_that_their_rights_are_for(contact, staff):
    permit_only(staff, "view_contact", "view_consentevent")

    assert [kind.name for kind in kinds(staff)] == ["notes", "data", "consent"]
