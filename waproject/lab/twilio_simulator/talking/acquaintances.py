"""The people whom the simulated account has written to, in this run and before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from waproject.lab.twilio_simulator.journal import Entry, read_journal
from waproject.lab.twilio_simulator.people import OPT_OUT
from waproject.lab.twilio_simulator.serving.validation import channel_of


@dataclass(frozen=True, slots=True)
class Heard:
    """The last message that a person had from us: its sid, and the address it came from."""

    sid: str
    sender: str


class Acquaintances:
    """People by address, with what they heard last. Who opted out is none any more."""

    def __init__(self, journals: Iterable[Path] = ()) -> None:
        self._heard: dict[str, Heard] = {}
        # How many messages of people the journals tell of: so that no two runs are the same.
        self.past = 0
        for path in journals:
            if path.exists():
                for entry in read_journal(path):
                    self._remember(entry)

    def __iter__(self) -> Iterator[str]:
        return iter(self._heard)

    def meet(self, address: str, heard: Heard) -> None:
        """A person on WhatsApp had a message."""
        if channel_of(address) == "whatsapp" and channel_of(heard.sender) == "whatsapp":
            self._heard[address] = heard

    def lose(self, address: str) -> None:
        """A person wants no messages any more."""
        self._heard.pop(address, None)

    def heard(self, address: str) -> Heard | None:
        return self._heard.get(address)

    def last(self) -> Heard | None:
        """What anybody heard last; None when nobody was written to."""
        return next(reversed(self._heard.values()), None)

    def _remember(self, entry: Entry) -> None:
        kind = entry.get("kind")
        if kind == "api":
            self.meet(entry["to"], Heard(entry["sid"], entry["from"]))
        elif kind == "inbound":
            self.past += 1
            if entry.get("intent") == OPT_OUT:
                self.lose(entry["from"])
