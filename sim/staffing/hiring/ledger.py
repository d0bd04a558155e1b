"""The ledger of heads as it is expected: no luck, people in fractions, by the laws that the workforce plays by.

A class of n offers with show-up s, drop-out d and a licence passed by p is n·s·(1−d)·p people on the floor after its
training, and times exp(−Σ λ) after days of attrition at the rates λ: linear in n. Left out, for they are much alike
under every plan: promotions and moves between groups, and who is absent. Learning by contacts goes by the ramp's own
contacts a week.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.language.workforce import Hiring
from sim.scenario.model import Scenario
from sim.workforce.attrition import Leaving
from sim.workforce.hiring import NO_DAY, Ways, day_number, whole_days
from sim.workforce.people import Agents
from sim.workforce.ramp import ramp_of_all

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Offered:
    """So many offers of a class that start on a day; numbers since the horizon's first."""

    hiring: Hiring
    day: int
    offers: float


@dataclass(frozen=True)
class Heads:
    """Expected people, days × groups."""

    training: Floats
    floor: Floats
    effective: Floats
    """Those on the floor, in proficient agents: by their speed, and without the mentors' time."""
    hired: float
    """People who started over the horizon."""


class Cohorts:
    """People who go the same way, each with a weight: the starting staff one by one, classes, and an order's hires."""

    def __init__(self, scenario: Scenario, agents: Agents, classes: Sequence[Offered]) -> None:
        spec, self._scenario = scenario.spec, scenario
        self._entries = [*spec.hiring.values(), *(one.hiring for one in classes)]
        self._ways = Ways(self._entries, scenario.clock.start)
        self._entry_group = np.array([scenario.group(entry.group).number for entry in self._entries], np.int64)
        self._lead = np.array([_mentors(entry) for entry in self._entries])
        start = scenario.clock.start
        fixed = [
            (n, int(day_number(entry.starts, start)), float(entry.offers or 0))
            for n, entry in enumerate(spec.hiring.values())
            if entry.is_class
        ]
        new = [(len(spec.hiring) + n, one.day, one.offers) for n, one in enumerate(classes)]
        self._classes = [(n, day, offers * self._entries[n].show_up) for n, day, offers in (*fixed, *new)]
        there = agents.starting
        self.group = agents.group[there]
        self.hired = -np.round(agents.tenure_weeks[there] * 7.0)
        self.weight = np.ones(len(self.group))
        self.entry = np.full(len(self.group), -1)
        self.floor_from, self.learns_from = self.hired.copy(), self.hired.copy()
        self.until = np.full(len(self.group), NO_DAY)
        self._second = np.zeros(len(self.group), np.bool_)
        self.started = 0.0

    def classes(self, day: int) -> list[tuple[int, float]]:
        """(entry, people) of the classes that begin today."""
        return [(n, people) for n, on, people in self._classes if on == day]

    def begin(self, day: int, hires: Sequence[tuple[int, float]]) -> None:
        """So many people of each entry start."""
        for entry, people in hires:
            if people <= 0.0:
                continue
            ways, self.started = self._ways, self.started + people
            floor = day + ways.training_days[entry]
            ways_in = [(people, floor, False)]
            if ways.licence_pass[entry] < 1.0 and ways.retake_days[entry] < NO_DAY:
                again = people * (1.0 - ways.licence_pass[entry])
                ways_in = [(people - again, floor, False), (again, floor + ways.retake_days[entry], True)]
            for weight, floor_from, second in ways_in:
                self._add(entry, day, weight, floor_from, second)

    def _add(self, entry: int, day: int, weight: float, floor_from: float, second: bool) -> None:
        new = {
            "group": self._entry_group[entry], "hired": float(day), "weight": weight, "entry": entry,
            "floor_from": floor_from, "learns_from": floor_from + self._ways.nesting_days[entry],
            "until": self._ways.until[entry], "_second": second,
        }  # fmt: skip
        for name, value in new.items():
            setattr(self, name, np.append(getattr(self, name), value))

    def pass_training(self, day: int) -> Floats:
        """Whose training ends takes the licence; those who fail for good, by group."""
        ends = np.flatnonzero((self.floor_from == day) & (self.entry >= 0))
        # Who tries once only fails once; the weights of second tries are those of a first that failed.
        passes = self._ways.licence_pass[self.entry[ends]]
        sure = ~self._second[ends] & (self._ways.retake_days[self.entry[ends]] < NO_DAY)
        failed = self.weight[ends] * np.where(sure, 0.0, 1.0 - passes)
        self.weight[ends] -= failed
        return _sums(self.group[ends], failed, len(self._scenario.groups))

    def evening(self, day: int, leaving: Leaving, date: dt.date, occupancy: Floats) -> Floats:
        """The day's drop-outs and leavers go; by group, those who leave a vacancy."""
        training = (self.floor_from > day) & (self.entry >= 0)
        rate = np.zeros(len(self.weight))
        rate[~training] = leaving.chance(date, self.group[~training], day - self.hired[~training], occupancy)
        own, days = self.entry[training], self._ways.training_days[self.entry[training]]
        # Drop-outs spread evenly over the training; what is left of it falls by 1/length of the whole a day.
        gone = self._ways.dropout[own] / np.maximum(days, 1.0)
        so_far = np.minimum(day - self.hired[training], days) * gone
        rate[training] = np.where(day - self.hired[training] < days, gone / (1.0 - so_far), 0.0)
        lost = self.weight * rate
        self.weight = np.where(self.until <= day, 0.0, self.weight - lost)
        return self.by_group(lost)

    def speeds(self, day: int) -> Floats:
        """Of those on the floor, relative to a proficient agent; a nester without the mentor's time."""
        speed = np.ones(len(self.weight))
        for name, ramp in self._scenario.spec.ramp.items():
            mine = np.array([group.spec.ramp == name for group in self._scenario.numbered.groups])[self.group]
            weeks = np.maximum(day - self.learns_from[mine], 0.0) / 7.0
            a_week = 1.0 if ramp.by == "weeks" else ramp.contacts_a_week or 0.0
            speed[mine] = ramp_of_all(ramp, weeks * a_week)[0]
        nesting = (self.learns_from > day) & (self.entry >= 0)
        speed[nesting] = self._ways.nesting[0, self.entry[nesting]] - self._lead[self.entry[nesting]]
        return speed

    def by_group(self, values: Floats) -> Floats:
        return _sums(self.group, values, len(self._scenario.groups))


