"""What contracts call for, and what the roster gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.workforce.people import Agents
from sim.workforce.roster import Roster

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


MOST_OFF = 0.02
"""Of a contract: a roster that differs by more is reported."""


@dataclass(frozen=True)
class ContractPlayed:
    """The people of a group with the same contract."""

    group: str
    hours: float
    """Of the contract, a week."""
    heads: int
    rostered: float
    """Hours that a full week of the roster pays each of them, mean over heads and rotation; no day off in it."""

    @property
    def off_by(self) -> float:
        """Relative to the contract."""
        return self.rostered / self.hours - 1.0

    @property
    def is_off(self) -> bool:
        return abs(self.off_by) > MOST_OFF


def contracts_played(scenario: Scenario, agents: Agents, roster: Roster, who: Bools) -> tuple[ContractPlayed, ...]:
    """Group by group, the longest contract first; of those of `who` (per agent) that have one."""
    found = []
    for number, group in enumerate(scenario.groups):
        own = np.flatnonzero(who & (agents.group == number) & np.isfinite(roster.hours_a_week))
        contracts = agents.contract_hours[own]
        for hours in np.unique(contracts[np.isfinite(contracts)])[::-1].tolist():
            some = own[contracts == hours]
            found.append(ContractPlayed(group, hours, len(some), float(roster.hours_a_week[some].mean())))
    return tuple(found)


def have_contracts(scenario: Scenario, agents: Agents) -> Bools:
    """By group, whether the file gives anybody's contract hours."""
    given = np.bincount(agents.group, np.isfinite(agents.contract_hours), len(scenario.groups))
    return np.asarray(given > 0)


def weekly_contracts(contracts: Floats, full_time: float) -> Floats:
    """Hours a week by which people are counted: whoever has no contract counts as full time."""
    return np.where(np.isnan(contracts), full_time, contracts)


def parts_of_week(scenario: Scenario) -> Floats:
    """Days × groups: the part of a week's contract hours that falls on each date.

    Even over the weekdays on which the group works at all; none on its days off, for which no contract calls.
    """
    dates = scenario.clock.dates
    weekday = np.array([date.weekday() for date in dates])
    columns = []
    for name in scenario.groups:
        works = np.isin(np.arange(7), _working_days(scenario, name))
        off = scenario.group(name).days_off
        open_ = np.array([date not in off for date in dates])
        columns.append(works[weekday] * open_ / max(1, int(works.sum())))
    return np.stack(columns, axis=1)


def _working_days(scenario: Scenario, name: str) -> list[int]:
    """Weekdays on which somebody of the group works in some week."""
    group, shifts = scenario.spec.groups[name], scenario.spec.shifts
    if group.shifts is None:
        return sorted({row.date.weekday() for row in scenario.data.rosters.get(name, ())}) or list(range(7))
    days = {day for shift in group.shifts for day in shifts[shift].days}
    rotation = scenario.spec.rotations.get(group.rotation or "")
    if rotation is not None:
        days = {day for day in days if any(rotation.works(week, day) for week in range(len(rotation.weeks)))}
    return sorted(days)
