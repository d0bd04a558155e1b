"""Sums of a day that is folded in parts: they add up as if all its rows came at once, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def more(so_far: Floats | None, key: Ints, weights: NDArray[Any] | None = None, size: int = 0) -> Floats:
    """`np.bincount` that goes on from what it counted so far, row by row, as one count over all rows would."""
    if so_far is None:
        return np.asarray(np.bincount(key, weights, size), dtype=np.float64)
    if weights is None:
        # Whole numbers add up in any order.
        return np.asarray(so_far + np.bincount(key, minlength=len(so_far)))
    keys = np.concatenate([np.arange(len(so_far)), key])
    return np.asarray(np.bincount(keys, np.concatenate([so_far, weights]), len(so_far)))


class Stretch:
    """A day's sums over a stretch of intervals, which widens as rows come: `block`'s first axis, from `first` on."""

    def __init__(self, first: int, block: Floats) -> None:
        self.first, self.block = first, block

    def widen(self, first: int, last: int) -> None:
        """Take in the intervals `first` to `last`, the last not included."""
        start, end = min(first, self.first), max(last, self.first + len(self.block))
        if end - start > len(self.block):
            wider = np.zeros((end - start, *self.block.shape[1:]))
            wider[self.first - start :][: len(self.block)] = self.block
            self.first, self.block = start, wider
