"""Over midnight: of the day's legs and follow-ups, those that may yet be needed stay, under new row numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.floor.tables.engine import Births
from sim.observations import Table, stacked, taken

Ints = NDArray[np.int64]

POINTERS = ("next_repeat", "next_redial", "first_leg")
"""Fields of a contact that point at rows of the day's tables; `legs_to_come` of them from `first_leg` on."""


@dataclass(frozen=True)
class Kept:
    """What is carried over, and the pointers of those who point at it."""

    follow_ups: Table
    legs: Table
    pointers: dict[str, Ints]
    legs_to_come: Ints
    """How many legs each of these still has."""


def kept_rows(born: Births, pointers: dict[str, Ints], legs: Ints) -> Kept:
    """Rows that somebody points at, directly or through other follow-ups. `legs`: how many legs each still has."""
    follow_ups = born.follow_ups
    wanted = np.zeros(len(follow_ups), np.bool_)
    found = np.concatenate([pointers["next_repeat"], pointers["next_redial"]])
    while len(found := found[found >= 0]):
        fresh = found[~wanted[found]]
        wanted[fresh] = True
        found = np.concatenate([follow_ups["next_repeat"][fresh], follow_ups["next_redial"][fresh]])
    stay = taken(follow_ups, wanted)
    row_of = np.cumsum(wanted) - 1
    first = np.concatenate([pointers["first_leg"], stay["first_leg"]])
    count = np.concatenate([legs, stay["legs_to_come"]])
    of_legs = np.zeros(len(born.legs) + 1, np.int64)
    np.add.at(of_legs, first[count > 0], 1)
    np.add.at(of_legs, (first + count)[count > 0], -1)
    needed = np.cumsum(of_legs)[:-1] > 0
    leg_of = np.cumsum(needed) - 1

    def renumbered(columns: dict[str, Ints], legs: Ints) -> dict[str, Ints]:
        return {
            "next_repeat": _moved(columns["next_repeat"], row_of, columns["next_repeat"] >= 0),
            "next_redial": _moved(columns["next_redial"], row_of, columns["next_redial"] >= 0),
            "first_leg": _moved(columns["first_leg"], leg_of, legs > 0),
        }

    for name, column in renumbered({name: stay[name] for name in POINTERS}, stay["legs_to_come"]).items():
        stay[name] = column
    return Kept(stay, taken(born.legs, needed), renumbered(pointers, legs), legs)


def _moved(rows: Ints, to: Ints, where: NDArray[np.bool_]) -> Ints:
    moved = rows.copy()
    moved[where] = to[rows[where]]
    return moved


def after(kept: Kept, born: Births) -> tuple[Births, dict[str, Ints]]:
    """A day's tables, followed by those that are carried over; and the pointers of those who point at these."""
    if not kept.pointers:
        return born, {}
    past = {name: len(born.legs if name == "first_leg" else born.follow_ups) for name in POINTERS}

    def moved(columns: Mapping[str, Ints], legs: Ints) -> dict[str, Ints]:
        points = {name: legs > 0 if name == "first_leg" else columns[name] >= 0 for name in POINTERS}
        return {name: columns[name] + np.where(points[name], past[name], 0) for name in POINTERS}

    if len(kept.follow_ups) or len(kept.legs):
        follow_ups = stacked([born.follow_ups, kept.follow_ups])
        behind = follow_ups[len(born.follow_ups) :]
        for name, column in moved({name: behind[name] for name in POINTERS}, behind["legs_to_come"]).items():
            behind[name] = column
        born = Births(born.arrivals, stacked([born.legs, kept.legs]), follow_ups)
    return born, moved(kept.pointers, kept.legs_to_come)


NOTHING_KEPT = Kept(Births().follow_ups, Births().legs, {}, np.empty(0, np.int64))
