"""When a queue is open and nobody who could answer is signed on, breaks included: by weekday and time."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.demand.opening import open_seconds
from sim.errors import Problem
from sim.scenario.model import Scenario
from sim.scenario.serving import has_vendor
from sim.study.expected.most_staff import MostStaff
from sim.units import DAY, MINUTE, WEEKDAYS, format_time_of_day

Floats = NDArray[np.float64]

Span = tuple[float, float]

SHORTEST = 5 * MINUTE
"""Of a gap that is reported."""
MOST_LISTED = 4


NOBODY_THERE = "nobody is signed on, and the queue is open"


def gaps(staff: MostStaff) -> Iterator[Problem]:
    """One warning for each live queue that is left alone; a vendor behind it, or nobody at all, is another matter."""
    scenario = staff.scenario
    for queue in scenario.numbered.queues:
        name = queue.name
        if not queue.is_live or has_vendor(queue.spec):
            continue
        rows = staff.serving(name)[staff.agent]
        if not rows.any():
            continue
        is_open = {span for day in range(scenario.clock.days) for span in open_seconds(scenario, name, day)}
        alone = uncovered(sorted(is_open), staff.start[rows], staff.end[rows], scenario.clock.end)
        if alone:
            text = f"{NOBODY_THERE}: {_listed(scenario, name, alone)}"
            yield Problem(f"queues.{name}.open", f"{text}; give shifts or seats there, or other hours")


def uncovered(spans: list[Span], start: Floats, end: Floats, horizon: float) -> list[Span]:
    """What of the spans, and of the horizon, none of these stretches covers, where it lasts."""
    order = np.argsort(start)
    begins, ends = start[order], np.maximum.accumulate(end[order])
    # One block from where nobody was there before to where nobody is any more.
    new = np.append(True, begins[1:] > ends[:-1])
    blocks = list(zip(begins[new].tolist(), ends[np.append(new[1:], True)].tolist(), strict=True))
    edges = [0.0, *(edge for block in blocks for edge in block), horizon]
    left = []
    for nobody_from, nobody_to in zip(edges[::2], edges[1::2], strict=True):
        for first, last in spans[max(0, bisect_left(spans, (nobody_from,)) - 1) :]:
            if first >= nobody_to:
                break
            at, until = max(first, nobody_from), min(last, nobody_to)
            if until - at >= SHORTEST:
                left.append((at, until))
    return left


def _listed(scenario: Scenario, queue: str, alone: list[Span]) -> str:
    """ "sat 19:30-20:30 (4 days), mon-fri 12:00-12:30 (3 of 20 days, first 2026-03-04)", the longest in all first."""
    clock = scenario.clock
    by_time: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
    seconds: dict[tuple[str, str], float] = defaultdict(float)
    for first, last in alone:
        for day in range(int(np.searchsorted(clock.day_start, first, side="right")) - 1, clock.days):
            if clock.day_start[day] >= last:
                break
            begin, end = max(first, clock.day_start[day]), min(last, clock.day_start[day + 1])
            if end - begin < SHORTEST:
                continue
            hours = _time(scenario, begin), _time(scenario, end) if end < clock.day_start[day + 1] else "24:00"
            by_time[hours].append(clock.dates[day])
            seconds[hours] += end - begin
    listed = [
        f"{_days_text(scenario, queue, by_time[hours], '-'.join(hours))}"
        for hours in sorted(seconds, key=lambda one: (-seconds[one], one))
    ]
    more = len(listed) - MOST_LISTED
    return ", ".join(listed[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _time(scenario: Scenario, elapsed: float) -> str:
    moment = scenario.clock.moment(elapsed)
    return format_time_of_day(moment.hour * 3600.0 + moment.minute * MINUTE + moment.second)


def _days_text(scenario: Scenario, queue: str, dates: list[dt.date], hours: str) -> str:
    if len(dates) == 1:
        return f"{WEEKDAYS[dates[0].weekday()]} {dates[0]} {hours}"
    weekdays = sorted({date.weekday() for date in dates})
    whole = sum(date.weekday() in weekdays and _is_open(scenario, queue, date) for date in scenario.clock.dates)
    of_all = f"{len(dates)} days" if len(dates) >= whole else f"{len(dates)} of {whole} days, first {dates[0]}"
    return f"{weekdays_text(weekdays)} {hours} ({of_all})"


def _is_open(scenario: Scenario, queue: str, date: dt.date) -> bool:
    """Whether it is open at all on a date, be it by the hours of the eve."""
    own = scenario.queue(queue)
    last_night = own.open_spans(date - dt.timedelta(days=1))
    return bool(own.open_spans(date)) or any(end > DAY for _, end in last_night)


def weekdays_text(days: list[int]) -> str:
    """ "mon-fri", "mon, wed"; `days` rise."""
    breaks = [0, *(n for n, (one, other) in enumerate(pairwise(days), 1) if other != one + 1), len(days)]
    runs = [days[first:last] for first, last in pairwise(breaks)]
    return ", ".join(WEEKDAYS[run[0]] + (f"-{WEEKDAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)
