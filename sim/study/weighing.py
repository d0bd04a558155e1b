"""Replications weighted so that together they bring just the contacts that are expected.

A control variate (Lavenberg and Welch 1981) on contacts drawn ÷ contacts expected, as one weight per replication: what
regression on the control says of a sum at the expected load is a weighted sum. The same weights for every sum keep all
that adds up adding up, and ratios of sums in their range; what does not hang on the load only loses the degree of
freedom that the slope costs. The jackknife works the weights out anew without each replication.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.scenario.language.center import FEWEST_WEIGHTED

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weighing:
    """Of `excess`, by replication: contacts drawn ÷ expected − 1, whose expectation is 0."""

    excess: Floats

    SPENT = 1
    """Degrees of freedom, for the slope."""

    def totals(self, column: Floats) -> Floats:
        """Replications × anything, added up with the weights."""
        # From the first row on, so that what is the same in all stays exactly that.
        return np.asarray(len(column) * (column[0] + np.tensordot(self.weights, column - column[0], 1)))

    def left_out(self, column: Floats) -> Floats:
        """Totals without each replication, by the weights of the others (the regression's left-out intercepts)."""
        runs, first = len(column), column[0]
        column = column - first
        along = (slice(None), *[None] * (column.ndim - 1))
        mean, slope = column.mean(axis=0), np.tensordot(self._away, column, 1) / self._squares
        rest = column - mean - slope * self._away[along]
        leverage = 1.0 / runs + self._away**2 / self._squares
        without = mean - slope * self.excess.mean() - (self._regression / (1.0 - leverage))[along] * rest
        plain = (column.sum(axis=0) - column) / (runs - 1)
        return np.asarray((runs - 1) * (first + self._share * without + (1.0 - self._share) * plain))

    @cached_property
    def weights(self) -> Floats:
        """They add up to 1; none is below 0."""
        even = 1.0 / len(self.excess)
        return np.asarray(even + self._share * (self._regression - even))

    @cached_property
    def _away(self) -> Floats:
        return np.asarray(self.excess - self.excess.mean())

    @cached_property
    def _squares(self) -> float:
        return float((self._away**2).sum())

    @cached_property
    def _regression(self) -> Floats:
        return np.asarray(1.0 / len(self.excess) - self.excess.mean() * self._away / self._squares)

    @cached_property
    def _share(self) -> float:
        """How much of the way to the regression's weights is gone: all of it, unless one of them is below 0."""
        lowest, even = float(self._regression.min()), 1.0 / len(self.excess)
        return 1.0 if lowest >= 0.0 else even / (even - lowest)


def weighing_of(excess: Floats) -> Weighing | None:
    """None where there are too few replications, or hardly any two of them differ in what they draw."""
    return Weighing(excess) if np.unique(excess).size >= FEWEST_WEIGHTED else None
