"""When queues are open, in seconds since the start, and when those come who would come at another time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.units import DAY

Floats = NDArray[np.float64]


def open_seconds(scenario: Scenario, queue: str, day: int) -> list[tuple[float, float]]:
    """Spans in which the queue is open on this day, be it before the start; last night's may reach into it."""
    clock = scenario.clock
    today = clock.start + dt.timedelta(days=day)
    eve = today - dt.timedelta(days=1)
    spans = [(day - 1, span) for span in scenario.queue(queue).open_spans(eve) if span[1] > DAY]
    spans += [(day, span) for span in scenario.queue(queue).open_spans(today)]
    return [(clock.elapsed(on, start), clock.elapsed(on, end)) for on, (start, end) in spans]


@dataclass(frozen=True)
class Windows:
    """When a queue takes contacts, by time."""

    start: Floats
    end: Floats

    def within(self, times: Floats, place: Floats) -> Floats:
        """These times where the queue is open; else `place`, a share, of the next window."""
        start, end = self._next(times)
        return np.where(times < start, start + place * (end - start), times)

    def hold(self, times: Floats) -> NDArray[np.bool_]:
        """Whether the queue is open."""
        start, _ = self._next(times)
        return times >= start

    def _next(self, times: Floats) -> tuple[Floats, Floats]:
        window = np.minimum(np.searchsorted(self.end, times, side="right"), len(self.end) - 1)
        return self.start[window], self.end[window]


def windows_of(scenario: Scenario, queue: str, first: int, end: int) -> Windows:
    """The windows of days `first` to `end`, the last not included; the day after stands for what does not fit in."""
    clock = scenario.clock
    after = (clock.elapsed(end, 0.0), clock.elapsed(end + 1, 0.0))
    if scenario.queue(queue).accepts_at_all_hours:
        spans = [(clock.elapsed(first, 0.0), after[0])]
    else:
        spans = sorted({span for day in range(first, end) for span in open_seconds(scenario, queue, day)})
    table = np.array([*spans, after])
    return Windows(table[:, 0], np.maximum.accumulate(table[:, 1]))
