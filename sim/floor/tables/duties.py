"""The roster lowered to duty rows by time: who is to do what when, when queues close, when seats come and go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.opening import open_seconds
from sim.floor.tables.layout import blank, table_of
from sim.floor.tables.part_seats import Floats, changes_of_seats
from sim.floor.tables.records import ASSIGN, CLOSE, OPEN_QUEUE, SEAT_OFF, SEAT_ON, Duty
from sim.observations import AVAILABLE, BREAK, OFF, Table, stacked, taken
from sim.scenario.model import Scenario
from sim.scenario.slots import over_horizon
from sim.workforce.segments import Segments


@dataclass(frozen=True)
class Duties:
    """The duty rows of the whole horizon, by time."""

    rows: Table
    first_of_day: NDArray[np.int64]
    days_before: int = 0
    """The horizon's: days from -1 down have rows too."""

    def day(self, day: int) -> Table:
        number = day + self.days_before
        return self.rows[self.first_of_day[number] : self.first_of_day[number + 1]]


def lower_duties(scenario: Scenario, segments: Segments) -> Duties:
    """Closing and opening times, seats and rosters as one list of (time, what, who, activity, length)."""
    return _by_day(scenario, stacked([fixed_duties(scenario).rows, roster_duties(segments)]))


def fixed_duties(scenario: Scenario) -> Duties:
    """Closing and opening times, and seats: what does not depend on who is there."""
    return _by_day(scenario, table_of(Duty, [*_closing_rows(scenario), *_seat_rows(scenario)]))


def _by_day(scenario: Scenario, rows: Table) -> Duties:
    rows = by_time(taken(rows, rows["time"] < scenario.clock.end))
    return Duties(rows, np.searchsorted(rows["time"], scenario.clock.day_start, side="left"))


def by_time(duties: Table) -> Table:
    """The same duty rows in the order of time; those of one moment stay in theirs."""
    return taken(duties, np.argsort(duties["time"], kind="stable"))


def roster_duties(segments: Segments) -> Table:
    """Duty rows of scheduled stretches, agent by agent.

    A break before work lasts its length from when it truly starts, so the work needs no row of its own. Any other break
    ends with the next row: nobody returns to work between a break and a meeting, or going home.
    """
    agent, start, end, activity = segments.agent, segments.start, segments.end, segments.activity
    count = len(agent)
    same = agent[1:] == agent[:-1]
    adjoins = same & (start[1:] == end[:-1])
    # Each stretch has two places: how it begins, and that it ends in nothing.
    said = np.ones((count, 2), np.bool_)
    back_to_work = adjoins & (activity[:-1] == BREAK) & (activity[1:] == AVAILABLE)
    said[1:, 0] = ~back_to_work
    said[:-1, 1] = ~(same & (start[1:] <= end[:-1]))
    stretch, ends = said.nonzero()
    rows = blank(Duty, len(stretch))
    rows["what"], rows["who"] = ASSIGN, agent[stretch]
    rows["time"] = np.where(ends, end[stretch], start[stretch])
    rows["activity"] = np.where(ends, OFF, activity[stretch])
    lasts = np.zeros(count)
    pauses = back_to_work.nonzero()[0]
    lasts[pauses] = end[pauses] - start[pauses]
    rows["length"] = np.where(ends, 0.0, lasts[stretch])
    return rows


Row = tuple[float, int, int, int, float]


def _closing_rows(scenario: Scenario) -> list[Row]:
    """When queues close, and open, for whom it matters: those cut off at closing, and those sent on to the queue."""
    rows: list[Row] = []
    for queue in scenario.numbered.queues:
        is_target = queue.ways_in and queue.is_live
        if queue.spec.at_close == "cut off" or is_target:
            spans = {span for day in range(scenario.clock.days) for span in open_seconds(scenario, queue.name, day)}
            reopened, closed = {start for start, _ in spans}, {end for _, end in spans}
            rows += [(end, CLOSE, queue.number, 0, 0.0) for _, end in spans if end not in reopened]
            if is_target:
                starts = [start for start, _ in spans if start > 0.0 and start not in closed]
                rows += [(start, OPEN_QUEUE, queue.number, 0, 0.0) for start in starts]
    return sorted(rows)


def _seat_rows(scenario: Scenario) -> list[Row]:
    """One row per seat that comes or goes: at the start of an interval, or within one where seats are fractions."""
    clock = scenario.clock
    rows: list[Row] = []
    for group in scenario.numbered.groups:
        if group.name not in scenario.data.seats:
            continue
        on = 0
        seats = seats_by_interval(scenario, group.name)
        for time, wanted in changes_of_seats(seats, clock.interval_day, clock.interval):
            rows += [(time, SEAT_ON if wanted > on else SEAT_OFF, group.number, 0, 0.0)] * abs(wanted - on)
            on = wanted
    return rows


def seats_by_interval(scenario: Scenario, group: str) -> Floats:
    """The seats of a group that is given as seats; none on its days off."""
    clock, seats, days_off = scenario.clock, scenario.data.seats[group], scenario.group(group).days_off
    works = np.array([date not in days_off for date in clock.dates])
    return np.where(works[clock.interval_day], over_horizon(seats, clock), 0.0)
