"""Whether a campaign of 200,000 costs a worker more for each message than one of 10,000."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from waproject.lab.bench.clock import peak_memory
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench, apart
from waproject.lab.bench.sending import Sent, prepare, provider, send_all

RECIPIENTS = 200_000
SMALLER = 20
# How many small ones take turns with the jobs of the large one, of which there are about as many.
TURNS = 6
# So short that the wire is no limit: what is measured is the worker's and the database's own time.
LATENCY = 0.02
MOST_GROWTH = 1.15
MOST_MEMORY = 150
# Memory is flat when its last quarter stays below this many times the first.
FLAT = 1.1
SAMPLE_SECONDS = 0.2
MB = 2**20


def scale(bench: Bench) -> list[Line]:
    """One large campaign, and small ones between its jobs.

    A machine's speed changes within the minutes that the large one takes: it has to be the same
    for both.
    """
    count = bench.size(RECIPIENTS)
    few = max(1, count // SMALLER)
    with provider(LATENCY) as environment, ExitStack() as stack:
        large, *smaller = [stack.enter_context(bench.new_database()) for _one in range(1 + TURNS)]
        bench.apart(prepare, large, environment=environment, recipients=count)
        for url in smaller:
            bench.apart(prepare, url, environment=environment, recipients=few)
        seen = bench.apart(send_in_turns, large, environment=environment, smaller=smaller)
    return [growth(few, seen["small"], count, seen["large"]), memory(seen["large"])]


def send_in_turns(smaller: Sequence[str]) -> dict[str, Any]:
    """What `send_watched` tells of the large campaign, and `send_all` of the small ones."""
    waiting, small = list(smaller), []

    def send_a_small_one() -> None:
        if waiting:
            small.append(apart(send_all, waiting.pop(), environment=os.environ))

    send_a_small_one()
    large = send_watched(send_a_small_one)
    while waiting:
        send_a_small_one()
    return {"large": large, "small": small}


def send_watched(between: Callable[[], None] | None = None) -> Sent:
    """As `send_all`, with the peak of the memory and its level in each quarter of the time."""
    with memory_levels() as levels:
        seen = send_all(between)
    quarters = {f"quarter {number}": level for number, level in enumerate(in_quarters(levels), 1)}
    return {**seen, "peak": peak_memory(), **quarters}


def growth(few: int, small: Sequence[Sent], count: int, large: Sent) -> Line:
    """The cost of one message among many, by the clock and by the processor: the worse of both."""
    costs = {
        unit: (median(one[unit] / few for one in small), large[unit] / count)
        for unit in ("seconds", "cpu")
    }
    lost = any(one["sent"] != few for one in small) or large["sent"] != count
    figures = "; ".join(
        _("%(large).2f ms : %(small).2f ms (%(of)s)")
        % {"large": 1_000 * costs[unit][1], "small": 1_000 * costs[unit][0], "of": name}
        for unit, name in (("seconds", _("clock")), ("cpu", _("processor")))
    )
    return Line(
        _("cost of a message among %(many)s, over that among %(few)s")
        % {"many": f"{count:,}", "few": f"{few:,}"},
        figures,
        max(at_large / at_small for at_small, at_large in costs.values()),
        MOST_GROWTH,
        at_most=True,
        flaw=_("Not everything was sent and logged.") if lost else "",
    )


def memory(large: Sent) -> Line:
    levels = [large[f"quarter {number}"] / MB for number in (1, 2, 3, 4)]
    rises = levels[-1] > FLAT * levels[0]
    return Line(
        _("peak memory of a worker, MB"),
        _("by quarters: %s") % ", ".join(f"{level:.0f}" for level in levels),
        large["peak"] / MB,
        MOST_MEMORY,
        at_most=True,
        flaw=_("The memory rises with the number of messages.") if rises else "",
    )


@contextmanager
def memory_levels() -> Iterator[list[int]]:
    """The memory of this process in bytes, looked at now and then while the block runs."""
    levels: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_SECONDS):
            levels.append(resident_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield levels
    finally:
        over.set()
        watcher.join()
        levels.append(resident_memory())


def resident_memory() -> int:
    """The memory that this process holds now, in bytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def in_quarters(levels: Sequence[int]) -> list[int]:
    """The highest level in each quarter of the time; of few samples, some stand for several."""
    count = len(levels)
    bounds = [(count * at // 4, max(count * (at + 1) // 4, count * at // 4 + 1)) for at in range(4)]
    return [max(levels[start:end]) for start, end in bounds]
