"""Lets people write by themselves: a new one every so often, and whoever was answered."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from itertools import count, cycle

from waproject.lab.twilio_simulator.chance import draw, pick
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.people import OPT_OUT, REPLY
from waproject.lab.twilio_simulator.serving.media import Attached
from waproject.lab.twilio_simulator.serving.validation import channel_of
from waproject.lab.twilio_simulator.store import SimulatedMessage
from waproject.lab.twilio_simulator.talking.acquaintances import Acquaintances, Heard
from waproject.lab.twilio_simulator.talking.scenes import OTHERWISE, SCENES, Manner, Scene
from waproject.lab.twilio_simulator.webhooks.carried import (
    Advertisement,
    Carried,
    Location,
    Quote,
    Reaction,
)
from waproject.lab.twilio_simulator.webhooks.inbound import Inbound

logger = logging.getLogger(__name__)

# So many come soon after one another at first: whoever looks need not wait for every kind.
EAGER, EAGER_SHARE = 8, 0.25


class Writers:
    """Nobody writes before somebody was written to, and nobody twice before all others have."""

    def __init__(self, options: Options, inbound: Inbound) -> None:
        self._options = options
        self._inbound = inbound
        self.people = Acquaintances(options.remember)
        # What the people who are talking still have to say, and who is about to say it.
        self._goes_on: dict[str, Iterator[str]] = {}
        self._thinking: set[str] = set()
        self._have_written: set[str] = set()

    async def run(self) -> None:
        """Let people write until cancelled."""
        scenes = cycle(SCENES)
        for number in count():
            await asyncio.sleep(self._wait(number))
            if self.people.last() is not None:
                await self._play(next(scenes), self.people.past + number)

    def is_talk(self, message: SimulatedMessage) -> bool:
        """Whether a delivered message goes on with a talk, rather than beginning one."""
        return channel_of(message.to) == "whatsapp" and not message.content_sid

    def seconds_to_think(self, message: SimulatedMessage) -> float:
        """How long its reader takes before they go on."""
        chance = draw(self._options.seed, "answer", message.to, message.ordinal)
        return self._options.write_every * (0.2 + 0.3 * chance)

    def has(self, message: SimulatedMessage) -> bool:
        """A person has a message; returns whether they will go on, which `go_on` does."""
        self.people.meet(message.to, Heard(message.sid, message.from_))
        if not self.is_talk(message) or message.to in self._thinking:
            return False
        self._thinking.add(message.to)
        return True

    async def go_on(self, message: SimulatedMessage) -> None:
        """Say what comes next, if anything does."""
        self._thinking.discard(message.to)
        lines = self._goes_on.get(message.to)
        if lines is None:
            drawn: Sequence[str] = pick(OTHERWISE, self._options.seed, "otherwise", message.to)
            lines = self._goes_on[message.to] = iter(drawn)
        if line := next(lines, ""):
            await self._inbound.write(message.to, message.from_, line, REPLY)

    def _wait(self, number: int) -> float:
        seconds = self._options.write_every * (0.5 + draw(self._options.seed, "wait", number))
        return seconds * EAGER_SHARE if 0 < number < EAGER else seconds

    async def _play(self, scene: Scene, number: int) -> None:
        try:
            await self._begin(scene, number)
        except Exception:
            logger.exception("A person of the simulator could not write.")

    async def _begin(self, scene: Scene, number: int) -> None:
        address, heard = self._who(scene, number)
        self._have_written.add(address)
        self._goes_on[address] = iter(scene.goes_on)
        if scene.intent == OPT_OUT:
            self.people.lose(address)
        await self._inbound.write(
            address, heard.sender, scene.text, scene.intent, _carried(scene, heard, number)
        )

    def _who(self, scene: Scene, number: int) -> tuple[str, Heard]:
        """Who plays a scene, and what they heard last; a newcomer writes to the same sender."""
        last = self.people.last()
        if last is None:
            raise LookupError("Nobody was written to yet.")
        if scene.is_newcomers:
            return _newcomer(scene, number), last
        fresh = [one for one in self.people if one not in self._have_written]
        if not fresh:
            self._have_written.clear()
            fresh = [*self.people]
        address = pick(fresh, self._options.seed, "who", number)
        return address, self.people.heard(address) or last


def _newcomer(scene: Scene, number: int) -> str:
    chance = draw("newcomer", number)
    if scene.manner is Manner.USERNAME:
        return f"whatsapp:CL.{int(chance * 10**15):015d}"
    return f"whatsapp:+5697{int(chance * 10**7):07d}"


def _carried(scene: Scene, heard: Heard, number: int) -> Carried | None:
    """What comes with the message that begins a scene."""
    if scene.file:
        return Attached(scene.file)
    if scene.manner is Manner.QUOTE:
        return Quote(heard.sid, heard.sender)
    if scene.manner is Manner.REACTION:
        return Reaction(heard.sid, heard.sender)
    if scene.manner is Manner.LOCATION:
        return Location(-33.4089, -70.5672, "Parque Arauco", "Av. Kennedy 5413, Las Condes")
    if scene.manner is Manner.ADVERTISEMENT:
        return Advertisement("Seminuevos con garantía", "Desde 48 cuotas", number)
    return None
