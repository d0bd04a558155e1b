"""The best of a lever's values, and how surely.

The best value is the one of the lowest net cost, and the lowest of several noisy means is flattered by its luck. So
the differences from today are judged together (Bonferroni): with k rivals of today, each interval has 1 − 5 % ÷ k, and
all of them hold at once with 95 %, whichever is then picked. Half the replications to choose and half to estimate would
need wider intervals, and could not choose from two replications. The mean itself stays that of the value picked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.kpis import CENTER, KPIS
from sim.scenario.model import Scenario
from sim.scenario.settings import Value
from sim.study.result import PlanResult
from sim.study.statistics import Estimate, joint_confidence, t_quantile

Floats = NDArray[np.float64]

DAYS_A_WEEK = 7.0


@dataclass(frozen=True)
class Point:
    """A value of the lever, and the plan under it."""

    value: Value
    plan: Scenario


@dataclass(frozen=True)
class Choice:
    """The lowest of several values' money, and every value's difference from today; simultaneous intervals."""

    today: int
    best: int
    differences: tuple[Estimate, ...]

    @property
    def best_difference(self) -> Estimate:
        return self.differences[self.best]

    @property
    def is_sure(self) -> bool:
        """Whether the best is surely better than today's."""
        return self.best_difference.high < 0.0

    @property
    def is_flat(self) -> bool:
        """Whether nothing changes whatever the value."""
        return all(d.mean == 0.0 and not d.half_width > 0.0 for d in self.differences)


def a_week(scenario: Scenario) -> float:
    """What a sum over the horizon is multiplied with to be a week's."""
    return DAYS_A_WEEK / scenario.clock.days


def money_of(result: PlanResult, kpi: str) -> Floats:
    """A sum of money of the whole center, by replication."""
    chosen = next(k for k in KPIS if k.id == kpi and CENTER in k.scopes)
    return np.asarray(chosen.value(result.sums_of(CENTER, "all")))


def choose(money: Floats, today: int, among: Sequence[int] = ()) -> Choice:
    """The lowest mean of values × replications; of equal ones today's, else the nearest to it.

    `among`: the values that may be chosen, if not all may. The intervals hold for all of them whichever those are.
    """
    runs, rivals = money.shape[1], max(1, len(money) - 1)
    differences = tuple(mean_of(row, t_of(runs, rivals)) for row in money - money[today])
    best = min(among or range(len(money)), key=lambda n: (differences[n].mean, abs(n - today)))
    return Choice(today, best, differences)


def rivals_of(choice: Choice) -> list[int]:
    """Whom today's value is held against: the best, or if that is today's, the lowest of the others on each side."""
    if choice.best != choice.today:
        return [choice.best]
    sides = (range(choice.today), range(choice.today + 1, len(choice.differences)))
    return [min(side, key=lambda n: choice.differences[n].mean) for side in sides if len(side)]


def t_of(runs: int, intervals: int = 1) -> float:
    """Student's t for so many intervals that shall all hold at once (Bonferroni)."""
    return t_quantile(runs - 1, joint_confidence(intervals))


def mean_of(values: Floats, t: float) -> Estimate:
    """Their mean, with its interval by this t."""
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean, math.nan, math.nan, math.nan)
    sd = float(values.std(ddof=1))
    half = t * sd / math.sqrt(len(values))
    if half <= 1e-9 * max(abs(mean), 1.0):
        # The same in every replication: what is left is rounding.
        half = 0.0
    return Estimate(mean, mean - half, mean + half, sd)
