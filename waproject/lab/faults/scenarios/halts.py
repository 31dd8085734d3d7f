"""Pause, resume and cancel at full speed."""

import time
from collections.abc import Callable, Sequence
from random import Random

from django.utils.translation import gettext as _

from campaigns import operations
from campaigns.models import Campaign, Recipient
from messaging.delivery.states import DeliveryState
from messaging.models import Delivery
from waproject.accounts.actors import SYSTEM
from waproject.lab.demo.proof import Entry, token_of
from waproject.lab.faults import people, report
from waproject.lab.faults.ledgers import differences, totals_of
from waproject.lab.faults.rest import wait_until_still
from waproject.lab.faults.run import Run

PAUSES = 3
# Long enough for everything in flight to end.
STILL = 2.5
# After this nothing may begin any more, in seconds.
AT_MOST = 1.0


def prove(run: Run) -> list[str]:
    """Pause one campaign three times and resume it; cancel another halfway."""
    random = Random(run.options["seed"])
    sender = people.make_sender(0, rate=run.options["rate"])
    people_each = run.options["recipients"]
    [paused] = run.launch([sender], campaigns=1, recipients=people_each)
    rows, problems = [], []
    for number in range(1, PAUSES + 1):
        wait_until_sent(run, paused, people_each * number // (PAUSES + 1))
        run.wait_seconds(random.uniform(0, 0.5))
        halted_at = halt(lambda: operations.pause(paused.pk, by=SYSTEM))
        run.wait_seconds(STILL)
        rows.append(_row(_("pause %(number)d") % {"number": number}, paused, halted_at, run))
        operations.resume(paused.pk, by=SYSTEM)
    wait_until_still(run)
    [cancelled] = run.launch([sender], campaigns=1, recipients=people_each)
    wait_until_sent(run, cancelled, people_each // 2)
    halted_at = halt(lambda: operations.cancel(cancelled.pk, by=SYSTEM))
    run.wait_seconds(STILL)
    rows.append(_row(_("cancel"), cancelled, halted_at, run))
    wait_until_still(run)
    headings = ["", _("begun after the commit"), _("the last, in seconds"), _("claimed 2.5 s on")]
    report.print_table(
        run.console, headings, [[r[0], str(r[1]), f"{r[2]:.3f}", str(r[3])] for r in rows]
    )
    campaigns = [paused, cancelled]
    journal = run.journal
    report.print_totals(run.console, [totals_of(one, journal) for one in campaigns])
    for name, _count, last, claimed in rows:
        if last > AT_MOST or claimed:
            problems.append(_("After “%(halt)s” sending went on.") % {"halt": name})
    return [*problems, *differences(campaigns, journal, run.statuses)]


def halt(action: Callable[[], object]) -> float:
    """Do it, and return the moment at which it is committed."""
    action()
    return time.time()


def wait_until_sent(run: Run, campaign: Campaign, count: int) -> None:
    rows = Recipient.objects.filter(campaign=campaign, sent_at__isnull=False)
    run.wait(lambda: rows.count() >= count, seconds=60 + count / run.options["rate"], every=0.05)


def after(campaign: Campaign, journal: Sequence[Entry], moment: float) -> list[float]:
    """How long after a moment the requests of a campaign began that began after it."""
    tokens = set(Recipient.objects.filter(campaign=campaign).values_list("token", flat=True))
    begun = (e["asked_at"] for e in journal if e["kind"] == "api" and token_of(e) in tokens)
    return [at - moment for at in begun if at > moment]


def _row(name: str, campaign: Campaign, moment: float, run: Run) -> tuple[str, int, float, int]:
    begun = after(campaign, run.journal, moment)
    ours = Delivery.objects.of_source("campaign", campaign.pk)
    claimed = ours.filter(state=DeliveryState.CLAIMED).count()
    run.say(name)
    return name, len(begun), max(begun, default=0.0), claimed
