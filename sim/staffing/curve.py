"""The least cost by the level that every service target asks for: what a point of service costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Heads
from sim.staffing.covering import better
from sim.staffing.found import CurvePoint
from sim.staffing.gains import Gains
from sim.staffing.judge import Judge, Judged
from sim.staffing.playing import Answer
from sim.staffing.polishing import polish, repair

Floats = NDArray[np.float64]

FEWER = 2
"""This part of the search's replications is what a point of the curve is played with."""

MORE = 2
"""People more on every shift."""

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
                tried = dict.fromkeys((last, proposed or last, _with_more(judge, last)))
                starts = [one for one in judge.of_all(list(tried)) if one is not None]
                if not starts:
                    break
                best = _mended(judge, gains, starts, price)
                if not best.holds:
                    yield CurvePoint(level, None, best.cost)
                    break
                best = polish(judge, gains, best, price, thorough=False)
                last = best.heads
                yield CurvePoint(level, best.heads, best.cost)
    finally:
        judge.shift, judge.runs, judge.buffer = plain


def _with_more(judge: Judge, heads: Heads) -> Heads:
    """More people everywhere, where that is allowed: from there a level may be reached that is not from `heads`."""
    more = tuple(min(n + MORE, c.most) for n, c in zip(heads, judge.allowed.columns, strict=True))
    return more if judge.allowed.holds(more) else heads


def _mended(judge: Judge, gains: Gains, starts: Sequence[Judged], price: Floats) -> Judged:
    """The first that comes to hold, from the nearest on; the nearest, where none does."""
    best = reduce(better, starts)
    for one in sorted(starts, key=lambda start: (start.short, start.cost)):
        best = better(best, repair(judge, gains, one, price))
        if best.holds:
            break
    return best
