"""The rules of counting, compiled by numba: row by row, without a column in between."""

from __future__ import annotations

from typing import Any

import numba
from numba import types
from numba.extending import overload, register_jitable

from sim.floor.calendars.cache import floor_hash
from sim.floor.calendars.parts import PART
from sim.measures import elementwise
from sim.measures.folding import (
    balance,
    chances_of,
    close_day,
    count_handled,
    fold,
    fold_left_over,
    fold_presence,
    reach_of_contact,
    reach_of_presence,
)
from sim.measures.folding_tables import ByArrival, CasesToday, Clocks, Counting, People, Places, Tally, Totals
from sim.measures.judging import Laws, judge
from sim.measures.quality import Odds, Weighed
from sim.observations import Table

for _rule in elementwise.RULES:
    register_jitable(**PART)(_rule)


@overload(elementwise.pick, jit_options=PART)
def _pick(condition: Any, yes: Any, no: Any) -> Any:  # noqa: ARG001
    def chosen(condition: Any, yes: Any, no: Any) -> Any:
        return yes if condition else no

    return chosen


@overload(elementwise.least, jit_options=PART)
def _least(one: Any, other: Any) -> Any:  # noqa: ARG001
    def chosen(one: Any, other: Any) -> Any:
        return one if one <= other else other

    return chosen


@overload(elementwise.most, jit_options=PART)
def _most(one: Any, other: Any) -> Any:  # noqa: ARG001
    def chosen(one: Any, other: Any) -> Any:
        return one if one >= other else other

    return chosen


@overload(elementwise.negated, jit_options=PART)
def _negated(flag: Any) -> Any:  # noqa: ARG001
    def other(flag: Any) -> bool:
        return not flag

    return other


@overload(elementwise.whole_up, jit_options=PART)
def _whole_up(number: Any) -> Any:  # noqa: ARG001
    def next_up(number: Any) -> int:
        below = int(number)
        return below + 1 if number > below else below

    return next_up


@overload(elementwise.place_among, jit_options=PART)
def _place_among(edges: Any, value: Any) -> Any:  # noqa: ARG001
    def place(edges: Any, value: Any) -> int:
        low, length = 0, len(edges)
        while length > 1:
            half = length >> 1
            # Without a branch that nobody could foresee.
            low += half if edges[low + half - 1] < value else 0
            length -= half
        return low + (1 if edges[low] < value else 0)

    return place


@overload(elementwise.whole, jit_options=PART)
def _whole(number: Any) -> Any:  # noqa: ARG001
    def cut(number: Any) -> int:
        return int(number)

    return cut


@overload(elementwise.highest_bit, jit_options=PART)
def _highest_bit(number: Any) -> Any:  # noqa: ARG001
    def found(number: Any) -> int:
        bit = 0
        while number >> (bit + 1):
            bit += 1
        return bit

    return found


@register_jitable(**PART)
def _along(edges: Any, total: Any, first: int, last: int, moment: float) -> float:
    """`np.interp` between places `first` and `last` of these tables, by the same arithmetic."""
    if moment <= edges[first]:
        return float(total[first])
    if moment >= edges[last - 1]:
        return float(total[last - 1])
    low, high = first, last - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if edges[middle] <= moment:
            low = middle
        else:
            high = middle
    if edges[low] == moment:
        return float(total[low])
    slope = (total[low + 1] - total[low]) / (edges[low + 1] - edges[low])
    return float(slope * (moment - edges[low]) + total[low])


@overload(elementwise.open_between, jit_options=PART)
def _open_between(hours: Any, where: Any, which: Any, start: Any, end: Any) -> Any:  # noqa: ARG001
    def seconds(hours: Any, where: Any, which: Any, start: Any, end: Any) -> float:
        if not where:
            return 0.0
        first, last = hours.first[which], hours.first[which + 1]
        return _along(hours.edges, hours.total, first, last, end) - _along(hours.edges, hours.total, first, last, start)

    return seconds


