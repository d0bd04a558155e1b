"""The program that proposes classes: integer offers by date, for the least cost that holds every period's goal.

The ledger says what an offer brings by stretch, the response what people do to the level, both linear in pieces; so
HiGHS finds the least cost, and without whole numbers a bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.staffing.hiring.intake import Class, Classes, Intake, by_group, in_room
from sim.staffing.hiring.response import Response

Floats = NDArray[np.float64]

GAP = 0.0005
"""Of the cost: as near to the best as the response is ever known."""

MOST_NODES = 200
"""A hundred more bring less than the response is known to; the steps that follow find it too."""


@dataclass(frozen=True)
class Target:
    """A target as the program sees it."""

    response: Response
    staff: Floats
    """Effective people by stretch without any class."""
    offer: tuple[Floats, ...]
    """By intake: dates × stretches, what one offer brings."""
    goals: Floats
    """The level that each period must reach; NaN where none."""


@dataclass(frozen=True)
class Proposal:
    classes: Classes
    cost: float
    """Of the classes, as the books of the plans played say."""
    bound: float
    """No plan costs less, in whole people or not, if response and ledger are right."""


def propose(
    intakes: Sequence[Intake], costs: Sequence[Floats], targets: Sequence[Target], earliest: Sequence[int] | None = None
) -> Proposal | None:
    """The cheapest plan by the program; None where none holds. `costs`: by intake, of an offer by date; `earliest`: by
    intake, the first date that may still be used."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    layout = _Layout(intakes, earliest or [0] * len(intakes))
    rows = _Rows(layout.columns + 2 * sum(len(target.staff) for target in targets))
    layout.limits(rows)
    first = layout.columns
    for target in targets:
        _hold(target, layout, first, rows)
        first += 2 * len(target.staff)
    width = rows.width
    cost = np.zeros(width)
    cost[: layout.offers] = np.concatenate([np.asarray(own, float) for own in costs])
    low, high = np.zeros(width), np.full(width, np.inf)
    high[: layout.columns] = layout.most()
    whole = np.zeros(width, np.int64)
    whole[: layout.columns] = 1
    matrix = csr_array((rows.values, (rows.row, rows.column)), shape=(len(rows.low), width))
    limits = LinearConstraint(matrix, rows.low, rows.high)
    relaxed = milp(cost, bounds=Bounds(low, high), constraints=limits)
    if relaxed.x is None:
        return None
    found = milp(
        cost, integrality=whole, bounds=Bounds(low, high), constraints=limits,
        options={"mip_rel_gap": GAP, "node_limit": MOST_NODES},
    )  # fmt: skip
    if found.x is None:
        return None
    offers = np.rint(found.x[: layout.offers]).astype(int)
    return Proposal(layout.classes(offers), float(cost[: layout.offers] @ offers), float(relaxed.fun))


class _Rows:
    """low ≤ Σ value × column ≤ high, row by row."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.row, self.column, self.values = list[int](), list[int](), list[float]()
        self.low, self.high = list[float](), list[float]()

    def add(self, columns: Sequence[int], values: Sequence[float], low: float = -np.inf, high: float = np.inf) -> None:
        self.row += [len(self.low)] * len(columns)
        self.column += columns
        self.values += values
        self.low.append(low)
        self.high.append(high)


class _Layout:
    """Columns: offers by intake and date, then whether there is a class at all."""

    def __init__(self, intakes: Sequence[Intake], earliest: Sequence[int]) -> None:
        self.intakes, self._earliest = intakes, earliest
        self.first = np.concatenate([[0], np.cumsum([len(intake.dates) for intake in intakes])]).astype(int)
        self.offers = int(self.first[-1])
        self.columns = 2 * self.offers

    def own(self, intake: int) -> range:
        return range(self.first[intake], self.first[intake + 1])

    def most(self) -> Floats:
        """The most of each column."""
        usable = [np.arange(len(one.dates)) >= first for one, first in zip(self.intakes, self._earliest, strict=True)]
        most = [np.where(own, one.size.at_most, 0) for one, own in zip(self.intakes, usable, strict=True)]
        return np.concatenate([*most, *usable]).astype(np.float64)

    def limits(self, rows: _Rows) -> None:
        """Sizes, numbers and rooms."""
        for number, intake in enumerate(self.intakes):
            for column in self.own(number):
                there = self.offers + column
                rows.add([column, there], [1.0, -float(intake.size.at_most)], high=0.0)
                rows.add([column, there], [1.0, -float(intake.size.at_least)], low=0.0)
        for together in by_group(self.intakes):
            intake, own = self.intakes[together[0]], [column for n in together for column in self.own(n)]
            rows.add([self.offers + column for column in own], [1.0] * len(own), high=float(intake.at_most))
            if intake.in_training is not None:
                for at_once in in_room(self.intakes, together):
                    columns = [int(self.first[n]) + date for n, date in sorted(at_once)]
                    rows.add(columns, [1.0] * len(columns), high=float(intake.in_training))

    def classes(self, offers: NDArray[np.int64]) -> Classes:
        found = [
            Class(number, column - self.first[number], int(offers[column]))
            for number in range(len(self.intakes))
            for column in self.own(number)
            if offers[column]
        ]
        return tuple(sorted(found))


def _hold(target: Target, layout: _Layout, first: int, rows: _Rows) -> None:
    """Per stretch a column of the level and one of the people that classes bring; the level below the lines of its
    response to them, and each period's goal above."""
    response, offer, stretches = target.response, np.concatenate(target.offer), len(target.staff)
    most = layout.most()[: layout.offers]
    asked = np.isfinite(target.goals)[response.period] & (response.weight > 0)
    # No more can be there than the largest classes bring.
    classes = sum(layout.intakes[together[0]].at_most for together in by_group(layout.intakes))
    for stretch in np.flatnonzero(asked).tolist():
        level, people, gains = first + stretch, first + stretches + stretch, offer[:, stretch]
        used = np.flatnonzero(np.abs(gains) > 1e-9)
        rows.add([people, *used.tolist()], [1.0, *(-gains[used]).tolist()], 0.0, 0.0)
        rows.add([level], [1.0], high=1.0)
        staff = max(float(target.staff[stretch]), 1e-6)
        largest = np.sort(gains * most)[::-1][:classes]
        for rise, height in response.lines(stretch, staff, staff + max(float(largest.sum()), 1e-3)):
            rows.add([level, people], [1.0, -rise], high=height + rise * target.staff[stretch])
    for period in range(len(target.goals)):
        inside = np.flatnonzero((response.period == period) & (response.weight > 0))
        whole = float(response.weight[inside].sum())
        if np.isfinite(target.goals[period]) and whole > 0:
            share = (response.weight[inside] / whole).tolist()
            rows.add([first + int(n) for n in inside], share, low=float(target.goals[period]))
