"""manage.py simulate_twilio: a provider on this machine, for tests and demonstrations."""

import argparse
import asyncio
import signal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from waproject.lab.twilio_simulator.account import ACCOUNT_SID
from waproject.lab.twilio_simulator.faults import KINDS, Fault, parse_fault
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.serving.server import Simulator


def share(text: str) -> float:
    """A number between 0 and 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(
            _("“%(text)s” is not a share between 0 and 1, such as 0.05.") % {"text": text}
        )
    return number


def seconds(text: str) -> float:
    """A number of seconds, not negative."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(
            _("“%(text)s” is not a number of seconds.") % {"text": text}
        )
    return number


def fault(text: str) -> Fault:
    """CODE:SHARE."""
    try:
        return parse_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class Command(BaseCommand):
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Run a local server that behaves like Twilio: it accepts messages, tells their statuses"
            " and lets invented people answer. It never connects to Twilio. The first line of the"
            " output is its address; end it with Ctrl-C."
        )
        _add_server_options(parser)
        _add_fault_options(parser)
        _add_people_options(parser)
        _add_template_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.TWILIO_ACCOUNT_SID not in {"", ACCOUNT_SID}:
            raise CommandError(
                _(
                    "A real Twilio account is set here (TWILIO_ACCOUNT_SID). The simulator runs"
                    " only where none is: unset it, or use another .env."
                )
            )
        try:
            asyncio.run(self._serve(options["port"], _options(options)))
        except ValueError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                _("The simulator cannot listen on port %(port)s: %(error)s.")
                % {"port": options["port"], "error": error.strerror}
            ) from None

    async def _serve(self, port: int, options: Options) -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signal_number, stopping.set)
        simulator = Simulator(options)
        try:
            address = await simulator.start(port)
            self.stdout.write(address)
            self.stdout.flush()
            await stopping.wait()
        finally:
            await simulator.stop()


def _options(given: dict[str, Any]) -> Options:
    """The command's arguments as the simulator's options."""
    return Options(
        seed=given["seed"],
        latency=given["latency"],
        journal=given["journal"],
        webhook_base=given["webhook_base"],
        faults=tuple(given["fail"]),
        read_share=given["read_share"],
        reply_share=given["reply_share"],
        optout_share=given["optout_share"],
        repeat_share=given["repeat_share"],
        disorder_share=given["disorder_share"],
        delay=given["delay"],
        write_every=given["write_every"],
        remember=tuple(given["remember"]),
        late_by=given["late_by"],
        withhold=given["withhold"],
        slow_by=given["slow_by"],
        contents=tuple(given["content"]),
        contents_file=given["contents_file"],
        approval_delay=given["approval_delay"],
    )


def _add_server_options(parser: CommandParser) -> None:
    """Where it listens, how fast it is, and what it writes."""
    add = parser.add_argument
    add("--port", type=int, default=4010, help=_("Port on 127.0.0.1; 0 takes a free one."))
    add("--latency", type=seconds, default=0.05, help=_("Seconds until a request is answered."))
    add("--delay", type=seconds, default=0.3, help=_("Mean seconds between two statuses."))
    add("--seed", type=int, default=0, help=_("The same seed gives the same behaviour."))
    add("--journal", type=Path, help=_("File to append a JSON line to for each message."))
    add(
        "--webhook-base",
        default=settings.PUBLIC_BASE_URL,
        help=_("Where people's messages are posted, under /twilio/inbound."),
    )


def _add_fault_options(parser: CommandParser) -> None:
    """What goes wrong with requests and with what is told of them."""
    add = parser.add_argument
    add(
        "--fail",
        type=fault,
        action="append",
        default=[],
        metavar="CODE:SHARE",
        help=_("Let a share of the requests fail: an error code of Twilio's, or %(kinds)s.")
        % {"kinds": ", ".join(sorted(KINDS))},
    )
    add(
        "--repeat-share",
        type=share,
        default=0.0,
        help=_("Share of messages with a status told twice."),
    )
    add(
        "--disorder-share",
        type=share,
        default=0.0,
        help=_("Share of messages with statuses out of order."),
    )
    add(
        "--late-by",
        type=seconds,
        default=Options().late_by,
        help=_("Seconds by which the fault late-callback delays callbacks."),
    )
    add(
        "--withhold",
        action="store_true",
        help=_("Keep late callbacks until a POST to /simulator/release."),
    )
    add(
        "--slow-by",
        type=seconds,
        default=Options().slow_by,
        help=_("Seconds by which the fault slow delays an answer."),
    )


def _add_people_options(parser: CommandParser) -> None:
    """What people do."""
    add = parser.add_argument
    add("--read-share", type=share, default=0.7, help=_("Share of people who read a message."))
    add("--reply-share", type=share, default=0.2, help=_("Share of people who answer."))
    add("--optout-share", type=share, default=0.03, help=_("Share of people who opt out."))
    add(
        "--write-every",
        type=seconds,
        default=0.0,
        help=_("Mean seconds between two messages that people write by themselves; 0: none."),
    )
    add(
        "--remember",
        type=Path,
        action="append",
        default=[],
        metavar="JOURNAL",
        help=_("Journal of an earlier run, whose people write as well; may be repeated."),
    )


def _add_template_options(parser: CommandParser) -> None:
    """The templates that are known, and when others are decided on."""
    add = parser.add_argument
    add(
        "--content",
        action="append",
        default=[],
        metavar="HX…",
        help=_("A template that was approved before, whatever it says; may be repeated."),
    )
    add("--contents-file", type=Path, help=_("File that keeps the templates between runs."))
    add(
        "--approval-delay",
        type=seconds,
        default=4.0,
        help=_("Seconds until WhatsApp decides on a template."),
    )
