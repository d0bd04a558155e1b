"""How a plan holds the service levels that its queues declare: the verdicts of `targets`, and how far it is off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures.kpis import QUEUE
from sim.study.result import PlanResult
from sim.study.statistics import joint_confidence, share_differences
from sim.study.targets import Periods, Verdict, periods_of, verdicts_of

Floats = NDArray[np.float64]

AS_NEAR = 0.02
"""Points of a service level, as a share: what lies further off is not as near, however wide the intervals."""


class Short(NamedTuple):
    """How far a plan is from its targets: the worst period of the target that is furthest below."""

    gap: float
    aim: float
    met: Floats
    """Contacts in time in that period, by replication; `base`: those that count."""
    base: Floats
    missed: int = 0
    """Targets that are surely missed."""

    @staticmethod
    def of(targets: Sequence[Periods], verdicts: Sequence[Verdict]) -> Short:
        """`verdicts`: one on each target; some target must have had contacts."""
        target, one = max(zip(targets, verdicts, strict=True), key=lambda pair: pair[1].gap)
        return Short(one.gap, one.target, *target.of_period(one.worst), len(missed(verdicts)))

    def first(self, runs: int) -> Short:
        """Of the first so many replications; the gap is still that of all."""
        return self._replace(met=self.met[:runs], base=self.base[:runs])


def targets_of(result: PlanResult) -> tuple[Verdict, ...]:
    """Every queue's."""
    return tuple(one for one in verdicts_of(result) if one.scope == QUEUE)


def targets_among(result: PlanResult) -> list[Periods]:
    """The same, period by period."""
    return [target for target in periods_of(result) if target.scope == QUEUE]


def below(targets: Sequence[Verdict]) -> list[Verdict]:
    """Those whose worst period lies below on average, the worst first; whether that is sure, their verdicts say."""
    return sorted((one for one in targets if one.gap > 0.0), key=lambda one: -one.gap)


def missed(targets: Sequence[Verdict]) -> list[Verdict]:
    """Those that are surely missed, the worst first."""
    return [one for one in below(targets) if one.is_missed]


def shortfall(targets: Sequence[Verdict]) -> float:
    """How far the worst of them is from being held on average; 0 where all are."""
    return max((one.gap for one in below(targets)), default=0.0)


def nearest(shorts: Sequence[Short], money: Sequence[float]) -> tuple[int, list[int]]:
    """Of plans none of which holds, the one to be called nearest, and all that are as near as far as can be told.

    The least of several noisy gaps is flattered by its luck: of those that paired intervals, all at once (Bonferroni),
    do not tell from it, and that lie hardly further off, the one that misses the fewest targets is taken, and of such
    the cheapest. From one replication it is the least gap.
    """
    least = min(range(len(shorts)), key=lambda n: (shorts[n].gap, money[n]))
    confidence, as_near = joint_confidence(len(shorts) - 1), [least]
    best = shorts[least]
    for n, short in enumerate(shorts):
        if n == least or len(short.met) < 2 or short.gap - best.gap > AS_NEAR:
            continue
        _, low, _ = share_differences((best.met, best.base), (short.met, short.base), confidence)
        # Targets may differ: each is judged by how far it lies below its own. What is not known tells nothing apart.
        if not float(low) + short.aim - best.aim > 0.0:
            as_near.append(n)
    return min(as_near, key=lambda n: (shorts[n].missed, money[n], shorts[n].gap)), sorted(as_near)