def _sums(group: Ints, values: Floats, groups: int) -> Floats:
    return np.asarray(np.bincount(group, values, groups), np.float64)


def _mentors(entry: Hiring) -> float:
    """Of an agent, for each nester."""
    nesting = entry.nesting
    if nesting is None or not nesting.mentor_per:
        return 0.0
    return (nesting.mentor_share or 0.0) / nesting.mentor_per


def expected_heads(scenario: Scenario, agents: Agents, occupancy: Floats, classes: Sequence[Offered] = ()) -> Heads:
    """Of a plan with these classes on top. `occupancy`: days × groups, over the last weeks; NaN where not known."""
    cohorts, leaving, orders = Cohorts(scenario, agents, classes), Leaving(scenario), _Orders(scenario)
    days, groups = scenario.clock.days, len(scenario.groups)
    training, floor, effective = np.zeros((3, days, groups))
    for day, date in enumerate(scenario.clock.dates):
        orders.lost(day, day, cohorts.pass_training(day) + _known_leavers(scenario, cohorts, date))
        cohorts.begin(day, cohorts.classes(day))
        employed = cohorts.by_group(cohorts.weight)
        cohorts.begin(day, orders.due(day, employed))
        in_training = (cohorts.floor_from > day) & (cohorts.entry >= 0)
        training[day] = cohorts.by_group(cohorts.weight * in_training)
        there = cohorts.weight * ~in_training
        floor[day] = cohorts.by_group(there)
        effective[day] = cohorts.by_group(there * cohorts.speeds(day))
        orders.lost(day, day + 1, cohorts.evening(day, leaving, date, occupancy[day]))
    return Heads(training, floor, effective, cohorts.started)


def _known_leavers(scenario: Scenario, cohorts: Cohorts, date: dt.date) -> Floats:
    """Those known to leave today go, as a share of their group; by group."""
    gone = np.zeros(len(scenario.groups))
    for group in scenario.numbered.groups:
        number = sum(leaver.heads or 1 for leaver in group.spec.leavers.values() if leaver.on == date)
        own = cohorts.group == group.number
        whole = float(cohorts.weight[own].sum())
        if number and whole:
            gone[group.number] = min(number, whole)
            cohorts.weight[own] *= 1.0 - gone[group.number] / whole
    return gone


class _Orders:
    """Vacancies of standing orders, in fractions (`workforce.hiring.Recruiting` has them whole)."""

    def __init__(self, scenario: Scenario) -> None:
        start, days = scenario.clock.start, scenario.clock.days
        self._orders = [
            (n, scenario.group(entry.group).number, entry)
            for n, entry in enumerate(scenario.spec.hiring.values())
            if not entry.is_class
        ]
        self._first = {n: day_number(entry.first, start, -NO_DAY) for n, _, entry in self._orders}
        self._last = {n: day_number(entry.last, start) for n, _, entry in self._orders}
        self._due = {n: np.zeros(days + 1) for n, _, _ in self._orders}

    def _open(self, n: int, day: int, due: float) -> int | None:
        """The day on which a vacancy of today is filled, if it is in the horizon."""
        inside = self._first[n] <= day <= self._last[n] and due < len(self._due[n])
        return int(due) if inside else None

    def lost(self, day: int, gone: int, leavers: Floats) -> None:
        for n, group, entry in self._orders:
            filled = self._open(n, day, gone + whole_days(entry.vacancy))
            if entry.replace is not None and filled is not None:
                self._due[n][filled] += leavers[group]

    def due(self, day: int, heads: Floats) -> list[tuple[int, float]]:
        for n, group, entry in self._orders:
            missing = (entry.hold or 0) - heads[group] - self._due[n][day:].sum()
            filled = self._open(n, day, day + whole_days(entry.vacancy))
            if missing > 0.0 and filled is not None:
                self._due[n][filled] += missing
        return [(n, float(self._due[n][day])) for n, _, _ in self._orders]
