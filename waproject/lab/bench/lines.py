"""The lines of the bench's table, and how each is judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio. `figures` are what it was made of, in words; `flaw` is what spoils it.

    It holds when `value` is at least `wanted`, or at most when `at_most`, and nothing spoils it.
    """

    work: str
    figures: str
    value: float
    wanted: float
    at_most: bool = False
    flaw: str = ""

    @property
    def holds(self) -> bool:
        reached = self.value <= self.wanted if self.at_most else self.value >= self.wanted
        return reached and not self.flaw


def print_lines(console: Console, title: str, lines: Sequence[Line]) -> None:
    """One database's table."""
    table = Table(title=title, title_justify="left")
    for heading in (_("work"), _("measured")):
        table.add_column(heading, overflow="fold")
    for heading in (_("ratio"), _("wanted"), _("holds")):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in lines:
        table.add_row(
            line.work,
            line.figures,
            f"{line.value:.2f}",
            f"{'≤' if line.at_most else '≥'} {line.wanted:g}",
            _("yes") if line.holds else _("no"),
            style="" if line.holds else "red",
        )
    console.print(table)
    for line in lines:
        if line.flaw:
            console.print(f"{line.work}: {line.flaw}", style="red", soft_wrap=True)
