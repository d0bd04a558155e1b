"""Which days and which queues a chart shows when there are more than fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.report.words import plural, span_text

Floats = NDArray[np.float64]

MOST_DAYS = 10
MOST_PANELS = 6


@dataclass(frozen=True)
class Window:
    """The days shown, in order, and how they were chosen (empty when all are shown)."""

    dates: tuple[str, ...]
    note: str


def hours_of(starts: pd.Series) -> Floats:
    """Hours after midnight of "09:30"; the second of a repeated hour ("01:30+0100") falls on the first."""
    return np.array([int(start[:2]) + int(start[3:5]) / 60 for start in starts.astype(str)])


def choose_window(rows: pd.DataFrame) -> Window:
    """All days up to ten; else the week (or the month's typical week) with most people short."""
    dates = list(dict.fromkeys(rows["date"].astype(str)))
    if len(dates) <= MOST_DAYS:
        return Window(tuple(dates), "")
    short = rows.groupby("date")["short"].sum()
    load = rows.groupby("date")["required"].sum()
    groups: dict[str, list[str]] = {}
    for date in dates:
        groups.setdefault(_week_of(date), []).append(date)
    worst = max(groups, key=lambda week: (short[groups[week]].sum(), load[groups[week]].sum()))
    why = "most people short" if short[groups[worst]].sum() > 0 else "most people needed, nobody short"
    chosen = groups[worst]
    if " " in chosen[0]:
        month = dt.date.fromisoformat(f"{worst}-01")
        return Window(tuple(chosen), f"Typical week of {month:%B %Y}, of {plural(len(groups), 'month')} the one with {why}.")
    first, last = dt.date.fromisoformat(chosen[0]), dt.date.fromisoformat(chosen[-1])
    return Window(tuple(chosen), f"Week of {span_text(first, last)}, of {len(groups)} the one with {why}.")


def _week_of(date: str) -> str:
    """The month of a typical day, the Monday of a date."""
    if " " in date:
        return date.split(" ", 1)[0]
    day = dt.date.fromisoformat(date)
    return (day - dt.timedelta(days=day.weekday())).isoformat()


def choose_names(rows: pd.DataFrame, what: str, most: int = MOST_PANELS) -> tuple[list[str], str]:
    """Queues or groups in their order, those most short when there are too many; and a note that says so."""
    names = [str(name) for name in dict.fromkeys(rows["name"])]
    if len(names) <= most:
        return names, ""
    short = rows.groupby("name")["short"].sum()
    chosen = set(sorted(names, key=lambda name: -short[name])[:most])
    return [name for name in names if name in chosen], f"{most} of {len(names)} {what}: those most short of people."


@dataclass(frozen=True)
class Timeline:
    """Several days side by side without the closed hours: one x per interval."""

    dates: tuple[str, ...]
    first: float
    step: float
    width: int
    """Intervals per day, a gap of one included."""

    @classmethod
    def of(cls, rows: pd.DataFrame, dates: tuple[str, ...], interval_minutes: float) -> Timeline:
        hours, step = hours_of(rows["start"]), interval_minutes / 60.0
        first = float(hours.min())
        return cls(dates, first, step, round((float(hours.max()) - first) / step) + 2)

    @property
    def length(self) -> int:
        return self.width * len(self.dates) - 1

    def positions(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        day = rows["date"].map({date: number for number, date in enumerate(self.dates)}).to_numpy(np.int64)
        return day * self.width + np.round((hours_of(rows["start"]) - self.first) / self.step).astype(np.int64)

    def spread(self, rows: pd.DataFrame, column: str) -> Floats:
        """The column over the timeline; NaN where there is no row."""
        line = np.full(self.length, np.nan)
        line[self.positions(rows)] = rows[column].to_numpy(float)
        return line

    def middles(self) -> list[float]:
        return [day * self.width + (self.width - 2) / 2 for day in range(len(self.dates))]

    def breaks(self) -> list[float]:
        return [day * self.width - 1.0 for day in range(1, len(self.dates))]
