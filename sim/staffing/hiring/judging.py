"""Whether a plan holds its targets, from what was kept of its replications."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.staffing.confirming import spent
from sim.staffing.found import Period
from sim.staffing.hiring.answering import Answer
from sim.study.frontier.choice import mean_of, t_of
from sim.study.statistics import Estimate, ratio_bands, t_quantile
from sim.study.targets import Periods, Verdict, judged

Floats = NDArray[np.float64]

MOST_TRIED = 3
"""Plans put to the test on fresh luck, one after another."""


MOSTLY = 0.5
"""Standard errors beyond those of the interval: with them a period passes the test seven times in ten."""


def as_played(targets: list[Periods], answer: Answer) -> list[Periods]:
    """The targets of a plan, with what this one's replications brought."""
    found = []
    for target, levels in zip(targets, answer.levels, strict=True):
        share = _shares(levels)
        counts = [(share >= target.level.target).sum(axis=1), np.isfinite(share).sum(axis=1)]
        found.append(replace(target, levels=levels, counts=np.stack(counts, axis=1).astype(np.float64)))
    return found


def verdicts_on(targets: list[Periods], answer: Answer) -> tuple[Verdict, ...]:
    return tuple(judged(as_played(targets, answer)))


def levels_of(answer: Answer, target: int) -> Floats:
    """The mean level of each period; NaN where nobody came."""
    return _shares(answer.levels[target].sum(axis=0))


def _shares(levels: Floats) -> Floats:
    met, base = levels[..., 0], levels[..., 1]
    return np.asarray(np.divide(met, base, out=np.full(met.shape, np.nan), where=base > 0))


def confidence_of(test: int) -> float:
    """Of the intervals by which the plan passes that is tested as this; the first is 1."""
    return 1.0 - 2.0 * spent(test)


def margins(answer: Answer, target: int, runs: int, test: int) -> Floats:
    """How far above its target each period must be, to be seen to hold surely in a test, most times."""
    share = _shares(answer.levels[target])
    if len(share) < 2:
        return np.zeros(share.shape[1])
    known = np.isfinite(share).any(axis=0)
    sd = np.zeros(share.shape[1])
    sd[known] = np.nanstd(share[:, known], axis=0, ddof=1)
    return np.asarray(np.nan_to_num(sd) * (t_quantile(runs - 1, confidence_of(test)) + MOSTLY) / np.sqrt(runs))


def periods_on(targets: list[Periods], answer: Answer, test: int = 1) -> tuple[Period, ...]:
    """Every period in which anybody came, the tightest first, with the intervals of a test."""
    found = []
    for target, levels in zip(targets, answer.levels, strict=True):
        mean, low, high = ratio_bands(levels[..., 0], levels[..., 1], confidence_of(test))
        for n in np.flatnonzero(np.isfinite(mean)).tolist():
            level = Estimate(float(mean[n]), float(low[n]), float(high[n]))
            date, start = target.labels[n]
            about = target.scope, target.name, "service_level", target.level.per, date, start
            found.append(Period(*about, target.level.target, level))
    return tuple(sorted(found, key=lambda period: period.margin))


def is_sure(periods: tuple[Period, ...]) -> bool:
    """Whether every period surely holds, by its interval."""
    return all(period.level.low >= period.target or period.level.mean == 1.0 for period in periods)


def money_of(answer: Answer) -> Estimate:
    return _mean(answer.money)


def saving(answer: Answer, other: Answer) -> Estimate:
    """The other's cost less this one's, paired over the replications that both played."""
    runs = min(answer.replications, other.replications)
    return _mean(other.money[:runs] - answer.money[:runs])


def _mean(values: Floats) -> Estimate:
    return mean_of(values, t_of(len(values)))
