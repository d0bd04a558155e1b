"""A first staffing that holds: the formula's need covered at least cost, corrected where playing it says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.staffing.coverage import Coverage
from sim.staffing.gains import intervals_of
from sim.staffing.judge import Judge, Judged
from sim.staffing.learning import MANY_COLUMNS
from sim.staffing.program import Program

Floats = NDArray[np.float64]

MOST_ROUNDS = 12
FIRST_ROUNDS = 4
"""Where it is steered from there."""
OF_MANY = 1
"""The same where columns are many: correcting needs leads nowhere there, for seats are not shared out as a program
would like it."""
SLACK_GIVEN_BACK = 0.5
"""Of the points by which a target is passed, so many are given back in the next round."""
LOWEST = -0.25
"""Points by which the target behind a need is lowered at most."""


@dataclass
class Needs:
    """The need by interval of the week and queue: the formula's, with the target raised by `points`."""

    coverage: Coverage
    points: Floats

    @classmethod
    def of(cls, coverage: Coverage) -> Needs:
        return cls(coverage, np.zeros_like(coverage.need))

    @property
    def seats(self) -> Floats:
        return np.asarray(np.maximum(self.coverage.need + self.coverage.slope * self.points, 0.0))

    def correct(self, judge: Judge, found: Judged) -> None:
        """Raise the need where the level falls short, by as many points; lower it where there is plenty."""
        queues = judge.playing.question.base.queues
        worst = np.full_like(self.points, np.inf)
        for k, members in enumerate(judge.kinds.members):
            one = judge.conditions[members[0]]
            own = np.array([queues.index(one.name)] if one.name in queues else range(len(queues)))
            rows = intervals_of(self.coverage, one.date, one.start, one.per)
            worst[np.ix_(rows, own)] = np.minimum(worst[np.ix_(rows, own)], found.margin[k])
        step = np.where(worst < 0.0, -worst, -SLACK_GIVEN_BACK * worst)
        self.points = np.maximum(self.points + np.where(np.isfinite(worst), step, 0.0), LOWEST)


def cover(
    judge: Judge, program: Program, needs: Needs, start: Judged, rounds: int = MOST_ROUNDS
) -> tuple[Judged, list[Judged]]:
    """The cheapest staffing that held, or the one that came nearest; and all that were played."""
    best, played, seen = start, [start], {start.heads}
    for _ in range(rounds if len(start.heads) <= MANY_COLUMNS else OF_MANY):
        proposal = program.cheapest(needs.coverage, needs.seats)
        if proposal is None:
            break
        found = judge.of_one(proposal.heads)
        if found is None:
            break
        played.append(found)
        best = better(best, found)
        if found.heads in seen and found.holds:
            break
        seen.add(found.heads)
        needs.correct(judge, found)
    return best, played


def better(one: Judged, other: Judged) -> Judged:
    """Of two staffings the one that holds, of two that hold the cheaper, or the one with more room at the same cost; of
    two that do not the one nearer to it."""
    if one.holds != other.holds:
        return one if one.holds else other
    if one.holds:
        return min(one, other, key=lambda found: (round(found.cost, 6), -found.worst, found.heads))
    return min(one, other, key=lambda found: (found.short, found.heads))
