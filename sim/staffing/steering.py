"""A staffing of many columns, led to the least price that holds in large steps: a program of what each head is expected
to bring proposes a step, playing it says how far that was right, and the next step knows (a sequence of programs within
a trust region; Conn, Gould and Toint 2000)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Heads
from sim.staffing.covering import better
from sim.staffing.gains import Gains
from sim.staffing.judge import ANCHORED, Judge, Judged
from sim.staffing.learning import MANY_COLUMNS
from sim.staffing.program import Cut, Program

Floats = NDArray[np.float64]

MOST_STEPS = 25

WIDE, NARROW = 0.1, 2.0
"""A step changes so many heads at most: a tenth of all at first, and two in the end."""

MISSED = 60.0
"""Price of a probit that a condition is short of, in heads of the dearest column."""

ROOM_LEFT = 0.6
"""Of the room that a step leaves, so much is left of the next after one that held."""
MOST_ROOM = 0.1


def steer(judge: Judge, gains: Gains, start: Judged, price: Floats, *, until_it_holds: bool = False) -> Judged:
    """The cheapest staffing that held, or the one that came nearest."""
    wide = max(WIDE * sum(start.heads), 2.0 * NARROW)
    if judge.anchored is not None:
        # It was steered before: what is sought is near.
        wide = max(wide / 4.0, 2.0 * NARROW)
    found = _Steering(judge, gains, price, start, until_it_holds).run(wide)
    is_large = len(price) > MANY_COLUMNS
    if is_large and not until_it_holds and found.holds and judge.anchor(found.heads, ANCHORED):
        # What held on so little luck may be far from it, or far inside.
        known = judge.of_one(found.heads)
        assert known is not None
        found = _Steering(judge, gains, price, known).run(wide / 2.0)
    return found


@dataclass
class _Steering:
    judge: Judge
    gains: Gains
    price: Floats
    best: Judged
    until_it_holds: bool = False
    tried: set[Heads] = field(default_factory=set)
    room: float = 0.0
    """Probits by which a step is to lead further inside than asked for: about as much as steps were seen to miss by."""

    def run(self, widest: float) -> Judged:
        here, width = self.best, widest
        for _ in range(MOST_STEPS):
            if self.until_it_holds and self.best.holds:
                break
            heads = self._proposed(here, width)
            if heads is None or heads == here.heads or heads in self.tried:
                if width <= NARROW and here is self.best:
                    break
                # The narrow steps begin at the best.
                here, width = self.best, max(width / 2.0, NARROW)
                continue
            self.tried.add(heads)
            one = self.judge.of_one(heads)
            if one is None:
                width = max(width / 2.0, NARROW)
                continue
            self._learn(one)
            if self._merit(one) < self._merit(here):
                here, width = one, min(1.5 * width, widest)
            else:
                width = max(width / 2.0, NARROW)
        return self.best

    def _proposed(self, here: Judged, width: float) -> Heads | None:
        gain, heads = self.gains.learned.gain(here), np.array(here.heads)
        least = gain @ heads - self.gains.learned.margin(here) + self.room
        cuts = [Cut(tuple(own), float(low)) for own, low in zip(gain.tolist(), least.tolist(), strict=True)]
        program = Program(self.judge.allowed, self.price, cuts)
        found = program.nearby(here.heads, width, self._missed)
        return None if found is None else found.heads

    def _learn(self, one: Judged) -> None:
        short = -float(np.min(self.gains.learned.margin(one), initial=0.0))
        self.room = min(self.room + short / 2.0, MOST_ROOM) if short > 0.0 else ROOM_LEFT * self.room
        self.best = better(self.best, one)

    @property
    def _missed(self) -> float:
        return MISSED * max(float(self.price.max(initial=0.0)), 1e-9)

    def _merit(self, one: Judged) -> float:
        """The price, and that of what is missing."""
        short = np.maximum(-self.gains.learned.margin(one), 0.0).sum()
        return float(self.price @ np.array(one.heads) + self._missed * short)
