"""Expected volumes and handle-time factors per interval of the horizon, from whatever the planner gave."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Law
from sim.scenario.model import Scenario
from sim.scenario.months import day_volumes, reopens
from sim.scenario.reading.csv_tables import season_factor
from sim.scenario.slots import over_horizon, weekday_totals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Expected:
    """Per interval: contacts expected, and what multiplies all work, and talk alone, relative to the laws.

    `spoken_factor` and `wrap_factor` are what multiplies talk with hold, and wrap, where these differ: a handle time
    that is given without wrap leaves wrap to its law. In the mean they come to `work_factor`.
    """

    contacts: Floats
    work_factor: Floats
    talk_factor: Floats
    spoken_factor: Floats | None = None
    wrap_factor: Floats | None = None

    def of_intervals(self, which: Ints) -> Expected:
        """The same of some intervals, in this order."""
        given = {name: column for name, column in vars(self).items() if column is not None}
        return replace(self, **{name: column[which] for name, column in given.items()})

    @property
    def usual_work(self) -> float:
        """The mean work factor, of contacts that belong to no interval."""
        return self.usual(self.work_factor)

    def usual(self, factors: Floats) -> float:
        """The mean of some of these factors, over the contacts expected."""
        return float(np.average(factors, weights=self.contacts if self.contacts.any() else None))

    @property
    def spoken(self) -> Floats:
        return self.work_factor if self.spoken_factor is None else self.spoken_factor

    @property
    def wrap(self) -> Floats:
        return self.work_factor if self.wrap_factor is None else self.wrap_factor


@dataclass(frozen=True)
class Work:
    """The laws of a queue's work, at the means the file gives. `tied_wrap` is a share of one handle-time draw."""

    talk: Law
    hold: Law
    wrap: Law
    tied_wrap: float = 0.0

    @property
    def mean(self) -> float:
        return sum(self.mean_of(part) for part in ("talk", "hold", "wrap"))

    def mean_of(self, part: str) -> float:
        """Mean of talk, hold or wrap; a tied wrap is counted in talk."""
        law: Law = getattr(self, part)
        return law.mean


NO_WORK = Law("constant", 0.0, 0.0)


def work_of(scenario: Scenario, queue: str) -> Work:
    own = scenario.queue(queue)
    handle = own.spec.handle
    if handle is None:
        return Work(own.law("talk"), own.law("hold"), own.law("wrap"))
    cv = {"constant": 0.0, "exponential": 1.0}.get(handle.family, handle.cv)
    # "from forecast": one second, times the forecast's aht_s.
    mean = 1.0 if math.isnan(handle.mean) else handle.mean
    return Work(Law(handle.family, mean, cv), NO_WORK, NO_WORK, handle.wrap_share)


