"""Waiting until all is settled and nothing more will happen."""

import time
from collections import Counter

from campaigns.models import Campaign, Recipient
from campaigns.states import OPEN, CampaignStatus, RecipientStatus
from waproject.lab.faults import provider
from waproject.lab.faults.run import Run

# Growing poll intervals, deaf clusters, lost jobs and a slow web server have this long, in seconds,
# besides one for each ten people.
PATIENCE = 150.0
TELL_EVERY = 10.0


def wait_until_still(run: Run) -> None:
    """Return when nothing is open and no callback is to come, or when patience ends.

    Whom that leaves without a final status the ledgers name.
    """
    deadline = time.monotonic() + PATIENCE + run.options["recipients"] / 10
    while time.monotonic() < deadline:
        if run.wait(lambda: is_still(run), seconds=TELL_EVERY, every=0.25):
            return
        run.say(what_is_left())


def is_still(run: Run) -> bool:
    return is_settled() and provider.is_quiet(run.site.simulator_port)


def is_settled() -> bool:
    """Whether every campaign has ended and every message has a final status."""
    ended = (CampaignStatus.COMPLETED, CampaignStatus.CANCELLED)
    return not (
        Campaign.objects.exclude(status__in=ended).exists()
        or Recipient.objects.open().exists()
        or Recipient.objects.filter(status=RecipientStatus.SENT).exists()
    )


def what_is_left() -> str:
    """How many people are in each state that is not final."""
    waiting = Recipient.objects.filter(status__in=[*OPEN, RecipientStatus.SENT])
    counts = Counter(waiting.values_list("status", flat=True))
    return ", ".join(f"{status} {count}" for status, count in sorted(counts.items())) or "–"
