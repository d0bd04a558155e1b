"""Targets judged under their own period: met in all of them, missed in one, or too close to tell; and the chance.

A queue's target names a share and a period (`per`). Each period's mean level has an interval over replications. The
target is met when every period surely holds, missed when at least one surely fails. To hold everywhere is a claim of
which each part must be true: every period is judged by its own 95 % interval (an intersection-union test; Berger 1982).
That some period fails may be found by chance among many: of n periods, one must lie below by its interval of 1 − 5 %/n,
or k of them by those of 1 − 5 % k/n (Simes 1986). One replication has no interval, and gives no verdict and no chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.measures.contracts import judged_contracts
from sim.measures.kpis import CENTER, QUEUE, ratio
from sim.measures.periods import first_days
from sim.scenario.language.handling import ServiceLevel
from sim.study.result import PlanResult
from sim.study.statistics import CONFIDENCE, SHARE, UNKNOWN, Estimate, binomial, estimate, ratio_bands

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CONTRACT = "contract"
MET, MISSED, UNCLEAR, NO_VERDICT, NOBODY_CAME = "met", "missed", "unclear", "untold", "no contacts"


@dataclass(frozen=True)
class Verdict:
    """One target of a plan, or all of them together (`scope` center: no share, no worst period of its own)."""

    scope: str
    name: str
    per: str
    target: float
    verdict: str
    """MET, MISSED, UNCLEAR; NO_VERDICT from one replication; NOBODY_CAME where nobody came."""
    met: Estimate
    """Share of its periods that meet it, as played, on average over replications."""
    all_met: Estimate
    """Chance that all of its periods do: the share of replications, with Wilson's interval; NaN from one."""
    held: int
    replications: int
    worst: tuple[str, str] = ("", "")
    """(date, start) of the period with the lowest mean level: its first date, and an interval's start."""
    worst_level: Estimate = UNKNOWN

    @property
    def gap(self) -> float:
        """By how much the worst period lies below on average; not above 0 where it does not, or nobody came."""
        return -math.inf if math.isnan(self.worst_level.mean) else self.target - self.worst_level.mean

    @property
    def is_missed(self) -> bool:
        return self.verdict == MISSED

    @property
    def is_sure(self) -> bool:
        """Whether the replications tell that it is met, or missed. Where nobody came, nobody is late."""
        return self.verdict in (MET, MISSED, NOBODY_CAME)


@dataclass(frozen=True)
class Periods:
    """A target, and what became of its periods."""

    scope: str
    name: str
    level: ServiceLevel
    levels: Floats
    """Replications × periods × (met, base)."""
    labels: list[tuple[str, str]]
    counts: Floats
    """Replications × (periods that met it, periods in which anybody came)."""

    @property
    def held(self) -> Flags:
        """By replication, whether every period did."""
        return np.asarray(self.counts[:, 0] == self.counts[:, 1])

    def first(self, runs: int) -> Periods:
        """Of the first so many replications."""
        return self if runs == len(self.levels) else replace(self, levels=self.levels[:runs], counts=self.counts[:runs])

    def surely_hold(self, confidence: float) -> Flags:
        """By period, whether it surely lies above by an interval of this confidence."""
        return np.asarray(_sure(self.levels[..., 0], self.levels[..., 1], confidence)[1] >= self.level.target)

    def of_period(self, label: tuple[str, str]) -> tuple[Floats, Floats]:
        """(met, base) of a period over replications."""
        at = self.labels.index(label)
        return self.levels[:, at, 0], self.levels[:, at, 1]


def periods_of(result: PlanResult) -> list[Periods]:
    """Every queue's target, and those of clients' contracts."""
    targets = [_of_queue(result, number) for number in range(len(result.scenario.queues))]
    return targets + [_of_contract(result, number) for number in range(len(judged_contracts(result.scenario)))]


def verdicts_of(result: PlanResult) -> list[Verdict]:
    """Every queue's target, those of clients' contracts, and last all of them together."""
    return verdicts_on(periods_of(result))


def verdicts_on(targets: list[Periods]) -> list[Verdict]:
    """Each target by itself, and last all of them together."""
    singles = judged(targets)
    known = [target for target, one in zip(targets, singles, strict=True) if one.verdict != NOBODY_CAME]
    held = np.all([target.held for target in known], axis=0) if known else np.zeros(0, np.bool_)
    return [*singles, _together([one.verdict for one in singles], held)]


def judged(targets: list[Periods]) -> list[Verdict]:
    """Each target by itself."""
    return [_judge(target) for target in targets]


