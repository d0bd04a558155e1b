"""The least cost by the level that every service target asks for: what a point of service costs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.staffing.covering import better
from sim.staffing.found import CurvePoint
from sim.staffing.gains import Gains
from sim.staffing.judge import Judge, Judged
from sim.staffing.playing import Answer
from sim.staffing.polishing import polish, repair

Floats = NDArray[np.float64]

FEWER = 2
"""This part of the search's replications is what a point of the curve is played with."""

LEVELS = (0.70, 0.75, 0.80, 0.85, 0.90, 0.95)


def curve_of(judge: Judge, gains: Gains, found: Judged, price: Floats, known: Answer) -> Iterator[CurvePoint]:
    """From the plan found on, level by level; on the search's luck, and for fewer replications than the plan itself.

    `known`: of the plan found, on the most luck it was played on. Levels of few replications are taken to be off by as
    much as the plan's own are."""
    names = {one.name for one in judge.conditions if one.kpi == "service_level"}
    if not names:
        return
    own = max(judge.aim(n) for n, one in enumerate(judge.conditions) if one.kpi == "service_level")
    plain = judge.shift, judge.runs, judge.buffer
    judge.runs = max(judge.runs // FEWER, 4)
    few = judge.playing.answer(found.heads, judge.runs)
    if few is not None:
        judge.buffer = plain[2] + judge.signs * (judge.levels(few) - judge.levels(known))
    try:
        # Down from the plan's own level, then up from it: each begins where the last one ended.
        for levels in (
            [level for level in reversed(LEVELS) if level < own],
            [level for level in LEVELS if level >= own],
        ):
            last = found.heads
            for level in levels:
                if level == own:
                    yield CurvePoint(level, found.heads, found.cost)
                    continue
                judge.shift = dict.fromkeys(names, level)
                proposed = gains.proposed(price)
                starts = [one for one in judge.of_all([last, proposed or last]) if one is not None]
                if not starts:
                    break
                best = repair(judge, gains, better(starts[0], starts[-1]), price)
                if not best.holds:
                    yield CurvePoint(level, None, best.cost)
                    break
                best = polish(judge, gains, best, price, thorough=False)
                last = best.heads
                yield CurvePoint(level, best.heads, best.cost)
    finally:
        judge.shift, judge.runs, judge.buffer = plain
