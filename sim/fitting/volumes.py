"""Volumes by date and interval: opening hours, what is usual, and the days and hours that are not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.fitting.finding import Flags, Floats, Ints
from sim.units import DAY

if TYPE_CHECKING:
    import pandas as pd

OPEN_FROM = 0.1
"""An interval is open whose mean volume is at least this share of the weekday's typical one (the median of those with
contacts), and that had contacts on at least half of the dates."""
DAY_FAR_OFF = 2.0
"""A day is left out whose volume is this many times its weekday's median, or that part of it."""


@dataclass(frozen=True)
class Counts:
    """Contacts offered by queue, date and interval of the local day."""

    queues: tuple[str, ...]
    dates: tuple[dt.date, ...]
    """Every date from the first to the last, those without contacts too."""
    interval: float
    offered: Ints
    """queue × date × interval"""

    @property
    def weekdays(self) -> Ints:
        return np.array([date.weekday() for date in self.dates])


class Special(NamedTuple):
    """A date, or hours of one in a queue, that is not taken for usual."""

    date: dt.date
    queue: str
    """Nothing: all of them, the whole day."""
    since: float
    until: float
    """Seconds after midnight."""
    offered: float
    usual: float


def local_times(moments: Floats, timezone: str) -> tuple[Ints, Floats]:
    """Days since 1970-01-01 and seconds after midnight, both of the local clock."""
    import pandas as pd

    known = np.where(np.isfinite(moments), moments, 0.0)
    local = pd.to_datetime(known, unit="s", utc=True).tz_convert(timezone).tz_localize(None)
    seconds = local.to_numpy("datetime64[ms]").astype(np.int64) / 1000.0
    day = np.floor(seconds / DAY).astype(np.int64)
    return day, seconds - day * DAY


def date_of(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(day))


def count(contacts: pd.DataFrame, queues: tuple[str, ...], timezone: str, interval: float) -> Counts:
    """Of all contacts that were offered: those who were blocked never came to wait, and count nowhere."""
    day, second = local_times(contacts["arrived"].to_numpy(float), timezone)
    first, last = int(day.min()), int(day.max())
    slots = int(DAY / interval)
    queue = np.array([queues.index(name) for name in contacts["queue"].cat.categories])[contacts["queue"].cat.codes]
    slot = np.minimum((second / interval).astype(np.int64), slots - 1)
    cell = (queue * (last - first + 1) + day - first) * slots + slot
    offered = np.bincount(cell, minlength=len(queues) * (last - first + 1) * slots)
    dates = tuple(date_of(number) for number in range(first, last + 1))
    return Counts(queues, dates, interval, offered.reshape(len(queues), len(dates), slots))


def opening(counts: Counts) -> list[tuple[float, float] | None]:
    """By weekday, Monday first: from and to in seconds after midnight, of all queues; None where closed."""
    whole = counts.offered.sum(axis=0)
    result: list[tuple[float, float] | None] = []
    for weekday in range(7):
        own = whole[counts.weekdays == weekday]
        own = own[own.sum(axis=1) > 0]
        if not len(own):
            result.append(None)
            continue
        mean = own.mean(axis=0)
        busy = mean >= OPEN_FROM * np.median(mean[mean > 0])
        is_open = np.flatnonzero(busy & ((own > 0).mean(axis=0) >= 0.5))
        if not len(is_open):
            result.append(None)
            continue
        result.append((is_open[0] * counts.interval, (is_open[-1] + 1) * counts.interval))
    return result


def open_cells(counts: Counts, hours: list[tuple[float, float] | None]) -> Flags:
    """weekday × interval"""
    starts = np.arange(counts.offered.shape[2]) * counts.interval
    return np.array([
        np.zeros(len(starts), bool) if span is None else (starts >= span[0]) & (starts < span[1]) for span in hours
    ])  # fmt: skip


def specials(counts: Counts, is_open: Flags) -> tuple[Flags, list[Special]]:
    """(usual: queue × date × interval, what is not). Each is held against its own weekday's other dates.

    Days: far more or fewer contacts than the median. Hours: 2.5 times the others' mean and more than chance and a usual
    spread bring; neighbouring ones are one event.
    """
    weekdays = counts.weekdays
    whole = (counts.offered * is_open[weekdays]).sum(axis=(0, 2)).astype(float)
    usual = np.broadcast_to(is_open[weekdays], counts.offered.shape).copy()
    found = []
    for weekday in range(7):
        own = np.flatnonzero(weekdays == weekday)
        if len(own) < 2 or not is_open[weekday].any():
            continue
        for date in own:
            others = float(np.median(whole[own[own != date]]))
            if others > 0 and not others / DAY_FAR_OFF <= whole[date] <= others * DAY_FAR_OFF:
                # Of two that differ, nobody knows which is usual, unless one is nearly empty.
                if len(own) == 2 and not whole[date] < 0.1 * others:
                    continue
                usual[:, date] = False
                found.append(Special(counts.dates[date], "", 0.0, DAY, float(whole[date]), others))
        for queue, name in enumerate(counts.queues):
            found += _events(counts, usual, queue, name, own[usual[queue, own].any(axis=1)])
    return usual, sorted(found)


def _events(counts: Counts, usual: Flags, queue: int, name: str, own: Ints) -> list[Special]:
    if len(own) < 3:
        return []
    offered = counts.offered[queue, own].astype(float)
    open_ = usual[queue, own]
    others = (offered.sum(axis=0) - offered) / (len(own) - 1)
    far_off = open_ & (offered > 2.5 * others + 6.0 * np.sqrt(others) + 8.0)
    found = []
    for row, date in enumerate(own):
        slots = np.flatnonzero(far_off[row])
        for run in np.split(slots, np.flatnonzero(np.diff(slots) > 1) + 1) if len(slots) else []:
            first, last = _widened(run, offered[row], others[row], open_[row])
            span = slice(first, last + 1)
            usual[queue, date, span] = False
            found.append(Special(
                counts.dates[date], name, first * counts.interval, (last + 1) * counts.interval,
                float(offered[row, span].sum()), float(others[row, span].sum()),
            ))  # fmt: skip
    return found


def _widened(run: Ints, offered: Floats, others: Floats, is_open: Flags) -> tuple[int, int]:
    """An event begins and ends less clearly than it is: neighbours that are high, too, belong to it."""
    first, last = int(run[0]), int(run[-1])
    high = is_open & (offered > 1.5 * others + 3.0 * np.sqrt(others + 1.0))
    while first > 0 and high[first - 1]:
        first -= 1
    while last + 1 < len(high) and high[last + 1]:
        last += 1
    return first, last


def usual_week(counts: Counts, usual: Flags) -> tuple[Floats, Ints]:
    """(mean volume, dates it is the mean of), both queue × weekday × interval; NaN of none."""
    shape = (len(counts.queues), 7, counts.offered.shape[2])
    means, dates = np.full(shape, np.nan), np.zeros(shape, np.int64)
    for weekday in range(7):
        own = counts.weekdays == weekday
        if own.any():
            number = usual[:, own].sum(axis=1)
            total = (counts.offered[:, own] * usual[:, own]).sum(axis=1)
            dates[:, weekday] = number
            means[:, weekday] = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    return means, dates
