"""What a search for staff has found, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.staffing.allowed import Allowed, Heads
from sim.staffing.wanted import Wanted
from sim.study.run import Study
from sim.study.statistics import Estimate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Period:
    """One period of a target, or a KPI over the horizon, under the plan found, on the fresh luck."""

    scope: str
    name: str
    kpi: str
    """service_level for a target."""
    per: str
    """day, interval, …; "" for a KPI."""
    date: str
    start: str
    """Of an interval; else ""."""
    target: float
    level: Estimate
    at_most: bool = False
    """Whether the target is a ceiling."""

    @property
    def margin(self) -> float:
        """How far it is inside; negative where it fails."""
        return (self.target - self.level.mean) if self.at_most else (self.level.mean - self.target)


@dataclass(frozen=True)
class Worth:
    """One person of a column taken away from the plan found."""

    column: int
    saves: float
    """Cost over the horizon."""
    breaks: Period | None
    """The target that fails first by most; None: all still hold, on the search's luck."""
    failing: int
    """Periods that fail."""


@dataclass(frozen=True)
class Bound:
    """No allowed staffing that holds what is wanted costs less, as far as `rests_on` is true."""

    cost: float
    """In the unit of what is minimised."""
    gap: float
    """(found − bound) ÷ found."""
    kind: str
    """ "enumerated", "cuts" or "work"."""
    rests_on: str
    """A sentence."""


@dataclass(frozen=True)
class CurvePoint:
    """The least cost for one level of all service targets, on the search's luck; not confirmed."""

    target: float
    heads: Heads | None
    """None where none was found that reaches it."""
    cost: float


@dataclass(frozen=True)
class Confirmation:
    """Whether the plan holds on luck that the search has not seen."""

    is_sure: bool
    """Every period surely holds, with 95 % confidence over all plans that were put to this test."""
    replications: int
    seed: int
    tried: int
    """Plans put to the test, the one found among them; cheaper ones failed it."""
    says: str
    """A sentence."""


@dataclass(frozen=True)
class NeedRow:
    """Seats of a pool in an interval of a weekday: by the formula, and as the simulation asks for."""

    pool: str
    """Groups whose queues share agents, joined by " + "."""
    weekday: int
    start: str
    formula: float
    """Fractional, mean over the dates of that weekday."""
    simulated: float
    """Fractional: the formula's, corrected by how far the plan's service, as played, lay from the formula's."""
    today: float
    """Seats that the plan of today has."""
    found: float


@dataclass(frozen=True)
class Impossible:
    """Why nothing that is allowed holds what is wanted."""

    period: Period
    """What fails by most with the most people that are allowed."""
    in_the_way: str
    """A sentence: which allowance."""


@dataclass(frozen=True)
class Found:
    """A search for staff: today, the best plan found, and what is known of it."""

    base: Scenario
    today: Scenario
    """The plan that the search began with."""
    plan: Scenario
    """The plan found: today's with `changes`."""
    changes: Mapping[str, Any]
    """As a plan of a file says them."""
    allowed: Allowed
    wanted: Wanted
    heads: Heads
    study: Study
    """Today, the file's other plans that it was compared with, and last the plan found, on the fresh luck."""
    periods: tuple[Period, ...]
    """All of them under the plan found, the tightest first."""
    confirmation: Confirmation
    bound: Bound | None
    worth: tuple[Worth, ...]
    curve: tuple[CurvePoint, ...]
    need: tuple[NeedRow, ...]
    impossible: Impossible | None
    """What the plan found does not hold then, being the one that comes nearest; None where the search was stopped."""
    is_finished: bool
    """False where Ctrl-C or the time ended the search: what is found is the best so far."""
    plays: int
    """Staffings played, and replications in all."""
    replications: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the plan found holds all that is wanted, on average."""
        return self.impossible is None and not any(period.margin < 0.0 for period in self.periods)