@overload(elementwise.add, jit_options=PART, strict=False)
def _add(table: Any, where: Any, first: Any, second: Any, values: Any) -> Any:  # noqa: ARG001
    # Value by value, as if written out by hand: they are of several types.
    lines = [
        f"        if values[{k}]: table[first, second, {k}] += {'1.0' if kind == types.boolean else f'values[{k}]'}"
        for k, kind in enumerate(values)
    ]
    names: dict[str, Any] = {}
    exec("def add(table, where, first, second, values):\n    if where:\n" + "\n".join(lines), names)
    return names["add"]


@overload(elementwise.count, jit_options=PART)
def _count(table: Any, where: Any, first: Any, second: Any, value: Any) -> Any:  # noqa: ARG001
    def add(table: Any, where: Any, first: Any, second: Any, value: Any) -> None:
        if where:
            table[first, second] += value

    return add


@overload(elementwise.count_at, jit_options=PART)
def _count_at(table: Any, where: Any, first: Any, value: Any) -> Any:  # noqa: ARG001
    def add(table: Any, where: Any, first: Any, value: Any) -> None:
        if where:
            table[first] += value

    return add


@overload(elementwise.tick, jit_options=PART)
def _tick(table: Any, number: Any, where: Any) -> Any:  # noqa: ARG001
    def add(table: Any, number: Any, where: Any) -> None:
        if where:
            table[number] += 1

    return add


@overload(elementwise.keep_least, jit_options=PART)
def _keep_least(table: Any, where: Any, first: Any, second: Any, third: Any, value: Any) -> Any:  # noqa: ARG001
    def keep(table: Any, where: Any, first: Any, second: Any, third: Any, value: Any) -> None:
        if where and value < table[first, second, third]:
            table[first, second, third] = value

    return keep


@overload(elementwise.widen, jit_options=PART)
def _widen(span: Any, where: Any, value: Any) -> Any:  # noqa: ARG001
    def hold(span: Any, where: Any, value: Any) -> None:
        if where:
            span[0] = min(span[0], value)
            span[1] = max(span[1], value)

    return hold


@overload(elementwise.note_reach, jit_options=PART)
def _note_reach(spans: Any, where: Any, number: Any, first: Any, last: Any) -> Any:  # noqa: ARG001
    def note(spans: Any, where: Any, number: Any, first: Any, last: Any) -> None:
        if where:
            spans[number, 0] = min(spans[number, 0], first)
            spans[number, 1] = max(spans[number, 1], last + 1)

    return note


@overload(elementwise.spread_over, jit_options=PART)
def _spread_over(
    tables: Any, number: Any, opens: Any, length: Any, where: Any, entity: Any, start: Any, end: Any,  # noqa: ARG001
    first: Any, last: Any, weight: Any,  # noqa: ARG001
) -> Any:  # fmt: skip
    def spread(
        tables: Any, number: Any, opens: Any, length: Any, where: Any, entity: Any, start: Any, end: Any, first: Any,
        last: Any, weight: Any,
    ) -> None:  # fmt: skip
        if where:
            for i in range(first, last + 1):
                seconds = min(end, (i + 1) * length) - max(start, i * length)
                tables[number, i - opens, entity] += seconds * weight

    return spread


@overload(elementwise.pour, jit_options=PART)
def _pour(into: Any, at: Any, opens: Any, table: Any) -> Any:  # noqa: ARG001
    def add(into: Any, at: Any, opens: Any, table: Any) -> None:
        for i in range(table.shape[0]):
            row = at[opens + i]
            for j in range(table.shape[1]):
                for k in range(table.shape[2]):
                    into[row, j, k] += table[i, j, k]

    return add


@overload(elementwise.pour_dated, jit_options=PART)
def _pour_dated(into: Any, opens: Any, table: Any, columns: Any) -> Any:  # noqa: ARG001
    def add(into: Any, opens: Any, table: Any, columns: Any) -> None:
        for i in range(table.shape[0]):
            for j in range(table.shape[1]):
                for k in range(len(columns)):
                    into[opens + i, j, k] += table[i, j, columns[k]]

    return add


