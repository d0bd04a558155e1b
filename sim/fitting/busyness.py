"""How much volumes vary beyond chance: days, intervals within days, and queues together.

The model is the simulator's: N(d, i) is Poisson around λ(weekday, i) · D(d) · I(d, i), the factors of mean 1. Products
of two counts have means that no estimate of λ enters, so that few weeks give no bias (squares less their Poisson part):

    same day, other interval:  λ(i) λ(j) (1 + var D)        other day, other interval:  λ(i) λ(j)
    same day, same interval, N (N − 1):  λ(i)² (1 + var D)(1 + var I)      other day, same interval:  λ(i)²

Sums of those over a weekday's dates, and over weekdays, are divided. What a trend or a season brings is part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from sim.fitting.finding import Finding, Flags, Floats, Ints, unknown
from sim.fitting.volumes import Counts
from sim.study.statistics import t_quantile

OF = "days"
BLOCKS = 24
"""Stretches of a day that are left out in turn: neighbouring intervals may go together."""
FEWEST_WEEKS = 6
"""From which on weeks are compared."""


@dataclass(frozen=True)
class Busyness:
    """Of one queue: coefficients of variation beyond Poisson."""

    day_cv: Finding
    interval_cv: Finding


@dataclass(frozen=True)
class _Days:
    """One weekday: its dates' counts in the intervals that are usual on all of them."""

    counts: Floats
    """date × interval"""


def _by_weekday(counts: Counts, usual: Flags, queue: int) -> list[_Days]:
    found = []
    for weekday in range(7):
        own = np.flatnonzero((counts.weekdays == weekday) & usual[queue].any(axis=1))
        if len(own) >= 2:
            together = usual[queue, own].all(axis=0)
            found.append(_Days(counts.offered[queue][own][:, together].astype(float)))
    return found


def _moments(days: list[_Days], stretch: Ints | None = None) -> tuple[float, float]:
    """Variances of the day's and of the interval's factor; without a stretch of intervals, if wanted."""
    sums = np.zeros(4)
    for own in days:
        n = own.counts if stretch is None else np.delete(own.counts, stretch[stretch < own.counts.shape[1]], axis=1)
        k = len(n)
        total, column, squares = n.sum(axis=1), n.sum(axis=0), (n**2).sum()
        same_cell = squares - total.sum()
        same_day = (total**2).sum() - squares
        other_same = ((column**2).sum() - squares) / (k - 1)
        other_day = (total.sum() ** 2 - (total**2).sum()) / (k - 1) - other_same
        sums += np.array([same_day, other_day, same_cell, other_same]) * (k - 1) / k
    if sums[1] <= 0 or sums[3] <= 0:
        return np.nan, np.nan
    day = sums[0] / sums[1] - 1.0
    return day, sums[2] / sums[3] / (1.0 + max(day, 0.0)) - 1.0


def fit_busyness(counts: Counts, usual: Flags, queue: int) -> Busyness:
    days = _by_weekday(counts, usual, queue)
    dates = sum(len(own.counts) for own in days)
    degrees = dates - len(days)
    day, interval = _moments(days)
    if degrees < 2 or not np.isfinite(day):
        return Busyness(unknown(OF, dates), unknown(OF, dates))
    return Busyness(_day_cv(days, day, interval), _interval_cv(days, interval))


def _day_cv(days: list[_Days], day: float, interval: float) -> Finding:
    """A day's total has the variance D's + noise, and its estimate is nearly chi-square around that sum. Weekdays count
    by the square of their volume: so do their degrees of freedom (Satterthwaite)."""
    means = [own.counts.mean(axis=0) for own in days]
    free = np.array([len(own.counts) - 1 for own in days], float)
    weights = free * np.array([float(mean.sum()) ** 2 for mean in means])
    degrees = float(weights.sum() ** 2 / (weights**2 / free).sum())
    noise = 0.0
    for own, mean, weight in zip(days, means, weights, strict=True):
        whole = float(mean.sum())
        if whole > 0:
            # Squares of means of k counts hold a Poisson part of mean ÷ k.
            squares = max(float((mean**2 - mean / len(own.counts)).sum()), 0.0)
            noise += weight / weights.sum() * (1 / whole + max(interval, 0.0) * squares / whole**2)
    both = max(day, -noise) + noise
    low, high = (both * degrees / float(chi2.ppf(q, degrees)) - noise for q in (0.975, 0.025))
    n = sum(len(own.counts) for own in days)
    return Finding(_root(day), _root(low), _root(high), n, OF)


