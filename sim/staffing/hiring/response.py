"""How service answers to people, as played: for each stretch of days, a curve through what plans were seen to do.

The level's log odds rise with the log of effective people: by one slope for a target, fitted over all plans played,
from the point that the last of them, the nearest to what is looked for, has reached. A stretch is a week, cut where the
target's own period ends; a day, where that is a day or an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.measures.periods import first_days

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOWEST, HIGHEST = 0.02, 0.985
"""Levels beyond say little of the slope."""

ALL = 6.0
"""Log odds of a level of 99.75 %."""

USUAL_SLOPE, LEAST_SLOPE, MOST_SLOPE = 12.0, 4.0, 40.0
"""Of the log odds to the log of people: before anything is known, and what a fit must lie between. Erlang A gives 8 to
20 for 20 to 100 agents near 80 % in 20 s."""


def stretches(clock: Clock, per: str) -> tuple[Ints, Ints]:
    """First day of each, and the number of the target's period that it lies in."""
    inner = "day" if per in ("day", "interval") else "week"
    outer = "day" if inner == "day" else per
    first = np.union1d(first_days(clock, inner), first_days(clock, outer))
    return first, np.searchsorted(first_days(clock, outer), first, side="right") - 1


@dataclass(frozen=True)
class Seen:
    """A plan that was played: effective people and levels by stretch, in the mean over replications."""

    people: Floats
    met: Floats
    base: Floats

    @property
    def level(self) -> Floats:
        return np.asarray(np.divide(self.met, self.base, out=np.full(len(self.met), np.nan), where=self.base > 0))


@dataclass(frozen=True)
class Response:
    """One target's: level(people) of each stretch = odds⁻¹(`odds` + slope × log(people ÷ `people`))."""

    slope: float
    people: Floats
    odds: Floats
    weight: Floats
    """Of each stretch in its period's level; 0 where nobody comes."""
    period: Ints

    def level(self, people: Floats) -> Floats:
        """By stretch."""
        return _share(self.odds + self.slope * np.log(np.maximum(people, 1e-9) / np.maximum(self.people, 1e-9)))

    def enough(self, level: float) -> Floats:
        """People by stretch for this level; NaN where nobody comes."""
        found = self.people * np.exp((_odds(np.array(level)) - self.odds) / self.slope)
        return np.where(self.weight > 0, found, np.nan)

    def of_periods(self, people: Floats) -> Floats:
        """By period; NaN where nobody comes."""
        whole = np.bincount(self.period, self.weight)
        met = np.bincount(self.period, self.weight * self.level(people))
        return np.asarray(np.divide(met, whole, out=np.full(len(whole), np.nan), where=whole > 0))

    def lines(self, stretch: int, low: float, high: float, points: int = 40) -> list[tuple[float, float]]:
        """(rise, level at nobody) of the lines that bound the level from above between so many people: the least
        concave function over the curve, which a program can keep to."""
        anchor, odds = self.people[stretch], self.odds[stretch]
        # Where next to everybody is in time already, the level has no more to gain.
        enough = float(anchor * np.exp((ALL - odds) / self.slope))
        people = np.linspace(low, high, points)
        if low < enough < high:
            people = np.append(np.linspace(low, enough, points - 1), high)
        level = _share(odds + self.slope * np.log(people / anchor))
        hull = [0]
        for n in range(1, points):
            while len(hull) > 1 and _turns_up(people, level, hull[-2], hull[-1], n):
                hull.pop()
            hull.append(n)
        found = []
        for a, b in pairwise(hull):
            rise = (level[b] - level[a]) / (people[b] - people[a])
            found.append((float(rise), float(level[a] - rise * people[a])))
        return found


def _turns_up(x: Floats, y: Floats, a: int, b: int, c: int) -> bool:
    return bool((y[b] - y[a]) * (x[c] - x[a]) <= (y[c] - y[a]) * (x[b] - x[a]))


def response_of(seen: Sequence[Seen], period: Ints) -> Response:
    """From plans played, the last of which is the one to start from."""
    last = seen[-1]
    return Response(_slope(seen), last.people, _odds(last.level), last.base, period)


def _slope(seen: Sequence[Seen]) -> float:
    """Least squares of log odds on log people over plans, each stretch with a height of its own."""
    level = np.array([one.level for one in seen])
    people = np.log(np.maximum([one.people for one in seen], 1e-9))
    used = (level > LOWEST) & (level < HIGHEST)
    # A level near 0 or 1 is known less well than its odds would say.
    weight = np.where(used, np.array([one.base for one in seen]) * level * (1.0 - level), 0.0)
    whole = np.maximum(weight.sum(axis=0), 1e-12)
    odds = np.where(used, _odds(level), 0.0)
    x = people - (weight * people).sum(axis=0) / whole
    y = odds - (weight * odds).sum(axis=0) / whole
    spread = float((weight * x * x).sum())
    if spread < 1e-9 * float(weight.sum()) or not weight.sum():
        return USUAL_SLOPE
    return float(np.clip((weight * x * y).sum() / spread, LEAST_SLOPE, MOST_SLOPE))


def _odds(level: Floats) -> Floats:
    inside = np.clip(np.nan_to_num(level, nan=0.5), 0.005, 0.995)
    return np.log(inside / (1.0 - inside))


def _share(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))
