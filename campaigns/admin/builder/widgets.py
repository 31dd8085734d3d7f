"""Fields of a campaign's form: days of the week, a time of day, a moment, a length of time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy

from waproject.core.text.durations import in_words


class Weekdays(forms.TypedMultipleChoiceField):
    """Days of the week as boxes to tick; their value is the bits of Hours.days."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(WEEKDAYS.items()), coerce=int, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return [str(day) for day in WEEKDAYS if value >> day & 1]
        return value

    def clean(self, value: Any) -> int:
        return sum(1 << day for day in super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class MomentInput(forms.SplitDateTimeWidget):
    """A day and a time as the browser asks for them."""

    def __init__(self) -> None:
        day: dict[str, Any] = {"type": "date", "aria-label": gettext_lazy("Day")}
        time: dict[str, Any] = {"type": "time", "aria-label": gettext_lazy("Time")}
        super().__init__(
            date_attrs=day,
            time_attrs=time,
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )


class MomentField(forms.SplitDateTimeField):
    """A moment that may be left out."""

    widget = MomentInput
    default_error_messages = {
        "invalid_date": gettext_lazy("Give the day, too."),
        "invalid_time": gettext_lazy("Give the time, too."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class DurationChoice(forms.TypedChoiceField):
    """A length of time chosen from a few, in words; the value is a number of `unit`."""

    def __init__(self, unit: timedelta, lengths: Sequence[timedelta], **kwargs: Any) -> None:
        self.unit = unit
        self.lengths = [length // unit for length in lengths]
        super().__init__(coerce=int, choices=self._named(self.lengths), **kwargs)

    def offer(self, value: int | None) -> None:
        """Offer this number, too: a campaign keeps what it was given elsewhere."""
        if value is not None:
            self.choices = self._named(sorted({*self.lengths, value}))

    def _named(self, numbers: Sequence[int]) -> list[tuple[int, str]]:
        return [(number, in_words(number * self.unit)) for number in numbers]


def time_field(label: Any) -> forms.TimeField:
    """A time of day that may be left out."""
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
