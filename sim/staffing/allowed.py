"""What a search for staff may change: heads by group, shift and contract, within limits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sim.scenario.heads import heads_given
from sim.scenario.language.staffing import HeadsAllowed
from sim.scenario.model import Scenario
from sim.scenario.reading.origins import Table
from sim.staffing.free_shifts import FreeShifts, free_shifts, rule_of, weekends
from sim.staffing.today import Kind, heads_needed, heads_today
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

    @property
    def counts_heads(self) -> bool:
        """Whether it is on a number of people, each of whom counts as one."""
        return set(self.weights) <= {0.0, 1.0}

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


def allowed_of(scenario: Scenario, *, keep_heads: bool = False) -> Allowed:
    """What `[staffing]` allows; without it, up to twice today's heads on each shift that a group uses.

    `keep_heads`: as many of each group and contract as today; where the file makes no candidate shifts, also on the
    group's own shifts begun earlier or later, or with their breaks at other times.
    """
    agents, staffing = build_agents(scenario), scenario.spec.staffing
    columns: list[Column] = []
    weekend: dict[tuple[str, str], float] = {}
    shifts: dict[str, Mapping[str, Any]] = {}
    fixed: dict[str, str] = {}
    for group in scenario.groups:
        reason = _why_fixed(scenario, group)
        if not reason:
            today = heads_today(scenario, agents, group)
            free = free_shifts(scenario, group, today, moved=keep_heads)
            if any(free.kinds.values()):
                columns += _columns(scenario, group, today, free)
                spec = scenario.spec.groups[group]
                weekend |= {(group, name): weekends(scenario, spec, shift) for name, shift in free.shifts.items()}
                shifts |= free.tables
                continue
            reason = f"staffing.groups.{group}.shifts leaves all of its people where they are"
        fixed[group] = reason
    limits = [
        limit
        for group in dict.fromkeys(column.group for column in columns)
        for limit in _limits(scenario, group, columns, weekend, keep_heads)
    ]
    most = None if staffing is None or staffing.change_at_most is None else staffing.change_at_most
    heads = sum(column.today for column in columns)
    return Allowed(
        tuple(columns), tuple(limits), shifts, None if most is None else math.floor(_count(most, heads) + 1e-9), fixed
    )


def _why_fixed(scenario: Scenario, group: str) -> str:
    spec = scenario.spec.groups[group]
    if spec.shifts is None:
        return f"its {'seats are' if spec.seats is not None else 'roster is'} given by a file"
    if spec.people is not None:
        return "its people are given by a file"
    if not heads_given(scenario, group) and not rule_of(scenario, group).heads.at_most:
        return "nobody is in it on the first day"
    return ""


def _columns(scenario: Scenario, group: str, today: Mapping[Kind, int], free: FreeShifts) -> list[Column]:
    most = _most(scenario, group, sum(today.values()))
    columns = []
    for kind, is_free in free.kinds.items():
        now = today.get(kind, 0)
        columns.append(Column(group, *kind, *((0, most) if is_free else (now, now)), now))
    return columns


def _most(scenario: Scenario, group: str, heads: int) -> int:
    rule = rule_of(scenario, group).heads
    most = MOST_TIMES * heads if rule.at_most is None else rule.at_most
    return heads if rule.fixed else max(most, rule.at_least or 0)


def _limits(
    scenario: Scenario, group: str, columns: Sequence[Column], weekend: Mapping[tuple[str, str], float], same: bool
) -> Iterator[Limit]:
    """`weekend`: by group and shift, the share of weeks with work on a weekend; `same`: of each contract as today."""
    rule, place = rule_of(scenario, group), f"staffing.groups.{group}"
    own = [column for column in columns if column.group == group]

    def weights(value: Callable[[Column], float]) -> tuple[float, ...]:
        return tuple(value(column) if column.group == group else 0.0 for column in columns)

    everybody = weights(lambda column: 1.0)  # noqa: ARG005
    least = max(heads_needed(scenario, group), rule.heads.at_least or 0)
    name = f"groups.{group}.heads" if rule.heads == HeadsAllowed() else f"{place}.heads"
    yield Limit(name, everybody, least, _most(scenario, group, sum(column.today for column in own)))
    if same or rule.heads.fixed:
        for hours, today in _by_contract(own).items():
            contract = "" if hours is None else f".contract_hours.{hours:g}"
            name = f"{place}.heads" if rule.heads.fixed else f"--keep-heads: groups.{group}"
            yield Limit(name + contract, weights(partial(_has, hours)), today, today)
    if rule.part_time is not None and rule.part_time.at_most is not None:
        full = scenario.spec.center.full_time_hours
        part = weights(lambda column: float(column.hours is not None and column.hours < full))
        yield _at_most(f"{place}.part_time.at_most", part, everybody, rule.part_time.at_most)
    if rule.weekend is not None:
        works = weights(lambda column: weekend[group, column.shift])
        yield _at_most(f"{place}.weekend.at_most", works, everybody, rule.weekend.at_most)


def _has(hours: float | None, column: Column) -> float:
    return float(column.hours == hours)


def _by_contract(columns: Sequence[Column]) -> Counter[float | None]:
    heads = Counter[float | None]()
    for column in columns:
        heads[column.hours] += column.today
    return heads


def _at_most(name: str, some: Sequence[float], whole: Sequence[float], most: tuple[str, float]) -> Limit:
    """A share of the whole, or a count."""
    kind, value = most
    if kind == "heads":
        return Limit(name, tuple(some), high=value)
    return Limit(name, tuple(part - value * one for part, one in zip(some, whole, strict=True)), high=0.0)


def _count(portion: tuple[str, float], heads: int) -> float:
    kind, value = portion
    return value if kind == "heads" else value * heads
