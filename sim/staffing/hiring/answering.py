"""What became of a plan of the hiring year, as far as a search asks: money, levels by period and day, occupancy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.contracts import judged_contracts
from sim.measures.families import by_name
from sim.measures.kpis import QUEUE
from sim.staffing.conditions import minimised, sums_asked
from sim.staffing.wanted import Wanted
from sim.study.calibration.calibrate import Calibration
from sim.study.kept import STAFF_NAMES
from sim.study.player import Player
from sim.study.replicate import Replication
from sim.study.result import PlanResult
from sim.study.targets import Periods, periods_of
from sim.workforce.day import USUAL_WEEKS, recent_occupancy

Floats = NDArray[np.float64]

STAFFED = "group_days"
"""The family that says how busy people were."""


@dataclass(frozen=True)
class Answer:
    """What became of a plan; the first axis of each table is replications."""

    money: Floats
    levels: tuple[Floats, ...]
    """By target: × its periods × (met, base)."""
    days: tuple[Floats, ...]
    """By target: × days × (met, base); of a target per interval, its lowest interval of each day."""
    occupancy: Floats
    """× days × groups, over the last weeks as burnout sees it; NaN in the first."""

    @property
    def replications(self) -> int:
        return len(self.money)

    def first(self, runs: int) -> Answer:
        levels, days = tuple(one[:runs] for one in self.levels), tuple(one[:runs] for one in self.days)
        return Answer(self.money[:runs], levels, days, self.occupancy[:runs])


Played = tuple[Answer, list[Periods], Replication | None]


def joined(parts: Sequence[Answer]) -> Answer:
    levels = tuple(np.concatenate(some) for some in zip(*(part.levels for part in parts), strict=True))
    days = tuple(np.concatenate(some) for some in zip(*(part.days for part in parts), strict=True))
    return Answer(
        np.concatenate([part.money for part in parts]), levels, days,
        np.concatenate([part.occupancy for part in parts]),
    )  # fmt: skip


def answer_of(player: Player, calibration: Calibration, run: int, kpi: str, keep: bool) -> Played:
    """Plays one replication; `keep`: the whole of it comes along."""
    prepared = player.prepared
    result = PlanResult(prepared, calibration)
    one = player.replicate(run)
    wanted = Wanted(minimise=kpi)
    asked = sums_asked(wanted)
    result.add(one, None if asked is None else {*asked, STAFFED})
    targets = periods_of(result)
    staff = by_name(STAFF_NAMES, result.group_days)
    groups = len(prepared.scenario.groups)
    seen = [
        recent_occupancy(staff["handling"][:day], staff["available"][:day], np.full(groups, USUAL_WEEKS))
        for day in range(1, prepared.scenario.clock.days + 1)
    ]
    answer = Answer(
        minimised(result, wanted, ()),
        tuple(np.asarray(target.levels, np.float64) for target in targets),
        tuple(_by_day(result, target) for target in targets),
        np.array(seen)[None],
    )
    return answer, targets, one if keep else None


def _by_day(result: PlanResult, target: Periods) -> Floats:
    """Replications × days × (met, base)."""
    scenario = result.scenario
    if target.level.per != "interval":
        return _days_of(result, target)
    first, levels = np.asarray(scenario.clock.day_first)[:-1], target.levels[0]
    ends = [*first[1:].tolist(), len(levels)]
    worst = np.zeros((scenario.clock.days, 2))
    for day, (begin, end) in enumerate(zip(first.tolist(), ends, strict=True)):
        own = levels[begin:end]
        share = np.divide(own[:, 0], own[:, 1], out=np.full(len(own), np.inf), where=own[:, 1] > 0)
        worst[day] = own[int(np.argmin(share))] if len(own) else 0.0
    return worst[None]


def _days_of(result: PlanResult, target: Periods) -> Floats:
    if target.scope == QUEUE:
        return np.asarray(result.day_levels[:, :, result.scenario.queue(target.name).number], np.float64)
    number = list(judged_contracts(result.scenario)).index(target.name)
    return np.asarray(result.contract_levels[:, :, number], np.float64)
