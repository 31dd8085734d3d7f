"""People who opt out by signed webhook while their campaign sends."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from messaging.delivery.states import DeliveryState
from messaging.models import Delivery, Sender
from optouts.models import OptOut
from waproject.lab.demo.proof import Entry, token_of
from waproject.lab.faults import people, provider, report
from waproject.lab.faults.ledgers import differences, totals_of
from waproject.lab.faults.rest import wait_until_still
from waproject.lab.faults.run import Run

# No request may begin later than this after the opt-out, in seconds.
AT_MOST = 1.0
BOUNDS = (0.0, 0.1, 0.25, 0.5, 0.75, AT_MOST)
HANDS = 16
# So many callbacks a second may come while people opt out: more would keep the opt-outs waiting at
# the web server until the campaign is over. A message has three; the others are released after.
CALLBACKS_A_SECOND = 100.0


def prove(run: Run) -> list[str]:
    """Let people opt out all through the sending, and look for requests that began too late."""
    sender = people.make_sender(0, rate=run.options["rate"])
    [campaign] = run.launch([sender], campaigns=1, recipients=run.options["recipients"])
    refused = opt_out_meanwhile(run, campaign, sender)
    provider.release_late_callbacks(run.site.simulator_port)
    wait_until_still(run)
    known, journal = run.statuses, run.journal
    delays = delays_of(campaign, journal)
    print_delays(run, campaign, delays)
    report.print_totals(run.console, [totals_of(campaign, journal)])
    problems = differences([campaign], journal, known)
    late = sorted(pk for pk, delay in delays.items() if delay > AT_MOST)
    if late:
        sentence = ngettext(
            "%(count)d person was written to more than a second after their opt-out: %(ids)s.",
            "%(count)d people were written to more than a second after their opt-out: %(ids)s.",
            len(late),
        )
        problems.append(sentence % {"count": len(late), "ids": ", ".join(map(str, late[:10]))})
    if refused:
        sentence = ngettext(
            "%(count)d opt-out was not taken.", "%(count)d opt-outs were not taken.", refused
        )
        problems.append(sentence % {"count": refused})
    return problems


def withheld_callbacks(rate: float) -> list[str]:
    """The faults with which no more callbacks come at once than the web server takes beside."""
    told = min(1.0, CALLBACKS_A_SECOND / (3 * rate))
    return [f"late-callback:{1 - told:.3f}"]


def opt_out_meanwhile(run: Run, campaign: Campaign, sender: Sender) -> int:
    """Post the opt-outs at random moments of the sending; return how many were not answered."""
    random = Random(run.options["seed"])
    leaving = Leaving(campaign, random)
    count = min(run.options["optouts"], leaving.people)
    lasts = leaving.people / run.options["rate"]
    moments = sorted(random.uniform(0, lasts) for _person in range(count))
    answers: list[Future[int]] = []
    run.wait(lambda: Recipient.objects.filter(sent_at__isnull=False).exists(), seconds=30)
    began = time.monotonic()
    with ThreadPoolExecutor(HANDS) as hands:
        for moment in moments:
            run.wait_seconds(began + moment - time.monotonic())
            phone = leaving.next_phone()
            answers.append(hands.submit(_say_baja, run.site.simulator_port, phone, sender.address))
    sentence = ngettext(
        "%(count)d person has opted out.", "%(count)d people have opted out.", count
    )
    run.say(sentence % {"count": count})
    return sum(not 200 <= answer.result() < 300 for answer in answers)


class Leaving:
    """The next person to opt out: by turns anybody of a campaign, and one who is claimed just now.

    Of the claimed the message is a second or two away at most, or on its way: there an opt-out
    that is seen too late would show.
    """

    def __init__(self, campaign: Campaign, random: Random) -> None:
        phones = list(Recipient.objects.filter(campaign=campaign).values_list("phone", flat=True))
        self.people = len(phones)
        ours = Delivery.objects.of_source("campaign", campaign.pk)
        self._claimed = ours.filter(state=DeliveryState.CLAIMED)
        self._random = random
        self._others = random.sample(phones, len(phones))
        self._gone: set[str] = set()

    def next_phone(self) -> str:
        """The next one; the caller asks for no more than there are people."""
        claimed = []
        if len(self._gone) % 2:
            claimed = [*{*self._claimed.values_list("address", flat=True)} - self._gone]
        phone = self._random.choice(claimed) if claimed else self._others.pop()
        while phone in self._gone:
            phone = self._others.pop()
        self._gone.add(phone)
        return phone


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


def skipped_of(campaign: Campaign) -> int:
    """How many were skipped for their opt-out."""
    skipped = Recipient.objects.filter(
        campaign=campaign, status=RecipientStatus.SKIPPED, contact__opt_out__isnull=False
    )
    return skipped.count()


def print_delays(run: Run, campaign: Campaign, delays: dict[int, float]) -> None:
    """The histogram of the delays, and the longest one."""
    counts = Counter(next((b for b in BOUNDS if delay <= b), None) for delay in delays.values())
    rows = [
        [_("never: skipped"), str(skipped_of(campaign))],
        [_("before the opt-out"), str(counts[0.0])],
    ]
    for low, high in pairwise(BOUNDS):
        rows.append([f"{low:g}-{high:g} s", str(counts[high])])
    rows.append([_("later"), str(counts[None])])
    report.print_table(run.console, [_("the request began"), _("people")], rows)
    longest = max(delays.values(), default=0.0)
    run.say(_("The longest delay: %(seconds).3f s.") % {"seconds": max(longest, 0.0)})
