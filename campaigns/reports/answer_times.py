"""How long people waited for the first answer of staff and for the resolution."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.reports.columns import Column
from messaging.inbox.times.figures import (
    Taken,
    Waiting,
    figures,
    rounds_since,
    waiting_by_day,
)
from messaging.inbox.times.targets import Targets
from waproject.accounts.models import User
from waproject.core.days import days_back

_ANSWERED = Column(_("answered"))
_ANSWERED_RATE = Column(_("answered in time, %"))
_ANSWER_MEDIAN = Column(_("first answer, median (min)"))
_ANSWER_P90 = Column(_("first answer, 90% within (min)"))
_RESOLVED = Column(pgettext_lazy("conversations", "resolved"))
_RESOLVED_RATE = Column(_("resolved in time, %"))
_RESOLUTION_MEDIAN = Column(_("resolution, median (h)"))
_RESOLUTION_P90 = Column(_("resolution, 90% within (h)"))


@dataclass(frozen=True)
class DayOfAnswers:
    """What became of the conversations that people began on one day.

    Times are open hours of the business. `late` have no answer yet and are overdue; they count as
    answered late. Rates are in percent of targets kept, and None without a target.
    """

    date: Annotated[dt.date, Column(_("day"))]
    conversations: Annotated[int, Column(_("conversations"))]
    answered: Annotated[int, _ANSWERED]
    answered_rate: Annotated[float | None, _ANSWERED_RATE]
    answer_median: Annotated[float | None, _ANSWER_MEDIAN]
    answer_p90: Annotated[float | None, _ANSWER_P90]
    late: Annotated[int, Column(pgettext_lazy("conversations", "late"))]
    resolved: Annotated[int, _RESOLVED]
    resolved_rate: Annotated[float | None, _RESOLVED_RATE]
    resolution_median: Annotated[float | None, _RESOLUTION_MEDIAN]
    resolution_p90: Annotated[float | None, _RESOLUTION_P90]


@dataclass(frozen=True)
class AnswersOfUser:
    """The first answers and the resolutions of one user; `username` is "" for programs."""

    user_id: Annotated[int | None, Column("id", detail=True, grouped=False)]
    username: Annotated[str, Column(_("user"))]
    name: Annotated[str, Column(_("name"))]
    answered: Annotated[int, _ANSWERED]
    answered_rate: Annotated[float | None, _ANSWERED_RATE]
    answer_median: Annotated[float | None, _ANSWER_MEDIAN]
    answer_p90: Annotated[float | None, _ANSWER_P90]
    resolved: Annotated[int, _RESOLVED]
    resolved_rate: Annotated[float | None, _RESOLVED_RATE]
    resolution_median: Annotated[float | None, _RESOLUTION_MEDIAN]
    resolution_p90: Annotated[float | None, _RESOLUTION_P90]


def answer_times(*, days: int = 30, limit: int | None = None) -> list[DayOfAnswers]:
    """A row for each day on which a person began a conversation; latest first. Three queries."""
    since = days_back(days)
    rounds, aims = rounds_since(since)
    waiting = waiting_by_day(since, aims)
    by_day: dict[dt.date, list[Taken]] = defaultdict(list)
    for one in rounds:
        by_day[localdate(one.began_at)].append(one)
    latest = sorted({*by_day, *waiting}, reverse=True)[:limit]
    return [_of_day(day, by_day[day], waiting.get(day, Waiting()), aims) for day in latest]


def answer_times_by_user(*, days: int = 30, limit: int | None = None) -> list[AnswersOfUser]:
    """A row for each user who answered first or resolved, the busiest first. Three queries."""
    rounds, aims = rounds_since(days_back(days))
    answers: dict[int | None, list[Taken]] = defaultdict(list)
    resolutions: dict[int | None, list[Taken]] = defaultdict(list)
    for one in rounds:
        if one.answer is not None:
            answers[one.answered_by].append(one)
        if one.resolution is not None:
            resolutions[one.resolved_by].append(one)
    ids = {*answers, *resolutions}
    users = {user.pk: user for user in User.objects.filter(pk__in=[pk for pk in ids if pk])}
    found = [
        AnswersOfUser(
            user_id=pk,
            username=users[pk].get_username() if pk in users else "",
            name=users[pk].get_full_name() if pk in users else "",
            **_of_answers(answers[pk], aims, late=0),
            **_of_resolutions(resolutions[pk], aims),
        )
        for pk in ids
    ]
    return sorted(found, key=lambda row: (-row.answered, -row.resolved, row.username))[:limit]


def _of_day(day: dt.date, rounds: Sequence[Taken], waiting: Waiting, aims: Targets) -> DayOfAnswers:
    late = sum(one.is_late for one in rounds) + waiting.late
    return DayOfAnswers(
        date=day,
        conversations=len(rounds) + waiting.count,
        late=late,
        **_of_answers(rounds, aims, late=late),
        **_of_resolutions(rounds, aims),
    )


def _of_answers(rounds: Sequence[Taken], aims: Targets, *, late: int) -> dict[str, Any]:
    given = [one.answer for one in rounds if one.answer is not None]
    found = figures(given, aims.answer, missed=late)
    return {
        "answered": found.count,
        "answered_rate": found.in_time,
        "answer_median": _in(timedelta(minutes=1), found.middle),
        "answer_p90": _in(timedelta(minutes=1), found.high),
    }


def _of_resolutions(rounds: Sequence[Taken], aims: Targets) -> dict[str, Any]:
    given = [one.resolution for one in rounds if one.resolution is not None]
    found = figures(given, aims.resolution)
    return {
        "resolved": found.count,
        "resolved_rate": found.in_time,
        "resolution_median": _in(timedelta(hours=1), found.middle),
        "resolution_p90": _in(timedelta(hours=1), found.high),
    }


def _in(unit: timedelta, length: timedelta | None) -> float | None:
    """A length in this unit, to a tenth."""
    return None if length is None else round(length / unit, 1)
