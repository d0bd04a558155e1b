"""Whether a plan holds on luck that its search has not seen: the best of many is flattered by what it was chosen on.

Plans are put to the test one after another, the cheapest first, each on fresh replications. A plan passes if every
period of every target lies above by its own interval (an intersection-union test; Berger 1982). Of the chance to pass
one that does not hold, the k-th plan may spend 5 % ÷ (k(k+1)), which adds up to 5 % however many are tested.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Heads
from sim.staffing.judge import Judge
from sim.staffing.playing import Answer, Playing
from sim.study.statistics import Estimate, ratio_bands

Floats = NDArray[np.float64]

ERROR = 0.05
"""Chance to call a plan sure that does not hold."""

A_LOOK = 4
"""After this part of the replications a plan that surely fails is given up."""

HOPE = 2.8
"""Standard errors of the test that a level must be inside, to pass it four times in five: 1.96 and 0.84."""


def spent(test: int) -> float:
    """Of the chance to err, what the test of this number may take; the first is 1."""
    return ERROR / (test * (test + 1))


@dataclass(frozen=True)
class Test:
    """A plan on fresh luck: by condition, in its own period."""

    heads: Heads
    answer: Answer
    passed: bool
    surely_fails: bool
    worst: float
    """Points by which the lower ends of all intervals are inside their targets at least; negative where one is not."""


def test(playing: Playing, judge: Judge, heads: Heads, runs: int, number: int) -> Test | None:
    """Play a plan on the fresh luck of `playing`; None where it cannot be. `number`: of this test, from 1 on."""
    few = max(runs // A_LOOK, min(runs, 12))
    for replications in dict.fromkeys((few, runs)):
        judge.check()
        answer = playing.answer(heads, replications)
        if answer is None:
            return None
        low, high = bands(answer, 1.0 - 2.0 * spent(number))
        worst, outside = _inside(judge, low, high)
        if outside or replications == runs:
            return Test(heads, answer, passed=worst >= 0.0 and not outside, surely_fails=outside, worst=worst)
    return None


def bands(answer: Answer, confidence: float) -> tuple[Floats, Floats]:
    """By condition: the interval of its level; NaN where nobody came."""
    if not answer.sums.shape[1]:
        return np.zeros(0), np.zeros(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, low, high = ratio_bands(answer.sums[..., 0], answer.sums[..., 1], confidence)
    # Where nothing varies, the interval is that of so many contacts (Clopper and Pearson 1934).
    alone = ((1.0 - confidence) / 2) ** (1.0 / np.maximum(answer.sums[..., 1].sum(axis=0), 1.0))
    return np.where(mean == 1.0, np.minimum(low, alone), low), np.where(mean == 0.0, 1.0 - alone, high)


def _inside(judge: Judge, low: Floats, high: Floats) -> tuple[float, bool]:
    """By how much every condition surely holds at least, and whether one surely fails."""
    counted = [number for members in judge.kinds.members for number in members]
    worst, outside = np.inf, False
    for number in counted:
        aim, one = judge.aim(number), judge.conditions[number]
        if np.isnan(low[number]) and np.isnan(high[number]):
            continue
        near, far = (low[number], high[number]) if not one.at_most else (-high[number], -low[number])
        aim = -aim if one.at_most else aim
        # What cannot be told is not inside.
        worst = min(worst, -np.inf if np.isnan(near) else float(near - aim))
        outside = outside or bool(far < aim)
    return worst, outside


def buffer_of(judge: Judge, answer: Answer, runs: int) -> Floats:
    """By kind of condition: how far inside its level must be for the test of so many replications to be passed most of
    the time. A kind has as many periods as it has members, of which the test looks at each."""
    errors = judge.kinds.errors(answer.sums)
    members = np.array([len(one) for one in judge.kinds.members], dtype=np.float64)
    return np.asarray(HOPE * np.nan_to_num(errors, posinf=0.0) * np.sqrt(answer.runs * members / runs))


def levels_of(answer: Answer) -> list[Estimate]:
    """By condition, its level with a 95 % interval."""
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = answer.sums.sum(axis=0)
        mean = whole[..., 0] / whole[..., 1]
        single = answer.sums[..., 0] / answer.sums[..., 1]
        sd = _sd(single)
    low, high = bands(answer, 0.95)
    return [Estimate(*row) for row in zip(mean.tolist(), low.tolist(), high.tolist(), sd.tolist(), strict=True)]


def _sd(single: Floats) -> Floats:
    """Over replications in which anybody came; NaN where that is one at most."""
    known = np.isfinite(single).sum(axis=0)
    found = np.full(single.shape[1], np.nan)
    found[known > 1] = np.nanstd(single[:, known > 1], axis=0, ddof=1)
    return found
