"""A scenario as everything after the loading knows it: validated, frozen, its files read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.clock import Clock
from sim.errors import Problem
from sim.scenario.changes import Change
from sim.scenario.features import Features
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.numbered import Numbered, NumberedGroup, NumberedQueue, NumberedVendor
from sim.scenario.reading.csv_data import Data
from sim.units import DAY


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
    description: str = ""
    """What the file says of the plan; of the base plan, of the scenario."""
    changes: tuple[Change, ...] = ()
    """In which settings the plan differs from its file's base."""

    @cached_property
    def numbered(self) -> Numbered:
        """Its queues, groups and vendors, by number."""
        return Numbered(self.spec, self.data.samples)

    @cached_property
    def uses(self) -> Features:
        return Features(self.numbered)

    def queue(self, name: str) -> NumberedQueue:
        """KeyError if there is none; so below."""
        return self.numbered.queue(name)

    def group(self, name: str) -> NumberedGroup:
        return self.numbered.group(name)

    def vendor(self, name: str) -> NumberedVendor:
        return self.numbered.vendor(name)

    @property
    def clock(self) -> Clock:
        return self.numbered.calendars.clock

    @property
    def warm_up_days(self) -> int:
        """Days before the horizon that are played and count nowhere."""
        return round((self.spec.run.warm_up or 0.0) / DAY)

    @property
    def queues(self) -> list[str]:
        return list(self.spec.queues)

    @property
    def groups(self) -> list[str]:
        return list(self.spec.groups)

    @property
    def closed_days(self) -> frozenset[dt.date]:
        """Dates on which the center is closed to customers."""
        return self.numbered.calendars.closed_days

    def with_spec(self, **changes: object) -> Scenario:
        """The same with other tables in place of these."""
        return replace(self, spec=self.spec.model_copy(update=changes))

    def __getstate__(self) -> dict[str, object]:
        """Without what is worked out from it: where it is sent, that is worked out again."""
        return {each.name: getattr(self, each.name) for each in fields(self)}
