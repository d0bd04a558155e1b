"""When a search ends before it has found all: its time is over, or somebody stopped it."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.staffing.judge import TimeIsUp


class Clock:
    """Says when a search must end: its time is over, or Ctrl-C was pressed."""

    def __init__(self, seconds: float | None) -> None:
        self.began, self._seconds, self.interrupted = time.perf_counter(), seconds, False

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self.began

    def check(self) -> None:
        if self.interrupted or (self._seconds is not None and self.elapsed > self._seconds):
            raise TimeIsUp


@contextmanager
def ends_on_interrupt(clock: Clock) -> Iterator[None]:
    """The first Ctrl-C ends the search with what it has; the next one ends the program."""

    def stop(*_: Any) -> None:
        if clock.interrupted:
            raise KeyboardInterrupt
        clock.interrupted = True

    try:
        before = signal.signal(signal.SIGINT, stop)
    except ValueError:
        # Only the main thread hears signals.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
