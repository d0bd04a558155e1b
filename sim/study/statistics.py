"""Intervals over independent replications: Student t, with ratios by jackknife, within the range of the quantity.

A t-interval that stays well inside the range is kept. Where it would reach more than `NEAR` of the way from the value
to an end of the range, it is laid on a scale without ends and carried back (delta method): the log of the distance
where the range has one end (waits, counts, amounts), the logit where it has two (shares, points). Such quantities are
skewed just there: for the mean of twenty exponential values the t-interval of nominal 95 % covers 92 %, the one on the
log scale 94 % (`tests/test_intervals_of_means.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.weighing import Weighing

Floats = NDArray[np.float64]
Named = Mapping[str, Floats]

CONFIDENCE = 0.95

Range = tuple[float, float]
FREE: Range = (-np.inf, np.inf)
NOT_NEGATIVE: Range = (0.0, np.inf)
SHARE: Range = (0.0, 1.0)

NEAR = 0.2
"""So much of the way to an end of the range, a t-interval and one on the scale without ends look the same."""

LEAST_VALUES = 9
"""Values that a tenth and a ninetieth percentile take, to have any outside them."""


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; `sd` is over single replications. NaN where it is unknown."""

    mean: float
    low: float = np.nan
    high: float = np.nan
    sd: float = np.nan

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2

    def times(self, scale: float) -> Estimate:
        """In another unit; `scale` above 0."""
        return Estimate(self.mean * scale, self.low * scale, self.high * scale, self.sd * scale)


UNKNOWN = Estimate(np.nan)

DUST = 1e-9
"""Of what two figures come to: a smaller difference between them is what adding up in another order leaves."""


def without_dust(difference: Estimate, size: float) -> Estimate:
    """A difference between figures of about `size`, with nothing but rounding in it taken for none."""
    mean, low, high = (
        0.0 if abs(end) <= DUST * abs(size) else end for end in (difference.mean, difference.low, difference.high)
    )
    return Estimate(mean, low, high, difference.sd)


def t_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + confidence / 2)) if degrees > 0 else float("nan")


def joint_confidence(intervals: int) -> float:
    """Of each of so many intervals, that all of them hold at once with CONFIDENCE, however they hang together
    (Bonferroni)."""
    return 1.0 - (1.0 - CONFIDENCE) / max(1, intervals)


class _AsAsked(dict[str, Floats]):
    """Values by name, each worked out when it is first asked for."""

    def __init__(self, work_out: Callable[[str], Floats]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, name: str) -> Floats:
        value = self[name] = self._work_out(name)
        return value


class Replications(dict[str, Floats]):
    """Sums by name (first axis: replications), with what every figure of them needs: each sum is added up once,
    weighted if a weighing is given."""

    def __init__(self, sums: Named, weighing: Weighing | None = None) -> None:
        super().__init__(sums)
        totals = self.totals = _AsAsked(lambda name: np.asarray(sums[name].sum(axis=0)))
        self.left_out = _AsAsked(lambda name: totals[name] - sums[name])
        """Totals without each replication."""
        self.spent = 0
        """Degrees of freedom that the weights took."""
        if weighing is not None:
            self.totals = _AsAsked(lambda name: weighing.totals(sums[name]))
            self.left_out = _AsAsked(lambda name: weighing.left_out(sums[name]))
            self.spent = weighing.SPENT


class Figure(NamedTuple):
    """A function of sums at their totals, at those without each replication, and at each replication's own."""

    whole: float
    left_out: Floats
    single: Floats
    spent: int = 0
    """Degrees of freedom, on weights."""


def figure(value: Callable[[Named], Floats], sums: Named) -> Figure:
    runs = sums if isinstance(sums, Replications) else Replications(sums)
    return Figure(float(value(runs.totals)), np.asarray(value(runs.left_out)), np.asarray(value(runs)), runs.spent)


def estimate(value: Callable[[Named], Floats], sums: Named, within: Range = FREE) -> Estimate:
    """A function of sums (first axis: replications), at their totals, with a jackknife interval inside its range."""
    return estimate_of(figure(value, sums), within)


def estimate_of(found: Figure, within: Range = FREE) -> Estimate:
    return _interval(found.whole, found.left_out, _sd(found.single), within, found.spent)


def difference(own: Figure, baseline: Figure) -> tuple[Estimate, float]:
    """Paired difference from the baseline on common luck, and how wide its interval would be without pairing."""
    sd = _sd(own.single - baseline.single)
    spent = max(own.spent, baseline.spent)
    paired = _interval(own.whole - baseline.whole, own.left_out - baseline.left_out, sd, spent=spent)
    mine, other = (_interval(one.whole, one.left_out, sd, spent=one.spent).half_width for one in (own, baseline))
    return paired, float(np.hypot(mine, other))


def _sd(single: Floats) -> float:
    return float(np.nanstd(single, ddof=1)) if np.isfinite(single).sum() > 1 else np.nan


def _interval(whole: float, left_out: Floats, sd: float, within: Range = FREE, spent: int = 0) -> Estimate:
    if len(left_out) < 2 or not np.isfinite(left_out).all():
        return Estimate(whole, np.nan, np.nan, sd)
    low, high = _bands(np.array([whole]), left_out[:, None], within, CONFIDENCE, spent)
    return Estimate(whole, float(low[0]), float(high[0]), sd)