def _interval_cv(days: list[_Days], interval: float) -> Finding:
    """The interval by leaving out one stretch of the day at a time (jackknife): its intervals on all dates."""
    n = sum(len(own.counts) for own in days)
    slots = max(own.counts.shape[1] for own in days)
    parts = np.array([_moments(days, stretch=part)[1] for part in np.array_split(np.arange(slots), min(slots, BLOCKS))])
    parts = parts[np.isfinite(parts)]
    several = len(parts)
    if several < 4:
        return Finding(_root(interval), np.nan, np.nan, n, OF)
    error = float(np.sqrt((several - 1) / several * ((parts - parts.mean()) ** 2).sum()))
    half = t_quantile(several - 1) * error
    return Finding(_root(interval), _root(interval - half), _root(interval + half), n, OF)


def _root(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))


def correlations(counts: Counts, usual: Flags) -> list[list[Finding]]:
    """Of the days' factors, queue by queue: the mean product of two queues' totals of a day against other days'."""
    queues = len(counts.queues)
    variances = [_moments(_by_weekday(counts, usual, queue))[0] for queue in range(queues)]
    found = [[unknown(OF) for _ in range(queues)] for _ in range(queues)]
    for a in range(queues):
        for b in range(a):
            found[a][b] = found[b][a] = _correlation(counts, usual, a, b, variances[a] * variances[b])
    return found


def _correlation(counts: Counts, usual: Flags, a: int, b: int, scale: float) -> Finding:
    both = usual[a].any(axis=1) & usual[b].any(axis=1)
    total = (counts.offered * usual).sum(axis=2).astype(float)[[a, b]]
    dates = np.flatnonzero(both)

    def covariance(used: Ints) -> float:
        same, other = 0.0, 0.0
        for weekday in range(7):
            own = total[:, used[counts.weekdays[used] == weekday]]
            k = own.shape[1]
            if k >= 2:
                product = float((own[0] * own[1]).sum())
                same += product * (k - 1) / k
                other += (float(own[0].sum() * own[1].sum()) - product) / k
        return same / other - 1.0 if other > 0 else np.nan

    n = len(dates)
    if n < 8 or not scale > 0:
        return unknown(OF, n)
    value = covariance(dates) / np.sqrt(scale)
    parts = np.array([covariance(dates[dates != date]) for date in dates]) / np.sqrt(scale)
    half = t_quantile(n - 7) * float(np.sqrt((n - 1) / n * ((parts - parts.mean()) ** 2).sum())) if n > 7 else np.nan
    low, high = np.clip([value - half, value + half], -1.0, 1.0)
    return Finding(float(np.clip(value, -1.0, 1.0)), float(low), float(high), n, OF)


def week_cv(counts: Counts, usual: Flags, queue: int) -> Finding:
    """How much weeks differ, days of one week together: the level that a forecast can miss by. Interval by leaving out
    one week at a time."""
    weeks = np.array([(date - counts.dates[0]).days // 7 for date in counts.dates])
    total = (counts.offered[queue] * usual[queue]).sum(axis=1).astype(float)
    used = usual[queue].any(axis=1)
    days, number = counts.weekdays, len(np.unique(weeks[used]))
    if number < FEWEST_WEEKS:
        return unknown("weeks", number)
    table = np.full((int(weeks.max()) + 1, 7), np.nan)
    table[weeks[used], days[used]] = total[used]

    def variance(rows: Floats) -> float:
        known = np.isfinite(rows)
        filled = np.where(known, rows, 0.0)
        together, both = filled.T @ filled, known.T.astype(float) @ known
        column, there = filled.sum(axis=0), known.sum(axis=0).astype(float)
        apart = np.outer(column, column) - together
        pairs = np.outer(there, there) - both
        off = ~np.eye(7, dtype=bool) & (both > 0) & (pairs > 0)
        expected = np.where(off, apart / np.maximum(pairs, 1) * both, 0.0).sum()
        return float(together[off].sum() / expected - 1.0) if expected > 0 else np.nan

    whole = [row for row in range(len(table)) if np.isfinite(table[row]).any()]
    value = variance(table[whole])
    parts = np.array([variance(table[[one for one in whole if one != row]]) for row in whole])
    half = t_quantile(number - 1) * float(np.sqrt((number - 1) / number * ((parts - parts.mean()) ** 2).sum()))
    return Finding(_root(value), _root(value - half), _root(value + half), number, "weeks")
