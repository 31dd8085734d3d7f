"""The webhooks, answered by two server processes, over a view that only checks the signature.

Both views get the same requests, save for path and signature, from the same client, in turns. An
answer that did not do its work is no answer: the rows are counted afterwards.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from django.utils.translation import gettext as _

from campaigns.models import Recipient, StatusChange
from messaging.models import Conversation, Message
from optouts.models import OptOut
from waproject.lab import services
from waproject.lab.bench import webhooks
from waproject.lab.bench.lines import Line
from waproject.lab.bench.load import send
from waproject.lab.bench.measuring import Bench
from waproject.lab.bench.webhooks import Request
from waproject.lab.ports import LOCAL, free_port
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN
from waproject.workers.processes.children import Stack

# People of one round: each brings two callbacks, or writes two messages.
PEOPLE = 2_000
WARM_UP = 200
ONLY_CHECKED = "/twilio/only-checked"
WANTED_CALLBACKS, WANTED_INBOUND = 0.5, 0.2


class Rates(TypedDict):
    """Answers per second of the view that only checks and of ours, the best round of each."""

    checked: float
    ours: float


class Measured(Rates):
    """`flaw` tells what did not take effect; "" when all did."""

    flaw: str


def callbacks(bench: Bench) -> list[Line]:
    """Two callbacks a person, delivered and read."""
    return [_line(bench, _("status callbacks"), answer_callbacks, WANTED_CALLBACKS)]


def inbound(bench: Bench) -> list[Line]:
    """Two messages a person; every second person was sent a campaign."""
    return [_line(bench, _("inbound messages"), answer_inbound, WANTED_INBOUND)]


def _line(bench: Bench, work: str, answer: Callable[..., Measured], wanted: float) -> Line:
    port = free_port()
    environment = {
        **services.local_environment(port),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "DJANGO_SETTINGS_MODULE": "waproject.lab.bench.site_settings",
    }
    people = bench.size(PEOPLE)
    with bench.new_database() as url:
        measured: Measured = bench.apart(
            answer, url, environment=environment, port=port, people=people, rounds=bench.rounds
        )
    figures = _("%(ours)s/s over %(checked)s/s") % {
        "ours": f"{measured['ours']:,.0f}",
        "checked": f"{measured['checked']:,.0f}",
    }
    return Line(
        work, figures, measured["ours"] / measured["checked"], wanted, flaw=measured["flaw"]
    )


def answer_callbacks(port: int, people: int, rounds: int) -> Measured:
    """Answer everyone's callbacks and look whether each took effect."""
    everyone = WARM_UP + people * rounds
    webhooks.make_people(everyone)
    rates = _rates(port, [[*webhooks.callbacks_of(share)] for share in _shares(people, rounds)])
    read = {"status": "read", "delivered_at__isnull": False}
    flaw = flaw_of(
        recipients=(Recipient.objects.filter(**read).count(), everyone),
        messages=(Message.objects.filter(**read).count(), everyone),
        moves=(StatusChange.objects.filter(new="read").count(), everyone),
    )
    return Measured(**rates, flaw=flaw)


def answer_inbound(port: int, people: int, rounds: int) -> Measured:
    """Answer everyone's messages and look whether each was stored and heard."""
    everyone = WARM_UP + people * rounds
    webhooks.make_people(everyone, each=2)
    rates = _rates(port, [[*webhooks.messages_of(share)] for share in _shares(people, rounds)])
    flaw = flaw_of(
        messages=(Message.objects.inbound().count(), 2 * everyone),
        unread=(Conversation.objects.filter(unread_count=2).count(), everyone),
        replies=(Recipient.objects.filter(status="replied").count(), len(range(0, everyone, 2))),
        opt_outs=(OptOut.objects.count(), len(range(0, everyone, 50))),
    )
    return Measured(**rates, flaw=flaw)


def _shares(people: int, rounds: int) -> Iterator[range]:
    """The numbers of the people of the warm-up, then of each round."""
    yield range(WARM_UP)
    for first in range(WARM_UP, WARM_UP + people * rounds, people):
        yield range(first, first + people)


def flaw_of(**counts: tuple[int, int]) -> str:
    """The counts that differ from what was expected, each as (found, expected)."""
    wrong = [f"{name} {found}/{due}" for name, (found, due) in counts.items() if found != due]
    return ", ".join(wrong)


def _rates(port: int, loads: Sequence[Sequence[Request]]) -> Rates:
    """Answers per second of both views, the best round of each; the first load warms up."""
    best = Rates(checked=0.0, ours=0.0)
    with site(port):
        for number, load in enumerate(loads):
            checked, ours = (_rate(port, load, path) for path in (ONLY_CHECKED, ""))
            if number:
                best = Rates(checked=max(best["checked"], checked), ours=max(best["ours"], ours))
    return best


def _rate(port: int, load: Sequence[Request], path: str) -> float:
    answers = send(port, [one.signed(path) for one in load])
    answers.demand_success()
    return answers.rate


@contextmanager
def site(port: int) -> Iterator[None]:
    """The web server as it is deployed."""
    with tempfile.TemporaryDirectory() as folder, Stack({}) as stack:
        stack.start(
            "web",
            [
                *(sys.executable, "-m", "gunicorn", "-c", "python:waproject.site.serving"),
                *("waproject.wsgi", "--bind", f"{LOCAL}:{port}", "--workers", "2"),
                *("--log-level", "warning"),
            ],
            log=Path(folder, "web.log"),
        )
        services.wait_until_it_answers(stack, "web", port)
        yield
