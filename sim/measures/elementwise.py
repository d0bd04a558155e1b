"""What a rule of counting may ask for: of a column of contacts here, of a single one in its compiled twin.

A rule of counting is written once, for one row. Plain, its fields are columns, and it counts many rows at once;
compiled, they are numbers (see `folding_compiled`). So it has no branches: `pick` chooses, and what is added is added
`where` a flag says so. Flags are joined by & and |, and turned by `negated`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.observations import Table

Rule = TypeVar("Rule", bound=Callable[..., Any])

RULES: list[Callable[..., Any]] = []
"""Every rule of counting, for the compiled folding to register."""


def counted(function: Rule) -> Rule:
    """Marks a rule of counting."""
    RULES.append(function)
    return function


class Many:
    """Rows by field, as if they were one: each column is copied out when it is first asked for."""

    def __init__(self, rows: Table) -> None:
        self._rows = rows

    def __getattr__(self, name: str) -> NDArray[Any]:
        column = self._rows[name].copy()
        setattr(self, name, column)
        return column


def pick(condition: Any, yes: Any, no: Any) -> Any:
    """`yes` where the condition holds, else `no`."""
    return np.where(condition, yes, no)


def least(one: Any, other: Any) -> Any:
    return np.minimum(one, other)


def most(one: Any, other: Any) -> Any:
    return np.maximum(one, other)


def negated(flag: Any) -> Any:
    return np.logical_not(flag)


def whole(number: Any) -> Any:
    """Without its fraction."""
    return np.asarray(number).astype(np.int64)


def whole_up(number: Any) -> Any:
    """The next whole number that is not below it."""
    return np.ceil(number).astype(np.int64)


def place_among(edges: Any, value: Any) -> Any:
    """How many of these rising edges are below it."""
    return np.searchsorted(edges, value)


def highest_bit(number: Any) -> Any:
    """The largest n with 2ⁿ ≤ the number, which is at least 1."""
    return np.frexp(number.astype(np.float64))[1].astype(np.int64) - 1


def open_between(hours: Any, where: Any, which: Any, start: Any, end: Any) -> Any:
    """Seconds of [start, end) in the opening hours of that number (an `OpenTable`); 0 but `where`."""
    result = np.zeros(len(start))
    chosen = np.flatnonzero(where)
    for number in np.flatnonzero(np.bincount(which[chosen])).tolist():
        own = chosen[which[chosen] == number]
        first, last = hours.first[number], hours.first[number + 1]
        edges, total = hours.edges[first:last], hours.total[first:last]
        result[own] = np.interp(end[own], edges, total) - np.interp(start[own], edges, total)
    return result


def _of(chosen: Any, value: Any) -> Any:
    """Of a column, the rows chosen; a number stands for them all."""
    return value[chosen] if np.ndim(value) else value


def add(table: Any, where: Any, first: Any, second: Any, values: Any) -> None:
    """Add these values, one per column of the table, to its row [first, second]; rows count in their order."""
    chosen = np.flatnonzero(where)
    if not len(chosen):
        return
    key, flat = _of(chosen, first * table.shape[1] + second) * table.shape[2], table.reshape(-1)
    for number, column in enumerate(values):
        own = _of(chosen, column)
        if own.any():
            np.add.at(flat, key + number, own.astype(np.float64, copy=False))


def count(table: Any, where: Any, first: Any, second: Any, value: Any) -> None:
    """The same of a table without columns."""
    chosen = np.flatnonzero(where)
    if len(chosen):
        np.add.at(table.reshape(-1), _of(chosen, first * table.shape[1] + second), _of(chosen, value) * 1.0)


def count_at(table: Any, where: Any, first: Any, value: Any) -> None:
    """The same of a single row."""
    chosen = np.flatnonzero(where)
    if len(chosen):
        np.add.at(table, _of(chosen, first), _of(chosen, value) * 1.0)


def keep_least(table: Any, where: Any, first: Any, second: Any, third: Any, value: Any) -> None:
    """Put down this value in the table's cell if it is less than what stands there."""
    chosen = np.flatnonzero(where)
    np.minimum.at(table, (first[chosen], second[chosen], third[chosen]), value[chosen])


def tick(table: Any, number: int, where: Any) -> None:
    """Count those `where` it is so."""
    table[number] += np.count_nonzero(where)


def widen(span: Any, where: Any, value: Any) -> None:
    """Widen a span of numbers to hold this one."""
    chosen = value[where]
    span[0], span[1] = min(span[0], chosen.min(initial=span[0])), max(span[1], chosen.max(initial=span[1]))


def note_reach(spans: Any, where: Any, number: int, first: Any, last: Any) -> None:
    """Widen the span of that number to the intervals `first` up to `last`."""
    chosen = np.flatnonzero(where)
    if len(chosen):
        spans[number, 0] = min(spans[number, 0], int(first[chosen].min()))
        spans[number, 1] = max(spans[number, 1], int(last[chosen].max()) + 1)


def spread_over(
    tables: Any, number: int, opens: int, length: float, where: Any, entity: Any, start: Any, end: Any, first: Any,
    last: Any, weight: Any,
) -> None:  # fmt: skip
    """Add the seconds of [start, end), times a weight, to a table of intervals × entities that begins with `opens`.

    `first` and `last`: the intervals in which they begin and end.
    """
    chosen = np.flatnonzero(where)
    i, last, entity, start, end, weight = (_of(chosen, part) for part in (first, last, entity, start, end, weight))
    while len(i):
        seconds = (np.minimum(end, (i + 1) * length) - np.maximum(start, i * length)) * weight
        np.add.at(tables[number], (i - opens, entity), seconds)
        more = i < last
        i, last, entity, start, end, weight = (_of(more, part) for part in (i, last, entity, start, end, weight))
        i = i + 1


def pour(into: Any, at: Any, opens: int, table: Any) -> None:
    """Add the rows of a day's table to those that their intervals stand for, to as many columns as it has."""
    np.add.at(into[:, :, : table.shape[2]], at[opens : opens + len(table)], table)


def pour_dated(into: Any, opens: int, table: Any, columns: Any) -> None:
    """Add some columns of a day's table, in this order, to their intervals' own rows."""
    into[opens : opens + len(table)] += table[:, :, list(columns)]


def pour_clock(into: Any, column: int, at: Any, opens: int, tables: Any, number: int) -> None:
    """Add one table by the clock to one column."""
    np.add.at(into[:, :, column], at[opens : opens + tables.shape[1]], tables[number])


def pour_all(into: Any, table: Any) -> None:
    """Add a whole table to another, and empty it."""
    into += table
    table[...] = 0.0


def empty(table: Any) -> None:
    table[...] = 0.0
