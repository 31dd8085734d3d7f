"""Measures the time and the memory that a piece of work takes in this process."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Cost:
    """Seconds by the clock, and seconds of the processor in this process."""

    seconds: float = 0.0
    cpu: float = 0.0

    def add(self, other: "Cost") -> None:
        self.seconds += other.seconds
        self.cpu += other.cpu


@contextmanager
def timed() -> Iterator[Cost]:
    """Fill in the cost of the block when it ends."""
    cost, began, cpu = Cost(), time.perf_counter(), time.process_time()
    yield cost
    cost.seconds = time.perf_counter() - began
    cost.cpu = time.process_time() - cpu


def peak_memory() -> int:
    """The most memory this process ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
