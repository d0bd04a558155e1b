"""What one person more of each column does to each condition: on paper, or seen by playing it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.measures.seat_shares import split_seats
from sim.staffing.allowed import Heads
from sim.staffing.coverage import Coverage
from sim.staffing.judge import Judge, Judged, paired_error
from sim.staffing.learning import MANY_COLUMNS, Learned
from sim.staffing.program import Cut, Program

Floats = NDArray[np.float64]

ERRORS_ALLOWED = 1.0
"""Standard errors by which a gain is taken for larger than it was seen: a cut errs to the side that cuts off less."""

NEAR = 0.1
"""Points from a level up to which a plane may say something of it."""


@dataclass(frozen=True)
class Slopes:
    """At one staffing, by kind of condition: the margin without any buffer, and the gain of a head more per column."""

    heads: Heads
    level: Floats
    gain: Floats
    """Kinds × columns."""
    error: Floats
    """Of the gains, where they were played on a part of the search's luck; 0 where on all of it."""
    price: Floats
    """By column, what a head more costs, as played."""

    def cut(self, kind: int, aim: float, sign: float) -> Cut:
        """No staffing below this plane reaches the aim, where each person brings less than the one before."""
        gain = np.maximum(self.gain[kind] + ERRORS_ALLOWED * self.error[kind], 0.0)
        margin = sign * (self.level[kind] - aim)
        return Cut(tuple(gain.tolist()), float(gain @ np.array(self.heads) - margin))


@dataclass
class Gains:
    """What is known of slopes, nearest first."""

    judge: Judge
    paper: Floats
    learned: Learned
    """Of centers with many columns."""
    seen: list[Slopes] = field(default_factory=list)

    @classmethod
    def of(cls, judge: Judge, coverage: Coverage) -> Gains:
        paper = paper_gains(judge, coverage)
        return cls(judge, paper, Learned.of(judge, paper * own_parts(judge, coverage)))

    def near(self, found: Judged) -> Floats:
        """Kinds × columns: as learned where columns are many; else of the nearest staffing at which they were seen, or
        those on paper."""
        if len(found.heads) > MANY_COLUMNS:
            return self.learned.points(found)
        if not self.seen:
            return self.paper
        distance = [np.abs(np.array(one.heads) - np.array(found.heads)).sum() for one in self.seen]
        return self.seen[int(np.argmin(distance))].gain

    def planes(self) -> list[Cut]:
        """Above which all lies that holds what is wanted now, with the buffer, from slopes seen near there."""
        judge = self.judge
        inside = judge.aims + judge.signs * judge.buffer
        return [
            slopes.cut(kind, aim, sign)
            for slopes in self.seen
            for kind, (aim, sign) in enumerate(zip(inside.tolist(), judge.signs.tolist(), strict=True))
            if abs(slopes.level[kind] - aim) <= NEAR
        ]

    def proposed(self, price: Floats) -> Heads | None:
        """The cheapest staffing above those planes."""
        planes = self.planes()
        proposal = Program(self.judge.allowed, price, planes).cheapest() if planes else None
        return None if proposal is None else proposal.heads

    def see(self, heads: Heads, runs: int, *, fewer: bool = False) -> Slopes | None:
        """Play one person more of each column, or one `fewer`; the other way where that is not allowed."""
        judge, columns = self.judge, self.judge.allowed.columns
        inside = [(c.least < number, number < c.most) for number, c in zip(heads, columns, strict=True)]
        steps = [-1 if less and (fewer or not more) else 1 for less, more in inside]
        around = [
            tuple(n + (step if other == j else 0) for other, n in enumerate(heads)) for j, step in enumerate(steps)
        ]
        judge.check()
        here, *others = judge.playing.answers([heads, *around], runs)
        if here is None:
            return None
        signs, level = judge.signs, judge.levels(here)
        whole = judge.playing.known(heads, judge.runs)
        gain, error, price = (np.zeros((len(level), len(columns))) for _ in range(3))
        for j, (answer, step) in enumerate(zip(others, steps, strict=True)):
            if answer is None:
                gain[:, j] = self.paper[:, j]
                continue
            gain[:, j] = signs * (judge.levels(answer) - level) * step
            if runs < judge.runs:
                error[:, j] = paired_error(judge.kinds, here.sums, answer.sums)
            price[:, j] = (answer.cost - here.cost) * step
        # Of the staffing itself more is known than of the differences.
        found = Slopes(
            heads,
            level if whole is None else judge.levels(whole),
            gain,
            error,
            price[0] if len(price) else np.zeros(len(columns)),
        )
        self.seen.append(found)
        return found


def paper_gains(judge: Judge, coverage: Coverage) -> Floats:
    """By the formula: a seat's points of service in an interval, over the intervals of each condition by contacts."""
    kinds, columns = judge.kinds.members, judge.allowed.columns
    queues = judge.playing.question.base.queues
    gain = np.zeros((len(kinds), len(columns)))
    for k, members in enumerate(kinds):
        one = judge.conditions[members[0]]
        where = intervals_of(coverage, one.date, one.start, one.per)
        own = [queues.index(one.name)] if one.name in queues else list(range(len(queues)))
        for q in own:
            per_seat = np.divide(
                1.0, coverage.slope[where, q], out=np.zeros(len(where)), where=coverage.slope[where, q] > 0
            )
            weight = coverage.need[where, q]
            total = weight.sum()
            if total <= 0.0:
                continue
            able = coverage.skills[coverage.group, q]
            gain[k] += able * ((per_seat * weight) @ coverage.presence[where] / total) / len(own)
    return gain


def own_parts(judge: Judge, coverage: Coverage) -> Floats:
    """Kinds × columns: which part of a head's time goes to the condition's queue, as seats are split by need."""
    queues = judge.playing.question.base.queues
    today = np.array(judge.allowed.today, dtype=np.float64)
    seats = coverage.seats_fixed.copy()
    np.add.at(seats.T, coverage.group, (coverage.presence * today).T)
    split = split_seats(coverage.need, np.maximum(seats, 1e-9), coverage.skills).sum(axis=0)
    part = np.divide(split, split.sum(axis=1, keepdims=True), out=np.ones_like(split), where=split > 0.0)
    names = [judge.conditions[members[0]].name for members in judge.kinds.members]
    columns = np.ones(len(coverage.group))
    return np.array([part[coverage.group, queues.index(name)] if name in queues else columns for name in names])


def intervals_of(coverage: Coverage, date: str, start: str, per: str) -> NDArray[np.int64]:
    """Intervals of the usual week that a condition is about."""
    import datetime as dt

    week = coverage.week
    if not date or per in ("week", "month"):
        return np.arange(len(week))
    inside = week.weekday == dt.date.fromisoformat(date).weekday()
    if start:
        inside = inside & np.array([label == start for label in week.start])
    return np.flatnonzero(inside)
