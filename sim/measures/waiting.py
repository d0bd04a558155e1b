"""Who waits: opening hours and the clocks of limits; of contacts replied to later, how many lie there and how old."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures.elementwise import (
    count,
    counted,
    highest_bit,
    keep_least,
    least,
    most,
    pick,
    whole,
    whole_up,
)
from sim.scenario.model import Scenario
from sim.units import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class OpenHours:
    """Counts the seconds in which any of some queues is open, also before the horizon as far back as a backlog goes."""

    def __init__(self, scenario: Scenario, *queues: str) -> None:
        clock, backlogs = scenario.clock, [scenario.spec.queues[queue].backlog_at_start for queue in queues]
        past = 1 + max((math.ceil(backlog.oldest / DAY) for backlog in backlogs if backlog is not None), default=0)
        edges, total = [clock.elapsed(-past, 0.0)], [0.0]
        for day in range(-past, clock.days):
            date = clock.start + dt.timedelta(days=day)
            for start, end in sorted({span for queue in queues for span in scenario.queue(queue).open_spans(date)}):
                # Last night's hours may reach into today's.
                opens, closes = max(clock.elapsed(day, start), edges[-1]), clock.elapsed(day, end)
                if closes > opens:
                    edges += [opens, closes]
                    total += [total[-1], total[-1] + closes - opens]
        self.edges, self.total = np.array(edges), np.array(total)

    def between(self, start: Floats, end: Floats) -> Floats:
        return np.asarray(np.interp(end, self.edges, self.total) - np.interp(start, self.edges, self.total))


def open_seconds(scenario: Scenario, queues: list[str]) -> float:
    """Seconds of the horizon in which any of these queues is open."""
    return float(OpenHours(scenario, *queues).between(np.zeros(1), np.array([scenario.clock.end]))[0])


def open_parts(scenario: Scenario) -> Floats:
    """Share of each interval in which a group's queues are open, the live ones if it has any; intervals × groups.

    Staff time of an interval that opens or closes in its midst is taken to lie evenly in it.
    """
    clock, of_queues = scenario.clock, dict[tuple[str, ...], Floats]()
    edges = np.asarray(np.arange(clock.intervals + 1) * clock.interval, dtype=np.float64)
    parts = np.zeros((clock.intervals, len(scenario.groups)))
    for group in scenario.numbered.groups:
        live = [queue for queue in group.queues if queue.is_live]
        queues = tuple(queue.name for queue in live or group.queues)
        if queues not in of_queues:
            of_queues[queues] = OpenHours(scenario, *queues).between(edges[:-1], edges[1:]) / clock.interval
        parts[:, group.number] = of_queues[queues]
    return parts


class OpenTable(NamedTuple):
    """Several opening hours, one behind the other: those of number n stand at `first[n]` up to `first[n + 1]`."""

    edges: Floats
    total: Floats
    first: Ints


NO_HOURS = -1


def table_of_hours(hours: list[OpenHours]) -> OpenTable:
    first = np.cumsum([0, *(len(one.edges) for one in hours)])
    return OpenTable(np.concatenate([one.edges for one in hours]), np.concatenate([one.total for one in hours]), first)


class Lying(NamedTuple):
    """What a backlog notes, for the rule that fills it."""

    column: list[int]
    """By queue; -1 for a live one."""
    interval: float
    intervals: int
    steps: Floats
    """Intervals and the end × deferred queues: how many contacts more than before."""
    earliest: Floats
    """Powers of two × intervals × deferred queues."""


@counted
def lie_there(lying: Lying, queue: int, arrived: float, ended: float, still_open: bool) -> None:
    """Contacts lie there from their arrival until they end; those still open, beyond the horizon."""
    column = lying.column[queue]
    first = whole(most(arrived, 0.0) / lying.interval)
    last = whole_up(ended / lying.interval) - 1
    last = pick(still_open, lying.intervals, least(last, lying.intervals))
    lies = (column >= 0) & (last > first)
    count(lying.steps, lies, first, column, 1.0)
    count(lying.steps, lies, last, column, -1.0)
    level = highest_bit(most(last - first, 1))
    keep_least(lying.earliest, lies, level, first, column, arrived)
    keep_least(lying.earliest, lies, level, last - (1 << level), column, arrived)


class BacklogOf(NamedTuple):
    """What a replication's backlog starts from."""

    column: Ints
    """By queue: its place among the deferred ones, -1 for others; then how many there are."""
    queues: int
    interval: float
    intervals: int


def backlog_of(scenario: Scenario) -> BacklogOf:
    clock, queues = scenario.clock, scenario.uses.deferred
    column = np.full(len(scenario.queues), -1)
    column[[scenario.queue(queue).number for queue in queues]] = np.arange(len(queues))
    return BacklogOf(column, len(queues), clock.interval, clock.intervals)


class Backlog:
    """What lies unanswered at each interval's end, from rows that come in the order in which contacts end.

    The oldest is the smallest time of arrival among the contacts that cover an interval's end: each covers a range of
    them, noted as two overlapping ranges of 2ⁿ, so that memory does not grow with the contacts.
    """

    def __init__(self, of: BacklogOf) -> None:
        column: Any = of.column
        steps = np.zeros((of.intervals + 1, of.queues))
        earliest = np.full((of.intervals.bit_length() if of.queues else 0, of.intervals, of.queues), np.inf)
        self.lying = Lying(column, of.interval, of.intervals, steps, earliest)

    def contacts(self) -> Floats:
        """Contacts at each interval's end; intervals × deferred queues."""
        return np.asarray(np.cumsum(self.lying.steps[:-1], axis=0))

    def oldest(self) -> Floats:
        """Seconds since the arrival of the oldest at each interval's end, 0 where there is none; as `contacts`."""
        if not len(self.lying.earliest):
            return np.zeros(self.lying.steps[:-1].shape)
        earliest = self.lying.earliest[-1]
        for level in range(len(self.lying.earliest) - 1, 0, -1):
            half = 1 << (level - 1)
            halves = np.minimum(self.lying.earliest[level - 1], earliest)
            halves[half:] = np.minimum(halves[half:], earliest[:-half])
            earliest = halves
        ends = np.arange(1, self.lying.intervals + 1)[:, None] * self.lying.interval
        return np.where(np.isfinite(earliest), ends - earliest, 0.0)
