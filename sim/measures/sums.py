"""Observations folded into sums: per interval (or typical week) and day, per queue and group. Ratios come last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.clock import Clock
from sim.observations import Table
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUEUE_SUMS = (
    "offered", "answered", "within", "abandoned", "abandoned_within", "abandoned_short", "balked", "blocked", "refused",
    "cut_off", "wait_answered", "wait", "waited", "handled", "talk", "hold", "wrap", "resolved", "connected",
)  # fmt: skip
"""By interval of arrival. `within`: answered within the queue's limit; `abandoned_within`, `abandoned_short`: gave up
with 0 < wait ≤ the limit, ≤ the short-abandon threshold; `waited`: contacts whose whole wait is known."""

GROUP_SUMS = (
    "answered", "handled", "talk", "hold", "wrap", "resolved",
    "handling", "available", "overrun", "shift_overrun", "off_duty_paid",
)  # fmt: skip
"""The first six by interval of arrival, the rest by the clock, in agent seconds: `handling` a contact, `available`
(signed on, handling or idle), `overrun` past a break or shift end, `shift_overrun` past a shift's end alone."""

DATED_SUMS = ("offered", "answered", "within", "abandoned_within", "abandoned_short", "blocked", "work", "handled")
"""What is kept of every dated interval, however long the horizon: need and targets are judged where they fall."""

WAIT_EDGES: Floats = np.concatenate([[0.0], np.arange(1.0, 121.0), 120.0 * 1.02 ** np.arange(1, 370)])
"""Upper edges of the fixed bins of waits, in seconds; the first bin holds waits of exactly 0."""


@dataclass(frozen=True)
class Slots:
    """How intervals are reported: each by its date, or gathered in a typical week per month."""

    of_interval: Ints
    labels: tuple[tuple[str, str], ...]
    """(date or "2026-03 mon", start) per slot."""
    occurrences: Ints
    """Intervals that each slot gathers."""

    @property
    def count(self) -> int:
        return len(self.labels)


LONGEST_BY_DATE = 56


def slots_of(scenario: Scenario) -> Slots:
    clock = scenario.clock
    mode = scenario.spec.results.intervals
    by_date = mode == "date" or (mode == "auto" and clock.days <= LONGEST_BY_DATE)
    numbers: dict[tuple[str, str], int] = {}
    of_interval = np.empty(clock.intervals, np.int64)
    for day, date in enumerate(clock.dates):
        # Closed days would thin out the typical week.
        kind = "closed" if date in scenario.closed_days else f"{date:%a}".lower()
        name = date.isoformat() if by_date else f"{date:%Y-%m} {kind}"
        first = int(clock.day_first[day])
        for position in range(int(clock.day_first[day + 1]) - first):
            label = (name, clock.start_label(day, position))
            of_interval[first + position] = numbers.setdefault(label, len(numbers))
    return Slots(of_interval, tuple(numbers), np.bincount(of_interval, minlength=len(numbers)))


@dataclass
class Sums:
    """One replication's sums. Slots × queues × QUEUE_SUMS and so on; `waits` is queues × bins of everybody's wait."""

    queue_slots: Floats
    queue_days: Floats
    group_slots: Floats
    group_days: Floats
    waits: Floats
    shift_overrun: Floats
    """Paid seconds past the end of the shift; agents × days."""
    dated: Floats
    """Intervals of the horizon × queues × DATED_SUMS."""
    signed_on: Floats
    """Agent seconds; intervals of the horizon × groups."""


