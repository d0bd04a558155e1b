"""Who leaves: a rate by tenure since the hire, times season and burnout, as a chance a day.

With λ leavers a head and year, the chance to leave on a day is 1 − exp(−λ/365); without season and burnout, the share
still there after t days is then S(t) = exp(−Σ λ(s)/365), the survival curve of the hazard.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from sim.scenario.language.workforce import FIRST_DAYS, FIRST_YEAR, AnnualRate, Burnout
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import season_factor
from sim.shares import GOLDEN
from sim.units import DAY, WEEK, YEAR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OLDEST = 50 * 365
"""Days: nobody in a steady mix has been there longer."""


class Leaving:
    """The chance to leave today, for people of all groups at once."""

    def __init__(self, scenario: Scenario) -> None:
        names = [group.spec.attrition or "" for group in scenario.numbered.groups]
        self._laws = [scenario.spec.attrition.get(name) for name in names]
        self._seasons = [scenario.data.attrition_seasons.get(name) for name in names]
        none = AnnualRate(first_90_days=0.0, first_year=0.0, later=0.0)
        self._rates = np.array([_by_tenure(none if law is None else law.annual_rate) for law in self._laws])

    def chance(self, date: dt.date, group: Ints, tenure_days: Floats, occupancy: Floats) -> Floats:
        """Of each person; `occupancy` is each group's over its last weeks, NaN where it is not known."""
        factors = np.array([season_factor(season, date) for season in self._seasons])
        for number, law in enumerate(self._laws):
            if law is not None and law.burnout is not None:
                factors[number] *= burnout_factor(law.burnout, occupancy[number : number + 1])[0]
        annual = (self._rates * factors[:, None])[group, _band(tenure_days)]
        return np.asarray(-np.expm1(-annual * DAY / YEAR))


def _by_tenure(rate: AnnualRate) -> Floats:
    return np.array([rate.first_90_days, rate.first_year, rate.later])


def _band(tenure_days: Floats) -> Ints:
    """Which of the three rates applies."""
    return (tenure_days >= FIRST_DAYS).astype(np.int64) + (tenure_days >= FIRST_YEAR)


def survival(rate: AnnualRate, days: int) -> Floats:
    """Share still there at the start of day 0, 1, …, days − 1 of tenure."""
    hazard = _by_tenure(rate)[_band(np.arange(days, dtype=np.float64))] * DAY / YEAR
    return np.asarray(np.exp(-np.concatenate([[0.0], np.cumsum(hazard[:-1])])))


def burnout_factor(burnout: Burnout | None, occupancy: Floats) -> Floats:
    """Per group, from its occupancy over the last weeks; 1 where it is not known."""
    if burnout is None:
        return np.ones_like(occupancy)
    return np.array([1.0 if np.isnan(one) else burnout.factor(one) for one in occupancy.tolist()])


def steady_tenures(scenario: Scenario, group: str, heads: int) -> list[float]:
    """Weeks of tenure of a population that has long replaced its leavers: its quantiles, mixed over the heads.

    The density of tenure is proportional to the survival curve (renewal theory). Without attrition, or if nobody ever
    leaves later, there is no steady mix: such scenarios are refused by the checks.
    """
    law = scenario.spec.attrition.get(scenario.spec.groups[group].attrition or "")
    if law is None:
        return [0.0] * heads
    mass = np.cumsum(survival(law.annual_rate, OLDEST))
    # Golden-ratio steps mix the tenures over the shifts, which take heads in turn.
    places = (np.arange(heads) + 0.5) / max(heads, 1)
    mixed = places[np.argsort(np.argsort((np.arange(heads) * GOLDEN) % 1.0))]
    days = np.interp(mixed * mass[-1], np.concatenate([[0.0], mass]), np.arange(OLDEST + 1))
    return [float(weeks) for weeks in days * DAY / WEEK]
