"""What makes one day unlike another beyond chance: factors of mean 1 on volumes and on handle times."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.copula import factor_correlation, gamma_factors, mixing, normal_correlation
from sim.demand.forecast import expected, work_of
from sim.distributions import Law
from sim.luck import Luck, uniforms
from sim.scenario.busy_days import normals_of, unit_of
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Intervals(NamedTuple):
    """Those of some days, one day behind the other."""

    dates: Ints
    """The days', as ordinals."""
    day: Ints
    """Of each interval: which of these it belongs to, and its number on that day."""
    number: Ints


def intervals_of(dates: Sequence[int], lengths: Ints) -> Intervals:
    """`lengths`: intervals of each date."""
    starts = np.cumsum(lengths) - lengths
    day = np.repeat(np.arange(len(dates)), lengths)
    return Intervals(np.array(dates), day, np.arange(len(day)) - starts[day])


@dataclass(frozen=True)
class BusynessOf:
    """What a plan's days have in common, the same for all replications."""

    clock: Clock
    queues: Mapping[str, Queue]
    unit: dict[str, str]
    """By queue, whose luck makes its days busy; then whose makes handle times long, where anybody's does."""
    handle_unit: dict[str, str]
    mixed: dict[str, list[tuple[str, float]]]
    """By unit that is correlated with another: the units whose normals its own is mixed of, with their shares."""
    persistence: dict[str, float]
    """By queue whose intervals remember the one before: the correlation of their normals."""


def busyness_of(scenario: Scenario) -> BusynessOf:
    queues = scenario.spec.queues
    slow = {name: queue.busyness.handle_shared for name, queue in queues.items() if queue.busyness.handle_day_cv}
    units, correlation = normals_of(queues)
    mixed = {
        unit: [(units[j], float(row[j])) for j in np.flatnonzero(row)]
        for unit, row in zip(units, mixing(correlation), strict=True)
        # Whose row is its own normal alone draws as if nothing were correlated.
        if np.flatnonzero(row).tolist() != [units.index(unit)]
    }
    persistence = {
        name: normal_correlation(b.interval_cv, b.interval_cv, b.interval_correlation)
        for name, b in ((name, queue.busyness) for name, queue in queues.items())
        if b.interval_cv and b.interval_correlation
    }
    return BusynessOf(
        scenario.clock,
        queues,
        {name: unit_of(name, queue) for name, queue in queues.items()},
        {name: f"handle busyness/{word}" if word else f"queue/{name}/handle busyness" for name, word in slow.items()},
        mixed,
        persistence,
    )


class Busyness:
    """One replication's factors. Each date has luck of its own, each queue, and each word that queues share."""

    def __init__(self, of: BusynessOf, luck: Luck) -> None:
        self._of, self._queues = of, of.queues
        busy_days = {of.unit[name] for name, queue in of.queues.items() if queue.busyness.day_cv}
        self._days = {unit: luck.stream(unit) for unit in busy_days}
        busy = [name for name, queue in of.queues.items() if queue.busyness.interval_cv]
        self._intervals = {name: luck.stream(f"queue/{name}/interval busyness") for name in busy}
        self._handle = {unit: luck.stream(unit) for unit in set(of.handle_unit.values())}

    def volumes(self, queue: str, of: Intervals, mean: Floats) -> Floats:
        """What intervals of whole days expect, made busy or quiet by their day's factor and by each one's own."""
        busyness = self._queues[queue].busyness
        if busyness.day_cv:
            mean = mean * self._days_of(queue, of.dates)[of.day]
        if busyness.interval_cv:
            # Where nobody is expected there is no factor to work out, unless the next one remembers it.
            some = np.arange(len(mean)) if queue in self._of.persistence else np.flatnonzero(mean)
            busy, mean = mean[some], np.zeros(len(mean))
            number = of.number[some]
            u = uniforms(self._intervals[queue].paired(of.dates[of.day[some]], number), 0)
            mean[some] = busy * self._of_intervals(queue, u, number)
        return mean

    def _days_of(self, queue: str, dates: Ints) -> Floats:
        """The factors of these dates."""
        unit, cv = self._of.unit[queue], self._queues[queue].busyness.day_cv
        if unit not in self._of.mixed:
            return _gamma(self._uniforms(unit, dates), cv)
        from scipy import special

        mixed = [share * special.ndtri(self._uniforms(other, dates)) for other, share in self._of.mixed[unit]]
        return gamma_factors(np.array([math.fsum(of_date) for of_date in zip(*mixed, strict=True)]), cv)

    def _uniforms(self, unit: str, dates: Ints) -> Floats:
        return uniforms(self._days[unit].paired(dates, np.zeros_like(dates)), 0)

    def _of_intervals(self, queue: str, u: Floats, number: Ints) -> Floats:
        """A day's first interval as by itself; each further one remembers the one before (AR(1) of the normals)."""
        cv, remembered = self._queues[queue].busyness.interval_cv, self._of.persistence.get(queue, 0.0)
        if not remembered:
            return _gamma(u, cv)
        from scipy import special

        fresh = math.sqrt(1.0 - remembered * remembered)
        z: list[float] = special.ndtri(u).tolist()
        for k, first in enumerate((number == 0).tolist()):
            if not first:
                z[k] = remembered * z[k - 1] + fresh * z[k]
        return gamma_factors(np.array(z), cv)

    def handle_times(self, queue: str) -> Floats | None:
        """By day of the horizon, the factor on all work of the contacts that arrive on it; None where there is none.

        A log that is replayed has the days that it had.
        """
        unit = self._of.handle_unit.get(queue)
        if unit is None or self._queues[queue].forecast.replay is not None:
            return None
        dates = (self._of.clock.start + dt.timedelta(days=day) for day in range(self._of.clock.days))
        u = np.array([self._handle[unit].uniform(date.toordinal(), 0) for date in dates])
        return _gamma(u, self._queues[queue].busyness.handle_day_cv)


