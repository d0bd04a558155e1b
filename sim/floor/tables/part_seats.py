"""Seats that are there for a part of an interval: 3.5 is three seats, and a fourth for half of the time.

The part lies at the beginning of its interval or at its end: where it joins the seats of the interval before or after,
so that as few as possible come and go; where that is all the same, at the beginning on one day and at the end on the
next. No luck is in it, and every interval has exactly its seats × its length.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT_THE_BEGINNING, AT_THE_END = 0, 1


def changes_of_seats(seats: Floats, day: Ints, interval: float) -> list[tuple[float, int]]:
    """(time in seconds, seats there from then on) wherever they change; `seats`, and their day, by interval."""
    whole = np.floor(seats)
    part = np.round((seats - whole) * interval, 6)
    sides = _sides(whole, part, day)
    changes: list[tuple[float, int]] = []
    there = 0
    for number, (count, seconds, side) in enumerate(zip(whole.tolist(), part.tolist(), sides, strict=True)):
        begins, low, high = number * interval, int(count), int(count) + (seconds > 0.0)
        first, then = (high, low) if side == AT_THE_BEGINNING else (low, high)
        turn = begins + (seconds if side == AT_THE_BEGINNING else interval - seconds)
        for time, wanted in ((begins, first), (turn, then)):
            if wanted != there:
                changes.append((time, wanted))
                there = wanted
    return changes


def _sides(whole: Floats, part: Floats, day: Ints) -> list[int]:
    """Of each interval, where its part lies: with the fewest who come and go at the bounds of intervals."""
    if not part.any():
        return [AT_THE_BEGINNING] * len(whole)
    # Before the first interval nobody is there. Rows: the seats with either side.
    begins = np.concatenate([np.zeros((2, 1)), np.stack([whole + (part > 0.0), whole])], axis=1)
    ends = begins[::-1]
    intervals = begins.shape[1]
    # What is still to come costs at the best, by side; and the next interval's side with which it does.
    ahead, next_side = np.zeros(2), np.zeros((intervals, 2), dtype=np.int64)
    for number in range(intervals - 2, -1, -1):
        usual = AT_THE_BEGINNING if day[number] % 2 == 0 else AT_THE_END
        costs = np.abs(begins[:, number + 1] - ends[:, number, None]) + ahead
        next_side[number] = np.where(costs[:, usual] <= costs[:, 1 - usual], usual, 1 - usual)
        ahead = costs.min(axis=1)
    sides = [AT_THE_BEGINNING]
    for number in range(intervals - 1):
        sides.append(int(next_side[number, sides[-1]]))
    return sides[1:]
