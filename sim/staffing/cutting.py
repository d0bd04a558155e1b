"""The least price by cutting planes: a program that knows only planes above the levels proposes, simulation disposes.

Each proposal that fails adds a plane for every condition that it misses (Atlason, Epelman and Henderson 2004; Cezik and
L'Ecuyer 2008 for several skills). Where the levels are concave in heads, nothing that holds is cut off, so the program's
price never passes that of the best staffing: it is a bound, and the first proposal that holds is the best.
"""

from __future__ import annotations

from sim.staffing.covering import better
from sim.staffing.gains import Gains
from sim.staffing.judge import Judge, Judged
from sim.staffing.program import Program, Proposal

MOST_COLUMNS = 60
"""Beyond so many columns finite differences cost more than they bring."""

MOST_CUTS = 25
CLOSE = 1e-4
"""Relative gap at which the bound is reached."""


def cut(judge: Judge, program: Program, gains: Gains, best: Judged, runs: int) -> tuple[Judged, Proposal | None, bool]:
    """(the best staffing, the last proposal of the program, whether its bound is met). `runs`: of finite differences."""
    last: Proposal | None = None
    tried: set[tuple[int, ...]] = set()
    for _ in range(MOST_CUTS):
        proposal = program.cheapest()
        if proposal is None:
            return best, last, False
        last = proposal
        if best.holds and program_price(program, best) <= proposal.bound * (1.0 + CLOSE):
            return best, last, True
        found = judge.of_one(proposal.heads)
        if found is None or proposal.heads in tried:
            return best, last, False
        tried.add(proposal.heads)
        best = better(best, found)
        if found.holds:
            return best, last, True
        add_cuts(judge, program, gains, found, runs)
    return best, last, False


def program_price(program: Program, found: Judged) -> float:
    return float(sum(p * n for p, n in zip(program.price, found.heads, strict=True)))


def add_cuts(judge: Judge, program: Program, gains: Gains, found: Judged, runs: int) -> None:
    """A plane for each condition that a staffing misses."""
    slopes = gains.see(found.heads, runs)
    if slopes is None:
        return
    for kind, (margin, aim, sign) in enumerate(zip(found.margin, judge.aims, judge.signs, strict=True)):
        if margin < 0.0:
            program.cuts.append(slopes.cut(kind, aim, sign))
