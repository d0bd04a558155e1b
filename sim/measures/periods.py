"""The days, weeks (from Monday) and months of the horizon, over which targets are judged and bills are made out."""

from __future__ import annotations

import calendar

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def first_days(clock: Clock, per: str) -> Ints:
    """Numbers of the days with which the horizon's periods begin; the first and the last may be cut by its ends."""
    begins = [
        day == 0 or per == "day" or (per == "week" and date.weekday() == 0) or (per == "month" and date.day == 1)
        for day, date in enumerate(clock.dates)
    ]
    return np.flatnonzero(begins)


def shares_inside(clock: Clock, per: str) -> Floats:
    """Share of each period's days that lies in the horizon."""
    first = first_days(clock, per)
    dates = [clock.dates[day] for day in first]
    whole = [{"day": 1, "week": 7, "month": calendar.monthrange(date.year, date.month)[1]}[per] for date in dates]
    return np.asarray(np.diff(first, append=clock.days) / np.array(whole, dtype=np.float64))


def by_period(days: Floats, first: Ints) -> Floats:
    """Sums over the days (first axis) of each period."""
    return np.asarray(np.add.reduceat(days, first, axis=0))
