"""The rate of a sender, shared by 1, 2 and 4 workers; and two senders beside each other."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from messaging.models import Sender
from waproject.lab.demo.proof import Entry
from waproject.lab.faults import people, report
from waproject.lab.faults.run import Run

# The share of the rate that must be used, and what any one second may hold beyond it.
LEAST = 0.97
BURST = 1.05
LATE_SECONDS = 0.25


@dataclass(frozen=True)
class Pace:
    """How one sender's requests came. `mean` is per second, `most` what one second held.

    `span` is the time from the first to the last, in seconds.
    """

    name: str
    rate: float
    requests: int
    mean: float
    most: int
    span: float = 0.0

    @property
    def holds(self) -> bool:
        """Not faster than the rate, hardly slower, and no burst in any second."""
        used = self.mean / self.rate
        # A slow pace has few requests: a first one that is a little late counts for much.
        late = LATE_SECONDS / self.span if self.rate < 1 and self.span else 0.0
        return LEAST <= used <= 1.005 + late and self.most <= self.rate * BURST + 1


def prove(run: Run) -> list[str]:
    """Measure one sender with 1, 2 and 4 workers, then two senders at once with 4."""
    rate, seconds = run.options["rate"], run.options["seconds"]
    paces = []
    for number, workers in enumerate((1, 2, 4)):
        sender = people.make_sender(number, rate=rate)
        name = _("workers: %(workers)d") % {"workers": workers}
        paces += measure(run, name, [sender], workers=workers, seconds=seconds)
    pair = [people.make_sender(number, rate=rate) for number in (10, 11)]
    paces += measure(run, _("workers: 4, senders: 2"), pair, workers=4, seconds=seconds)
    print_paces(run, paces)
    return [
        _("%(name)s: the rate does not hold.") % {"name": pace.name}
        for pace in paces
        if not pace.holds
    ]


def measure(
    run: Run, name: str, senders: Sequence[Sender], *, workers: int, seconds: float
) -> list[Pace]:
    """Send for so long through the senders with a cluster of its own; one pace for each sender.

    A campaign has one worker at a time, so there are as many campaigns as workers.
    """
    run.site.resize(clusters=1, workers=workers)
    rate = run.options["rate"]
    recipients = int(rate * seconds) * len(senders)
    campaigns = run.launch(senders, campaigns=max(workers, len(senders)), recipients=recipients)
    run.say(name)
    run.wait(lambda: is_sent(campaigns), seconds=60 + 3 * seconds, every=0.5)
    journal = run.journal
    return [pace_of(name, sender, journal) for sender in senders]


def is_sent(campaigns: Sequence[Campaign]) -> bool:
    return not Recipient.objects.open().filter(campaign__in=campaigns).exists()


def pace_of(
    name: str, sender: Sender, journal: Sequence[Entry], *, rate: float | None = None
) -> Pace:
    """The pace of a sender's requests, held against `rate`; against the sender's if not given."""
    times = times_of(sender, journal)
    span = times[-1] - times[0] if len(times) > 1 else 0.0
    mean = (len(times) - 1) / span if span else 0.0
    return Pace(name, rate or sender.rate, len(times), mean, most_in_a_second(times), span)


def times_of(sender: Sender, journal: Sequence[Entry]) -> list[float]:
    """When a sender's requests came, by the provider's clock, in order."""
    address = f"{sender.channel}:{sender.address}"
    return sorted(e["asked_at"] for e in journal if e["kind"] == "api" and e["from"] == address)


def most_in_a_second(times: Sequence[float]) -> int:
    """The most that any second holds, wherever it begins; the times are sorted."""
    ends = (bisect_left(times, at + 1.0) for at in times)
    return max((end - start for start, end in enumerate(ends)), default=0)


def print_paces(run: Run, paces: Sequence[Pace]) -> None:
    headings = ["", _("requests"), _("per second"), _("of the rate"), _("most in a second")]
    rows = [
        [p.name, str(p.requests), f"{p.mean:.2f}", f"{p.mean / p.rate:.1%}", str(p.most)]
        for p in paces
    ]
    report.print_table(run.console, headings, rows)
