"""What one person more, or one fewer, would change, as a table."""

from __future__ import annotations

import math

import pandas as pd

from sim.explaining.one_more import Cell, Found
from sim.study.statistics import Estimate
from sim.units import WEEKDAYS, format_time_of_day

COLUMNS = (
    "plan", "group", "people", "weekday", "start", "end", "in_time", "in_time_low", "in_time_high", "abandoned",
    "abandoned_low", "abandoned_high", "points", "points_low", "points_high", "cost", "in_time_fresh",
    "in_time_fresh_low", "in_time_fresh_high",
)  # fmt: skip
UNKNOWN = Estimate(math.nan)


def one_more_table(f: Found) -> pd.DataFrame:
    """A row per group, weekday and time, one more and one fewer; without a time: one head on the group's own shifts."""
    return pd.DataFrame([_row(f, cell) for cell in (*f.heads, *f.cells)], columns=list(COLUMNS))


def _row(f: Found, cell: Cell) -> tuple[object, ...]:
    way = cell.way
    when = ("", "", "")
    if way.has_hours:
        when = (WEEKDAYS[cell.weekday], format_time_of_day(way.begin), format_time_of_day(way.end))
    fresh = cell.fresh or UNKNOWN
    return (
        f.label, way.group, way.people, *when, *_three(cell.in_time), *_three(cell.abandoned),
        *(100 * part for part in _three(cell.points)), cell.cost, *_three(fresh),
    )  # fmt: skip


def _three(one: Estimate) -> tuple[float, float, float]:
    return one.mean, one.low, one.high
