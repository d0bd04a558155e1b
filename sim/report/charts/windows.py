"""Which days and which queues a chart shows when there are more than fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.report.text.names import date_text, plural, span_text
from sim.units import WEEKDAYS

Floats = NDArray[np.float64]

MOST_DAYS = 10
MOST_PANELS = 6


@dataclass(frozen=True)
class Window:
    """The days and hours shown, and how the days were chosen (empty when all are shown)."""

    dates: tuple[str, ...] = ()
    note: str = ""
    first: float = 0.0
    last: float = 24.0
    """Hours of the day between which anything happens; the tail of the last contacts of a night does not count."""

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows within the window."""
        hours = hours_of(rows["start"])
        return rows[rows["date"].isin(self.dates) & (hours >= self.first) & (hours <= self.last)]


def hours_of(starts: pd.Series) -> Floats:
    """Hours after midnight of "09:30"; the second of a repeated hour ("01:30+0100") falls on the first."""
    codes, labels = pd.factorize(starts)
    return np.array([int(start[:2]) + int(start[3:5]) / 60 for start in labels], float)[codes]


def choose_window(rows: pd.DataFrame) -> Window:
    """All days up to ten; else the week (or the month's typical week) with most people short."""
    busy = rows[rows["offered"] > 0]
    if busy.empty:
        return Window()
    hours = hours_of(busy["start"])
    dates, note = _choose_days(busy)
    return Window(tuple(dates), note, float(hours.min()), float(hours.max()))


def _choose_days(rows: pd.DataFrame) -> tuple[list[str], str]:
    dates = list(dict.fromkeys(rows["date"].astype(str)))
    if len(dates) <= MOST_DAYS:
        return dates, ""
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
        note = f"Typical week of {month:%B %Y}, of {plural(len(groups), 'month')} the one with {why}."
        return sorted(chosen, key=lambda label: WEEKDAYS.index(label[-3:])), note
    first, last = dt.date.fromisoformat(chosen[0]), dt.date.fromisoformat(chosen[-1])
    return chosen, f"Week of {span_text(first, last)}, of {len(groups)} the one with {why}."


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
    def of(cls, window: Window, interval_minutes: float) -> Timeline:
        step = interval_minutes / 60.0
        return cls(window.dates, window.first, step, round((window.last - window.first) / step) + 2)

    @property
    def length(self) -> int:
        return self.width * len(self.dates) - 1

    def positions(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        day = rows["date"].map({date: number for number, date in enumerate(self.dates)}).to_numpy(np.int64)
        slot = np.round((hours_of(rows["start"]) - self.first) / self.step)
        return np.asarray(day * self.width + slot, np.int64)

    def spread(self, rows: pd.DataFrame, column: str) -> Floats:
        """The column over the timeline; NaN where there is no row."""
        line = np.full(self.length, np.nan)
        line[self.positions(rows)] = rows[column].to_numpy(float)
        return line

    def tellable(self, rows: pd.DataFrame) -> list[tuple[int, str, dict[Any, Any]]]:
        """(position, "Mon 2 Mar 09:30", the row), of each row."""
        named = {date: date_text(date) for date in self.dates}
        found = zip(self.positions(rows).tolist(), rows.to_dict("records"), strict=True)
        return [(at, f"{named[row['date']]} {row['start']}", row) for at, row in found]

    def middles(self) -> list[float]:
        return [day * self.width + (self.width - 2) / 2 for day in range(len(self.dates))]

    def breaks(self) -> list[float]:
        return [day * self.width - 1.0 for day in range(1, len(self.dates))]
