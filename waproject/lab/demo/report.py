"""The report that the demonstration prints."""

from collections import Counter
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rich.console import Console
from rich.table import Table

from campaigns.models import Campaign
from campaigns.tracking.funnel import Funnel, funnel
from contacts.models import ImportJob
from optouts.models import OptOut
from waproject.lab.demo.proof import Entry


def print_import(console: Console, imported: ImportJob) -> None:
    """The totals of an import: they add up to the rows of the file."""
    counts = [
        (pgettext("rows", "created"), imported.created_count),
        (pgettext("rows", "updated"), imported.updated_count),
        (pgettext("rows", "unchanged"), imported.unchanged_count),
        (pgettext("rows", "skipped"), imported.skipped_count),
        (pgettext("rows", "failed"), imported.failed_count),
    ]
    title = _("Import of %(file)s: %(rows)d rows") % {
        "file": imported.job.title,
        "rows": sum(count for _name, count in counts),
    }
    _print(console, title, [(name, str(count)) for name, count in counts])


def print_campaign(console: Console, campaign: Campaign) -> None:
    """The campaign's funnel, each stage with its share of the one that it is measured by."""
    _print(console, campaign.name, _stages(funnel([campaign.pk])[campaign.pk]))


def print_opt_outs(console: Console, campaign: Campaign) -> None:
    """The people who opted out since the campaign began, in that order."""
    people = (
        OptOut.objects.filter(opted_out_at__gte=campaign.started_at)
        .order_by("opted_out_at")
        .values_list("opted_out_at", "phone", "contact__name")
    )
    rows = [(f"{timezone.localtime(at):%H:%M:%S}", phone or "", name) for at, phone, name in people]
    _print(console, _("Opt-outs: %(count)d") % {"count": len(rows)}, rows)


def print_journal(console: Console, journal: Sequence[Entry]) -> None:
    """The numbers of the simulated provider's journal."""
    kinds = Counter(entry["kind"] for entry in journal)
    rows = [
        (_("messages accepted"), str(kinds["api"])),
        (_("messages from people"), str(kinds["inbound"])),
        (_("automatic answers"), str(kinds["reply"])),
    ]
    _print(console, _("The simulator's journal"), rows)


def _stages(counts: Funnel) -> list[tuple[str, str]]:
    return [
        (_("recipients"), str(counts.recipients)),
        (pgettext("people", "sent"), str(counts.sent)),
        (pgettext("people", "delivered"), _with_rate(counts.delivered, counts.delivered_rate)),
        (pgettext("people", "read"), _with_rate(counts.read, counts.read_rate)),
        (pgettext("people", "replied"), _with_rate(counts.replied, counts.replied_rate)),
        (pgettext("people", "failed"), str(counts.failed)),
        (pgettext("people", "not delivered"), str(counts.undelivered)),
        (pgettext("people", "skipped"), str(counts.skipped)),
        (pgettext("people", "open"), str(counts.open)),
    ]


def _with_rate(count: int, rate: float | None) -> str:
    return f"{count}  ({rate:.1f} %)" if rate is not None else str(count)


def _print(console: Console, title: str, rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    console.print(title, style="bold")
    console.print(table)
    console.print()
