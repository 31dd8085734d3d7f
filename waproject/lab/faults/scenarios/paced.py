"""Many sources beside each other: priority, a second sender, equal shares, and paces that hold."""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import operations
from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from messaging.answers import answer
from messaging.models import Conversation, Sender
from waproject.accounts.actors import SYSTEM
from waproject.lab.demo.proof import token_of
from waproject.lab.faults import people, report
from waproject.lab.faults.run import Run
from waproject.lab.faults.scenarios.rates import Pace, pace_of, print_paces, times_of
from waproject.workers.models import Cluster

WORKERS = 2
# So many campaigns mostly wait, at so many messages an hour, beside a large one of the same sender.
WAITING, SLOW = 6, 60
# An answer of staff, and the first message of another sender's campaign, leave within this time.
WITHIN_SECONDS = 1.0
ANSWERS = 5
# The large campaign is under way all that time, whatever the machine: it has work for so long.
LARGE_SECONDS = 180
# So many sources share one sender; the most that one gets over the least that another gets.
SOURCES, MOST_OVER_LEAST = 12, 1.1
# In messages an hour, beside campaigns at full rate. At twice the last of these a worker would have
# no time for anything else.
PACES = (240, 1_200)


def prove(run: Run) -> list[str]:
    """Measure answers and a second sender beside seven campaigns, then shares, then paces."""
    run.site.resize(clusters=1, workers=WORKERS)
    run.wait(Cluster.objects.filter(heard_at__isnull=False).exists, seconds=60)
    sender = people.make_sender(0, rate=run.options["rate"])
    beside = begin_campaigns(run, sender)
    answered = max(measure_answer(run, sender) for _answer in range(ANSWERS))
    second = measure_second_sender(run)
    cancel(beside)
    shares = measure_shares(run)
    paces = measure_paces(run)
    print_delays(run, answered, second, shares)
    print_paces(run, paces)
    return [
        *problems(answered, second, shares),
        *(
            _("%(name)s: the rate does not hold.") % {"name": pace.name}
            for pace in paces
            if not pace.holds
        ),
    ]


def problems(answered: float, second: float, shares: Sequence[int]) -> list[str]:
    found = []
    if answered > WITHIN_SECONDS:
        late = _("The answer of staff left too late: %(seconds).2f s.")
        found.append(late % {"seconds": answered})
    if second > WITHIN_SECONDS:
        late = _("The other sender's campaign began too late: %(seconds).2f s.")
        found.append(late % {"seconds": second})
    if max(shares) > MOST_OVER_LEAST * min(shares) + 1:
        uneven = _("The shares of a dozen sources differ too much: %(counts)s.")
        found.append(uneven % {"counts": ", ".join(map(str, sorted(shares)))})
    return found


def begin_campaigns(run: Run, sender: Sender) -> list[Campaign]:
    """Six paced campaigns and a large one, all of one sender, and all under way."""
    slow = people.make_campaigns([sender], campaigns=WAITING, people=20 * WAITING)
    Campaign.objects.filter(pk__in=[one.pk for one in slow]).update(per_hour=SLOW)
    people.launch_all(slow)
    enough = int(LARGE_SECONDS * run.options["rate"])
    large = run.launch([sender], campaigns=1, recipients=max(enough, run.options["recipients"]))
    run.wait(lambda: len(times_of(sender, run.journal)) > WAITING + 40, seconds=60)
    return [*slow, *large]


def measure_answer(run: Run, sender: Sender) -> float:
    """How long an answer of staff takes to the provider, in seconds; 60 when it does not come."""
    contact = Contact.objects.create(phone=f"+5698{time.time_ns() % 10**7:07}")
    window = timezone.now() + timedelta(hours=24)
    talk = Conversation.objects.create(sender=sender, contact=contact, window_expires_at=window)
    began = time.time()
    answer(talk.pk, "Aquí estoy.", by=SYSTEM)

    def arrived() -> list[float]:
        return [e["asked_at"] for e in run.journal if (contact.phone or "-") in e.get("to", "")]

    run.wait(lambda: bool(arrived()), seconds=60, every=0.1)
    run.wait_seconds(0.7)
    return min(arrived(), default=began + 60.0) - began


def measure_second_sender(run: Run) -> float:
    """How long after its launch the first message of another sender's campaign leaves."""
    other = people.make_sender(1, rate=run.options["rate"])
    [campaign] = people.make_campaigns([other], campaigns=1, people=200)
    people.launch_all([campaign])
    began = time.time()
    run.wait(lambda: bool(times_of(other, run.journal)), seconds=60, every=0.1)
    times = times_of(other, run.journal)
    return times[0] - began if times else 60.0


def measure_shares(run: Run) -> list[int]:
    """How many messages each of a dozen campaigns of one sender sent, while all had work.

    They are launched one after the other, and go on together: the first would end before the rest.
    """
    sender = people.make_sender(2, rate=run.options["rate"])
    each = int(run.options["seconds"] * sender.rate / SOURCES) * 2
    made = people.make_campaigns([sender], campaigns=SOURCES, people=each * SOURCES)
    for one in made:
        operations.launch(one.pk, by=SYSTEM, accept_warnings=True)
        operations.pause(one.pk, by=SYSTEM)
    for one in made:
        operations.resume(one.pk, by=SYSTEM)
    start = time.time()
    run.wait_seconds(run.options["seconds"])
    end = time.time()
    of_token = dict(Recipient.objects.filter(campaign__in=made).values_list("token", "campaign_id"))
    sent = Counter(
        of_token[token_of(entry)]
        for entry in run.journal
        if entry["kind"] == "api"
        and start + 1 < entry["asked_at"] < end
        and token_of(entry) in of_token
    )
    cancel(made)
    return [sent[one.pk] for one in made]


def measure_paces(run: Run) -> list[Pace]:
    """The paces of campaigns beside a campaign that sends all the while, in twice --seconds."""
    seconds = 2 * run.options["seconds"]
    large = people.make_sender(200, rate=run.options["rate"])
    filling = run.launch([large], campaigns=1, recipients=int((seconds + 30) * large.rate))
    made = []
    for place, per_hour in enumerate(PACES):
        sender = people.make_sender(300 + place, rate=run.options["rate"])
        [campaign] = people.make_campaigns([sender], campaigns=1, people=300)
        Campaign.objects.filter(pk=campaign.pk).update(per_hour=per_hour)
        made.append(campaign)
    people.launch_all(made)
    run.say(_("paces"))
    run.wait_seconds(seconds)
    journal = run.journal
    cancel([*made, *filling])
    return [
        pace_of(_("%d an hour") % per_hour, campaign.sender, journal, rate=per_hour / 3_600)
        for per_hour, campaign in zip(PACES, made, strict=True)
    ]


def cancel(campaigns: Sequence[Campaign]) -> None:
    """End those that have not sent everything by now."""
    for campaign in campaigns:
        with suppress(operations.OperationRefused):
            operations.cancel(campaign.pk, by=SYSTEM)


def print_delays(run: Run, answered: float, second: float, shares: Sequence[int]) -> None:
    rows = [
        [_("an answer of staff"), f"{answered:.2f} s"],
        [_("a campaign of another sender"), f"{second:.2f} s"],
        [_("least and most of a dozen sources"), f"{min(shares)}, {max(shares)}"],
    ]
    report.print_table(run.console, ["", _("measured")], rows)
