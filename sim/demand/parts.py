"""A day cut by time into parts, so that memory does not follow the contacts of a day."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]
"""From, to, in seconds since the start."""

A_PART = 125_000
"""Contacts, as expected: a day that brings no more is in one piece. Of 60 to 500 thousand none was slower."""


def cuts_of(expected: NDArray[np.float64], first: int, interval: float, most: float) -> list[float]:
    """Where a day is cut, its start and end included, so that about `most` contacts at most are expected in a part.

    `expected`: contacts by interval, `first` the number of the day's first one. Cuts fall between intervals; within
    one, in equal pieces, only if it brings more than that by itself.
    """
    start, end = first * interval, (first + len(expected)) * interval
    if expected.sum() <= most:
        return [start, end]
    cuts, so_far = [start], 0.0
    for number, count in enumerate(expected.tolist(), first):
        if number * interval > cuts[-1] and so_far + count > most:
            cuts.append(number * interval)
            so_far = 0.0
        pieces = math.ceil(count / most)
        cuts += [(number + piece / pieces) * interval for piece in range(1, pieces)]
        # What is cut in pieces shares none of them with the next interval.
        so_far = math.inf if pieces > 1 else so_far + count
    return [*cuts, end]
