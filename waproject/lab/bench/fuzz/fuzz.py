"""20,000 signed requests of every form and length to both webhooks, as the site is deployed.

Two thirds are messages, the others reports on messages that were sent. Fields are missing, doubled,
huge, or hold what they should not; sids come again. None may end in an error of the server, none
that is signed for us may be taken for a stranger's, and each message that was taken is stored once.
"""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict
from xml.etree import ElementTree  # the markup comes from our own server

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.models import Recipient
from messaging import integrity
from messaging.models import Message
from waproject.lab import services
from waproject.lab.bench import webhooks
from waproject.lab.bench.fuzz.shots import Shot, shots
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench
from waproject.lab.bench.web import flaw_of, site
from waproject.lab.ports import LOCAL, free_port
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN

REQUESTS, PEOPLE, SEED = 20_000, 200, 1
AT_ONCE = 16
TIMEOUT = 60
FORM = "application/x-www-form-urlencoded"

# A shot, and the HTTP status and the body of its answer; the status 0 when there was none.
Result = tuple[Shot, int, bytes]


class Measured(TypedDict):
    """How often each HTTP status came, messages stored, errors, and what else is not right."""

    statuses: dict[str, int]
    stored: int
    errors: int
    flaw: str


def fuzz(bench: Bench) -> list[Line]:
    """The errors of the server; there may be none. `--recipients` is the number of requests."""
    port, number = free_port(), bench.size(REQUESTS)
    environment = {
        **services.local_environment(port),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
    }
    with bench.new_database() as url:
        measured: Measured = bench.apart(
            answer_shots, url, environment=environment, port=port, number=number
        )
    return [judged(number, measured)]


def judged(number: int, measured: Measured) -> Line:
    figures = _("HTTP %(statuses)s; %(stored)s messages stored and answered") % {
        "statuses": ", ".join(f"{code}: {n:,}" for code, n in measured["statuses"].items()),
        "stored": f"{measured['stored']:,}",
    }
    work = _("errors of the server in %(number)s odd requests") % {"number": f"{number:,}"}
    return Line(work, figures, measured["errors"], 0, at_most=True, flaw=measured["flaw"])


def answer_shots(port: int, number: int) -> Measured:
    """Post them all, and look what became of them."""
    webhooks.make_people(PEOPLE)
    tokens = [*Recipient.objects.order_by("pk").values_list("token", flat=True)]
    drawn = [*shots(SEED, number, PEOPLE, tokens)]
    with site(port):
        results = _posted(port, drawn)
    statuses = Counter(status for _shot, status, _body in results)
    return Measured(
        statuses={str(code): statuses[code] for code in sorted(statuses)},
        stored=Message.objects.inbound().count(),
        errors=sum(n for code, n in statuses.items() if code == 0 or code >= 500),
        flaw=_flaw(results),
    )


def _posted(port: int, drawn: Sequence[Shot]) -> list[Result]:
    """Each is posted once, in their order but for those under way at the same time."""
    local = threading.local()

    def post(shot: Shot) -> Result:
        line = getattr(local, "line", None)
        if line is None:
            line = local.line = http.client.HTTPConnection(LOCAL, port, timeout=TIMEOUT)
        headers = {
            "Content-Type": FORM,
            "X-Twilio-Signature": shot.signature(settings.PUBLIC_BASE_URL),
        }
        try:
            line.request("POST", shot.path, shot.body, headers)
            answer = line.getresponse()
            return shot, answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            line.close()
            return shot, 0, b""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [*pool.map(post, drawn)]


def _flaw(results: Sequence[Result]) -> str:
    """What is not right besides errors of the server; "" when nothing."""
    taken = {shot.known_as for shot, status, _body in results if shot.is_inbound and status == 200}
    taken.discard(None)
    problems = [*integrity.integrity_problems()]
    counted = flaw_of(
        stored=(Message.objects.inbound().count(), len(taken)),
        refused=(sum(one.is_for_us and status == 403 for one, status, _body in results), 0),
        believed=(sum(not one.is_for_us and status < 300 for one, status, _body in results), 0),
        no_twiml=(sum(1 for _wrong in _without_twiml(results)), 0),
    )
    return "; ".join(filter(None, [counted, *problems[:3]]))


def _without_twiml(results: Sequence[Result]) -> Iterator[Shot]:
    """The messages that were taken and got something else than TwiML as their answer."""
    for shot, status, body in results:
        if not shot.is_inbound or status != 200:
            continue
        try:
            if ElementTree.fromstring(body).tag == "Response":  # noqa: S314
                continue
        except ElementTree.ParseError:
            yield shot
            continue
        yield shot