class Folder:
    """Takes observations as they come and keeps only sums: memory does not grow with the horizon."""

    def __init__(self, scenario: Scenario, slots: Slots, agents: int) -> None:
        clock = scenario.clock
        self._clock, self._slots = clock, slots
        queues, groups = len(scenario.queues), len(scenario.groups)
        levels = [queue.service_level for queue in scenario.spec.queues.values()]
        self._within = np.array([level.within for level in levels])
        self._short = np.array([level.short_abandon for level in levels])
        self.sums = Sums(
            np.zeros((slots.count, queues, len(QUEUE_SUMS))),
            np.zeros((clock.days, queues, len(QUEUE_SUMS))),
            np.zeros((slots.count, groups, len(GROUP_SUMS))),
            np.zeros((clock.days, groups, len(GROUP_SUMS))),
            np.zeros((queues, len(WAIT_EDGES) + 1)),
            np.zeros((agents, clock.days)),
            np.zeros((clock.intervals, queues, len(DATED_SUMS))),
            np.zeros((clock.intervals, groups)),
        )

    def contacts(self, rows: Table) -> None:
        """Fold contact rows into the interval of arrival, and their handling into the clock's intervals."""
        if not len(rows):
            return
        outcome, queue, group = rows["outcome"].copy(), rows["queue"].copy(), rows["group"].copy()
        arrived, answered_at, ended = rows["arrived"].copy(), rows["answered"].copy(), rows["ended"].copy()
        hung_up, hold = rows["hung_up"], rows["hold"]
        interval = (arrived / self._clock.interval).astype(np.int64)
        answered = (outcome == obs.ANSWERED) | (outcome == obs.IN_HAND)
        handled = outcome == obs.ANSWERED
        gave_up = (outcome == obs.ABANDONED) & (ended > arrived)
        lost = (outcome == obs.ABANDONED) | (outcome == obs.BALKED) | (outcome == obs.CUT_OFF)
        wait = np.where(answered, answered_at, ended) - arrived
        limit, short = self._within[queue], self._short[queue]
        # A contact that the end of the horizon finds waiting counts only once its limit has passed.
        offered = answered | lost | ((outcome == obs.WAITING) & (wait >= limit))
        waited = answered | lost
        talk = np.where(handled, hung_up - answered_at - hold, 0.0)
        wrap = np.where(handled, ended - hung_up, 0.0)
        held = np.where(handled, hold, 0.0)
        resolved = handled & (rows["resolved"] == 1)
        connected = np.where(answered, np.minimum(hung_up, self._clock.end), ended) - arrived
        columns = (
            offered, answered, answered & (wait <= limit), lost, gave_up & (wait <= limit), gave_up & (wait <= short),
            outcome == obs.BALKED, outcome == obs.BLOCKED, outcome == obs.REFUSED, outcome == obs.CUT_OFF,
            np.where(answered, wait, 0.0), np.where(waited, wait, 0.0), waited,
            handled, talk, held, wrap, resolved, connected,
        )  # fmt: skip
        first, block = self._add_by_arrival(self.sums.queue_slots, self.sums.queue_days, interval, queue, columns)
        by_name = {name: block[:, :, k] for k, name in enumerate(QUEUE_SUMS)}
        by_name["work"] = by_name["talk"] + by_name["hold"] + by_name["wrap"]
        for k, name in enumerate(DATED_SUMS):
            self.sums.dated[first : first + len(block), :, k] += by_name[name]
        by_group = tuple(column[answered] for column in (answered, handled, talk, held, wrap, resolved))
        self._add_by_arrival(self.sums.group_slots, self.sums.group_days, interval[answered], group[answered], by_group)
        bins = np.where(wait == 0.0, 0, np.searchsorted(WAIT_EDGES, wait, side="left"))[waited]
        width = self.sums.waits.shape[1]
        self.sums.waits += np.bincount(queue[waited] * width + bins, minlength=self.sums.waits.size).reshape(-1, width)
        self._add_by_clock(
            "handling", group[answered], answered_at[answered], np.minimum(ended[answered], self._clock.end)
        )

    def presence(self, rows: Table) -> None:
        """Fold presence rows into the clock's intervals."""
        activity = rows["activity"]
        for name, chosen in (
            ("available", activity == obs.AVAILABLE),
            ("overrun", activity >= obs.OVERRUN),
            ("shift_overrun", activity == obs.OVERRUN + obs.OFF),
        ):
            picked = rows[chosen]
            self._add_by_clock(name, picked["group"], picked["began"], picked["ended"])
        late = rows[activity == obs.OVERRUN + obs.OFF]
        day = self._clock.interval_day[(late["began"] / self._clock.interval).astype(np.int64)]
        np.add.at(self.sums.shift_overrun, (late["agent"], day), late["ended"] - late["began"])

    def _add_by_arrival(
        self,
        slots: Floats,
        days: Floats,
        interval: Ints,
        entity: Ints,
        columns: tuple[NDArray[np.generic], ...],
    ) -> tuple[int, Floats]:
        """Add columns by interval and entity; the block added, and its first interval."""
        if not len(interval):
            return 0, np.zeros((0, slots.shape[1], len(columns)))
        entities = slots.shape[1]
        first, last = int(interval.min()), int(interval.max()) + 1
        key = (interval - first) * entities + entity
        block = np.empty((last - first, entities, len(columns)))
        for number, column in enumerate(columns):
            weights = None if column.dtype == bool and column.all() else column.astype(np.float64, copy=False)
            block[:, :, number] = np.bincount(key, weights, (last - first) * entities).reshape(-1, entities)
        np.add.at(slots[:, :, : len(columns)], self._slots.of_interval[first:last], block)
        np.add.at(days[:, :, : len(columns)], self._clock.interval_day[first:last], block)
        return first, block

    def _add_by_clock(self, name: str, group: Ints, start: Floats, end: Floats) -> None:
        if not len(group):
            return
        number = GROUP_SUMS.index(name)
        first, block = spread(self._clock, self.sums.group_slots.shape[1], group, start, end)
        last = first + len(block)
        np.add.at(self.sums.group_slots[:, :, number], self._slots.of_interval[first:last], block)
        np.add.at(self.sums.group_days[:, :, number], self._clock.interval_day[first:last], block)
        if name == "available":
            self.sums.signed_on[first:last] += block


def spread(clock: Clock, entities: int, entity: Ints, start: Floats, end: Floats) -> tuple[int, Floats]:
    """Seconds of [start, end) per clock interval: (first interval, intervals × entities)."""
    length = clock.interval
    i = (start / length).astype(np.int64)
    last = np.minimum(np.maximum(np.ceil(end / length).astype(np.int64) - 1, i), clock.intervals - 1)
    first = int(i.min())
    width = int(last.max()) - first + 1
    block = np.zeros(width * entities)
    while len(i):
        seconds = np.minimum(end, (i + 1) * length) - np.maximum(start, i * length)
        block += np.bincount((i - first) * entities + entity, seconds, len(block))
        more = i < last
        i, last, entity, start, end = i[more] + 1, last[more], entity[more], start[more], end[more]
    return first, block.reshape(width, entities)
