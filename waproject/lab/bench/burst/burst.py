"""500 messages a second for ten seconds, through the web server as it is deployed.

They are offered at their times, whatever becomes of those before. A thousand people write five
messages each, two seconds apart; one in fifty comes twice, as the provider repeats what it had no
answer to. What was stored is counted afterwards.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypedDict

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from messaging.models import Conversation, Message
from waproject.lab import services
from waproject.lab.bench import webhooks
from waproject.lab.bench.burst.offering import PATIENCE, Answered, Offer, offer
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench
from waproject.lab.bench.web import WARM_UP, flaw_of, site
from waproject.lab.ports import free_port
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN
from waproject.lab.twilio_simulator.store import SimulatedMessage
from waproject.lab.twilio_simulator.webhooks import inbound

RATE = 500
PEOPLE, EACH = 1_000, 5
# One in so many is posted again, so many seconds later.
REPEATED, REPEATED_AFTER = 50, 1.0


class Measured(TypedDict):
    """Seconds of the answers and answers per second; `flaw` tells what is not as it should be."""

    offered: int
    in_time: int
    rate: float
    p50: float
    p99: float
    worst: float
    flaw: str


def burst(bench: Bench) -> list[Line]:
    """The share of the messages that were answered before the provider gives up."""
    port = free_port()
    environment = {
        **services.local_environment(port),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
    }
    with bench.new_database() as url:
        measured: Measured = bench.apart(
            answer_burst, url, environment=environment, port=port, people=bench.size(PEOPLE)
        )
    return [judged(measured)]


def judged(measured: Measured) -> Line:
    figures = _(
        "%(rate)s/s of %(offered)s/s; answered within %(p50)s s (half), %(p99)s s (99 %%),"
        " %(worst)s s (all)"
    ) % {
        "rate": f"{measured['rate']:,.0f}",
        "offered": RATE,
        **{name: f"{measured[name]:.2f}" for name in ("p50", "p99", "worst")},
    }
    work = _("burst: messages answered within %(seconds)d s") % {"seconds": PATIENCE}
    share = measured["in_time"] / measured["offered"]
    return Line(work, figures, share, 1.0, flaw=measured["flaw"])


def answer_burst(port: int, people: int) -> Measured:
    """Offer everyone's messages, and look whether each was stored once, in order, and answered."""
    webhooks.make_people(people, each=2)
    offers = [*_offers(people)]
    with site(port):
        offer(port, [*_warm_up()])
        answered = offer(port, offers)
    return Measured(
        offered=len(offers),
        in_time=answered.within(PATIENCE),
        rate=answered.rate,
        p50=answered.percentile(0.5),
        p99=answered.percentile(0.99),
        worst=answered.percentile(1.0),
        flaw=_flaw(people, len(offers), answered),
    )


def _offers(people: int) -> Iterator[Offer]:
    """The requests at their times; each person's are as far apart as all people take."""
    number = 0
    for turn in range(EACH):
        for person in range(people):
            message = SimulatedMessage(
                _sid(person, turn),
                *("", f"whatsapp:{webhooks.OUR_NUMBER}", f"whatsapp:{webhooks.phone(person)}"),
                *(_text(person, turn), "", 0.0),
            )
            request = _request(message)
            yield Offer(number / RATE, request)
            if number % REPEATED == 0:
                yield Offer(number / RATE + REPEATED_AFTER, request)
            number += 1


def _warm_up() -> Iterator[Offer]:
    """Requests that are known to nobody, so that both processes have loaded what they need."""
    for number in range(WARM_UP):
        sid, from_ = f"MM{'f' * 16}{number:016x}", f"whatsapp:+5698{number:07}"
        message = SimulatedMessage(sid, "", f"whatsapp:{webhooks.OUR_NUMBER}", from_, "Hola", "", 0)
        yield Offer(number / RATE, _request(message))


def _request(message: SimulatedMessage) -> bytes:
    """As the proxy in front of the site passes it on: on a connection of its own."""
    url = settings.PUBLIC_BASE_URL + reverse("messaging:inbound", args=["twilio"])
    signed = webhooks.Request(url, inbound.parameters(message)).signed()
    return signed.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


def _sid(person: int, turn: int) -> str:
    return f"MM{turn:016x}{person:016x}"


def _text(person: int, turn: int) -> str:
    """What a person writes in their turn; the number tells the order."""
    return f"{webhooks.TALK[(person + turn) % len(webhooks.TALK)]} ({turn + 1})"


def _flaw(people: int, offered: int, answered: Answered) -> str:
    """What was lost, doubled, out of order or answered with anything but TwiML; "" when nothing."""
    rows = Message.objects.inbound().filter(phone__in=[webhooks.phone(n) for n in range(people)])
    turns: dict[str, list[str]] = defaultdict(list)
    for phone, body in rows.order_by("pk").values_list("phone", "body"):
        turns[phone].append(body[-2])
    last = Conversation.objects.filter(last_inbound_body__endswith=f"({EACH})")
    in_order = [str(turn + 1) for turn in range(EACH)]
    return flaw_of(
        answers=(answered.statuses[200], offered),
        twiml=(sum(b"<Response" in one for one in answered.bodies), offered),
        messages=(sum(map(len, turns.values())), people * EACH),
        in_order=(sum(one == in_order for one in turns.values()), people),
        last_shown=(last.count(), people),
        unread=(Conversation.objects.filter(unread_count=EACH).count(), people),
    )
