"""For how long one kind of data is kept: as the business chose, else by default."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from waproject.tenants.retention.models import ChosenPeriod

FOR_EVER = 0


@dataclass(frozen=True)
class Period:
    """A kind of data, with what goes and what stays in words for whoever decides.

    `default` gives days, which may be a part of one; FOR_EVER where `may_be_endless`. A business
    chooses whole days from `shortest` to `longest`.
    """

    name: str
    label: Promise
    explanation: Promise
    default: Callable[[], float]
    shortest: int = 1
    longest: int = 3_650
    may_be_endless: bool = False

    def days(self) -> float:
        """What holds for the scope's business."""
        chosen = ChosenPeriod.objects.filter(name=self.name).values_list("days", flat=True)
        return self.days_of(chosen.first())

    def days_of(self, chosen: int | None) -> float:
        """What holds where a business chose these days; None: it chose none."""
        return self.default() if chosen is None else chosen

    def length(self) -> timedelta | None:
        """As `days`; None for ever."""
        days = self.days()
        return None if days == FOR_EVER else timedelta(days=days)

    def before(self, now: datetime) -> datetime | None:
        """What is from before then goes now; None: nothing does."""
        return days_before(now, self.days())

    def ends(self, began: datetime) -> datetime | None:
        """When what was there at `began` goes; None: never."""
        length = self.length()
        return None if length is None else began + length

    def takes(self, days: int) -> bool:
        """Whether a business may choose so many days."""
        is_allowed = self.shortest <= days <= self.longest
        return is_allowed or (days == FOR_EVER and self.may_be_endless)

    def limits(self) -> str:
        """Which days a business may choose, in a sentence."""
        sentence = _("From %(shortest)d to %(longest)d days.")
        if self.may_be_endless:
            sentence = _("From %(shortest)d to %(longest)d days; 0: for ever.")
        return sentence % {"shortest": self.shortest, "longest": self.longest}


def days_before(now: datetime, days: float) -> datetime | None:
    """The moment so many days ago; None for ever."""
    return None if days == FOR_EVER else now - timedelta(days=days)
