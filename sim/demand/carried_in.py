"""Repeats of contacts from before the first day that is played: no center opens to customers without a past."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.demand.contacts import Batch, QueueLaws, drawn, grid_up, joined
from sim.demand.follow_ups import Repeats, mark
from sim.demand.opening import windows_of
from sim.luck import COMES_WHEN, REPEAT, REPEAT_AFTER, next_attempt, uniforms
from sim.observations import Table, taken
from sim.scenario.model import Scenario
from sim.units import DAY

MOST_DAYS = 28
"""Before the first: who comes again later than that is left out."""

OF_THE_DELAYS = 0.99
"""The share of repeats that the days before the first reach back for."""


@dataclass(frozen=True)
class Before:
    """A queue's contacts of each day before the first, and the chance that one of them brings a repeat."""

    number: int
    on: Callable[[int], Batch]
    chance: float
    repeats: Repeats
    unresolvable: float
    """Share of all the queue's cases."""


@dataclass(frozen=True)
class Carried:
    """Second attempts that come to one queue; what they go through again is in their talk not yet."""

    batch: Batch
    born: Table

    def within(self, start: float, end: float) -> Carried:
        now = (self.batch.arrived >= start) & (self.batch.arrived < end)
        return Carried(self.batch.take(now), taken(self.born, now))


def days_back(repeats: Repeats) -> int:
    """Days before the first whose contacts may still come again."""
    longest = float(repeats.after.quantile(np.array([OF_THE_DELAYS]))[0])
    return max(1, math.ceil(min(longest / DAY, MOST_DAYS)))


def carried_in(
    scenario: Scenario, before: Before, laws: list[QueueLaws], first_day: int, customers: int
) -> list[Carried]:
    """Who comes again from the first day on, by the queue they come to: at the times at which follow-ups come."""
    repeats, earliest = before.repeats, first_day - days_back(before.repeats)
    windows = [windows_of(scenario, queue, earliest - 1, scenario.clock.days) for queue in scenario.queues]
    was = joined([before.on(day) for day in range(earliest, first_day)])
    # Whom closed doors turn away does not come again.
    was = was.take(windows[before.number].hold(was.arrived))
    was = was.take(uniforms(next_attempt(was.keys), REPEAT) < before.chance)
    keys = next_attempt(was.keys)
    when = grid_up(was.arrived + drawn(repeats.after, keys, REPEAT_AFTER))
    to, place = repeats.queue(keys, before.number), uniforms(keys, COMES_WHEN)
    told_again = repeats.repeated * laws[before.number].rows(was)["talk"]
    # More of those who come again are beyond everybody than of all.
    unresolvable = before.unresolvable * repeats.share / before.chance
    start, no_interval, found = float(scenario.clock.day_start[first_day]), scenario.clock.intervals, []
    for number in np.unique(to).tolist():
        here = np.flatnonzero(to == number)
        arrived = grid_up(windows[number].within(when[here], place[here]))
        here, arrived = here[arrived >= start], arrived[arrived >= start]
        day = np.clip(np.searchsorted(scenario.clock.day_start, arrived, side="right") - 1, 0, scenario.clock.days - 1)
        batch = Batch(keys[here], was.index[here], no_interval + 1 + day, arrived)
        born = laws[number].rows(batch)
        born["attempt"], born["told_again"] = 2, told_again[here]
        born["repeat_after"] = arrived - was.arrived[here]
        mark(born, np.arange(len(born)), was.keys[here], unresolvable, customers)
        found.append(Carried(batch, born))
    return found
