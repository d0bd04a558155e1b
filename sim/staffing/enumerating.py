"""Every cheaper staffing, where there are not too many: each is played, or cannot hold, since one that has no fewer
heads in any column was played and failed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Heads
from sim.staffing.covering import better
from sim.staffing.judge import BATCH, Judge, Judged

Floats = NDArray[np.float64]

MOST_STAFFINGS = 300_000
MOST_PLAYED = 80
"""Staffings that are played for nothing but this."""

SAME = 1e-9
"""Relative; a price that is no lower than that is the same."""


@dataclass(frozen=True)
class Enumerated:
    """No staffing of a lower price than `heads` holds, on the search's luck."""

    heads: Heads
    cheaper: int
    played: int
    """Of them, or above them: those that failed, and leave nothing."""


class NotMonotone(Exception):
    """More people were seen to do harm: what has no more heads than one that fails may hold."""


def enumerate_cheaper(judge: Judge, price: Floats, best: Judged) -> tuple[Judged, Enumerated | None]:
    """The best staffing then known; None where they are too many, or where more people were seen to do harm."""
    if not best.holds or np.prod([float(c.most - c.least + 1) for c in judge.allowed.columns]) > MOST_STAFFINGS:
        return best, None
    try:
        return _Enumeration(judge, price, best).run()
    except NotMonotone:
        return best, None


class _Enumeration:
    def __init__(self, judge: Judge, price: Floats, best: Judged) -> None:
        self.judge, self.price, self.best = judge, price, best
        self.failed, self.held = list[Heads](), [best.heads]
        columns = judge.allowed.columns
        self.least, self.most = (np.array([getattr(c, name) for c in columns]) for name in ("least", "most"))
        axes = [np.arange(low, high + 1) for low, high in zip(self.least, self.most, strict=True)]
        every = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
        for limit in judge.allowed.limits:
            counted = every @ np.array(limit.weights)
            every = every[(counted >= limit.low - SAME) & (counted <= limit.high + SAME)]
        if judge.allowed.most_moved is not None:
            every = every[[judge.allowed.holds(tuple(heads)) for heads in every.tolist()]]
        self.left = every
        """Cheaper than the best, and not known to fail."""
        self._keep_cheaper()
        self.cheaper = len(self.left)

    def run(self) -> tuple[Judged, Enumerated | None]:
        self._from_above()
        while len(self.left):
            if len(self.failed) + len(self.held) > MOST_PLAYED:
                return self.best, None
            # The largest first: what fails then takes most along.
            order = np.lexsort((*self.left.T, -self.left.sum(axis=1)))
            self._play([tuple(int(n) for n in heads) for heads in self.left[order[:BATCH]]])
        return self.best, Enumerated(self.best.heads, self.cheaper, len(self.failed))

    def _from_above(self) -> None:
        """By column, the most heads with which it fails though all others are at their most: by halving."""
        for column, number in enumerate(self.best.heads):
            low, high = int(self.least[column]), number
            while low < high and len(self.left):
                middle = (low + high) // 2
                heads = tuple(middle if other == column else int(most) for other, most in enumerate(self.most))
                if self._play([heads]):
                    low = middle + 1
                else:
                    high = middle

    def _play(self, staffings: list[Heads]) -> bool:
        """Whether the last of them fails."""
        fails = False
        for heads, one in zip(staffings, self.judge.of_all(staffings), strict=True):
            fails = one is not None and not one.holds
            if one is None:
                self.left = self.left[(self.left != np.array(heads)).any(axis=1)]
            elif one.holds:
                self.held.append(heads)
                if self.judge.allowed.holds(heads):
                    self.best = better(self.best, one)
                self.left = self.left[(self.left != np.array(heads)).any(axis=1)]
            else:
                self.failed.append(heads)
                self.left = self.left[(self.left > np.array(heads)).any(axis=1)]
        self._keep_cheaper()
        held = np.array(self.held)
        if any((held <= np.array(heads)).all(axis=1).any() for heads in self.failed):
            raise NotMonotone
        return fails

    def _keep_cheaper(self) -> None:
        own = float(self.price @ np.array(self.best.heads))
        self.left = self.left[self.left @ self.price < own * (1.0 - SAME)]
