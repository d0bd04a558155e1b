"""Rows of luck: what contacts are born with, written once, as the floor takes it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.contact import DRAWN, Born
from sim.kernels import Ints, Words, in_use
from sim.observations import LUCK, Table, as_words

Columns = dict[str, NDArray[Any]]

FIELDS = {name: number for number, name in enumerate(DRAWN)}
DEFAULTS = {f.name: f.default for f in fields(Born)}


def usual_row(**other: float) -> Words:
    """What a contact is born with that nothing follows and that follows nothing, within opening hours; but for these
    fields. KeyError for one that it is not born with."""
    row = np.empty(1, LUCK)
    for name in DRAWN:
        row[name] = DEFAULTS[name]
    for name, value in other.items():
        row[DRAWN[FIELDS[name]]] = value
    words: Words = as_words(row)[0]
    return words


def no_rows(count: int = 0) -> Table:
    """Rows to be written: what stands in them is of no meaning."""
    return np.empty(count, LUCK)


def put(rows: Table, place: Ints, usual: Words, columns: Columns) -> None:
    """Rows in these places become the usual one, but for these columns. KeyError for one that they do not have."""
    values = np.empty((len(columns), len(place)), np.uint64)
    for row, (name, column) in zip(values, columns.items(), strict=True):
        row.view(LUCK[name])[:] = column
    in_use().put(as_words(rows), place, usual, np.array([FIELDS[name] for name in columns]), values)


def copied(rows: Table, place: Ints, given: Table) -> None:
    """The rows in these places become the given ones."""
    as_words(rows)[place] = as_words(given)
