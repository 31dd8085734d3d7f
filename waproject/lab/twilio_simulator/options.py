"""How a simulator behaves."""

from dataclasses import dataclass
from pathlib import Path

from waproject.lab.twilio_simulator.faults import Fault


@dataclass(frozen=True, slots=True)
class Options:
    """Shares are between 0 and 1, times in seconds. The defaults: everyone reads, no one writes."""

    seed: int = 0
    latency: float = 0.0
    # One JSON line per accepted message and per reply is appended here; None keeps them in memory.
    journal: Path | None = None
    # Where people's messages are posted, under /twilio/inbound; "" when nobody writes.
    webhook_base: str = ""
    # The mean time between two messages that people write by themselves; 0: nobody does. They are
    # those who were written to, also in earlier runs, of which these are the journals.
    write_every: float = 0.0
    remember: tuple[Path, ...] = ()
    # What the account says of itself: active, suspended or closed.
    account_status: str = "active"
    faults: tuple[Fault, ...] = ()
    read_share: float = 1.0
    reply_share: float = 0.0
    optout_share: float = 0.0
    repeat_share: float = 0.0
    disorder_share: float = 0.0
    # The mean time between two statuses of a message, and before a person answers.
    delay: float = 0.0
    # How much later than the others a request with the fault `slow` is answered.
    slow_by: float = 2.0
    # How much later than they should the callbacks of a message with `late-callback` come.
    late_by: float = 3 * 3600.0
    # They come when they are released instead: hours later, for those who cannot wait for hours.
    withhold: bool = False
    # Ids of contents that were approved before; the simulator does not know what they say.
    contents: tuple[str, ...] = ()
    # The contents are kept here from one run to the next; None keeps them in memory.
    contents_file: Path | None = None
    # After how long WhatsApp decides on what was submitted.
    approval_delay: float = 0.0
