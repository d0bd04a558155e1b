"""A scenario as everything after the loading knows it: validated, frozen, its files read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.clock import Clock
from sim.distributions import Law
from sim.errors import Problem
from sim.scenario import data
from sim.scenario.schema import LawSpec, ScenarioSpec, Tier


@dataclass(frozen=True)
class Data:
    """What the scenario's CSV files say, by queue or group."""

    volumes: dict[str, dict[str, data.Profile]] = field(default_factory=dict)
    shapes: dict[str, data.Profile] = field(default_factory=dict)
    seasons: dict[str, tuple[str, dict[int, float]]] = field(default_factory=dict)
    replays: dict[str, data.Replay] = field(default_factory=dict)
    samples: dict[str, tuple[float, ...]] = field(default_factory=dict)
    seats: dict[str, data.Profile] = field(default_factory=dict)
    people: dict[str, tuple[data.Person, ...]] = field(default_factory=dict)
    rosters: dict[str, tuple[data.RosterRow, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """One plan in one world, validated. `resolved` is the merged file, for the manifest."""

    name: str
    plan: str
    folder: Path
    spec: ScenarioSpec
    resolved: dict[str, Any]
    data: Data
    lost: frozenset[str] = frozenset()
    """Places that could not be read: what stands there is left out, and judged no further."""

    warnings: tuple[Problem, ...] = ()
    assumptions: tuple[Problem, ...] = ()

    @cached_property
    def clock(self) -> Clock:
        center = self.spec.center
        days = center.days if center.days is not None else 7 * (center.weeks or 0)
        return Clock(center.start, days, center.interval, center.timezone)

    @property
    def queues(self) -> list[str]:
        return list(self.spec.queues)

    @property
    def groups(self) -> list[str]:
        return list(self.spec.groups)

    @cached_property
    def closed_days(self) -> frozenset[dt.date]:
        return frozenset(self._calendar_days("closed"))

    @cached_property
    def holidays(self) -> frozenset[dt.date]:
        return frozenset(self._calendar_days("holidays"))

    def _calendar_days(self, kind: str) -> tuple[dt.date, ...]:
        calendar = self.spec.calendars.get(self.spec.center.calendar or "")
        return getattr(calendar, kind) if calendar else ()

    def open_spans(self, queue: str, date: dt.date) -> tuple[tuple[float, float], ...]:
        """The queue's opening hours on a date, in seconds after local midnight."""
        if date in self.closed_days:
            return ()
        own = self.spec.queues[queue].open
        return (self.spec.center.open if own is None else own)[date.weekday()]

    def law(self, queue: str, part: str) -> Law:
        """The law of a queue's talk, hold, wrap or patience, as the file gives it."""
        spec: LawSpec = getattr(self.spec.queues[queue], part)
        return spec.law(self.data.samples.get(f"{queue}.{part}", ()))

    def tiers_of(self, queue: str) -> list[Tier]:
        """The queue's route; by default one tier of every group with the skill."""
        route = self.spec.queues[queue].route
        if route is not None:
            return list(route)
        return [Tier(groups=tuple(g for g, group in self.spec.groups.items() if queue in group.skills))]
