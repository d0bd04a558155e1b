"""What makes one day unlike another beyond chance: factors of mean 1 on volumes and on handle times."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
from numpy.typing import NDArray

from sim.copula import factor_correlation, gamma_factors, mixing, normal_correlation
from sim.demand.forecast import expected, work_of
from sim.distributions import Law
from sim.luck import Luck, Stream, uniforms
from sim.scenario.busy_days import normals_of, unit_of
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]


class Busyness:
    """One replication's factors. Each date has luck of its own, each queue, and each word that queues share."""

    def __init__(self, scenario: Scenario, luck: Luck) -> None:
        queues = scenario.spec.queues
        self._scenario, self._queues = scenario, queues
        self._unit = {queue.name: unit_of(queue.name, queue.spec) for queue in scenario.numbered.queues}
        self._days = {unit: luck.stream(unit) for unit in dict.fromkeys(self._unit.values())}
        self._intervals = {name: luck.stream(f"queue/{name}/interval busyness") for name in queues}
        self._handle: dict[str, Stream] = {}
        self._handle_unit: dict[str, str] = {}
        for queue in scenario.numbered.queues:
            name, busyness = queue.name, queue.spec.busyness
            if busyness.handle_day_cv:
                word = busyness.handle_shared
                self._handle_unit[name] = unit = f"handle busyness/{word}" if word else f"queue/{name}/handle busyness"
                if unit not in self._handle:
                    self._handle[unit] = luck.stream(unit)
        units, correlation = normals_of(queues)
        lower = mixing(correlation)
        self._mixed = {
            unit: [(self._days[units[j]], float(row[j])) for j in np.flatnonzero(row)]
            for unit, row in zip(units, lower, strict=True)
            # Whose row is its own normal alone draws as if nothing were correlated.
            if np.flatnonzero(row).tolist() != [units.index(unit)]
        }
        self._persistence = {
            name: normal_correlation(b.interval_cv, b.interval_cv, b.interval_correlation)
            for name, b in ((queue.name, queue.spec.busyness) for queue in scenario.numbered.queues)
            if b.interval_cv and b.interval_correlation
        }

    def volumes(self, queue: str, date: int, mean: Floats) -> Floats:
        """What a day's intervals expect, made busy or quiet by the day's factor and by each interval's."""
        busyness = self._queues[queue].busyness
        if busyness.day_cv:
            mean = mean * self._day(queue, date)
        if busyness.interval_cv:
            # Where nobody is expected there is no factor to work out, unless the next one remembers it.
            some = np.arange(len(mean)) if queue in self._persistence else np.flatnonzero(mean)
            busy, mean = mean[some], np.zeros(len(mean))
            mean[some] = busy * self._of_intervals(queue, uniforms(self._intervals[queue].keys(date, some), 0))
        return mean

    def _day(self, queue: str, date: int) -> float:
        unit, cv = self._unit[queue], self._queues[queue].busyness.day_cv
        if unit not in self._mixed:
            return float(_gamma(np.array([self._days[unit].uniform(date, 0)]), cv)[0])
        from scipy import special

        z = math.fsum(share * float(special.ndtri(stream.uniform(date, 0))) for stream, share in self._mixed[unit])
        return float(gamma_factors(np.array([z]), cv)[0])

    def _of_intervals(self, queue: str, u: Floats) -> Floats:
        """The day's first interval as by itself; each further one remembers the one before (AR(1) of the normals)."""
        cv, remembered = self._queues[queue].busyness.interval_cv, self._persistence.get(queue, 0.0)
        if not remembered:
            return _gamma(u, cv)
        from scipy import special

        z, fresh = special.ndtri(u), math.sqrt(1.0 - remembered * remembered)
        for k in range(1, len(z)):
            z[k] = remembered * z[k - 1] + fresh * z[k]
        return gamma_factors(z, cv)

    def handle_times(self, queue: str) -> Floats | None:
        """By day of the horizon, the factor on all work of the contacts that arrive on it; None where there is none.

        A log that is replayed has the days that it had.
        """
        unit = self._handle_unit.get(queue)
        if unit is None or self._queues[queue].forecast.replay is not None:
            return None
        dates = (self._scenario.clock.start + dt.timedelta(days=day) for day in range(self._scenario.clock.days))
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
