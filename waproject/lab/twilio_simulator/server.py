"""The simulator put together, and its life from start to stop."""

import asyncio
import contextlib
import time
from functools import partial

from aiohttp import web

from waproject.lab.twilio_simulator.api import MessagesApi, answer_errors
from waproject.lab.twilio_simulator.callbacks import Callbacks
from waproject.lab.twilio_simulator.chance import draw
from waproject.lab.twilio_simulator.control import Control
from waproject.lab.twilio_simulator.faults import Chance, Fault
from waproject.lab.twilio_simulator.inbound import Inbound
from waproject.lab.twilio_simulator.journal import Journal
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.people import answer_to
from waproject.lab.twilio_simulator.scheduler import Scheduler
from waproject.lab.twilio_simulator.store import SimulatedMessage, Store
from waproject.lab.twilio_simulator.webhook_client import WebhookClient

HOST = "127.0.0.1"


class Simulator:
    """One account, its messages and its people. Made and used in one running loop."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.chance = Chance(options.seed, options.faults)
        self.store = Store()
        self.journal = Journal(options.journal)
        self.scheduler = Scheduler()
        self.webhook_client = WebhookClient(options.webhook_base)
        self.callbacks = Callbacks(options, self.scheduler, self.webhook_client, self._delivered)
        self.inbound = Inbound(
            options.webhook_base, self.store, self.journal, self.webhook_client, self.callbacks
        )

    def accept(
        self, parameters: dict[str, str], fault: Fault | None, asked_at: float
    ) -> SimulatedMessage:
        """Take a message that was asked for through the API at `asked_at`, and begin its life."""
        message = self.store.add_outbound(parameters, time.time())
        self.journal.write(message.entry("api") | {"asked_at": asked_at})
        if fault is None or fault.kind != "early-callback":
            self.callbacks.follow(message, fault)
        return message

    async def start(self, port: int = 0) -> str:
        """Listen on the loopback interface; returns the address, e.g. `http://127.0.0.1:4010`."""
        application = web.Application(middlewares=[answer_errors], client_max_size=1 << 20)
        application.add_routes(MessagesApi(self).routes())
        application.add_routes(Control(self).routes())
        self._running = asyncio.create_task(self.scheduler.run())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()
        return f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Answer no more, forget what was still to happen, close the journal."""
        await self._runner.cleanup()
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
        await self.webhook_client.close()
        self.journal.close()

    def _delivered(self, message: SimulatedMessage) -> None:
        """The person has the message; they may write back. Answers to their own end there."""
        if message.direction != "outbound-api" or not self.inbound.is_connected:
            return
        words = answer_to(message, self.options)
        if words is None:
            return
        think = draw(self.options.seed, "think", message.to, message.ordinal)
        self.scheduler.after(
            2 * think * self.options.delay,
            partial(self._answer, message.to, message.from_, words.body, words.intent),
        )

    async def _answer(self, from_: str, to: str, body: str, intent: str) -> None:
        await self.inbound.write(from_, to, body, intent)
