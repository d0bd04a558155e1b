"""What a world says: which plan is taken in it, and how it changes the plan that is taken today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.choosing.candidate import Candidate
from sim.choosing.decision import decide_among
from sim.choosing.sensitivity.found import Choice
from sim.scenario.language.center import Matters
from sim.study.frontier.choice import mean_of, t_of
from sim.study.statistics import UNKNOWN, Estimate, ratio_bands, share_differences, without_dust
from sim.study.targets import Verdict

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judge:
    """By the rule that plans are decided by."""

    kpi: str
    matters: Matters
    intervals: int
    """That hold jointly in what stands beside today's decision."""
    subject: str
    worst: Verdict | None
    """The subject's worst target today."""
    chooses: bool = True
    """Whether anything can be chosen."""

    def choice(self, plans: Sequence[Candidate]) -> Choice | None:
        d = decide_among(plans, self.kpi, self.matters, self.intervals)
        return None if d.chosen is None else Choice(d.chosen.plan, d.kind == "holds")

    def money(self, plans: Sequence[Candidate], today: Sequence[Candidate]) -> Estimate:
        """By how much the subject costs more than it does today."""
        was = of_plan(today, self.subject).money
        return without_dust(_mean(of_plan(plans, self.subject).money - was), float(was.mean()))

    def apart(self, plans: Sequence[Candidate]) -> Estimate:
        """By how much the subject costs more than today's plan, which is the first."""
        if plans[0].plan == self.subject:
            return UNKNOWN
        return _mean(of_plan(plans, self.subject).money - plans[0].money)

    def points(self, plans: Sequence[Candidate], today: Sequence[Candidate]) -> Estimate:
        """By how much the level of the subject's worst target is higher, in the period that is its worst today."""
        here, there = (self.level(of_plan(one, self.subject)) for one in (plans, today))
        if here is None or there is None:
            return UNKNOWN
        mean, low, high = share_differences(here, there)
        return Estimate(float(mean), float(low), float(high))

    def level(self, one: Candidate) -> tuple[Floats, Floats] | None:
        """(in time, all that count) of a plan at that target and period, by replication."""
        return None if self.worst is None else level_at(one, self.worst)


def level_at(one: Candidate, target: Verdict) -> tuple[Floats, Floats] | None:
    """(in time, all that count) of a plan at a target in its worst period; None where it has no such target."""
    for own in one.targets:
        if (own.scope, own.name) == (target.scope, target.name) and target.worst in own.labels:
            return own.of_period(target.worst)
    return None


def margin(one: Candidate, target: Verdict) -> Estimate:
    """How far a plan is above a target in a certain period; below 0 where it falls short."""
    found = level_at(one, target)
    if found is None:
        return UNKNOWN
    mean, low, high = (float(of[0]) for of in ratio_bands(found[0][:, None], found[1][:, None]))
    return Estimate(mean - target.target, low - target.target, high - target.target)


def cheaper(one: Candidate, other: Candidate) -> Estimate:
    """What a plan saves against another."""
    return _mean(other.money - one.money)


def of_plan(plans: Sequence[Candidate], name: str) -> Candidate:
    return next(one for one in plans if one.plan == name)


def _mean(values: Floats) -> Estimate:
    return mean_of(values, t_of(len(values)))
