"""What a search for the hiring year has found, and how sure that is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.staffing.found import Bound, Confirmation, Period
from sim.staffing.hiring.intake import Class, Classes, Intake
from sim.study.run import Study
from sim.study.statistics import Estimate
from sim.study.targets import Verdict

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rival:
    """A plan of the file beside the one found, on the same fresh luck."""

    plan: str
    cost: Estimate
    """Over the horizon."""
    verdicts: tuple[Verdict, ...]
    """By target, each by its own 95 % interval."""
    difference: Estimate
    """The found plan's cost less this one's, paired."""
    replications: int

    @property
    def holds(self) -> bool:
        """In every period on average; whether that is sure, the verdicts say."""
        return all(one.gap <= 0.0 for one in self.verdicts)


@dataclass(frozen=True)
class Missed:
    """A plan of the file that surely misses a target, on the search's luck: not played again on the fresh luck."""

    plan: str
    worst: Verdict


@dataclass(frozen=True)
class Delay:
    """The first class of the plan found so many weeks later, all else alike; on the fresh luck."""

    weeks: int
    saves: Estimate
    """Cost over the horizon, paired."""
    lowest: Period
    """The period of a target that is lowest against it then."""
    instead: Estimate | None
    """What the cheapest plan without an earlier class that was played and holds costs more than the one found, paired,
    on the search's luck. None where no such plan was found."""


@dataclass(frozen=True)
class HiringFound:
    """A search for the hiring year: today, the best plan found, and what is known of it."""

    base: Scenario
    today: Scenario
    plan: Scenario
    """The plan found: today's with `changes`."""
    changes: Mapping[str, Any]
    intakes: tuple[Intake, ...]
    classes: Classes
    names: Mapping[str, Class]
    """By the name that the plan gives it."""
    kpi: str
    """What is least: cost_total or net_cost."""
    cost: Estimate
    """Over the horizon, on the fresh luck, as are the next."""
    verdicts: tuple[Verdict, ...]
    periods: tuple[Period, ...]
    """The tightest first."""
    rivals: tuple[Rival, ...]
    """Today's plan first."""
    missed: tuple[Missed, ...]
    confirmation: Confirmation
    bound: Bound | None
    delays: tuple[Delay, ...]
    in_the_way: str
    """Where nothing that is allowed holds: what fails, and which allowance; "" where the plan found holds."""
    is_finished: bool
    effective: Mapping[str, Floats]
    """Expected effective people, days × groups: "without classes", "today" where its classes are among those allowed,
    and "found"."""
    needed: Floats
    """Effective people for each week's target, days × groups, by the curve through the plans played; NaN where several
    groups share the work, or nobody comes."""
    study: Study | None
    """Today, the file's other plans and last the plan found, on the fresh luck; None where that was not played."""
    plays: int
    replications: int
    seconds: float

    @property
    def holds(self) -> bool:
        return not self.in_the_way

    @property
    def best_rival(self) -> Rival | None:
        """The cheapest plan of the file that holds on average."""
        holding = [rival for rival in self.rivals if rival.holds]
        return min(holding, key=lambda rival: rival.cost.mean) if holding else None

    def starts(self, name: str) -> dt.date:
        one = self.names[name]
        return self.intakes[one.intake].dates[one.date]
