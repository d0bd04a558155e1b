"""What one head more of each column brings, learned from every staffing that was played: where there are too many
columns to play one person more of each.

Levels are looked at as quantiles of the normal law (probits): there a head brings about as much far from the target as
near it. What the formula says of a column is taken for right in size and sign only, and corrected by linear regression
with that as its prior (kriging; Rasmussen and Williams 2006, 2.1): all columns of a condition by one factor, and each
by its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.staffing.judge import Judge, Judged

Floats = NDArray[np.float64]

MANY_COLUMNS = 8
"""Columns beyond which a staffing is steered by this, and not mended and thinned head by head."""

SURE = 1e-3
"""Levels nearer to 0 or 1 are taken for as near as that."""

BELIEVED = 0.4
"""This part of the formula's gain is expected: some intervals have more than they need."""

COMMON, OWN = 1.0, 1.0
"""Standard deviations of a gain, as shares of it: of what is common to all columns, and of each by itself."""

LUCK = 0.02
"""Probits by which two staffings differ for nothing."""

BENT = 0.3
"""Share of what a change is expected to bring by which it is no straight line."""

MOST_PLAYED = 40
"""Staffings that it is learned from, the nearest first."""


@dataclass(frozen=True)
class Learned:
    """Gains in probits; of a limit on another KPI, in shares of it."""

    judge: Judge
    prior: Floats
    """Kinds × columns."""

    @classmethod
    def of(cls, judge: Judge, paper: Floats) -> Learned:
        """`paper`: points of service, kinds × columns."""
        return cls(judge, BELIEVED * paper / _points(judge, np.zeros(len(paper)))[:, None])

    def margin(self, found: Judged) -> Floats:
        """By kind, in probits inside what is asked for."""
        judge = self.judge
        asked = judge.aims + judge.signs * judge.buffer
        level = judge.aims + judge.signs * (found.margin + judge.buffer)
        service = _is_service(judge)
        within = np.where(service, _probit(level) - _probit(asked), (level - asked) / _size(judge))
        return np.asarray(judge.signs * within)

    def gain(self, here: Judged) -> Floats:
        """Kinds × columns, at a staffing."""
        others = [one for one in self.judge.of_asked() if one.heads != here.heads]
        if not others:
            return self.prior
        changed = np.array([one.heads for one in others], dtype=np.float64) - np.array(here.heads)
        order = np.argsort(np.abs(changed).sum(axis=1), kind="stable")[:MOST_PLAYED]
        changed = changed[order]
        brought = np.array([self.margin(others[n]) for n in order.tolist()]) - self.margin(here)
        return np.array([_corrected(own, changed, brought[:, kind]) for kind, own in enumerate(self.prior)])

    def points(self, here: Judged) -> Floats:
        """The same in points of service."""
        return self.gain(here) * _points(self.judge, here.margin)[:, None]


def _corrected(prior: Floats, changed: Floats, brought: Floats) -> Floats:
    """The gain of each column, given what changes of heads (plays × columns) have brought."""
    parts = changed * prior
    expected = parts.sum(axis=1)
    doubt = LUCK**2 + (BENT * np.abs(parts).sum(axis=1)) ** 2
    spread = COMMON**2 * np.outer(expected, expected) + OWN**2 * parts @ parts.T + np.diag(doubt)
    weight = np.linalg.solve(spread, brought - expected)
    factor = 1.0 + COMMON**2 * (expected @ weight) + OWN**2 * (parts.T @ weight)
    return np.asarray(prior * np.maximum(factor, 0.0))


def _is_service(judge: Judge) -> NDArray[np.bool_]:
    first = [judge.conditions[members[0]] for members in judge.kinds.members]
    return np.array([one.kpi == "service_level" for one in first], dtype=bool)


def _probit(level: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(level, SURE, 1.0 - SURE)))


def _size(judge: Judge) -> Floats:
    return np.maximum(np.abs(judge.aims), SURE)


def _points(judge: Judge, margin: Floats) -> Floats:
    """By kind: points that a probit is worth, `margin` inside what is asked for."""
    level = judge.aims + judge.signs * (margin + judge.buffer)
    slope = np.exp(-0.5 * _probit(level) ** 2) / np.sqrt(2.0 * np.pi)
    return np.where(_is_service(judge), slope, _size(judge))
