"""What the admin's lists are drawn with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from waproject.core.admin.lists import ABOUT_THE_PAGE
from waproject.core.text.moments import said_in_full
from waproject.site.lists.cells import Table, table
from waproject.site.lists.leftovers import Leftover
from waproject.site.lists.leftovers import leftovers as others

register = template.Library()

# A page that asks before it deletes names so many rows.
MOST_NAMED = 20


@dataclass(frozen=True)
class Deleted:
    """What is about to be deleted, in words: the first of it, and how much more there is."""

    all: list[str]
    more: int

    @property
    def besides(self) -> list[str]:
        """Without the first, which the title of the page names."""
        return self.all[1:]


@register.simple_tag
def deleted_rows(nested: Iterable[Any]) -> Deleted:
    """What Django says of it in lists within lists, in the order in which they are read."""
    rows = list(_flat(nested))
    return Deleted(rows[:MOST_NAMED], max(0, len(rows) - MOST_NAMED))


def _flat(nested: Iterable[Any]) -> Iterator[str]:
    for one in nested:
        if isinstance(one, list | tuple):
            yield from _flat(one)
        else:
            yield one


@register.simple_tag
def list_columns(changelist: ChangeList, headers: Sequence[Any], results: Sequence[Any]) -> Table:
    """The list's heads and rows, as waproject.site.lists.cells makes them."""
    return table(headers, results, changelist)


@register.simple_tag
def chosen(choices: Iterable[Any]) -> str:
    """What a filter is set to; "" while it lets all through, which its first choice does."""
    return next(
        (str(choice["display"]) for choice in list(choices)[1:] if choice.get("selected")), ""
    )


@register.simple_tag
def leftovers(changelist: ChangeList) -> list[Leftover]:
    """What narrows the list besides its filters."""
    return list(others(changelist))


@register.filter
def is_narrowed(changelist: ChangeList) -> bool:
    """Whether filters or a search leave rows out of the list."""
    return bool(changelist.query or set(changelist.filter_params) - ABOUT_THE_PAGE - {SEARCH_VAR})


@register.filter
def moment(at: datetime | None) -> SafeString:
    """A moment as people say it; a dash for none."""
    return said_in_full(at) if at else mark_safe("–")


@register.filter
def first_shown(changelist: ChangeList) -> int:
    """The number of the first row of the page."""
    return (changelist.page_num - 1) * changelist.list_per_page + 1


@register.filter
def last_shown(changelist: ChangeList) -> int:
    """The number of the last row of the page."""
    return first_shown(changelist) + len(changelist.result_list) - 1


@register.filter
def no_colon(label: Any) -> str:
    """The words of a label, without the sign that Django puts at their end."""
    text = str(label)
    without = text.removesuffix(":")
    return mark_safe(without) if isinstance(text, SafeString) else without  # noqa: S308  as it was


@register.filter
def capital_choice(field: Any) -> Any:
    """What a field that is only shown says; one of its choices begins with a capital, as chips."""
    shown = field.contents()
    name = field.field["name"]
    chosen = {one.name for one in field.model_admin.opts.concrete_fields if one.choices}
    return capfirst(shown) if name in chosen else shown


@register.filter
def capital_choices(field: Any) -> Any:
    """A field of a form as it is drawn; the choices of a model begin with capitals, as in lists."""
    model = getattr(getattr(field.form, "_meta", None), "model", None)
    chosen = {one.name for one in model._meta.concrete_fields if one.choices} if model else set()
    if field.name in chosen and hasattr(field.field.widget, "choices"):
        field.field.widget.choices = [
            (value, label if isinstance(label, (list, tuple)) else capfirst(str(label)))
            for value, label in field.field.widget.choices
        ]
    return field


@register.filter
def without_colon(label: SafeString) -> SafeString:
    """A label as Django draws it, without the sign at its end."""
    return mark_safe(label.replace(":</label>", "</label>"))  # noqa: S308  as Django made it
