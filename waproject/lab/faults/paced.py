"""Campaigns with a pace of their own: do they hold up others, and do they keep their pace?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns import operations
from campaigns.models import Campaign
from waproject.accounts.actors import SYSTEM
from waproject.lab.faults import people, report
from waproject.lab.faults.rates import Pace, is_sent, pace_of, print_paces, times_of
from waproject.lab.faults.run import Run
from waproject.workers.models import Cluster

WORKERS = 2
# So many campaigns are beside the measured one, at so many messages an hour: they mostly wait.
BESIDE = (0, 2, 6)
SLOW = 60
# The measured campaign has a sender of its own, and its first message must leave within this time.
FIRST_WITHIN_SECONDS = 2.0
# In messages an hour. At twice the last of these a worker would have no time for anything else.
PACES = (240, 1_200)


@dataclass(frozen=True)
class Wait:
    """How long after its launch a campaign's first and last message left, in seconds."""

    beside: int
    first: float
    last: float

    @property
    def holds(self) -> bool:
        return self.first <= FIRST_WITHIN_SECONDS


def prove(run: Run) -> list[str]:
    """Measure a campaign alone and beside slow ones; then paces beside a campaign at full rate."""
    run.site.resize(clusters=1, workers=WORKERS)
    run.wait(Cluster.objects.filter(heard_at__isnull=False).exists, seconds=60)
    slow: list[Campaign] = []
    waits = []
    for beside in BESIDE:
        slow += launch_paced(run, len(slow), [SLOW] * (beside - len(slow)))
        waits.append(measure_wait(run, beside))
    cancel(slow)
    print_waits(run, waits)
    paces = measure_paces(run)
    print_paces(run, paces)
    return [
        *(
            _("Beside %d: the first message came too late.") % w.beside
            for w in waits
            if not w.holds
        ),
        *(
            _("%(name)s: the rate does not hold.") % {"name": pace.name}
            for pace in paces
            if not pace.holds
        ),
    ]


def launch_paced(run: Run, number: int, paces: Sequence[int]) -> list[Campaign]:
    """Launch a campaign for each pace, through senders from `number` on; wait until all began."""
    made = []
    for place, per_hour in enumerate(paces):
        sender = people.make_sender(number + place, rate=run.options["rate"])
        [campaign] = people.make_campaigns([sender], campaigns=1, people=300)
        Campaign.objects.filter(pk=campaign.pk).update(per_hour=per_hour)
        made.append(campaign)
    people.launch_all(made)
    ours = {campaign.sender for campaign in made}
    run.wait(lambda: all(times_of(sender, run.journal) for sender in ours), seconds=30, every=0.5)
    run.wait_seconds(3)
    return made


def measure_wait(run: Run, beside: int) -> Wait:
    sender = people.make_sender(100 + beside, rate=run.options["rate"])
    launched = run.launch([sender], campaigns=1, recipients=1_000)
    at = time.time()
    run.wait(lambda: is_sent(launched), seconds=120, every=0.2)
    times = times_of(sender, run.journal)
    return Wait(beside, times[0] - at, times[-1] - at) if times else Wait(beside, 120.0, 120.0)


def measure_paces(run: Run) -> list[Pace]:
    """The paces of campaigns beside a campaign that sends all the while, in twice --seconds."""
    seconds = 2 * run.options["seconds"]
    large = people.make_sender(200, rate=run.options["rate"])
    filling = run.launch([large], campaigns=1, recipients=int((seconds + 30) * large.rate))
    made = launch_paced(run, 300, PACES)
    run.say(_("paces"))
    run.wait_seconds(seconds)
    journal = run.journal
    cancel([*made, *filling])
    return [
        pace_of(_("%d an hour") % per_hour, campaign.sender, journal, rate=per_hour / 3_600)
        for per_hour, campaign in zip(PACES, made, strict=True)
    ]


def cancel(campaigns: Sequence[Campaign]) -> None:
    for campaign in campaigns:
        operations.cancel(campaign.pk, by=SYSTEM)


def print_waits(run: Run, waits: Sequence[Wait]) -> None:
    headings = [_("paced campaigns beside"), _("first message"), _("last message")]
    rows = [[str(w.beside), f"{w.first:.2f} s", f"{w.last:.2f} s"] for w in waits]
    report.print_table(run.console, headings, rows)
