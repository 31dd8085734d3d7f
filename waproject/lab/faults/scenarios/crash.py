"""Kills at random moments while campaigns send through a provider that fails in every way."""

import time
from collections.abc import Iterator, Mapping
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Recipient, StatusChange
from campaigns.states import StatusSource
from messaging.models import Sender
from waproject.lab.faults import people, provider, report
from waproject.lab.faults.killing import Killer
from waproject.lab.faults.ledgers import differences, totals_of
from waproject.lab.faults.rest import wait_until_still
from waproject.lab.faults.run import Run

SENDERS = 2
FULL_RATE = 80.0
# The mean of the time between two kills, in seconds: longer than a cluster takes to start on a
# quiet machine, so that there is somebody at work to be killed.
INTERVAL = 2.5
# On a busy one most kills wait until something was sent since the last, but no longer than this, in
# seconds. The others strike whoever is just starting.
PATIENCE = 20.0
AT_ONCE = 0.25
# A run in which a greater share was sent after the killing proves little.
LEFT_MOST = 0.9


def prove(run: Run) -> list[str]:
    """Send while processes are killed, wait until all is still, and compare the ledgers.

    Once more when the callbacks have come that were withheld until then: hours late, in effect.
    """
    senders = [people.make_sender(number, rate=FULL_RATE) for number in range(SENDERS)]
    campaigns = run.launch(
        senders, campaigns=run.options["campaigns"], recipients=run.options["recipients"]
    )
    crash = Crash(run)
    crash.kill()
    run.say(_("The killing is over."))
    Sender.objects.update(rate=FULL_RATE)
    wait_until_still(run)
    run.say(_("All is still."))
    polled = StatusChange.objects.filter(source=StatusSource.POLLING).count()
    problems = differences(campaigns, run.journal, run.statuses)
    late = release_late_callbacks(run)
    wait_until_still(run)
    report.print_kills(run.console, crash.killer.kills, run.site.restarts)
    met = provider.faults_met(run.site.simulator_port)
    report.print_faults(run.console, met, polled=polled, late=late)
    journal = run.journal
    report.print_totals(run.console, [totals_of(one, journal) for one in campaigns])
    problems += differences(campaigns, journal, run.statuses)
    return [*dict.fromkeys(problems), *omissions(crash, met, polled=polled, late=late)]


def release_late_callbacks(run: Run) -> int:
    """Let the withheld callbacks come; return how many there were."""
    late = provider.release_late_callbacks(run.site.simulator_port)
    sentence = ngettext("%(count)d late callback comes.", "%(count)d late callbacks come.", late)
    run.say(sentence % {"count": late})
    return late


def omissions(crash: "Crash", met: Mapping[str, int], *, polled: int, late: int) -> Iterator[str]:
    """Events that a run should have had and did not have, and those that no cluster may have."""
    if crash.left > LEFT_MOST * crash.people:
        sentence = _("%(left)d of %(people)d were left after the killing: the machine is too busy.")
        yield sentence % {"left": crash.left, "people": crash.people}
    if crash.kills < crash.wanted:
        sentence = ngettext(
            "Everything was sent after %(count)d kill.",
            "Everything was sent after %(count)d kills.",
            crash.kills,
        )
        yield sentence % {"count": crash.kills}
    unmet = [kind for kind in provider.kinds(provider.ALL_FAULTS) if not met.get(kind)]
    if unmet:
        yield _("No request met these faults: %(kinds)s.") % {"kinds": ", ".join(unmet)}
    if not polled:
        yield _("No lost callback was made up for by asking the provider.")
    if not late:
        yield _("No callback was late.")
    outlived = crash.run.site.outlived
    if outlived:
        sentence = ngettext(
            "%(count)d cluster outlived its supervisor.",
            "%(count)d clusters outlived their supervisors.",
            outlived,
        )
        yield sentence % {"count": outlived}


class Crash:
    """The killing, while there are people to be written to."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.wanted: int = run.options["kills"]
        self._random = Random(run.options["seed"])
        self.killer = Killer(run.site, self._random)
        # How many are still to be written to, when it was looked at last.
        self.people = self.left = Recipient.objects.open().count()

    @property
    def kills(self) -> int:
        return self.killer.kills.total()

    def kill(self) -> None:
        """Strike at random moments, while people are still to be written to."""
        begun = at = paced = time.monotonic()
        patience, left = PATIENCE, self.left
        while self.kills < self.wanted:
            self.run.site.tend()
            now = time.monotonic()
            if now > paced:
                paced = now + 1
                if not self.pace(now - begun):
                    return
            if now > at and (self.left < left or now > at + patience):
                self.killer.strike()
                at = now + self._random.uniform(0.2, 2 * INTERVAL - 0.2)
                patience = 0.0 if self._random.random() < AT_ONCE else PATIENCE
                left = self.left
            time.sleep(0.05)

    def pace(self, elapsed: float) -> bool:
        """Set the rate so that sending lasts as long as the killing; False when all is sent."""
        self.left = Recipient.objects.open().count()
        interval = max(INTERVAL, elapsed / max(self.kills, 1))
        seconds = (self.wanted - self.kills) * interval
        rate = min(FULL_RATE, max(1.0, self.left / max(seconds, 1.0)))
        Sender.objects.update(rate=rate)
        return self.left > 0
