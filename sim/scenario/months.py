"""A month's volume over its days: by weekday, none on closed days, the day after a closed one as the file says.

The days of a month add up to its volume. Growth, events and the forecast's factor come on top; a month that the
horizon cuts brings what falls on its days in the horizon.
"""

from __future__ import annotations

import calendar
import datetime as dt

from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import season_factor
from sim.scenario.slots import weekday_totals


def reopens(s: Scenario, queue: str, date: dt.date) -> bool:
    """Whether a closed day lies before this one, with nothing between but days that are never open."""
    for back in range(1, 8):
        before = date - dt.timedelta(days=back)
        if before in s.closed_days:
            return True
        if s.queue(queue).open_spans(before):
            return False
    return False


def day_volumes(s: Scenario, queue: str) -> dict[dt.date, float]:
    """Contacts of each day of the horizon, where the forecast gives months; 0 where a month is not given."""
    found: dict[dt.date, float] = {}
    of_shape = weekday_totals(s.data.shapes[queue])
    weights: dict[tuple[int, int], float] = {}
    for date in s.clock.dates:
        month = date.year, date.month
        if month not in weights:
            weights[month] = sum(_weight(s, queue, dt.date(*month, day), of_shape) for day in _days(month))
        volume = month_volume(s, queue, date)
        share = _weight(s, queue, date, of_shape) / weights[month] if weights[month] else 0.0
        found[date] = 0.0 if volume is None else volume * share
    return found


def month_volume(s: Scenario, queue: str, date: dt.date) -> float | None:
    """Contacts of the month in which a date lies; None where the file does not tell."""
    forecast = s.spec.queues[queue].forecast
    if forecast.month is not None:
        return forecast.month * season_factor(s.data.seasons.get(queue), date)
    return s.data.months.get(queue, {}).get((date.year, date.month), s.data.months.get(queue, {}).get((0, date.month)))


def _days(month: tuple[int, int]) -> range:
    return range(1, calendar.monthrange(*month)[1] + 1)


def _weight(s: Scenario, queue: str, date: dt.date, of_shape: dict[int | dt.date, float]) -> float:
    """How much of its month a day takes, against other days; `of_shape`: what the shape comes to, by weekday."""
    if not s.queue(queue).open_spans(date) and not s.queue(queue).accepts_at_all_hours:
        return 0.0
    forecast, weekday = s.spec.queues[queue].forecast, date.weekday()
    own = of_shape.get(weekday, 0.0)
    weight = own if forecast.weekday is None or not own else forecast.weekday.get(weekday, 0.0)
    return weight * (forecast.day_after_closed if reopens(s, queue, date) else 1.0)
