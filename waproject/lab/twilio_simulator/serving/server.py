"""The simulator put together, and its life from start to stop."""

import asyncio
import json
import time
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from waproject.lab.twilio_simulator.chance import draw
from waproject.lab.twilio_simulator.contents.api import ContentApi
from waproject.lab.twilio_simulator.contents.control import ContentControl
from waproject.lab.twilio_simulator.contents.media import MediaClient
from waproject.lab.twilio_simulator.contents.sending import later_error, rendered
from waproject.lab.twilio_simulator.contents.store import Contents, SimulatedContent
from waproject.lab.twilio_simulator.faults import Chance, Fault
from waproject.lab.twilio_simulator.journal import Journal
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.people import OPT_OUT, Words, answer_to
from waproject.lab.twilio_simulator.scheduler import Scheduler
from waproject.lab.twilio_simulator.senders import SendersApi
from waproject.lab.twilio_simulator.serving.api import MessagesApi, answer_errors
from waproject.lab.twilio_simulator.serving.control import Control
from waproject.lab.twilio_simulator.serving.media import Attached, MediaApi
from waproject.lab.twilio_simulator.store import SimulatedMessage, Store
from waproject.lab.twilio_simulator.talking.writers import Writers
from waproject.lab.twilio_simulator.webhooks.callbacks import Callbacks
from waproject.lab.twilio_simulator.webhooks.carried import Tap
from waproject.lab.twilio_simulator.webhooks.inbound import Inbound
from waproject.lab.twilio_simulator.webhooks.webhook_client import WebhookClient

HOST = "127.0.0.1"
# So long after a person wrote, anything may be written to them.
WINDOW_SECONDS = 24 * 3600
# The code of a message whose file could not be fetched.
NO_MEDIA = "63019"


class Simulator:
    """One account, its messages and its people. Made and used in one running loop."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.chance = Chance(options.seed, options.faults)
        self.store = Store()
        self.senders = SendersApi(options.webhook_base)
        self.contents = Contents(options.contents_file, options.contents)
        self.media = MediaClient(options.webhook_base)
        self.journal = Journal(options.journal)
        self.scheduler = Scheduler()
        self.webhook_client = WebhookClient(options.webhook_base)
        self.callbacks = Callbacks(options, self.scheduler, self.webhook_client, self._delivered)
        self.inbound = Inbound(
            options.webhook_base, self.store, self.journal, self.webhook_client, self.callbacks
        )
        people_write = options.write_every > 0 and self.inbound.is_connected
        self.writers = Writers(options, self.inbound) if people_write else None

    def accept(
        self,
        parameters: dict[str, str],
        fault: Fault | None,
        asked_at: float,
        content: SimulatedContent | None,
        *,
        media: Sequence[str] = (),
        has_media: bool = True,
    ) -> SimulatedMessage:
        """Take a message that was asked for through the API at `asked_at`, and begin its life.

        `media` are the addresses of its files. Without `has_media` one of them, or that of its
        content, could not be fetched.
        """
        now = time.time()
        message = self.store.add_outbound(parameters, now, media=media)
        if content is not None:
            fault = self._put_in(message, content, now) or fault
        if not has_media:
            fault = Fault(NO_MEDIA, 1.0)
        self.journal.write(message.entry("api") | {"asked_at": asked_at})
        if fault is None or fault.kind != "early-callback":
            self.callbacks.follow(message, fault)
        return message

    def _put_in(
        self, message: SimulatedMessage, content: SimulatedContent, now: float
    ) -> Fault | None:
        """Give a message the text of its content; the fault that it meets with it, if any."""
        variables = json.loads(message.content_variables or "{}")
        message.body = rendered(content, variables)
        message.quick_replies = content.quick_replies
        is_open = self.store.has_written(message.to, since=now - WINDOW_SECONDS)
        code = later_error(content, variables, message.to, is_open=is_open)
        return Fault(str(code), 1.0) if code else None

    async def start(self, port: int = 0) -> str:
        """Listen on the loopback interface; returns the address, e.g. `http://127.0.0.1:4010`."""
        application = web.Application(middlewares=[answer_errors], client_max_size=1 << 20)
        application.add_routes(MessagesApi(self).routes())
        application.add_routes(MediaApi(self).routes())
        content_api = ContentApi(self)
        application.add_routes(content_api.routes())
        application.add_routes(Control(self).routes())
        application.add_routes(self.senders.routes())
        application.add_routes(ContentControl(self).routes())
        content_api.go_on()
        self._running = [asyncio.create_task(self.scheduler.run())]
        if self.writers is not None:
            self._running.append(asyncio.create_task(self.writers.run()))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()
        return f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Answer no more, forget what was still to happen, close the journal."""
        await self._runner.cleanup()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.webhook_client.close()
        self.journal.close()

    def _delivered(self, message: SimulatedMessage) -> None:
        """The person has the message; they may write back. Answers to their own end there."""
        if message.direction != "outbound-api" or not self.inbound.is_connected:
            return
        if self.writers is not None and self.writers.has(message):
            wait = self.writers.seconds_to_think(message)
            self.scheduler.after(wait, partial(self.writers.go_on, message))
        elif self.writers is None or not self.writers.is_talk(message):
            self._draw_answer(message)

    def _draw_answer(self, message: SimulatedMessage) -> None:
        """Let a share of the people answer, as the options ask."""
        words = answer_to(message, self.options)
        if words is None:
            return
        think = draw(self.options.seed, "think", message.to, message.ordinal)
        self.scheduler.after(
            2 * think * self.options.delay,
            partial(self._answer, message, words),
        )

    async def _answer(self, message: SimulatedMessage, words: Words) -> None:
        if self.writers is not None and words.intent == OPT_OUT:
            self.writers.people.lose(message.to)
        more = Tap(message.sid, words.body, words.payload) if words.payload else None
        sent = Attached(words.file) if words.file else more
        await self.inbound.write(message.to, message.from_, words.body, words.intent, sent)
