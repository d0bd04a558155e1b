"""What a search for staff may change: heads by group, shift and contract, within limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.model import Scenario

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
        """A staffing as a plan of a file would say it: the groups' counts by shift and contract, and new shifts in use."""
        groups: dict[str, Any] = {}
        for group in self.groups:
            parts: dict[str, Any] = {}
            for column, number in zip(self.columns, heads, strict=True):
                if column.group != group:
                    continue
                part = parts.setdefault(column.shift, {"heads": 0})
                part["heads"] += int(number)
                if column.hours is not None and number:
                    part.setdefault("contract_hours", {})[f"{column.hours:g}"] = int(number)
            groups[group] = {"heads": "none", "contract_hours": "none", "shifts": parts}
        used = {column.shift for column, number in zip(self.columns, heads, strict=True) if number}
        new = {name: dict(table) for name, table in self.shifts.items() if name in used}
        return {"groups": groups} | ({"shifts": new} if new else {})


def allowed_of(scenario: Scenario) -> Allowed:
    """What `[staffing]` allows; without it, up to twice today's heads on each of the file's shifts that a group uses."""
    columns: list[Column] = []
    fixed: dict[str, str] = {}
    for group in scenario.groups:
        spec = scenario.spec.groups[group]
        if spec.shifts is None:
            fixed[group] = "its seats, people or roster are given by a file"
            continue
        columns += _columns(scenario, group)
    return Allowed(tuple(columns), fixed=fixed)


def _columns(scenario: Scenario, group: str) -> list[Column]:
    raise NotImplementedError
