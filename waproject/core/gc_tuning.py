"""The garbage collector while much is made of many rows: messages, launches, imports."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Python's own first threshold is 700 objects: at hundreds of messages a second the collector would
# walk what is alive several times a second. The last threshold lets it walk all that is not frozen
# after some 200,000 new objects. Messages under way while it walks leave cycles that only such a
# full walk finds: without it a run of 25 seconds kept 25 MB of them.
THRESHOLDS = (10_000, 10, 1)
# A process that sends for hours is rid of what it no longer needs this often, between two runs.
COLLECT_EVERY_SECONDS = 60.0
_collected_at = time.monotonic()
# Python would count what is frozen by walking it: some 10 ms for each run of a sender.
_is_frozen = False


def collect_rarely_from_now_on() -> None:
    """The same as `collecting_rarely` for the rest of a process, once it has loaded its code."""
    gc.collect()
    freeze()
    gc.set_threshold(*THRESHOLDS)


def freeze() -> None:
    """Let the collector leave alone all that is alive, and begin its measure anew.

    Python makes a full walk only when the new objects are a quarter of those that the last full
    walk met. The walk made here meets none, and takes no time.
    """
    global _is_frozen
    gc.freeze()
    gc.collect()
    _is_frozen = True


def unfreeze() -> None:
    """Let the collector walk again what `freeze` took out of its way."""
    global _is_frozen
    gc.unfreeze()
    _is_frozen = False


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Let the collector leave alone what is loaded by now, and look at the rest less often.

    Code and settings make up most of what is alive, and stay. To walk them again and again took a
    quarter of the processor's time for a message, on the thread that sends, and a sixth of that of
    a launch. A process that has frozen its objects already keeps them so, before and after. Nothing
    is collected before the block: that alone would hold up the first message by 60 ms.
    """
    before, freezes = gc.get_threshold(), not _is_frozen
    if freezes:
        freeze()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if freezes:
            unfreeze()
            _collect_now_and_then()


def _collect_now_and_then() -> None:
    global _collected_at
    now = time.monotonic()
    if now - _collected_at > COLLECT_EVERY_SECONDS:
        _collected_at = now
        gc.collect()
