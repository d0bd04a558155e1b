"""The best service that a sum, or today's people, can give: step by step, as long as any step brings more."""

from __future__ import annotations

import math

from sim.staffing.allowed import Heads
from sim.staffing.gains import Gains
from sim.staffing.judge import A_GLANCE, Judge, Judged
from sim.staffing.polishing import Steps, stepped

MOST_STEPS = 40

MOST_LOOKED_AT = 96
"""Neighbours of a staffing that are looked at, the most promising on paper first."""

AT_A_TIME = 16
PLAYED_OUT = 3
"""Of these, so many are played by all replications."""

NO_MORE = 1e-6
"""Points that are no gain."""


def climb(judge: Judge, gains: Gains, start: Judged, most: float = math.inf) -> Judged:
    """The staffing that misses least of its targets, and passes the tightest of them by most, among those that single
    steps from `start` lead to: one person more, or elsewhere. `most`: what it may cost, as played.
    """
    best = start
    for _ in range(MOST_STEPS):
        step = _step(judge, gains, best, most)
        if step is None:
            return best
        best = step
    return best


def _step(judge: Judge, gains: Gains, best: Judged, most: float) -> Judged | None:
    options = _neighbours(judge, gains, best)[:MOST_LOOKED_AT]
    few = max(judge.runs // A_GLANCE, 4)
    for first in range(0, len(options), AT_A_TIME):
        known, *glances = judge.of_all([best.heads, *options[first : first + AT_A_TIME]], few)
        assert known is not None
        # What a step changes has little luck in it: it is laid on what is known better of the best.
        changed = [
            Judged(one.heads, one.cost, best.margin + one.margin - known.margin) for one in glances if one is not None
        ]
        hopeful = sorted((one for one in changed if _rank(one) < _rank(best)), key=_rank)[:PLAYED_OUT]
        tried = judge.of_all([one.heads for one in hopeful]) if hopeful else []
        played = [one for one in tried if one is not None and one.cost <= most]
        further = min(played, key=_rank, default=best)
        if _gained(further, best):
            return further
    return None


def _neighbours(judge: Judge, gains: Gains, best: Judged) -> list[Heads]:
    """One person more, or one elsewhere, by what that is expected to bring."""
    gain, columns = gains.near(best), range(len(best.heads))
    steps: list[Steps] = [((j, 1),) for j in columns]
    steps += [((j, 1), (i, -1)) for i in columns if best.heads[i] for j in columns if j != i]
    offers = []
    for step in steps:
        heads = stepped(best.heads, *step)
        if judge.allowed.holds(heads):
            expected = best.margin + sum(gain[:, column] * more for column, more in step)
            offers.append((_rank(Judged(heads, best.cost, expected)), heads))
    return [heads for _, heads in sorted(offers)]


def _rank(one: Judged) -> tuple[float, float]:
    """Points missing; where none are, how little the tightest target is passed by."""
    return (one.short, -one.worst)


def _gained(further: Judged, best: Judged) -> bool:
    if best.short > 0.0:
        return further.short < best.short - NO_MORE
    return further.short <= 0.0 and further.worst > best.worst + NO_MORE
