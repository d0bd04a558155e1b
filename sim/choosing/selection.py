"""How surely the plan that was chosen is the cheapest: paired differences on common luck, Student t, Bonferroni.

Each rival that also holds may really be cheaper, with the chance that Student's t gives for its mean paired difference.
One minus the sum of these is a lower bound of the chance that the chosen plan is the best or within what matters of it
(Chick and Inoue 2001; Branke, Chick and Schmidt 2007, there "PGS Bonferroni"); and a confidence: to claim so much and
be wrong happens in at most the rest of all studies (of the plan with the lowest mean: Gutmann and Maymin 1987). It
assumes that mean differences are about normal, and that the plans held against each other do hold their targets.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.study.statistics import joint_confidence, t_quantile

Floats = NDArray[np.float64]

MOST_NEEDED = 100_000
"""Replications; a difference that takes more is as good as none."""


def sureness(differences: Floats, slack: float = 0.0) -> float:
    """The chance, at the least, that none of the rivals is cheaper by more than the slack.

    `differences`: rivals × replications, the rival's money less the chosen plan's. NaN from one replication; 1 without
    rivals.
    """
    from scipy.special import stdtr

    if not len(differences):
        return 1.0
    runs = differences.shape[1]
    if runs < 2:
        return math.nan
    away, error = differences.mean(axis=1) + slack, differences.std(axis=1, ddof=1) / math.sqrt(runs)
    with np.errstate(divide="ignore", invalid="ignore"):
        wrong = np.where(error > 0.0, stdtr(runs - 1, -away / error), np.where(away >= 0.0, 0.0, 1.0))
    return max(0.0, 1.0 - float(wrong.sum()))


def replications_needed(difference: Floats, intervals: int = 1) -> int | None:
    """How many it would take for the interval of this mean, one of so many that hold at once, to leave out zero, if
    mean and spread stay as they are; None where no number in reach does."""
    mean, sd = abs(float(difference.mean())), float(difference.std(ddof=1))
    if mean == 0.0:
        return None
    confidence, runs = joint_confidence(intervals), len(difference)
    # The quantile falls as the number grows: what a few rounds settle.
    for _ in range(20):
        wanted = (t_quantile(runs - 1, confidence) * sd / mean) ** 2
        if wanted > MOST_NEEDED:
            return None
        if math.ceil(wanted) == runs:
            break
        runs = max(2, math.ceil(wanted))
    return runs
