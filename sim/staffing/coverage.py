"""What one head of each column brings, and what is needed, interval by interval of a usual week."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.measures.seat_shares import pools_of, skills_matrix
from sim.measures.sums import spread
from sim.observations import AVAILABLE
from sim.scenario.model import Scenario
from sim.scenario.shift_hours import parts_in_order
from sim.staffing.allowed import Allowed
from sim.staffing.playing import Question
from sim.study.expected.need import Need
from sim.study.prepared import Prepared, prepare
from sim.workforce.pairing import shifts_of_staff
from sim.workforce.people import Agents
from sim.workforce.roster import build_segments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_HEADS = 60
"""Of a column in a census: enough for every week of a rotation to be there as often as any other."""

TRIED = 0.05
"""By so much a target is raised to see what a point of it takes in seats."""


@dataclass(frozen=True)
class Week:
    """The intervals of a usual week: those of the horizon that share weekday and time are one."""

    number: Ints
    """By interval of the horizon."""
    weekday: Ints
    start: tuple[str, ...]
    """By interval of the week."""

    @classmethod
    def of(cls, scenario: Scenario) -> Week:
        clock = scenario.clock
        days = clock.interval_day
        labels = [
            (clock.dates[day].weekday(), clock.start_label(day, index - int(clock.day_first[day])))
            for index, day in enumerate(days.tolist())
        ]
        kinds = sorted(set(labels))
        place = {label: number for number, label in enumerate(kinds)}
        return cls(
            np.array([place[label] for label in labels]), np.array([day for day, _ in kinds]),
            tuple(start for _, start in kinds),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.start)

    def mean(self, table: Floats) -> Floats:
        """A table by interval of the horizon (first axis) as its means over the usual week."""
        total = np.zeros((len(self), *table.shape[1:]))
        np.add.at(total, self.number, table)
        count = np.bincount(self.number, minlength=len(self)).astype(np.float64)
        return np.asarray(total / count.reshape(-1, *[1] * (table.ndim - 1)))


@dataclass(frozen=True)
class Coverage:
    """What the program goes by, as means over a usual week."""

    week: Week
    presence: Floats
    """Intervals of the week × columns: seats of one head."""
    price: Floats
    """By column: pay of one head over the horizon, premiums left out; what proposes, not what is reported."""
    paid_hours: Floats
    need: Floats
    """Intervals of the week × queues: the formula's seats, in fractions."""
    slope: Floats
    """Seats for a further point (1 = 100 %) of the queue's target."""
    work: Floats
    """Intervals of the week × queues: seats that the work of all who come would keep busy without a pause."""
    seats_fixed: Floats
    """Intervals of the week × groups: seats of groups that stay as they are."""
    skills: NDArray[np.bool_]
    """Groups × queues."""
    group: Ints
    """By column."""
    pools: tuple[tuple[int, ...], ...]
    """Queues that share agents."""

    def by_day(self) -> Coverage:
        """The same with whole days as intervals: sums of seats instead of seats."""
        days, number = np.unique(self.week.weekday, return_inverse=True)

        def summed(table: Floats) -> Floats:
            total = np.zeros((len(days), table.shape[1]))
            np.add.at(total, number, table)
            return total

        return replace(
            self, week=Week(number, days, ("",) * len(days)), presence=summed(self.presence), need=summed(self.need),
            slope=summed(self.slope), work=summed(self.work), seats_fixed=summed(self.seats_fixed),
        )  # fmt: skip


def coverage_of(question: Question, prepared: Prepared) -> Coverage:
    """`prepared`: today's plan under its calibration."""
    scenario, allowed = prepared.scenario, question.allowed
    week = Week.of(scenario)
    presence, price, paid = _census(question, week)
    need = Need(prepared)
    exact = week.mean(need.requirement.exact)
    higher = week.mean(Need(_with_targets_raised(prepared)).requirement.exact)
    slope = np.maximum((higher - exact) / TRIED, 0.0)
    # What a target does not move, as work that can wait, is corrected in proportion.
    slope = np.where(slope > 1e-6, slope, exact)
    numbers = {name: scenario.group(name).number for name in scenario.groups}
    seats = week.mean(need.requirement.group_seats)
    free = {numbers[name] for name in allowed.groups}
    seats[:, sorted(free)] = 0.0
    work = need.load.contacts * np.nan_to_num(need.load.handle) / scenario.clock.interval
    return Coverage(
        week, presence, price, paid, exact, slope, week.mean(work), seats, skills_matrix(scenario),
        np.array([numbers[column.group] for column in allowed.columns], dtype=np.int64),
        tuple(tuple(pool) for pool in pools_of(scenario)),
    )  # fmt: skip


def _with_targets_raised(prepared: Prepared) -> Prepared:
    spec = prepared.scenario.spec
    queues = {}
    for queue in prepared.scenario.numbered.queues:
        level = queue.level.model_copy(update={"target": min(queue.level.target + TRIED, 0.999)})
        queues[queue.name] = spec.queues[queue.name].model_copy(update={"service_level": level})
    return replace(prepared, scenario=prepared.scenario.with_spec(queues=queues))


def _census(question: Question, week: Week) -> tuple[Floats, Floats, Floats]:
    """Presence, pay and paid hours of one head of each column: the means over many of them."""
    allowed = question.allowed
    heads = tuple(_heads_of(question, allowed, number) for number in range(len(allowed.columns)))
    scenario = question.scenario(heads)
    prepared = prepare(scenario)
    column = column_of(scenario, prepared.agents, allowed)
    segments = build_segments(scenario, prepared.agents)
    there = segments.take((segments.activity == AVAILABLE) & (column[segments.agent] >= 0))
    first, block = spread(scenario.clock, len(heads), column[there.agent], there.start, there.end)
    seats = np.zeros((scenario.clock.intervals, len(heads)))
    seats[first : first + len(block)] = block / scenario.clock.interval
    members = np.bincount(column[column >= 0], minlength=len(heads)).astype(np.float64)
    hours = prepared.payroll.scheduled.hours.sum(axis=1)
    own = column >= 0
    load = scenario.spec.costs.load
    exchange = prepared.payroll.exchange[prepared.agents.group]
    pay = hours * prepared.agents.wage * load * exchange
    each = np.maximum(members, 1.0)
    return (
        week.mean(seats) / each, np.bincount(column[own], pay[own], len(heads)) / each,
        np.bincount(column[own], hours[own], len(heads)) / each,
    )  # fmt: skip


def _heads_of(question: Question, allowed: Allowed, number: int) -> int:
    """Heads of a column in the census: a multiple of the weeks of its group's rotation."""
    spec = question.base.spec
    group = spec.groups[allowed.columns[number].group]
    weeks = len(spec.rotations[group.rotation].weeks) if group.rotation else 1
    return min(math.lcm(weeks, 6), MOST_HEADS)


def column_of(scenario: Scenario, agents: Agents, allowed: Allowed) -> Ints:
    """By agent, the number of its column; -1 who is in none."""
    place = {(column.group, column.shift, column.hours): n for n, column in enumerate(allowed.columns)}
    found = np.full(len(agents.names), -1)
    for name in allowed.groups:
        one = scenario.group(name)
        members = agents.of_group(one.number)
        shifts = list(parts_in_order(scenario, one.spec))
        contracts = agents.contract_hours[members]
        for member, shift, hours in zip(
            members.tolist(), shifts_of_staff(scenario, one.spec, contracts).tolist(), contracts.tolist(), strict=True
        ):
            found[member] = place.get((name, shifts[shift], None if math.isnan(hours) else hours), -1)
    return found