def expected(scenario: Scenario, queue: str) -> Expected:
    """The queue's forecast over the horizon; a replay expects what it replays."""
    clock, forecast = scenario.clock, scenario.spec.queues[queue].forecast
    contacts = np.zeros(clock.intervals)
    work, talk = np.ones(clock.intervals), np.ones(clock.intervals)
    if forecast.replay is not None:
        times = replay_times(scenario, queue)
        within = times[(times >= 0.0) & (times < clock.end)]
        np.add.at(contacts, (within // clock.interval).astype(np.int64), 1.0)
        return Expected(contacts, work, talk)
    profiles = scenario.data.volumes.get(queue, {})
    laws, known = work_of(scenario, queue), np.zeros(clock.intervals, bool)
    # What aht_s is about, and what comes on top of it: wrap by its own law, or a share of what there is in all.
    wrap_apart = forecast.aht == "talk + hold"
    on_top = laws.wrap.mean if wrap_apart else 0.0
    of_all = 1.0 - laws.tied_wrap if wrap_apart else 1.0
    by_month = forecast.month is not None or forecast.months is not None
    of_days = day_volumes(scenario, queue) if by_month else {}
    given = {name: over_horizon(profile, clock) for name, profile in profiles.items()}
    shape = scenario.data.shapes.get(queue)
    share = None if shape is None else over_horizon(shape, clock)
    of_shape = _ShapeTotals({}, 0.0)
    if shape is not None:
        of_shape = _ShapeTotals(weekday_totals(shape), sum(shape.values.values()))
    for day, date in enumerate(clock.dates):
        if date in scenario.closed_days and not scenario.queue(queue).accepts_at_all_hours:
            continue
        first, end = int(clock.day_first[day]), int(clock.day_first[day + 1])
        factor = forecast.factor * (1.0 + forecast.growth) ** (day / 365.0)
        if not by_month and reopens(scenario, queue, date):
            factor *= forecast.day_after_closed
        talk_factor = 1.0
        for event in forecast.events.values():
            if event.first <= date <= event.last:
                factor *= event.factor
                talk_factor *= event.talk_factor
        if forecast.csv is not None:
            contacts[first:end] = factor * given["contacts"][first:end]
            if "aht_s" in given:
                aht = given["aht_s"][first:end]
                known[first:end] = aht > 0
                work[first:end][aht > 0] = (aht[aht > 0] / of_all + on_top) / laws.mean
        elif share is not None:
            if by_month:
                # A day of 23 or 25 hours, too, adds up to its volume.
                whole = sum(share[first:end].tolist())
                level = of_days[date] / whole if whole else 0.0
            else:
                level = _day_level(scenario, queue, of_shape, day)
            contacts[first:end] = factor * level * share[first:end]
        talk[first:end] = talk_factor
    if known.any():
        # Deflected and transferred contacts also come when the forecast expects nobody, and gives no handle time.
        work[~known & (contacts == 0.0)] = Expected(contacts, work, talk).usual_work
    if not on_top:
        return Expected(contacts, work, talk)
    wrap = np.ones(clock.intervals)
    spoken = (work * laws.mean - on_top) / (laws.mean - on_top)
    return Expected(contacts, work, talk, spoken, wrap)


class _ShapeTotals(NamedTuple):
    """What a shape's shares come to."""

    by_weekday: dict[int | dt.date, float]
    whole: float


def _day_level(scenario: Scenario, queue: str, shape: _ShapeTotals, day: int) -> float:
    """What the day's shape is multiplied by: level × season × weekday share, over the shape's own total."""
    forecast, date = scenario.spec.queues[queue].forecast, scenario.clock.dates[day]
    if forecast.week is None:
        return 0.0
    season = season_factor(scenario.data.seasons.get(queue), date)
    if forecast.weekday is None:
        # The shape itself says how the week splits into days.
        return forecast.week * season / shape.whole
    total = shape.by_weekday.get(date.weekday(), 0.0)
    if total == 0.0:
        return 0.0
    weekday_share = forecast.weekday.get(date.weekday(), 0.0) / sum(forecast.weekday.values())
    return forecast.week * season * weekday_share / total


def replay_times(scenario: Scenario, queue: str) -> Floats:
    """The log's moments as seconds since the start."""
    clock, moments = scenario.clock, scenario.data.replays[queue].moments
    # A zone's time changes at a whole minute.
    minutes, of_row = np.unique(moments.astype("datetime64[m]"), return_inverse=True)
    offsets = np.array([_offset(minute, clock.zone) for minute in minutes.tolist()], dtype=np.int64)
    since_1970 = (moments.astype(np.int64) - offsets[of_row]) / 1e6
    return np.asarray(since_1970 - clock.moment(0.0).timestamp())


def _offset(minute: dt.datetime, zone: dt.tzinfo) -> int:
    """Microseconds that a zone's clocks are ahead of UTC at a local minute."""
    offset = minute.replace(tzinfo=zone).utcoffset()
    assert offset is not None
    return offset // dt.timedelta(microseconds=1)
