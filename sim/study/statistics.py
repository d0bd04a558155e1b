"""Intervals over independent replications: Student t, with ratios by jackknife."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Named = Mapping[str, Floats]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; `sd` is over single replications. NaN where it cannot be told."""

    mean: float
    low: float
    high: float
    sd: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


def t_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + confidence / 2)) if degrees > 0 else float("nan")


def joint_confidence(intervals: int) -> float:
    """Of each of so many intervals, that all of them hold at once with CONFIDENCE, however they hang together
    (Bonferroni)."""
    return 1.0 - (1.0 - CONFIDENCE) / max(1, intervals)


def estimate(value: Callable[[Named], Floats], sums: Named) -> Estimate:
    """A function of sums (first axis: replications), at their totals, with a jackknife interval."""
    whole, left_out, single = _jackknife(value, sums)
    return _interval(whole, left_out, float(np.nanstd(single, ddof=1)) if np.isfinite(single).sum() > 1 else np.nan)


def difference(value: Callable[[Named], Floats], sums: Named, baseline: Named) -> tuple[Estimate, float]:
    """Paired difference from the baseline on common luck, and how wide its interval would be without pairing."""
    whole, left_out, single = _jackknife(value, sums)
    base_whole, base_left_out, base_single = _jackknife(value, baseline)
    paired = single - base_single
    sd = float(np.nanstd(paired, ddof=1)) if np.isfinite(paired).sum() > 1 else np.nan
    estimate_of = _interval(whole - base_whole, left_out - base_left_out, sd)
    own, other = _interval(whole, left_out, sd), _interval(base_whole, base_left_out, sd)
    return estimate_of, float(np.hypot(own.half_width, other.half_width))


def _jackknife(value: Callable[[Named], Floats], sums: Named) -> tuple[float, Floats, Floats]:
    totals = {name: column.sum(axis=0) for name, column in sums.items()}
    whole = float(value(totals))
    left_out = np.asarray(value({name: totals[name] - column for name, column in sums.items()}))
    return whole, left_out, np.asarray(value(sums))


def _interval(whole: float, left_out: Floats, sd: float) -> Estimate:
    runs = len(left_out)
    if runs < 2 or not np.isfinite(left_out).all():
        return Estimate(whole, np.nan, np.nan, sd)
    # Jackknife standard error: sqrt((n−1)/n Σ (θ₋ᵢ − mean)²).
    error = float(np.sqrt((runs - 1) / runs * ((left_out - left_out.mean()) ** 2).sum()))
    half = t_quantile(runs - 1) * error
    return Estimate(whole, whole - half, whole + half, sd)


def ratio_bands(met: Floats, base: Floats) -> tuple[Floats, Floats, Floats]:
    """(value, low, high) of ratios of sums over replications (first axis), by jackknife, for many cells at once."""
    runs = len(met)
    total_met, total_base = met.sum(axis=0), base.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = total_met / total_base
        left_out = (total_met - met) / (total_base - base)
    if runs < 2:
        return whole, np.full_like(whole, np.nan), np.full_like(whole, np.nan)
    with np.errstate(invalid="ignore"):
        error = np.sqrt((runs - 1) / runs * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    half = t_quantile(runs - 1) * error
    return whole, np.clip(whole - half, 0.0, 1.0), np.clip(whole + half, 0.0, 1.0)
