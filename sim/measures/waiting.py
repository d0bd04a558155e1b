"""Who waits: opening hours and the clocks of limits; of contacts replied to later, how many lie there and how old."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.scenario.language.handling import ServiceLevel
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
        self._edges, self._total = np.array(edges), np.array(total)

    def between(self, start: Floats, end: Floats) -> Floats:
        return np.asarray(np.interp(end, self._edges, self._total) - np.interp(start, self._edges, self._total))


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


class WaitingLine:
    """Seconds that contacts of live queues wait while their queue is open: over its open seconds, the mean number."""

    def __init__(self, scenario: Scenario) -> None:
        self._end = scenario.clock.end
        self._hours = {
            queue.number: OpenHours(scenario, queue.name) for queue in scenario.numbered.queues if queue.is_live
        }

    def seconds(self, queue: Ints, arrived: Floats, until: Floats, counted: NDArray[np.bool_]) -> Floats:
        """Per contact, within the horizon; 0 for those that do not count, or do not wait."""
        result = np.zeros(len(queue))
        chosen = np.flatnonzero(counted & (until > arrived))
        for number, hours in self._hours.items():
            own = chosen[queue[chosen] == number]
            if len(own):
                result[own] = hours.between(np.maximum(arrived[own], 0.0), np.minimum(until[own], self._end))
        return result


class ReplyClocks:
    """The clocks by which the limits of deferred queues run, by queue number; those not named here never stop."""

    def __init__(self, scenario: Scenario, levels: Mapping[str, ServiceLevel]) -> None:
        self._hours = {
            scenario.queue(queue).number: OpenHours(scenario, queue)
            for queue, level in levels.items()
            if level.clock == "open" and not scenario.queue(queue).is_live
        }

    def wait(self, queue: Ints, arrived: Floats, until: Floats) -> Floats:
        wait = until - arrived
        for number, hours in self._hours.items():
            own = queue == number
            wait[own] = hours.between(arrived[own], until[own])
        return wait


class Backlog:
    """What lies unanswered at each interval's end, from rows that come in the order in which contacts end.

    The oldest is the smallest time of arrival among the contacts that cover an interval's end: each covers a range of
    them, noted as two overlapping ranges of 2ⁿ, so that memory does not grow with the contacts.
    """

    def __init__(self, scenario: Scenario) -> None:
        clock, queues = scenario.clock, scenario.uses.deferred
        self._interval, self._intervals = clock.interval, clock.intervals
        self._column = np.full(len(scenario.queues), -1)
        self._column[[scenario.queue(queue).number for queue in queues]] = np.arange(len(queues))
        self._steps = np.zeros((clock.intervals + 1, len(queues)))
        levels = clock.intervals.bit_length() if queues else 0
        self._earliest = np.full((levels, clock.intervals, len(queues)), np.inf)

    def add(self, queue: Ints, arrived: Floats, ended: Floats, still_open: NDArray[np.bool_]) -> None:
        """Contacts lie there from their arrival until they end; those still open, beyond the horizon."""
        column = self._column[queue]
        chosen = column >= 0
        if not chosen.any():
            return
        column, arrived = column[chosen], arrived[chosen]
        first = np.floor(np.maximum(arrived, 0.0) / self._interval).astype(np.int64)
        last = np.ceil(ended[chosen] / self._interval).astype(np.int64) - 1
        last = np.where(still_open[chosen], self._intervals, np.minimum(last, self._intervals))
        lies = last > first
        column, arrived, first, last = column[lies], arrived[lies], first[lies], last[lies]
        np.add.at(self._steps, (first, column), 1.0)
        np.add.at(self._steps, (last, column), -1.0)
        level = np.frexp((last - first).astype(np.float64))[1].astype(np.int64) - 1
        np.minimum.at(self._earliest, (level, first, column), arrived)
        np.minimum.at(self._earliest, (level, last - (1 << level), column), arrived)

    def contacts(self) -> Floats:
        """Contacts at each interval's end; intervals × deferred queues."""
        return np.asarray(np.cumsum(self._steps[:-1], axis=0))

    def oldest(self) -> Floats:
        """Seconds since the arrival of the oldest at each interval's end, 0 where there is none; as `contacts`."""
        if not len(self._earliest):
            return np.zeros(self._steps[:-1].shape)
        earliest = self._earliest[-1]
        for level in range(len(self._earliest) - 1, 0, -1):
            half = 1 << (level - 1)
            halves = np.minimum(self._earliest[level - 1], earliest)
            halves[half:] = np.minimum(halves[half:], earliest[:-half])
            earliest = halves
        ends = np.arange(1, self._intervals + 1)[:, None] * self._interval
        return np.where(np.isfinite(earliest), ends - earliest, 0.0)
