"""The CSV files that a scenario names, parsed into plain tables."""

from __future__ import annotations

import datetime as dt
from array import array
from dataclasses import dataclass

import numpy as np

Slot = tuple[int | dt.date, float]
"""A weekday (Monday 0) or a date, and the local start of an interval in seconds after midnight."""

Season = tuple[str, dict[int, float]]
"""("week" or "month", its factors)."""

Months = dict[tuple[int, int], float]
"""Contacts by (year, month); year 0: of any year."""


@dataclass(frozen=True)
class Profile:
    """Values per weekday × interval or date × interval."""

    by: str
    values: dict[Slot, float]
    whole: bool = True
    """Whether every row of the file could be placed; if not, what seems missing may only be unreadable."""

    def at(self, date: dt.date, start: float) -> float:
        """The value of an interval; 0 where the file has no row."""
        key = date.weekday() if self.by == "weekday" else date
        return self.values.get((key, start), 0.0)

    def has(self, date: dt.date, start: float) -> bool:
        return ((date.weekday() if self.by == "weekday" else date), start) in self.values


@dataclass(frozen=True)
class Replay:
    """An arrivals log: local moments, and the times it gives in seconds (NaN where the scenario's laws apply).

    A log has millions of rows: each is eight bytes a column. `arrived` counts microseconds since 1970, local time.
    """

    arrived: array[int]
    times: dict[str, array[float]]

    @property
    def moments(self) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
        """The local moments as numpy knows them."""
        return np.array(self.arrived, np.int64).view("datetime64[us]")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    hired: dt.date | None
    contract_hours: float | None
    wage: float | None
    speed: float
    resolution: float


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One segment of one agent's day; `end` may pass midnight."""

    agent: str
    date: dt.date
    start: float
    end: float
    activity: int
    paid: bool


@dataclass(frozen=True, slots=True)
class GrantedLeave:
    """Days of one agent's leave, both ends included."""

    agent: str
    first: dt.date
    last: dt.date


def season_factor(season: Season | None, date: dt.date) -> float:
    """A season's factor on a date; 1 where there is none. Week 53 is as week 52 where the file does not tell."""
    if season is None:
        return 1.0
    by, factors = season
    week = date.isocalendar().week
    # What the file leaves out has been reported, and spoils no other check.
    return factors.get(date.month, 1.0) if by == "month" else factors.get(week, factors.get(52, 1.0))


MOST_HOURS_A_WEEK = 84.0
