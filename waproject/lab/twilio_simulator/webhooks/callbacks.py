"""The life of an accepted message, reported step by step to its status callback."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from waproject.lab.twilio_simulator.account import ACCOUNT_SID, API_VERSION
from waproject.lab.twilio_simulator.chance import draw
from waproject.lab.twilio_simulator.faults import Fault
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.scheduler import Job, Scheduler
from waproject.lab.twilio_simulator.serving.validation import channel_of
from waproject.lab.twilio_simulator.store import FINAL, SimulatedMessage
from waproject.lab.twilio_simulator.webhooks.webhook_client import WebhookClient

# Errors that the channel reports once it has the message; the others come before `sent`.
_AFTER_SENT = {63024, 63032, 63033, 63049}


class Callbacks:
    """Moves messages through their statuses and posts each one, as the options ask."""

    def __init__(
        self,
        options: Options,
        scheduler: Scheduler,
        webhook_client: WebhookClient,
        on_delivered: Callable[[SimulatedMessage], None],
    ) -> None:
        self._options = options
        self._scheduler = scheduler
        self._webhook_client = webhook_client
        self._on_delivered = on_delivered
        self._withheld: list[Job] = []
        self._late_by = math.inf if options.withhold else options.late_by

    def follow(self, message: SimulatedMessage, fault: Fault | None = None) -> None:
        """Begin the life of a message just accepted; its first status brings no callback."""
        self._schedule(self._journey(message, fault), 0)

    async def hurry(self, message: SimulatedMessage) -> None:
        """Tell the first status before the sender has heard that the message was accepted."""
        await self._step(self._journey(message, None), 0)

    def release(self) -> int:
        """Post the callbacks that were withheld, now and in no order; return how many.

        From now on none is withheld: those still to come are not late.
        """
        released, self._withheld, self._late_by = self._withheld, [], 0.0
        for tell in released:
            self._scheduler.after(0, tell)
        return len(released)

    def _journey(self, message: SimulatedMessage, fault: Fault | None) -> "Journey":
        code, kind = (fault.code, fault.kind) if fault else (None, "")
        url = None if kind == "lost-callback" else message.status_callback
        is_late = kind == "late-callback"
        return Journey(message, plan(message, code, self._options), url, code, is_late)

    def _schedule(self, journey: "Journey", index: int) -> None:
        message = journey.message
        chance = draw(self._options.seed, "delay", message.to, message.ordinal, index)
        wait = self._options.delay * (0.5 + chance)
        self._scheduler.after(wait, partial(self._step, journey, index))

    async def _step(self, journey: "Journey", index: int) -> None:
        message, status = journey.message, journey.steps[index]
        if status in FINAL:
            message.error_code = journey.code
        message.move_to(status, time.time())
        if journey.url:
            tell = partial(self._tell, journey.url, parameters(message, status))
            if not journey.is_late:
                await tell()
            elif math.isinf(self._late_by):
                self._withheld.append(tell)
            else:
                self._scheduler.after(self._late_by, tell)
        if index + 1 < len(journey.steps):
            self._schedule(journey, index + 1)
        elif message.status in {"delivered", "read"}:
            self._on_delivered(message)

    async def _tell(self, url: str, form: Mapping[str, str]) -> None:
        await self._webhook_client.post(url, form)


@dataclass(frozen=True, slots=True)
class Journey:
    """The statuses of a message, where each is told, the error it ends with, and whether late."""

    message: SimulatedMessage
    steps: list[str]
    url: str | None
    code: int | None
    is_late: bool


def plan(message: SimulatedMessage, code: int | None, options: Options) -> list[str]:
    """The statuses to report, in the order of reporting: normally Twilio's, `sent` first."""
    key = (message.to, message.ordinal)
    first = ["queued"] if message.status == "accepted" else []
    if code is not None:
        late = code in _AFTER_SENT or 30000 <= code < 31000
        return [*first, "sent", "undelivered"] if late else [*first, "failed"]
    steps = [*first, "sent", "delivered"]
    is_seen = channel_of(message.to) == "whatsapp"
    if is_seen and draw(options.seed, "read", *key) < options.read_share:
        steps.append("read")
    if draw(options.seed, "disorder", *key) < options.disorder_share:
        at = int(draw(options.seed, "swap", *key) * (len(steps) - 1))
        steps[at], steps[at + 1] = steps[at + 1], steps[at]
    if draw(options.seed, "repeat", *key) < options.repeat_share:
        steps.append(steps[int(draw(options.seed, "again", *key) * len(steps))])
    return steps


def parameters(message: SimulatedMessage, status: str) -> dict[str, str]:
    """The form of one status callback, as captured from WhatsApp and SMS traffic."""
    form = {
        "ApiVersion": API_VERSION,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.to,
        "From": message.from_,
        "MessageSid": message.sid,
        "AccountSid": ACCOUNT_SID,
    }
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if channel_of(message.to) == "whatsapp":
        form |= _whatsapp_parameters(message, status)
    if status in FINAL and message.error_code:
        form["ErrorCode"] = str(message.error_code)
        form["ErrorMessage"] = f"Simulated error {message.error_code}"
    return form


def _whatsapp_parameters(message: SimulatedMessage, status: str) -> dict[str, str]:
    bare = message.to.partition(":")[2]
    form = {
        "ChannelPrefix": "whatsapp",
        "ChannelInstallSid": f"XE{'0' * 32}",
        "ChannelToAddress": f"{bare[:-4]}XXXX",
    }
    if status == "sent":
        form["StructuredMessage"] = "true" if message.content_sid else "false"
    if status in {"delivered", "read"}:
        form["EventType"] = status.upper()
        if not bare.startswith("+"):
            form["ExternalUserId"] = bare
    return form
