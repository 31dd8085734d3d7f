"""The campaigns of a report side by side, as bars that the page's template draws as SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import pgettext

from campaigns.reports.campaign_results import CampaignResult
from campaigns.reports.pages.charts import FULL, Stage

MOST_COMPARED = 20


@dataclass(frozen=True)
class Compared:
    """A campaign in the comparison: its name, its page ("" if it may not be seen), its bars."""

    name: str
    url: str
    bars: list[Stage]


def compared(
    rows: Sequence[CampaignResult], url_of: Callable[[CampaignResult], str]
) -> list[Compared]:
    """The rates of the first MOST_COMPARED campaigns of which something was sent, side by side.

    None where there are not two to compare. Each bar is a share of all that was sent.
    """
    sent = [row for row in rows if row.sent][:MOST_COMPARED]
    if len(sent) < 2:
        return []
    return [Compared(row.name, url_of(row), _rates(row)) for row in sent]


def _rates(row: CampaignResult) -> list[Stage]:
    rates = (
        (pgettext("people", "delivered"), row.delivered_rate),
        (pgettext("people", "read"), row.read_rate),
        (pgettext("people", "replied"), row.replied_rate),
    )
    return [
        Stage(label, f"{number_format(Decimal(str(rate)), 1)}\u00a0%", round(FULL * rate / 100))
        for label, rate in rates
        if rate is not None
    ]
