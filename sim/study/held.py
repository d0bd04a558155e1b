"""Whether a plan holds the service levels that its queues declare, in every period that the target names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.measures.kpis import QUEUE
from sim.study.result import PlanResult
from sim.study.statistics import Estimate
from sim.study.targets import Verdict, verdicts_of


@dataclass(frozen=True)
class Target:
    """One queue's target, and what was played in the worst of its periods: shares."""

    queue: str
    target: float
    level: Estimate
    verdict: Verdict | None = None

    @property
    def gap(self) -> float:
        """By how much it is missed; below 0 where it is held, or nobody came."""
        return -math.inf if math.isnan(self.level.mean) else self.target - self.level.mean

    @property
    def fails(self) -> bool:
        return self.gap > 0.0

    @property
    def is_sure(self) -> bool:
        """Whether the replications tell the level from the target: one does not. Where nobody came, nobody is late."""
        level = self.level
        return math.isnan(level.mean) or level.low > self.target or level.high < self.target


def targets_of(result: PlanResult) -> tuple[Target, ...]:
    """Every queue's."""
    of_queues = (one for one in verdicts_of(result) if one.scope == QUEUE)
    return tuple(Target(one.name, one.target, one.worst_level, one) for one in of_queues)


def failing(targets: Sequence[Target]) -> list[Target]:
    """Those that are missed, the worst first."""
    return sorted((one for one in targets if one.fails), key=lambda one: -one.gap)


def shortfall(targets: Sequence[Target]) -> float:
    """How far the worst of them is from being held; 0 where all are."""
    return max((one.gap for one in targets), default=0.0) if failing(targets) else 0.0