def _together(verdicts: list[str], held: Flags) -> Verdict:
    verdict = next((worst for worst in (MISSED, NO_VERDICT, UNCLEAR, MET) if worst in verdicts), NOBODY_CAME)
    chance = binomial(int(held.sum()), len(held))
    return Verdict(CENTER, "all", "", np.nan, verdict, UNKNOWN, chance, int(held.sum()), len(held))


def _judge(target: Periods) -> Verdict:
    levels, aim, runs = target.levels, target.level.target, len(target.levels)
    met = estimate(lambda s: ratio(s["met"], s["all"]), dict(zip(("met", "all"), target.counts.T, strict=True)), SHARE)
    about = (target.scope, target.name, target.level.per, aim)
    # A period in which a single replication had contacts has no interval.
    known = np.flatnonzero((levels[..., 1] > 0).sum(axis=0) >= min(runs, 2))
    if not len(known):
        return Verdict(*about, NOBODY_CAME, UNKNOWN, UNKNOWN, 0, runs)
    of_known = levels[:, known, 0], levels[:, known, 1]
    mean, low, high = _sure(*of_known, CONFIDENCE)
    verdict = MISSED if _some_fail(*of_known, aim) else MET if (low >= aim).all() else UNCLEAR
    # Of several as low, the least sure.
    worst = int(np.lexsort((low, mean))[0])
    held, at_worst = int(target.held.sum()), {"met": of_known[0][:, worst], "all": of_known[1][:, worst]}
    spread = estimate(lambda s: ratio(s["met"], s["all"]), at_worst, SHARE).sd
    return Verdict(
        *about, verdict if runs > 1 else NO_VERDICT, met, binomial(held, runs), held, runs, target.labels[known[worst]],
        Estimate(float(mean[worst]), float(low[worst]), float(high[worst]), spread),
    )  # fmt: skip


def _some_fail(met: Floats, base: Floats, aim: float) -> bool:
    """Whether some period surely lies below: k of them by intervals for k chances in all (1, 2, 4 … of n)."""
    number = met.shape[1]
    for power in range(number.bit_length()):
        failing = 1 << power
        high = _sure(met, base, 1.0 - (1.0 - CONFIDENCE) * failing / number)[2]
        if (high < aim).sum() >= failing:
            return True
    return False


def _sure(met: Floats, base: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """(mean, low, high) of each period's level. Where every contact of every replication was in time, or none was,
    nothing varies: there the interval is that of so many contacts (Clopper and Pearson 1934)."""
    mean, low, high = ratio_bands(met, base, confidence)
    alike = ((1.0 - confidence) / 2) ** (1.0 / np.maximum(base.sum(axis=0), 1.0))
    return mean, np.where(mean == 1.0, np.minimum(low, alike), low), np.where(mean == 0.0, 1.0 - alike, high)


def _of_queue(result: PlanResult, number: int) -> Periods:
    queue, clock = result.scenario.queues[number], result.scenario.clock
    level = result.scenario.queue(queue).level
    if level.per != "interval":
        return _by_period(result, QUEUE, queue, level, result.day_levels[:, :, number])
    labels = [
        (clock.dates[day].isoformat(), clock.start_label(day, index - int(clock.day_first[day])))
        for index, day in enumerate(clock.interval_day.tolist())
    ]
    levels = result.interval_counts[:, :, number, -2:].astype(np.float64)
    # Every replication counted its own; of typical weeks only some keep their intervals.
    return Periods(QUEUE, queue, level, levels, labels, result.intervals_met[:, number])


def _of_contract(result: PlanResult, number: int) -> Periods:
    name, level = list(judged_contracts(result.scenario).items())[number]
    return _by_period(result, CONTRACT, name, level, result.contract_levels[:, :, number])


def _by_period(result: PlanResult, scope: str, name: str, level: ServiceLevel, days: Floats) -> Periods:
    """`days`: replications × days × (met, base)."""
    clock, first = result.scenario.clock, first_days(result.scenario.clock, level.per)
    levels = np.asarray(np.add.reduceat(days, first, axis=1))
    reached = ratio(levels[..., 0], levels[..., 1])
    counts = np.stack([(reached >= level.target).sum(axis=1), np.isfinite(reached).sum(axis=1)], axis=1)
    labels = [(clock.dates[day].isoformat(), "") for day in first.tolist()]
    return Periods(scope, name, level, levels, labels, counts.astype(np.float64))
