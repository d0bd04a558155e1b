"""The calendars of the center and its sites: local dates and times against seconds since the start.

Daylight saving is included, each place's own.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sim.units import DAY, format_time_of_day

EARLIEST, BEYOND = -3, 2
"""The first local date that can reach into the horizon, and how many past the last day can: two places' times differ by
26 hours at most, and what begins on a date ends on the next one at the latest."""


class LocalTime:
    """A zone's dates and times as seconds since the horizon's start; day 0 is the date of the start, there."""

    def __init__(self, start: dt.date, timezone: str, origin: float) -> None:
        self.start, self.zone, self._origin = start, ZoneInfo(timezone), origin

    def elapsed(self, day: int, seconds: float) -> float:
        """Seconds since the start, of a local time on day number `day`; `seconds` may pass midnight."""
        extra, seconds = divmod(seconds, DAY)
        return self._elapsed(day + int(extra), seconds)

    @lru_cache(maxsize=65536)  # noqa: B019 - they live as long as their scenario
    def _elapsed(self, day: int, seconds: float) -> float:
        return timestamp(self.start + dt.timedelta(days=day), seconds, self.zone) - self._origin


def timestamp(date: dt.date, seconds: float, zone: ZoneInfo) -> float:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return dt.datetime.combine(date, dt.time(int(hours), int(minutes), int(rest), tzinfo=zone)).timestamp()


class Clock:
    """Seconds since local midnight of `start`, over `days` local days, cut into intervals of `interval` seconds.

    A day has 23, 24 or 25 hours; every interval has the same length in real time.
    """

    def __init__(self, start: dt.date, days: int, interval: float, timezone: str) -> None:
        self.start, self.days, self.interval = start, days, interval
        self.zone = ZoneInfo(timezone)
        self._origin = timestamp(start, 0.0, self.zone)
        self.local = self.local_time(timezone)
        self.dates = [start + dt.timedelta(days=day) for day in range(days)]
        self.day_start = np.array([self.elapsed(day, 0.0) for day in range(days + 1)])
        self.end = float(self.day_start[-1])
        self.day_first = np.round(self.day_start / interval).astype(np.int64)
        self.intervals = int(self.day_first[-1])
        self.interval_day = np.repeat(np.arange(days), np.diff(self.day_first))

    def local_time(self, timezone: str) -> LocalTime:
        """Another zone's dates and times, against the same seconds."""
        return LocalTime(self.start, timezone, self._origin)

    def elapsed(self, day: int, seconds: float) -> float:
        """Seconds since the start, of a local time on day number `day`; `seconds` may pass midnight."""
        return self.local.elapsed(day, seconds)

    def like(self, day: int) -> int:
        """The day of the first week that a day before the first, -1 and less, is like."""
        return day % min(7, self.days)

    def reached(self, local: LocalTime, day: int, hours: tuple[float, float]) -> bool:
        """Whether these hours of day number `day` of a place overlap the horizon."""
        if day not in range(EARLIEST, self.days + BEYOND):
            return False
        return local.elapsed(day, hours[1]) > 0.0 and local.elapsed(day, hours[0]) < self.end

    def days_reached(self, local: LocalTime, hours: tuple[float, float]) -> list[int]:
        """Numbers of the dates of a place on which these hours overlap the horizon."""
        return [day for day in range(EARLIEST, self.days + BEYOND) if self.reached(local, day, hours)]

    def regular(self) -> bool:
        """Whether every local day is a whole number of intervals."""
        return bool(np.all(np.diff(self.day_start) % self.interval == 0))

    def local_starts(self, day: int) -> list[tuple[float, int]]:
        """(local seconds after midnight, fold) of each interval of the day; fold 1 when clocks were set back."""
        which = slice(int(self.day_first[day]), int(self.day_first[day + 1]))
        return list(zip(self.starts[which].tolist(), map(int, self.folded[which].tolist()), strict=True))

    def _local_start(self, index: int) -> tuple[float, int]:
        moment = dt.datetime.fromtimestamp(self._origin + index * self.interval, self.zone)
        return moment.hour * 3600.0 + moment.minute * 60.0 + moment.second, moment.fold

    @cached_property
    def starts(self) -> NDArray[np.float64]:
        """Local seconds after midnight at which each interval begins."""
        return self._starts[0]

    @cached_property
    def folded(self) -> NDArray[np.bool_]:
        """Whether each interval lies in an hour that comes a second time, when clocks are set back."""
        return self._starts[1]

    @cached_property
    def _starts(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        starts, folded = np.empty(self.intervals), np.zeros(self.intervals, np.bool_)
        for day in range(self.days):
            first, end = int(self.day_first[day]), int(self.day_first[day + 1])
            usual = np.arange(end - first) * self.interval
            ends = [self._local_start(first), self._local_start(end - 1)]
            if (end - first) * self.interval == DAY and ends == [(0.0, 0), (float(usual[-1]), 0)]:
                # A day without a change of clocks, as nearly all are.
                starts[first:end] = usual
                continue
            local = [self._local_start(index) for index in range(first, end)]
            starts[first:end], folded[first:end] = zip(*local, strict=True)
        return starts, folded

    def start_label(self, day: int, position: int) -> str:
        """ "09:30"; in the hour that a clock change repeats, the second one carries its UTC offset."""
        index = int(self.day_first[day]) + position
        moment = dt.datetime.fromtimestamp(self._origin + index * self.interval, self.zone)
        label = format_time_of_day(moment.hour * 3600.0 + moment.minute * 60.0)
        return label if not moment.fold else label + moment.strftime("%z")

    def moment(self, elapsed: float) -> dt.datetime:
        """The local date and time of a simulated second."""
        return dt.datetime.fromtimestamp(self._origin + elapsed, self.zone)
