"""The least price by cutting planes: a program that knows only planes above the levels proposes, simulation disposes.

Each proposal that fails adds a plane for every condition that it misses (Atlason, Epelman and Henderson 2004; Cezik and
L'Ecuyer 2008 for several skills). Where the levels are concave in heads, nothing that holds is cut off, so the price
of the program never passes that of the best staffing: it is a bound, and the first proposal that holds is the best. Far
below its target a level is not concave (it is S-shaped): a plane is laid where little is missing, between the proposal
and the best staffing known. A plane that a staffing which holds lies below is wrong, and thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sim.staffing.allowed import Heads
from sim.staffing.covering import better
from sim.staffing.gains import Gains, Slopes
from sim.staffing.judge import Judge, Judged
from sim.staffing.learning import MANY_COLUMNS
from sim.staffing.program import Program, Proposal

MOST_COLUMNS = 40
"""Beyond so many columns finite differences cost more than they bring."""

MOST_CUTS, OF_MANY = 16, 0
"""The second where columns are many, and finite differences dear: only the planes through the best are laid."""
CLOSE = 1e-4
"""Relative gap at which the bound is reached."""

NEAR = 0.06
"""Points below its target up to which a level is taken for concave."""

STEPS = (0.0, 0.5, 0.75, 0.9, 0.97)
"""Parts of the way from a proposal to the best staffing at which a plane may be laid."""


@dataclass
class Cutting:
    """The program with its planes, and what they have led to."""

    judge: Judge
    program: Program
    gains: Gains
    runs: int
    """Replications of a finite difference."""
    holding: dict[Heads, float] = field(default_factory=dict)
    """Staffings that held, and their price: each must lie above every plane."""
    thrown_away: int = 0
    last: Proposal | None = None

    def price(self, heads: Heads) -> float:
        return float(sum(p * n for p, n in zip(self.program.price, heads, strict=True)))

    def know(self, found: Judged) -> None:
        """A staffing that was played: if it holds, planes above which it does not lie are wrong."""
        if not found.holds:
            return
        self.holding[found.heads] = self.price(found.heads)
        kept = [cut for cut in self.program.cuts if cut.holds(found.heads)]
        self.thrown_away += len(self.program.cuts) - len(kept)
        self.program.cuts = kept

    def touch(self, best: Judged) -> None:
        """Planes through a staffing that holds, from one head fewer of each column."""
        slopes = self.gains.see(best.heads, self.judge.runs, fewer=True) if best.holds else None
        if slopes is not None:
            self._lay(slopes, range(len(best.margin)))

    def run(self, best: Judged, most: int = MOST_CUTS) -> Judged:
        """Propose and cut until a proposal holds, or costs what the best does; the best staffing then known."""
        self.touch(best)
        for _ in range(most if len(best.heads) <= MANY_COLUMNS else OF_MANY):
            self.last = proposal = self.program.cheapest()
            if proposal is None:
                return best
            if best.holds and self.price(best.heads) <= proposal.bound * (1.0 + CLOSE):
                return best
            found = self.judge.of_one(proposal.heads)
            if found is None:
                return best
            self.know(found)
            best = better(best, found)
            if found.holds:
                return best
            before = len(self.program.cuts)
            self.cut(found, best)
            if len(self.program.cuts) == before or all(cut.holds(proposal.heads) for cut in self.program.cuts[before:]):
                # No plane tells this proposal from one that holds.
                return best
        self.last = self.program.cheapest()
        return best

    def settle(self) -> None:
        """The bound by the planes that no staffing contradicts which was played and held, whoever asked for it."""
        for one in self.judge.of_played():
            self.know(one)
        self.last = self.program.cheapest()

    def cut(self, found: Judged, best: Judged) -> None:
        """A plane for each condition that is missed, where it is missed by little."""
        at = self._near(found, best)
        if at is None:
            return
        slopes = self.gains.see(at.heads, self.runs)
        if slopes is not None:
            self._lay(slopes, np.flatnonzero(at.margin < 0.0).tolist())

    def _lay(self, slopes: Slopes, kinds: Iterable[int]) -> None:
        aims, signs = self.judge.aims, self.judge.signs
        for kind in kinds:
            plane = slopes.cut(kind, aims[kind], signs[kind])
            if all(plane.holds(heads) for heads in self.holding):
                self.program.cuts.append(plane)
            else:
                self.thrown_away += 1

    def _near(self, found: Judged, best: Judged) -> Judged | None:
        """The first staffing on the way to the best that misses some condition, and none of those by much."""
        at: Judged | None = None
        for part in STEPS:
            heads = tuple(round(n + part * (b - n)) for n, b in zip(found.heads, best.heads, strict=True))
            one = found if part == 0.0 else self.judge.of_one(heads)
            if one is None:
                break
            self.know(one)
            if one.holds:
                # The last one that failed lies beside it.
                break
            at = one
            if bool(((at.margin < 0.0) & (at.margin >= -NEAR)).any()) and at.worst >= -2.0 * NEAR:
                return at
        return at if best.holds and at is not None and at is not found else None
