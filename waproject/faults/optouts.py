"""People who opt out by signed webhook while their campaign sends."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from random import Random

from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from messaging.models import Sender
from optouts.models import OptOut
from waproject.faults import people, provider, report
from waproject.faults.crash import is_settled
from waproject.faults.ledgers import differences, totals_of
from waproject.faults.run import Run
from waproject.stack.proof import Entry, token_of

# No request may begin later than this after the opt-out, in seconds.
AT_MOST = 1.0
BOUNDS = (0.0, 0.1, 0.25, 0.5, 0.75, AT_MOST)
HANDS = 16


def prove(run: Run) -> list[str]:
    """Let people opt out all through the sending, and look for requests that began too late."""
    sender = people.make_sender(0, rate=run.options["rate"])
    [campaign] = run.launch([sender], campaigns=1, recipients=run.options["recipients"])
    refused = opt_out_meanwhile(run, campaign, sender)
    seconds = 120 + run.options["recipients"] / run.options["rate"]
    run.wait(lambda: is_settled() and provider.is_quiet(run.site.simulator_port), seconds=seconds)
    known, journal = run.statuses, run.journal
    delays = delays_of(campaign, journal)
    print_delays(run, campaign, delays)
    report.print_totals(run.console, [totals_of(campaign, journal)])
    problems = differences([campaign], journal, known)
    late = sorted(pk for pk, delay in delays.items() if delay > AT_MOST)
    if late:
        problems.append(
            _("%(count)d people were written to more than a second after their opt-out: %(ids)s.")
            % {"count": len(late), "ids": ", ".join(map(str, late[:10]))}
        )
    if refused:
        problems.append(_("%(count)d opt-outs were not taken.") % {"count": refused})
    return problems


def opt_out_meanwhile(run: Run, campaign: Campaign, sender: Sender) -> int:
    """Post the opt-outs at random moments of the sending; return how many were not answered."""
    random = Random(run.options["seed"])
    phones = list(Recipient.objects.filter(campaign=campaign).values_list("phone", flat=True))
    leaving = random.sample(phones, min(run.options["optouts"], len(phones)))
    lasts = len(phones) / run.options["rate"]
    moments = sorted(random.uniform(0, lasts) for _phone in leaving)
    answers: list[Future[int]] = []
    run.wait(lambda: Recipient.objects.filter(sent_at__isnull=False).exists(), seconds=30)
    began = time.monotonic()
    with ThreadPoolExecutor(HANDS) as hands:
        for phone, moment in zip(leaving, moments, strict=True):
            run.wait_seconds(began + moment - time.monotonic())
            answers.append(hands.submit(_say_baja, run.site.simulator_port, phone, sender.address))
    run.say(_("%(count)d people have opted out.") % {"count": len(leaving)})
    return sum(not 200 <= answer.result() < 300 for answer in answers)


def _say_baja(port: int, phone: str, to: str) -> int:
    return int(provider.write_as(port, phone, to, "BAJA")["status"])


def delays_of(campaign: Campaign, journal: Sequence[Entry]) -> dict[int, float]:
    """Seconds from each person's opt-out to the request for their message; negative: before it.

    From the ledger's time of the opt-out, which lies before its commit, to the moment at which
    the provider had the request: so the true delay is rather shorter. People who opted out and
    got no message are not in it.
    """
    heard = dict(OptOut.objects.values_list("contact_id", "opted_out_at"))
    people_of = {
        token: (pk, contact)
        for token, pk, contact in Recipient.objects.filter(campaign=campaign).values_list(
            "token", "pk", "contact_id"
        )
    }
    delays = {}
    for entry in journal:
        pk, contact = people_of.get(token_of(entry) if entry["kind"] == "api" else "", (None, None))
        if pk is not None and contact in heard:
            delays[pk] = entry["asked_at"] - heard[contact].timestamp()
    return delays


def print_delays(run: Run, campaign: Campaign, delays: dict[int, float]) -> None:
    """The histogram of the delays, and the longest one."""
    counts = Counter(next((b for b in BOUNDS if delay <= b), None) for delay in delays.values())
    skipped = Recipient.objects.filter(
        campaign=campaign, status=RecipientStatus.SKIPPED, contact__opt_out__isnull=False
    )
    rows = [[_("never: skipped"), str(skipped.count())]]
    rows.append([_("before the opt-out"), str(counts[0.0])])
    for low, high in pairwise(BOUNDS):
        rows.append([f"{low:g}-{high:g} s", str(counts[high])])
    rows.append([_("later"), str(counts[None])])
    report.print_table(run.console, [_("the request began"), _("people")], rows)
    longest = max(delays.values(), default=0.0)
    run.say(_("The longest delay: %(seconds).3f s.") % {"seconds": max(longest, 0.0)})
