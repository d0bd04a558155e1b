"""Down to where the targets are just held, in strides: slopes are seen, a program says how far they lead, a play says
whether they do (sequential linear programming within a trust region)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Heads
from sim.staffing.covering import better
from sim.staffing.gains import Gains
from sim.staffing.judge import A_GLANCE, Judge, Judged
from sim.staffing.program import Cut, Program

Floats = NDArray[np.float64]

MOST_STRIDES = 16
CHEAPER = 0.005
"""Prices that differ by less, as a share of the dearest head, are the same."""
FURTHEST = 6
"""Heads of a column that a stride changes at most."""


def descend(judge: Judge, gains: Gains, found: Judged, price: Floats) -> Judged:
    """The cheapest staffing that holds among those that strides from `found`, which holds, lead to."""
    best, room = found, np.zeros_like(found.margin)
    for _ in range(MOST_STRIDES):
        if not gains.knows(best.heads):
            gains.see(best.heads, max(judge.runs // A_GLANCE, 4), fewer=True)
        heads = _stride(judge, gains, best, price, room)
        one = None if heads is None else judge.of_one(heads)
        if one is None:
            break
        if better(one, best) is one:
            best, room = one, np.zeros_like(room)
        else:
            # Slopes have promised too much, by as much as it misses.
            room = room + np.maximum(-one.margin, 0.0)
    return best


def _stride(judge: Judge, gains: Gains, best: Judged, price: Floats, room: Floats) -> Heads | None:
    """The cheapest staffing within reach that is expected to hold, with so much room; None where it is no cheaper."""
    gain, here = np.maximum(gains.near(best), 0.0), np.array(best.heads)
    columns = tuple(
        replace(column, least=max(column.least, number - FURTHEST), most=min(column.most, number + FURTHEST))
        for column, number in zip(judge.allowed.columns, best.heads, strict=True)
    )
    planes = [
        Cut(tuple(row.tolist()), float(row @ here - margin))
        for row, margin in zip(gain, best.margin - room, strict=True)
    ]
    proposal = Program(replace(judge.allowed, columns=columns), price, planes).cheapest()
    if proposal is None or price @ np.array(proposal.heads) >= price @ here - CHEAPER * price.max(initial=0.0):
        return None
    return proposal.heads
