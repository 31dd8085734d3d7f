"""The report that the fault harness prints."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.table import Table

from waproject.lab.faults.ledgers import Totals


def print_totals(console: Console, rows: Sequence[Totals]) -> None:
    """The three ledgers, one line for each campaign and one for all."""
    names = ("people", "accepted", "sent", "logged", "twice", "skipped", "missing", "open")
    headings = (
        _("people"),
        _("accepted by the provider"),
        _("recipients sent"),
        _("messages logged"),
        _("written twice"),
        _("skipped"),
        _("lost"),
        _("open"),
    )
    lines = [(row.campaign.name, [getattr(row, name) for name in names]) for row in rows]
    lines.append((_("all"), [sum(column) for column in zip(*(c for _n, c in lines), strict=True)]))
    print_table(console, ["", *headings], [[name, *map(str, cells)] for name, cells in lines])


def print_kills(console: Console, kills: Counter[str], restarts: Mapping[str, int]) -> None:
    """The table of processes that were killed and started again."""
    struck = ", ".join(f"{kind} {count}" for kind, count in sorted(kills.items()))
    raised = ", ".join(f"{name} {count}" for name, count in sorted(restarts.items()))
    heading = ngettext("%(count)d kill: %(kinds)s", "%(count)d kills: %(kinds)s", kills.total())
    console.print(heading % {"count": kills.total(), "kinds": struck})
    console.print(_("started again: %(names)s") % {"names": raised or "–"})


def print_faults(console: Console, met: Mapping[str, int], *, polled: int, late: int) -> None:
    """How often the provider failed, and what made up for the callbacks that were lost."""
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(met.items()))
    console.print(_("requests that met a fault: %(kinds)s") % {"kinds": faults})
    console.print(
        _("statuses learnt by asking: %(polled)d; late callbacks: %(late)d")
        % {"polled": polled, "late": late}
    )


def print_table(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[str]], title: str = ""
) -> None:
    """A plain table; all columns but the first hold numbers."""
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="right" if position else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
