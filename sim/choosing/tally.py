"""What the selection among many plans knows of a plan: its money by replication, and sums of its targets' margins.

A target holds in a period when E[in time] ÷ E[that count] ≥ aim, which is E[in time − aim × that count] ≥ 0: a mean
over replications, to which Student's t applies without a ratio's bias. With room `near` for what is as good as held,
two sums of squares are kept, of the margin less and plus `near` of the contacts that count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.study.targets import Periods

Floats = NDArray[np.float64]

NEAR = 0.01
"""A point of service level: a plan this much below its target is as good as one that holds, and none holds with
certainty to be found out that is not this much above."""

ROWS = 5
"""Contacts that count; their margin; squares of the margin less, and plus, what is near; replications with anybody."""


@dataclass(frozen=True)
class Tally:
    """Of one plan's first so many replications."""

    money: Floats
    sums: Floats
    """ROWS × (periods of all targets, then every target over all of its periods)."""
    shape: tuple[int, ...]
    """Periods by target."""
    aims: tuple[float, ...]
    """By target."""
    near: float = NEAR

    @property
    def runs(self) -> int:
        return len(self.money)

    @property
    def periods(self) -> int:
        return sum(self.shape)

    def then(self, more: Tally) -> Tally:
        return replace(self, money=np.concatenate([self.money, more.money]), sums=self.sums + more.sums)

    @cached_property
    def _margins(self) -> Floats:
        """By period, how far its mean level lies above the aim; NaN where hardly anybody came."""
        base, margin, *_, came = self.sums[:, : self.periods]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(came >= min(self.runs, 2), margin / base, np.nan)

    @cached_property
    def worst(self) -> int | None:
        """The period that is furthest below, or nearest to it; None where nobody came."""
        known = self._margins
        return None if np.isnan(known).all() else int(np.nanargmin(known))

    @property
    def margin(self) -> float:
        """Of the worst period, as a share of the contacts that count; below 0 is short. NaN where nobody came."""
        return math.nan if self.worst is None else float(self._margins[self.worst])

    @property
    def holds(self) -> bool:
        """Whether every target holds on average in each of its periods."""
        return self.margin >= 0.0

    @cached_property
    def could_hold(self) -> float:
        """The chance, at the most, of what was seen, if the plan holds all of its targets with room to spare.

        Either in some period, or over all periods of a target, it must lie below (Bonferroni over both).
        """
        from scipy.special import stdtr

        base, margin, less, _, came = self.sums
        means = margin - self.near * base
        error = _error(means, less, self.runs)
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = np.where(error > 0, stdtr(self.runs - 1, means / error), np.where(means < 0, 0.0, 1.0))
        chance = np.where(came >= min(self.runs, 2), chance, 1.0)
        # Where everybody was late in every replication nothing varies: then it is the luck of so many contacts.
        late = (self._in_time <= 0.0) & (base > 0)
        chance = np.where(late, np.maximum(chance, (1.0 - self._aims) ** base), chance)
        of_periods, of_whole = chance[: self.periods], chance[self.periods :]
        if not len(of_periods) or self.runs < 2:
            return 1.0
        least = min(2.0 * self.periods * float(of_periods.min()), 2.0 * len(self.shape) * float(of_whole.min()))
        return min(1.0, least)

    @cached_property
    def could_miss(self) -> float:
        """The chance, at the most, of what was seen, if the plan misses a target by more than what is near.

        Every period is judged by itself: all of them must be sure (an intersection-union test; Berger 1982).
        """
        from scipy.special import stdtr

        if self.runs < 2 or self.worst is None:
            return 1.0
        base, margin, _, plus, came = self.sums[:, : self.periods]
        means = margin + self.near * base
        error = _error(means, plus, self.runs)
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = np.where(error > 0, stdtr(self.runs - 1, -means / error), np.where(means > 0, 0.0, 1.0))
        alike = (base > 0) & (self._in_time[: self.periods] >= base)
        least = np.maximum(self._aims[: self.periods] - self.near, 0.0)
        chance = np.where(alike, np.maximum(chance, least**base), chance)
        return float(chance[came >= min(self.runs, 2)].max())

    @cached_property
    def _aims(self) -> Floats:
        return np.array([*np.repeat(self.aims, self.shape), *self.aims])

    @cached_property
    def _in_time(self) -> Floats:
        return np.asarray(self.sums[1] + self._aims * self.sums[0])


def _error(total: Floats, squares: Floats, runs: int) -> Floats:
    """Standard errors of sums over replications, in the sums' unit."""
    if runs < 2:
        return np.full(len(total), np.inf)
    varied = squares - total**2 / runs
    # What is left where nothing varies is rounding.
    varied = np.where(varied > 1e-12 * squares, varied, 0.0)
    return np.asarray(np.sqrt(varied * runs / (runs - 1)))


def sums_of(targets: Sequence[Periods], near: float) -> tuple[Floats, tuple[int, ...]]:
    """Of replications that were played, and how many periods each target has."""
    levels = [target.levels for target in targets]
    aims = [target.level.target for target in targets]
    by_period = [(one[..., 0] - aim * one[..., 1], one[..., 1]) for one, aim in zip(levels, aims, strict=True)]
    margin = np.concatenate([*(m for m, _ in by_period), *(m.sum(axis=1, keepdims=True) for m, _ in by_period)], axis=1)
    base = np.concatenate([*(b for _, b in by_period), *(b.sum(axis=1, keepdims=True) for _, b in by_period)], axis=1)
    less, plus = ((margin + sign * near * base) ** 2 for sign in (-1.0, 1.0))
    sums = np.stack([base.sum(axis=0), margin.sum(axis=0), less.sum(axis=0), plus.sum(axis=0), (base > 0).sum(axis=0)])
    return np.asarray(sums, np.float64), tuple(one.shape[1] for one in levels)
