"""Handle time by queue: mean, spread, law, how days differ, and whether it drifts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.fitting.finding import Finding, Floats, Ints, mean_by_days, unknown
from sim.fitting.spread import spread_between
from sim.study.statistics import t_quantile

OF = "answered contacts"
FAMILIES = ("lognormal", "gamma", "weibull", "exponential")
FEWEST = 20
FEWEST_DAYS = 6
"""With contacts of the queue, for a drift and for what days differ by."""
FEWEST_A_DAY = 5
MOST_JUDGED = 50_000
LEAST_CV = 0.05
"""Below it, all times are the same."""
SHORT_S = 10.0
"""Talks below it are told of: dropped lines, wrong numbers, agents who hang up."""


class Drift(NamedTuple):
    """The straight line through the days' means."""

    per_week: Finding
    """Of the mean, as a share of it."""
    at_the_end: float
    """What the line says of the last day, in seconds."""
    step: int | None
    """The day from which on it is rather another level than a line, if that fits better."""

    @property
    def is_clear(self) -> bool:
        return self.per_week.leaves_out_nothing


@dataclass(frozen=True)
class Handling:
    """Of one part of the work of one queue."""

    mean: Finding
    """Seconds."""
    cv: float
    family: str
    day_cv: Finding
    """How the days' means differ beyond chance and drift."""
    drift: Drift | None
    days: Ints
    by_day: Floats
    """Means of the days, in seconds."""
    by_hour: tuple[tuple[int, Finding], ...]
    short: float
    """Share below `SHORT_S`."""

    @property
    def level(self) -> float:
        """What is to be expected next: the mean, or what a clear drift has made of it by the last day."""
        return self.drift.at_the_end if self.drift is not None and self.drift.is_clear else self.mean.value


def fit_handling(seconds: Floats, days: Ints, hours: Ints) -> Handling:
    """`seconds` of each answered contact, the local day's number and hour of its arrival."""
    known = np.isfinite(seconds) & (seconds >= 0)
    seconds, days, hours = seconds[known], days[known], hours[known]
    n = len(seconds)
    if n < FEWEST or not seconds.sum() > 0:
        nothing = unknown("days")
        mean = mean_by_days(seconds, days, OF)
        return Handling(mean, 1.0, "exponential", nothing, None, np.zeros(0, np.int64), np.zeros(0), (), 0.0)
    mean, cv = mean_by_days(seconds, days, OF), float(seconds.std(ddof=1) / seconds.mean())
    family = law_of(seconds, cv)
    own, at = np.unique(days, return_inverse=True)
    number = np.bincount(at).astype(float)
    by_day = np.bincount(at, weights=seconds) / number
    enough = number >= FEWEST_A_DAY
    drift = fit_drift(own[enough], by_day[enough], number[enough])
    level, fitted = np.full(len(own), mean.value), 1
    if drift is not None and drift.is_clear:
        level = level * (1 + drift.per_week.value * (own - own[enough].mean()) / 7.0)
        fitted = 2
    day_cv = unknown("days", int(enough.sum()))
    if enough.sum() >= FEWEST_DAYS:
        day_cv = spread_between((by_day / level)[enough], cv * cv / number[enough], "days", fitted)
    by_hour = tuple(
        (int(hour), mean_by_days(seconds[hours == hour], days[hours == hour], OF))
        for hour in np.unique(hours)
        if (hours == hour).sum() >= FEWEST
    )
    return Handling(mean, cv, family, day_cv, drift, own, by_day, by_hour, float((seconds < SHORT_S).mean()))


def law_of(seconds: Floats, cv: float) -> str:
    """Of the laws that have this mean and this spread, the one that makes the times most likely.

    Talks are judged from `SHORT_S` on, given that they are as long: dropped lines have no say in it.
    """
    if cv < LEAST_CV:
        return "constant"
    mean = float(seconds.mean())
    least = SHORT_S if float(np.median(seconds)) >= 3 * SHORT_S else 0.0
    times = np.maximum(seconds[seconds >= least], 0.5)
    if len(times) > MOST_JUDGED:
        times = times[:: len(times) // MOST_JUDGED + 1]
    error = 1.0 / math.sqrt(len(seconds))
    # A law that has one parameter less must have the spread that was seen.
    families = FAMILIES if abs(cv - 1.0) < 4.0 * error else FAMILIES[:-1]
    values = {family: _likelihood(family, times, mean, cv, least) for family in families}
    if "exponential" in values:
        values["exponential"] += 2.0
    return max(values, key=lambda family: values[family])


def _likelihood(family: str, times: Floats, mean: float, cv: float, least: float) -> float:
    from scipy import stats

    from sim.distributions import weibull_shape

    if family != "exponential" and not LEAST_CV <= cv <= 10.0:
        return -math.inf
    law: Any
    if family == "exponential":
        law = stats.expon(scale=mean)
    elif family == "lognormal":
        variance = math.log1p(cv * cv)
        law = stats.lognorm(math.sqrt(variance), scale=mean * math.exp(-variance / 2))
    elif family == "gamma":
        law = stats.gamma(1 / (cv * cv), scale=mean * cv * cv)
    else:
        shape = weibull_shape(cv)
        law = stats.weibull_min(shape, scale=mean / math.gamma(1 + 1 / shape))
    return float(law.logpdf(times).sum() - len(times) * law.logsf(least))


def fit_drift(days: Ints, means: Floats, number: Floats) -> Drift | None:
    """Least squares weighted by contacts; its error from what the days scatter around it, Student's t."""
    if len(days) < FEWEST_DAYS or days.max() - days.min() < 7:
        return None
    weights = number / number.sum()
    level = float((weights * means).sum())
    # Weekdays differ: each is held against its own, where there are enough of each.
    weekday = days % 7
    groups = weekday if np.bincount(weekday)[np.unique(weekday)].min() >= 2 and len(days) >= 14 else 0 * weekday
    x, y = _within(days.astype(float), weights, groups), _within(means, weights, groups)
    spread = float((weights * x * x).sum())
    slope = float((weights * x * y).sum()) / spread
    left = y - slope * x
    degrees = len(days) - len(np.unique(groups)) - 1
    # Sandwich variance with a small-sample factor: days scatter by more than their number of contacts says.
    error = math.sqrt(len(days) / degrees * float(((weights * x * left) ** 2).sum())) / spread
    half = t_quantile(degrees) * error
    per_week = Finding(7 * slope / level, 7 * (slope - half) / level, 7 * (slope + half) / level, len(days), "days")
    end = level + slope * float(days[-1] - (weights * days).sum())
    return Drift(per_week, end, _step(days, y, weights, float((weights * left**2).sum())))


def _within(values: Floats, weights: Floats, groups: Ints) -> Floats:
    """Less the weighted mean of each group."""
    whole = np.bincount(groups, weights=weights)
    return np.asarray(
        values - (np.bincount(groups, weights=weights * values) / np.where(whole > 0, whole, 1.0))[groups]
    )


def _step(days: Ints, means: Floats, weights: Floats, of_line: float) -> int | None:
    """Where one jump explains clearly more than the line (a fifth of what the line leaves)."""
    best, where = 0.8 * of_line, None
    for at in range(3, len(days) - 2):
        left = 0.0
        for part in (slice(None, at), slice(at, None)):
            own, weight = means[part], weights[part]
            left += float((weight * (own - (weight * own).sum() / weight.sum()) ** 2).sum())
        if left < best:
            best, where = left, int(days[at])
    return where