@overload(elementwise.pour_clock, jit_options=PART)
def _pour_clock(into: Any, column: Any, at: Any, opens: Any, tables: Any, number: Any) -> Any:  # noqa: ARG001
    def add(into: Any, column: Any, at: Any, opens: Any, tables: Any, number: Any) -> None:
        for i in range(tables.shape[1]):
            row = at[opens + i]
            for j in range(tables.shape[2]):
                into[row, j, column] += tables[number, i, j]

    return add


@overload(elementwise.pour_all, jit_options=PART)
def _pour_all(into: Any, table: Any) -> Any:  # noqa: ARG001
    def add(into: Any, table: Any) -> None:
        for i in range(table.shape[0]):
            for j in range(table.shape[1]):
                for k in range(table.shape[2]):
                    into[i, j, k] += table[i, j, k]
                    table[i, j, k] = 0.0

    return add


@overload(elementwise.empty, jit_options=PART)
def _empty(table: Any) -> Any:  # noqa: ARG001
    def clear(table: Any) -> None:
        for i in range(table.shape[0]):
            for j in range(table.shape[1]):
                for k in range(table.shape[2]):
                    table[i, j, k] = 0.0

    return clear


def build_folding(source_hash: str) -> tuple[Any, Any, Any, Any, Any]:
    """(contacts, chances, presence, reach, close): the hash of the sources enters numba's cache key."""
    options: Any = {"cache": True, "_nrt": False, "nogil": True}

    # Inlined into one function, rows are folded half as fast again; its compilation takes a fifth longer.
    @numba.njit(forceinline=True, **options)  # type: ignore[untyped-decorator]
    def contacts(counting: Counting, tally: Tally, rows: Table, warmed_up: bool, odds: Any) -> int:
        """`odds`: 4 × rows, already chances, where customers feel; else 4 × 1."""
        if len(source_hash) == 0:
            return 0
        for c in range(len(rows)):
            row = rows[c]
            balance(tally.counts, counting.laws.end, row)
            count_handled(tally.people.handled, counting.learnt, row)
            if warmed_up and row.arrived < 0.0:
                judged = judge(counting.laws, row)
                fold_left_over(judged, counting.laws.end, counting.told_by_contacts, tally.clocks, tally.lying)
            else:
                o = c if counting.feels else 0
                fold(counting, tally, row, Odds(odds[0, o], odds[1, o], odds[2, o], odds[3, o]))
        return 0

    @numba.njit(**options)  # type: ignore[untyped-decorator]
    def chances(laws: Laws, weighed: Weighed, rows: Table, odds: Any) -> int:
        if len(source_hash) == 0:
            return 0
        for c in range(len(rows)):
            found = chances_of(laws, weighed, rows[c])
            odds[0, c] = found.satisfied
            odds[1, c] = found.promoters
            odds[2, c] = found.detractors
            odds[3, c] = found.ease
        return 0

    @numba.njit(**options)  # type: ignore[untyped-decorator]
    def presence(places: Places, clocks: Clocks, people: People, rows: Table) -> int:
        if len(source_hash) == 0:
            return 0
        for p in range(len(rows)):
            fold_presence(places, clocks, people, rows[p])
        return 0

    @numba.njit(**options)  # type: ignore[untyped-decorator]
    def reach(span: Any, end: float, contacts: Table, presence: Table) -> int:
        if len(source_hash) == 0:
            return 0
        for c in range(len(contacts)):
            reach_of_contact(span, end, contacts[c])
        for p in range(len(presence)):
            reach_of_presence(span, presence[p])
        return 0

    @numba.njit(**options)  # type: ignore[untyped-decorator]
    def close(totals: Totals, opens: int, tables: ByArrival, clocks: Clocks, of_cases: CasesToday) -> int:
        if len(source_hash) == 0:
            return 0
        close_day(totals, opens, tables, clocks, of_cases)
        return 0

    return contacts, chances, presence, reach, close


CONTACTS, CHANCES, PRESENCE, REACH, CLOSE = build_folding(floor_hash())