def _gamma(u: Floats, cv: float) -> Floats:
    return Law("gamma", 1.0, cv).unit_quantile(u)


def variance_shares(scenario: Scenario, queue: str) -> dict[str, float]:
    """What causes the spread of the queue's daily volume: shares of its variance, averaged over days.

    Var = Λ + c_i² Σ λ_s λ_t r(|s − t|) + c_d² Λ² + c_f² Λ² to first order: Poisson, interval and day busyness, forecast
    error; r is the correlation of the intervals' factors.
    """
    return _shares(scenario, queue, _volume_parts(scenario, queue))


def work_variance_shares(scenario: Scenario, queue: str) -> dict[str, float]:
    """Likewise of the daily work, that is volume × handle time.

    By the mean handle time h and its cv c_h: Λ becomes Λ (1 + c_h²), and the day's and the lasting factor on handle
    times add theirs × Λ².
    """
    scenario_error, busyness = scenario.spec.forecast_error, scenario.spec.queues[queue].busyness
    parts, squared = _volume_parts(scenario, queue), _squared_days(scenario, queue)
    work = work_of(scenario, queue)
    second = sum((law.mean * law.cv) ** 2 for law in (work.talk, work.hold, work.wrap))
    parts["chance"] *= 1.0 + second / work.mean**2 if work.mean else 1.0
    parts["slow days"] = busyness.handle_day_cv**2 * squared
    parts["forecast error"] += scenario_error.aht_cv**2 * squared
    return _shares(scenario, queue, parts)


def _volume_parts(scenario: Scenario, queue: str) -> dict[str, float]:
    clock, busyness = scenario.clock, scenario.spec.queues[queue].busyness
    volumes = expected(scenario, queue).contacts
    days, cv = clock.interval_day, busyness.interval_cv
    squares = float(np.bincount(days, volumes**2, clock.days).sum())
    if cv and busyness.interval_correlation:
        normal = normal_correlation(cv, cv, busyness.interval_correlation)
        for lag in range(1, int(np.diff(clock.day_first).max(initial=1))):
            same = days[lag:] == days[:-lag]
            together = float((volumes[lag:] * volumes[:-lag])[same].sum())
            squares += 2.0 * factor_correlation(cv, cv, normal**lag) * together
    squared = _squared_days(scenario, queue)
    return {
        "chance": float(volumes.sum()),
        "busy intervals": cv**2 * squares,
        "busy days": busyness.day_cv**2 * squared,
        "forecast error": scenario.spec.forecast_error.level_cv**2 * squared,
    }


def _squared_days(scenario: Scenario, queue: str) -> float:
    """Σ Λ² over the days, Λ being a day's volume."""
    clock = scenario.clock
    total = np.bincount(clock.interval_day, expected(scenario, queue).contacts, clock.days)
    return float((total**2).sum())


def _shares(scenario: Scenario, queue: str, parts: dict[str, float]) -> dict[str, float]:
    if scenario.spec.queues[queue].forecast.replay is not None:
        return dict.fromkeys(parts, 0.0)
    whole = math.fsum(parts.values())
    return {cause: part / whole if whole else 0.0 for cause, part in parts.items()}
