"""Kills at random moments while campaigns send through a provider that fails in every way."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.states import OPEN, CampaignStatus, RecipientStatus
from messaging.models import Sender
from waproject.faults import people, provider
from waproject.faults.killing import Killer
from waproject.faults.site import Site

SENDERS = 2
FULL_RATE = 80.0
# The mean of the time between two kills, in seconds.
INTERVAL = 1.2
# What is left when the killing ends goes out at full speed, and then late callbacks, growing poll
# intervals and lost jobs have this long, besides a second for each ten people.
PATIENCE = 150.0
TELL_EVERY = 10.0


@dataclass(frozen=True)
class Plan:
    """How hard a run is."""

    kills: int
    recipients: int
    campaigns: int
    seed: int


class Crash:
    """One run: killing first, in peace afterwards, until all is settled or patience ends."""

    def __init__(self, site: Site, plan: Plan, say: Callable[[str], None]) -> None:
        self.site = site
        self.plan = plan
        self.say = say
        random = Random(plan.seed)
        self.killer = Killer(site, random)
        self._random = random

    def go(self) -> list[Campaign]:
        """Run to the end and return the campaigns."""
        senders = [people.make_sender(number, rate=FULL_RATE) for number in range(SENDERS)]
        campaigns = people.make_campaigns(
            senders, campaigns=self.plan.campaigns, people=self.plan.recipients
        )
        people.launch_all(campaigns)
        self.say(_("%(count)d recipients are queued.") % {"count": self.plan.recipients})
        self.kill()
        self.say(
            _("%(kills)d kills; %(left)d recipients are still open.")
            % {"kills": self.kills, "left": Recipient.objects.open().count()}
        )
        self.wait_for_the_end()
        return campaigns

    @property
    def kills(self) -> int:
        return self.killer.kills.total()

    def kill(self) -> None:
        """Strike at random moments, while people are still to be written to."""
        at = paced = time.monotonic()
        while self.kills < self.plan.kills:
            self.site.tend()
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
        seconds = (self.plan.kills - self.kills) * INTERVAL
        rate = min(FULL_RATE, max(1.0, left / max(seconds, 1.0)))
        Sender.objects.update(rate=rate)
        return left > 0

    def wait_for_the_end(self) -> None:
        """Full speed, no more kills, until nothing more will happen."""
        Sender.objects.update(rate=FULL_RATE)
        deadline = time.monotonic() + PATIENCE + self.plan.recipients / 10
        told = time.monotonic()
        while time.monotonic() < deadline and not self.is_over():
            self.site.tend()
            if time.monotonic() > told + TELL_EVERY:
                told = time.monotonic()
                self.say(what_is_left())
            time.sleep(0.25)

    def is_over(self) -> bool:
        return is_settled() and provider.is_quiet(self.site.simulator_port)


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
