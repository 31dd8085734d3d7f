"""Choosing periods, and what they would take away now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from waproject.accounts.actors import Actor
from waproject.audit.acting import acting
from waproject.audit.changes import LABELS
from waproject.core.db.counting import count_up_to
from waproject.tenants.models import Tenant
from waproject.tenants.retention.actions import RetentionAction
from waproject.tenants.retention.models import ChosenPeriod
from waproject.tenants.retention.periods import Period, days_before
from waproject.tenants.retention.sweeps import Sweep, periods, sweeps
from waproject.tenants.scope import current_tenant_id

COUNT_LIMIT = 100_000


class CannotKeep(Exception):
    """Why a period cannot be chosen, in a sentence."""


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows of a sweep would go now; COUNT_LIMIT stands for as many and more."""

    sweep: Sweep
    rows: int

    def __str__(self) -> str:
        """`texts of messages: 1,200`, with a plus sign where they may be more."""
        more = "+" if self.rows == COUNT_LIMIT else ""
        rows = number_format(self.rows, use_l10n=True, force_grouping=True)
        return f"{self.sweep.label}: {rows}{more}"


def days_kept() -> dict[str, float]:
    """For how many days each kind of data is kept, by the names of the periods: in one query."""
    chosen = dict(ChosenPeriod.objects.values_list("name", "days"))
    return {name: period.days_of(chosen.get(name)) for name, period in periods().items()}


def choose(days: Mapping[str, int | None], *, by: Actor) -> bool:
    """Keep kinds of data, by the names of their periods, for so many days from now on.

    None: as by default. Those not named stay as they are. Says whether anything changed. Raises
    CannotKeep.
    """
    tenant = Tenant.objects.get(pk=current_tenant_id())
    with acting(by, RetentionAction.CHANGE, tenant, text=tenant.name) as event:
        before = days_kept()
        for name, wanted in days.items():
            period = _period(name)
            _refuse(period, wanted)
            _store(name, wanted)
            if (after := period.days_of(wanted)) != before[name]:
                event.before[name], event.after[name] = before[name], after
        changed = bool(event.after)
        event.after |= labels({name: _period(name).label for name in event.after})
        event.is_needed = changed
    return changed


def due_now(now: datetime, days: Mapping[str, float] | None = None) -> list[Due]:
    """What the next run would take away, or would with these days; sweeps with nothing too."""
    kept = {**days_kept(), **(days or {})}
    found = []
    for sweep in sweeps().values():
        before = days_before(now, kept[sweep.period.name])
        rows = 0 if before is None else count_up_to(sweep.due(before), COUNT_LIMIT)
        found.append(Due(sweep, rows))
    return found


def labels(words: Mapping[str, str | Promise]) -> dict[str, dict[str, str]]:
    """What an event calls its fields, by their names, in the language of the source."""
    with override(None):
        return {LABELS: {name: str(label) for name, label in words.items()}}


def _period(name: str) -> Period:
    try:
        return periods()[name]
    except KeyError:
        known = ", ".join(periods())
        raise CannotKeep(
            _("There is no period “%(name)s”. These exist: %(known)s.")
            % {"name": name, "known": known}
        ) from None


def _refuse(period: Period, days: int | None) -> None:
    if days is None or period.takes(days):
        return
    raise CannotKeep(
        _("%(what)s: %(days)d days cannot be chosen. %(limits)s")
        % {"what": period.label, "days": days, "limits": period.limits()}
    )


def _store(name: str, days: int | None) -> None:
    if days is None:
        ChosenPeriod.objects.filter(name=name).delete()
    else:
        ChosenPeriod.objects.update_or_create(name=name, defaults={"days": days})
