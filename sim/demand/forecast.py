"""Expected volumes and handle-time factors per interval of the horizon, from whatever the planner gave."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Law
from sim.scenario.data import season_factor
from sim.scenario.model import Scenario
from sim.scenario.schema import Forecast

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """Per interval: contacts expected, and what multiplies all work, and talk alone, relative to the laws."""

    contacts: Floats
    work_factor: Floats
    talk_factor: Floats

    @property
    def usual_work(self) -> float:
        """The mean work factor, of contacts that belong to no interval."""
        return float(np.average(self.work_factor, weights=self.contacts if self.contacts.any() else None))


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


NOTHING = Law("constant", 0.0, 0.0)


def work_of(scenario: Scenario, queue: str) -> Work:
    handle = scenario.spec.queues[queue].handle
    if handle is None:
        return Work(scenario.law(queue, "talk"), scenario.law(queue, "hold"), scenario.law(queue, "wrap"))
    cv = {"constant": 0.0, "exponential": 1.0}.get(handle.family, handle.cv)
    # "from forecast": one second, times the forecast's aht_s.
    mean = 1.0 if math.isnan(handle.mean) else handle.mean
    return Work(Law(handle.family, mean, cv), NOTHING, NOTHING, handle.wrap_share)


def expected(scenario: Scenario, queue: str) -> Expected:
    """The queue's forecast over the horizon; a replay expects what it replays."""
    clock, forecast = scenario.clock, scenario.spec.queues[queue].forecast
    contacts = np.zeros(clock.intervals)
    work, talk = np.ones(clock.intervals), np.ones(clock.intervals)
    if forecast.replay is not None:
        index = [int(t // clock.interval) for t in replay_times(scenario, queue) if 0 <= t < clock.end]
        np.add.at(contacts, np.array(index, dtype=np.int64), 1.0)
        return Expected(contacts, work, talk)
    profiles = scenario.data.volumes.get(queue, {})
    mean_work, told = work_of(scenario, queue).mean, np.zeros(clock.intervals, bool)
    for day, date in enumerate(clock.dates):
        if date in scenario.closed_days and not scenario.accepts_at_all_hours(queue):
            continue
        first = int(clock.day_first[day])
        factor = forecast.factor * (1.0 + forecast.growth) ** (day / 365.0)
        if _reopens(scenario, queue, date):
            factor *= forecast.day_after_closed
        talk_factor = 1.0
        for event in forecast.events.values():
            if event.first <= date <= event.last:
                factor *= event.factor
                talk_factor *= event.talk_factor
        level = _day_level(scenario, queue, forecast, day)
        for position, (start, _) in enumerate(clock.local_starts(day)):
            at = first + position
            if forecast.csv is not None:
                contacts[at] = factor * profiles["contacts"].at(date, start)
                if "aht_s" in profiles and profiles["aht_s"].at(date, start) > 0:
                    work[at], told[at] = profiles["aht_s"].at(date, start) / mean_work, True
            else:
                contacts[at] = factor * level * scenario.data.shapes[queue].at(date, start)
        talk[first : int(clock.day_first[day + 1])] = talk_factor
    if told.any():
        # Deflected and transferred contacts also come when the forecast expects nobody, and tells no handle time.
        work[~told & (contacts == 0.0)] = Expected(contacts, work, talk).usual_work
    return Expected(contacts, work, talk)


def _reopens(scenario: Scenario, queue: str, date: dt.date) -> bool:
    """Whether a closed day lies before this one, with nothing between but days that are never open."""
    for back in range(1, 8):
        before = date - dt.timedelta(days=back)
        if before in scenario.closed_days:
            return True
        if scenario.open_spans(queue, before):
            return False
    return False


def _day_level(scenario: Scenario, queue: str, forecast: Forecast, day: int) -> float:
    """What the day's shape is multiplied by: level × season × weekday share, over the shape's own total."""
    if forecast.week is None:
        return 0.0
    date = scenario.clock.dates[day]
    shape = scenario.data.shapes[queue].values
    season = season_factor(scenario.data.seasons.get(queue), date)
    if forecast.weekday is None:
        # The shape itself says how the week splits into days.
        return forecast.week * season / sum(shape.values())
    total = sum(share for (weekday, _), share in shape.items() if weekday == date.weekday())
    if total == 0.0:
        return 0.0
    weekday_share = forecast.weekday.get(date.weekday(), 0.0) / sum(forecast.weekday.values())
    return forecast.week * season * weekday_share / total


def replay_times(scenario: Scenario, queue: str) -> list[float]:
    """The log's moments as seconds since the start."""
    clock, origin = scenario.clock, scenario.clock.moment(0.0)
    start = origin.timestamp()
    return [m.replace(tzinfo=clock.zone).timestamp() - start for m in scenario.data.replays[queue].arrived]