def _error(left_out: Floats) -> Floats:
    """Jackknife standard error: sqrt((n−1)/n Σ (θ₋ᵢ − mean)²), over the first axis."""
    runs = len(left_out)
    return np.asarray(np.sqrt((runs - 1) / runs * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)))


def _bands(whole: Floats, left_out: Floats, within: Range, confidence: float, spent: int = 0) -> tuple[Floats, Floats]:
    """(low, high) of many values at once, each inside its range; `left_out`: replications × values."""
    least, most = within
    t = t_quantile(len(left_out) - 1 - spent, confidence)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        half = t * _error(left_out)
        low, high = whole - half, whole + half
        room = np.minimum(whole - least, most - whole)
        # At the end itself there is no room, and no scale; beyond it the range does not hold.
        skewed = (room > 0) & (half > NEAR * room)
        if not skewed.any():
            return low, high
        free, slope = _unbounded(whole[skewed], within)
        low[skewed], high[skewed] = (_bounded(free + side * half[skewed] * slope, within) for side in (-1, 1))
    return low, high


def _unbounded(x: Floats, within: Range) -> tuple[Floats, Floats]:
    """A value of a range with one end or two on a scale without, and the slope of the scale there."""
    least, most = within
    if not np.isfinite(most):
        return np.log(x - least), 1.0 / (x - least)
    if not np.isfinite(least):
        return -np.log(most - x), 1.0 / (most - x)
    return np.log(x - least) - np.log(most - x), 1.0 / (x - least) + 1.0 / (most - x)


def _bounded(y: Floats, within: Range) -> Floats:
    """The way back from `_unbounded`."""
    least, most = within
    if not np.isfinite(most):
        return least + np.exp(y)
    return most - np.exp(-y) if not np.isfinite(least) else least + (most - least) / (1.0 + np.exp(-y))


def ratio_bands(met: Floats, base: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats, Floats]:
    """(value, low, high) of shares, ratios of sums over replications (first axis), for many cells at once."""
    runs = len(met)
    total_met, total_base = met.sum(axis=0), base.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = total_met / total_base
        left_out = (total_met - met) / (total_base - base)
    if runs < 2:
        return whole, np.full_like(whole, np.nan), np.full_like(whole, np.nan)
    return whole, *_bands(whole, left_out, SHARE, confidence)


def share_differences(
    own: tuple[Floats, Floats], other: tuple[Floats, Floats], confidence: float = CONFIDENCE
) -> tuple[Floats, Floats, Floats]:
    """(difference, low, high) of shares on common luck, paired; each is (met, base) over replications (first axis)."""
    runs, whole, left_out = len(own[0]), [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        for met, base in (own, other):
            whole.append(met.sum(axis=0) / base.sum(axis=0))
            left_out.append((met.sum(axis=0) - met) / (base.sum(axis=0) - base))
    mean = whole[0] - whole[1]
    half = t_quantile(runs - 1, confidence) * _error(left_out[0] - left_out[1])
    return mean, mean - half, mean + half


def binomial(successes: float, trials: float) -> Estimate:
    """A chance from independent trials, or as many as some are worth, with Wilson's score interval (1927); one trial
    gives none."""
    if trials < 2:
        return Estimate(np.nan, np.nan, np.nan, np.nan)
    from scipy.special import ndtri

    p, z = successes / trials, float(ndtri(0.5 + CONFIDENCE / 2))
    middle, half = p + z * z / (2 * trials), z * float(np.sqrt(p * (1 - p) / trials + (z / (2 * trials)) ** 2))
    low, high = ((middle + side * half) / (1 + z * z / trials) for side in (-1, 1))
    # At 0 and at 1 rounding must not leave the range, nor keep out the value.
    low, high = (0.0 if successes == 0 else low), (1.0 if successes == trials else high)
    return Estimate(p, low, high, float(np.sqrt(p * (1 - p) * trials / (trials - 1))))


def tenth_and_ninetieth(values: Floats) -> tuple[Floats, Floats]:
    """10th and 90th percentile of each row's values, NaNs left out; NaN where there are fewer than `LEAST_VALUES`.

    The value of rank r of n stands for r/(n+1) (Weibull): a further value lies between the two with chance 80 %.
    """
    ordered = np.sort(values, axis=1)
    known = np.isfinite(ordered).sum(axis=1)
    result = []
    for share in (0.1, 0.9):
        rank = np.clip(share * (known + 1) - 1.0, 0.0, np.maximum(known - 1, 0))
        lower = np.floor(rank).astype(np.int64)
        upper = np.minimum(lower + 1, np.maximum(known - 1, 0))
        first, second = (np.take_along_axis(ordered, at[:, None], axis=1)[:, 0] for at in (lower, upper))
        # A whole rank is its value, without the rounding of a straight line.
        between = np.where(rank > lower, first + (second - first) * (rank - lower), first)
        result.append(np.where(known >= LEAST_VALUES, between, np.nan))
    return result[0], result[1]
