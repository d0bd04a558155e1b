"""What a search for staff may change: heads by group, shift and contract, within limits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.heads import heads_given
from sim.scenario.model import Scenario
from sim.scenario.reading.origins import Table
from sim.scenario.shift_hours import parts_in_order
from sim.staffing.today import Kind, contracts_today, heads_needed, heads_today
from sim.workforce.people import build_agents

MOST_TIMES = 2
"""Today's heads, and no more, where the file says nothing of it."""

Heads = tuple[int, ...]
"""A staffing: heads by column of what is allowed."""


@dataclass(frozen=True)
class Column:
    """People of one kind whose number is free: of a group, on a shift, with a contract of so many hours a week."""

    group: str
    shift: str
    hours: float | None
    """None where the file gives no contract hours."""
    least: int
    most: int
    today: int

    @property
    def name(self) -> str:
        contract = "" if self.hours is None else f", {self.hours:g} h"
        return f"{self.group} {self.shift}{contract}"


@dataclass(frozen=True)
class Limit:
    """What several columns keep to together: low ≤ Σ weight × heads ≤ high."""

    name: str
    """Where the file says so, such as "staffing.groups.core.heads"."""
    weights: tuple[float, ...]
    """By column."""
    low: float = -math.inf
    high: float = math.inf

    def holds(self, heads: Sequence[int]) -> bool:
        whole = sum(weight * number for weight, number in zip(self.weights, heads, strict=True))
        return self.low - 1e-9 <= whole <= self.high + 1e-9


@dataclass(frozen=True)
class Allowed:
    """All staffings that a search may try; those of groups that it does not name stay as they are."""

    columns: tuple[Column, ...]
    limits: tuple[Limit, ...] = ()
    shifts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Tables of shifts that the file does not have, by name, as a file would say them."""
    most_moved: int | None = None
    """Heads that may differ from today: those added and those taken away, half of both together."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Groups whose staff stays as it is, and why."""

    @property
    def today(self) -> Heads:
        return tuple(column.today for column in self.columns)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column.group for column in self.columns))

    def holds(self, heads: Sequence[int]) -> bool:
        """Whether a staffing keeps to every limit."""
        inside = all(c.least <= number <= c.most for c, number in zip(self.columns, heads, strict=True))
        return inside and self.moved(heads) <= self.allowance and all(limit.holds(heads) for limit in self.limits)

    @property
    def allowance(self) -> float:
        return math.inf if self.most_moved is None else self.most_moved

    def moved(self, heads: Sequence[int]) -> int:
        """Heads that differ from today: the larger of those added and those taken away."""
        steps = [number - column.today for column, number in zip(self.columns, heads, strict=True)]
        return max(sum(max(step, 0) for step in steps), sum(max(-step, 0) for step in steps))

    def changes(self, heads: Sequence[int]) -> dict[str, Any]:
        """A staffing as a plan of a file would say it: counts by group, shift and contract, and new shifts in use."""
        groups = {group: self._changes_of(group, heads) for group in self.groups}
        used = {column.shift for column, number in zip(self.columns, heads, strict=True) if number}
        new = {name: Table(table, whole=True) for name, table in self.shifts.items() if name in used}
        return {"groups": groups} | ({"shifts": new} if new else {})

    def _changes_of(self, group: str, heads: Sequence[int]) -> dict[str, Any]:
        """Mixes are given as a whole: nothing of what the file had stays beside them."""
        own = [(c, int(number)) for c, number in zip(self.columns, heads, strict=True) if c.group == group]
        contracts = Counter[float | None]()
        parts: dict[str, Counter[float | None]] = {}
        for column, number in own:
            contracts[column.hours] += number
            # A shift that nobody works is named as long as the file has it: somebody may join it.
            if number or column.shift not in self.shifts:
                parts.setdefault(column.shift, Counter())[column.hours] += number
        # An emptied group keeps the first of its contracts, for whoever joins it.
        present = +contracts or Counter({next(iter(contracts)): 0})
        alike = len(present) == 1
        shifts = {shift: _part(+part, alike=alike) for shift, part in parts.items()}
        table: dict[str, Any] = {"heads": contracts.total(), "shifts": Table(shifts, whole=True)}
        if None not in present:
            table["contract_hours"] = next(iter(present)) if alike else _mix(present)
        return table


def _part(heads: Mapping[float | None, int], *, alike: bool) -> int | dict[str, Any]:
    """The heads on a shift, and which contracts they have where these differ within the group."""
    whole = sum(heads.values())
    contracts = {hours: number for hours, number in heads.items() if hours is not None}
    if alike or not contracts:
        return whole
    return {"heads": whole, "contract_hours": next(iter(contracts)) if len(contracts) == 1 else _mix(contracts)}


def _mix(contracts: Mapping[Any, int]) -> Table:
    return Table({f"{hours:g}": number for hours, number in contracts.items()}, whole=True)


def allowed_of(scenario: Scenario) -> Allowed:
    """What `[staffing]` allows; without it, up to twice today's heads on each shift that a group uses."""
    agents = build_agents(scenario)
    columns: list[Column] = []
    limits: list[Limit] = []
    fixed: dict[str, str] = {}
    for group in scenario.groups:
        reason = _why_fixed(scenario, group)
        if reason:
            fixed[group] = reason
            continue
        today = heads_today(scenario, agents, group)
        columns += _columns(scenario, group, today)
    groups = dict.fromkeys(column.group for column in columns)
    for group in groups:
        whole = sum(column.today for column in columns if column.group == group)
        weights = tuple(float(column.group == group) for column in columns)
        limits.append(Limit(f"groups.{group}.heads", weights, heads_needed(scenario, group), MOST_TIMES * whole))
    return Allowed(tuple(columns), tuple(limits), fixed=fixed)


def _why_fixed(scenario: Scenario, group: str) -> str:
    spec = scenario.spec.groups[group]
    if spec.shifts is None:
        return f"its {'seats are' if spec.seats is not None else 'roster is'} given by a file"
    if spec.people is not None:
        return "its people are given by a file"
    if not heads_given(scenario, group):
        return "nobody is in it on the first day"
    return ""


def _columns(scenario: Scenario, group: str, today: Counter[Kind]) -> list[Column]:
    """Each of the group's shifts with each of its contracts."""
    heads = today.total()
    contracts = contracts_today(scenario, group, heads)
    kinds = [(shift, hours) for shift in parts_in_order(scenario, scenario.spec.groups[group]) for hours in contracts]
    if None in contracts:
        # A file cannot say of some on a shift that they have a contract, and of others that they have none.
        kinds = [kind for kind in kinds if kind in today]
    most = MOST_TIMES * heads
    return [Column(group, shift, hours, 0, most, today[shift, hours]) for shift, hours in kinds]
