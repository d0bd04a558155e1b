"""What a plan is chosen by: its money and its targets by replication, and what else must not get worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.choosing.alike import CHOOSABLE, LeftOut
from sim.measures.kpis import CENTER
from sim.study.compare import HEADLINES, figures_of
from sim.study.frontier.choice import money_of
from sim.study.frontier.held import Short, shortfall
from sim.study.result import PlanResult
from sim.study.statistics import Figure
from sim.study.targets import NOBODY_CAME, Periods, Verdict, periods_of, verdicts_on

Floats = NDArray[np.float64]

MEANS = ("paid_hours", "containment_rate")
"""Headlines that are the price of a plan or its way, and no promise."""


@dataclass(frozen=True)
class Candidate:
    """A plan as it was played."""

    plan: str
    money: Floats
    """By replication, over the horizon: what is to be least."""
    targets: tuple[Periods, ...]
    verdicts: tuple[Verdict, ...]
    """On each target, and last on all of them together."""
    quality: Mapping[str, Figure] = field(default_factory=dict)
    """By KPI, headlines of the whole center that have a better and a worse, money apart."""
    left_out: LeftOut = CHOOSABLE
    """Why it cannot be chosen though it was played."""

    @property
    def cost(self) -> float:
        return float(self.money.mean())

    @property
    def whole(self) -> Verdict:
        """All targets together."""
        return self.verdicts[-1]

    @property
    def gap(self) -> float:
        """How far its worst target is from being held on average, in its worst period; 0 where all are."""
        return shortfall(self.verdicts[:-1])

    @property
    def is_judged(self) -> bool:
        """Whether any of its targets had contacts."""
        return self.whole.verdict != NOBODY_CAME

    @property
    def holds(self) -> bool:
        """Whether every target holds on average: what is chosen among, sure or not."""
        return self.is_judged and self.gap == 0.0

    @property
    def worst(self) -> Verdict | None:
        """The target that is furthest below in its worst period, or nearest to it; None where nobody came."""
        known = [one for one in self.verdicts[:-1] if one.worst[0]]
        return max(known, key=lambda one: one.gap, default=None)

    @property
    def short(self) -> Short:
        return Short.of(self.targets, self.verdicts[:-1])


def candidate_of(result: PlanResult, label: str, kpi: str, runs: int) -> Candidate:
    """`kpi`: whose least is looked for; `runs`: the replications that all plans have."""
    targets = [target.first(runs) for target in periods_of(result)]
    promises = set(HEADLINES) - set(MEANS)
    figures = figures_of(result, CENTER, "all", runs, promises)
    quality = {one.id: of for one, of in figures if one.id in promises and one.better and one.unit != "money"}
    verdicts = tuple(verdicts_on(targets))
    return Candidate(label, money_of(result, kpi)[:runs], tuple(targets), verdicts, quality)
