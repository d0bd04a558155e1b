"""The least cost by the level that every service target asks for: what a point of service costs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Heads
from sim.staffing.covering import better
from sim.staffing.found import CurvePoint
from sim.staffing.gains import Gains
from sim.staffing.judge import Judge, Judged
from sim.staffing.polishing import polish, repair
from sim.staffing.program import Program

Floats = NDArray[np.float64]

NEAR = 0.1
"""Points from a level up to which a plane may say something of it."""

LEVELS = (0.70, 0.75, 0.80, 0.85, 0.90, 0.95)


def curve_of(judge: Judge, gains: Gains, found: Judged, price: Floats) -> Iterator[CurvePoint]:
    """From the plan found on, level by level; on the search's luck, and for fewer replications than the plan itself."""
    names = {one.name for one in judge.conditions if one.kpi == "service_level"}
    if not names:
        return
    own = max(judge.aim(n) for n, one in enumerate(judge.conditions) if one.kpi == "service_level")
    plain = judge.shift, judge.runs
    judge.runs = max(judge.runs // 2, 4)
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
                starts = [one for one in judge.of_all([last, *_proposed(judge, gains, price)]) if one is not None]
                if not starts:
                    break
                start = starts[0] if len(starts) == 1 else better(*starts)
                best = repair(judge, gains, start, price)
                if not best.holds:
                    yield CurvePoint(level, None, best.cost)
                    break
                best = polish(judge, gains, best, price, thorough=False)
                last = best.heads
                yield CurvePoint(level, best.heads, best.cost)
    finally:
        judge.shift, judge.runs = plain


def _proposed(judge: Judge, gains: Gains, price: Floats) -> list[Heads]:
    """The cheapest staffing above all planes that are known near this level."""
    program = Program(judge.allowed, price)
    for slopes in gains.seen:
        for kind, (aim, sign) in enumerate(zip(judge.aims, judge.signs, strict=True)):
            if abs(slopes.level[kind] - aim) <= NEAR:
                program.cuts.append(slopes.cut(kind, aim, sign))
    proposal = program.cheapest() if program.cuts else None
    return [] if proposal is None else [proposal.heads]
