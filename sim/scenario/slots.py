"""A planner's files and hours laid over the intervals of the horizon: arrays, a row of the file looked up once."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import Profile
from sim.units import DAY

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def over_horizon(profile: Profile, clock: Clock, no_row: float = 0.0) -> Floats:
    """The value of each interval of the horizon; `no_row` where the file has none, NaN where it cannot be read."""
    found, of_days = np.empty(clock.intervals), dict[tuple[int | dt.date, bytes], Floats]()
    for day, date in enumerate(clock.dates):
        key = date.weekday() if profile.by == "weekday" else date
        first, end = int(clock.day_first[day]), int(clock.day_first[day + 1])
        starts = clock.starts[first:end]
        # Days of one weekday differ only where clocks change.
        known = key, starts.tobytes()
        if known not in of_days:
            of_days[known] = np.array([profile.values.get((key, start), no_row) for start in starts.tolist()])
        found[first:end] = of_days[known]
    return found


def is_open(s: Scenario, queue: str) -> Bools:
    """Whether the queue is open when each interval of the horizon begins, be it by the hours of the eve."""
    clock = s.clock
    found = np.zeros(clock.intervals, np.bool_)
    before = s.queue(queue).open_spans(clock.start - dt.timedelta(days=1))
    for day, date in enumerate(clock.dates):
        today = s.queue(queue).open_spans(date)
        spans = [*today, *((first - DAY, last - DAY) for first, last in before if last > DAY)]
        begin, end = int(clock.day_first[day]), int(clock.day_first[day + 1])
        starts = clock.starts[begin:end]
        for first, last in spans:
            found[begin:end] |= (first <= starts) & (starts < last)
        before = today
    return found


def weekday_totals(profile: Profile) -> dict[int | dt.date, float]:
    """What the file's values come to, by its weekdays or dates."""
    parts: dict[int | dt.date, list[float]] = {}
    for (day, _), value in profile.values.items():
        parts.setdefault(day, []).append(value)
    return {day: sum(values) for day, values in parts.items()}
