"""What every kind of run shares: its site, its options, its journal and its output."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import ngettext
from rich.console import Console

from campaigns.models import Campaign
from messaging.models import Sender
from waproject.lab.demo.proof import Entry
from waproject.lab.faults import people, provider
from waproject.lab.faults.site import Site
from waproject.lab.twilio_simulator.journal import read_journal


@dataclass
class Run:
    """One run on a fresh database. `options` are the command's."""

    site: Site
    journal_path: Path
    options: dict[str, Any]
    console: Console
    began: float = field(default_factory=time.monotonic)

    def say(self, sentence: str) -> None:
        """One line with the seconds since the start."""
        self.console.print(f"{time.monotonic() - self.began:5.1f} s  {sentence}", soft_wrap=True)

    @property
    def journal(self) -> list[Entry]:
        return read_journal(self.journal_path)

    @property
    def statuses(self) -> dict[str, str]:
        """The provider's status of every message, by sid."""
        return provider.statuses(self.site.simulator_port)

    def launch(
        self, senders: Sequence[Sender], *, campaigns: int, recipients: int
    ) -> list[Campaign]:
        """Make the campaigns to new people, launch them, and return them."""
        made = people.make_campaigns(senders, campaigns=campaigns, people=recipients)
        people.launch_all(made)
        sentence = ngettext(
            "%(count)d recipient is queued.", "%(count)d recipients are queued.", recipients
        )
        self.say(sentence % {"count": recipients})
        return made

    def wait(self, is_over: Callable[[], bool], *, seconds: float, every: float = 0.1) -> bool:
        """Tend the site until `is_over`; False when it takes longer than that."""
        deadline = time.monotonic() + seconds
        while not is_over():
            if time.monotonic() > deadline:
                return False
            self.site.tend()
            time.sleep(every)
        return True

    def wait_seconds(self, seconds: float) -> None:
        """Tend the site for so long."""
        self.wait(lambda: False, seconds=seconds)
