"""How a plan holds the service levels that its queues declare: the verdicts of `targets`, and how far it is off."""

from __future__ import annotations

from collections.abc import Sequence

from sim.measures.kpis import QUEUE
from sim.study.result import PlanResult
from sim.study.targets import Verdict, verdicts_of


def targets_of(result: PlanResult) -> tuple[Verdict, ...]:
    """Every queue's."""
    return tuple(one for one in verdicts_of(result) if one.scope == QUEUE)


def below(targets: Sequence[Verdict]) -> list[Verdict]:
    """Those whose worst period lies below on average, the worst first; whether that is sure, their verdicts say."""
    return sorted((one for one in targets if one.gap > 0.0), key=lambda one: -one.gap)


def missed(targets: Sequence[Verdict]) -> list[Verdict]:
    """Those that are surely missed, the worst first."""
    return [one for one in below(targets) if one.is_missed]


def shortfall(targets: Sequence[Verdict]) -> float:
    """How far the worst of them is from being held on average; 0 where all are."""
    return max((one.gap for one in below(targets)), default=0.0)
