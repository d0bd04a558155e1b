"""The best service that a sum, or today's people, can give: as long as all targets can be passed by more, they are."""

from __future__ import annotations

import numpy as np

from sim.staffing.gains import Gains
from sim.staffing.judge import Judge, Judged
from sim.staffing.polishing import repair
from sim.staffing.program import Floats

STEP = 0.005
"""Points by which every level is to rise at a time."""

MOST_STEPS = 60


def climb(judge: Judge, gains: Gains, start: Judged, price: Floats) -> Judged:
    """The staffing whose worst level is as far above its target, or as little below, as steps from `start` bring it."""
    best, plain = start, judge.buffer
    try:
        for _ in range(MOST_STEPS):
            # Below a target everything that is missing counts, not only the worst.
            judge.buffer = plain + min(best.worst + STEP, 0.0 if best.worst < -STEP else np.inf)
            here = judge.of_one(best.heads)
            assert here is not None
            found = repair(judge, gains, here, price)
            judge.buffer = plain
            again = judge.of_one(found.heads)
            assert again is not None
            if _rank(again) <= _rank(best):
                return best
            best = again
    finally:
        judge.buffer = plain
    return best


def _rank(one: Judged) -> tuple[float, float]:
    return (-one.short, one.worst)
