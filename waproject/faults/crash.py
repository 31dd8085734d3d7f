"""Kills at random moments while campaigns send through a provider that fails in every way."""

import time
from collections import Counter
from random import Random

from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.states import OPEN, CampaignStatus, RecipientStatus
from messaging.models import Sender
from waproject.faults import people, provider, report
from waproject.faults.killing import Killer
from waproject.faults.ledgers import differences, totals_of
from waproject.faults.run import Run

SENDERS = 2
FULL_RATE = 80.0
# The mean of the time between two kills, in seconds.
INTERVAL = 1.2
# What is left when the killing ends goes out at full speed, and then late callbacks, growing poll
# intervals and lost jobs have this long, besides a second for each ten people.
PATIENCE = 150.0
TELL_EVERY = 10.0


def prove(run: Run) -> list[str]:
    """Send under fire, wait until all is still, and hold the ledgers against each other."""
    senders = [people.make_sender(number, rate=FULL_RATE) for number in range(SENDERS)]
    campaigns = run.launch(
        senders, campaigns=run.options["campaigns"], recipients=run.options["recipients"]
    )
    crash = Crash(run)
    crash.kill()
    run.say(
        _("%(kills)d kills; %(left)d recipients are still open.")
        % {"kills": crash.kills, "left": Recipient.objects.open().count()}
    )
    crash.wait_for_the_end()
    known, journal = run.statuses, run.journal
    run.say(_("All is still."))
    report.print_kills(run.console, crash.killer.kills, run.site.restarts)
    report.print_totals(run.console, [totals_of(one, journal) for one in campaigns])
    problems = differences(campaigns, journal, known)
    if crash.kills < crash.wanted:
        problems.append(_("Everything was sent after %(kills)d kills.") % {"kills": crash.kills})
    return problems


class Crash:
    """Killing first; then peace, until all is settled or patience ends."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.wanted: int = run.options["kills"]
        self._random = Random(run.options["seed"])
        self.killer = Killer(run.site, self._random)

    @property
    def kills(self) -> int:
        return self.killer.kills.total()

    def kill(self) -> None:
        """Strike at random moments, while people are still to be written to."""
        at = paced = time.monotonic()
        while self.kills < self.wanted:
            self.run.site.tend()
            now = time.monotonic()
            if now > paced:
                paced = now + 1
                if not self.pace():
                    return
            if now > at:
                self.killer.strike()
                at = now + self._random.uniform(0.2, 2 * INTERVAL - 0.2)
            time.sleep(0.05)

    def pace(self) -> bool:
        """Set the rate so that sending lasts as long as the killing; False when all is sent."""
        left = Recipient.objects.open().count()
        seconds = (self.wanted - self.kills) * INTERVAL
        rate = min(FULL_RATE, max(1.0, left / max(seconds, 1.0)))
        Sender.objects.update(rate=rate)
        return left > 0

    def wait_for_the_end(self) -> None:
        """Full speed, no more kills, until nothing more will happen."""
        Sender.objects.update(rate=FULL_RATE)
        deadline = time.monotonic() + PATIENCE + self.run.options["recipients"] / 10
        while time.monotonic() < deadline:
            if self.run.wait(self.is_over, seconds=TELL_EVERY, every=0.25):
                return
            self.run.say(what_is_left())

    def is_over(self) -> bool:
        return is_settled() and provider.is_quiet(self.run.site.simulator_port)


def what_is_left() -> str:
    """How many people are in each state that is not final."""
    waiting = Recipient.objects.filter(status__in=[*OPEN, RecipientStatus.SENT])
    counts = Counter(waiting.values_list("status", flat=True))
    return ", ".join(f"{status} {count}" for status, count in sorted(counts.items())) or "–"


def is_settled() -> bool:
    """Whether every campaign has ended and every message has a final status."""
    ended = (CampaignStatus.COMPLETED, CampaignStatus.CANCELLED)
    return not (
        Campaign.objects.exclude(status__in=ended).exists()
        or Recipient.objects.open().exists()
        or Recipient.objects.filter(status=RecipientStatus.SENT).exists()
    )
