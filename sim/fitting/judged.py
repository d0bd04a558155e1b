"""A fit held against dates of the log that it has not seen: what was played of them, and what came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.fitting.fit import Fit
from sim.fitting.records import ABANDONED, ANSWERED, BLOCKED
from sim.fitting.volumes import local_times
from sim.study.result import PlanResult
from sim.study.statistics import tenth_and_ninetieth

Floats = NDArray[np.float64]

ALL = "all"
OFFERED, LEVEL, ABANDONMENT = "offered", "service level", "abandonment"
FIGURES = (OFFERED, LEVEL, ABANDONMENT)
IN_BAND = 0.8
"""Of the days of a model that is right, the share that lies inside."""


@dataclass(frozen=True)
class Day:
    """A figure of one queue, or of all, on one date. Levels are shares of 1."""

    queue: str
    date: dt.date
    figure: str
    actual: float
    played: float
    """Mean over replications."""
    low: float
    high: float
    """Between them a single day lies with a chance of 80 %."""

    @property
    def is_inside(self) -> bool:
        return self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Summary:
    """A figure over all dates."""

    figure: str
    actual: float
    played: float
    miss: float
    """Mean absolute miss of a day; of contacts as a share of what was played."""
    inside: int
    days: int


@dataclass(frozen=True)
class Judged:
    """Every date and figure, and what of the inputs differed."""

    days: tuple[Day, ...]
    replications: int
    more_contacts: float
    """What came against what was fitted, as a share: 0.1 is a tenth more."""
    longer_work: float
    """Mean handle time of the dates against the fitted, likewise; NaN where the log has none."""

    def of(self, queue: str = ALL) -> list[Summary]:
        """By figure; levels of all contacts together."""
        own = {one: [day for day in self.days if (day.queue, day.figure) == (queue, one)] for one in FIGURES}
        return [_summary(one, days, own[OFFERED]) for one, days in own.items()]

    @property
    def queues(self) -> list[str]:
        return list(dict.fromkeys(day.queue for day in self.days))


def _summary(figure: str, days: list[Day], offered: list[Day]) -> Summary:
    """Contacts as the mean of a day, levels weighted by the day's contacts."""
    actual, played = (np.array([getattr(day, name) for day in days]) for name in ("actual", "played"))
    came, expected = (np.array([getattr(day, name) for day in offered]) for name in ("actual", "played"))
    inside, count = sum(day.is_inside for day in days), len(days)
    miss = float(np.abs(actual - played).mean())
    if figure == OFFERED:
        return Summary(figure, float(actual.mean()), float(played.mean()), miss / float(played.mean()), inside, count)
    whole = float(actual @ came / max(came.sum(), 1.0)), float(played @ expected / max(expected.sum(), 1.0))
    return Summary(figure, *whole, miss, inside, count)


def judge(fit: Fit, result: PlanResult, within: dict[str, float]) -> Judged:
    """`result`: the fitted scenario, played; its horizon is the dates held back. `within`: by the scenario's queue, the
    seconds of its target; queues stand in the fit's order."""
    scenario, clock = result.scenario, result.scenario.clock
    came = _came(fit, list(within.values()))
    counts = result.interval_counts.astype(np.float64)
    played = np.add.reduceat(counts, clock.day_first[:-1], axis=1)
    days = list[Day]()
    for date in fit.held_back:
        number = (date - clock.start).days
        if not 0 <= number < clock.days or not played[:, number, :, 0].sum():
            continue
        for queue, own in [*((name, [n]) for n, name in enumerate(scenario.queues)), (ALL, list(range(len(within))))]:
            rows = came[(came["date"] == date) & came["number"].isin(own)]
            days += _days(queue, date, rows, played[:, number, own].sum(axis=1))
    fitted = sum(day.played for day in days if (day.queue, day.figure) == (ALL, OFFERED))
    seen = sum(day.actual for day in days if (day.queue, day.figure) == (ALL, OFFERED))
    return Judged(tuple(days), result.replications, seen / fitted - 1.0 if fitted else np.nan, _longer(fit, came))


def _came(fit: Fit, within: list[float]) -> pd.DataFrame:
    """Contacts of the dates held back that came in opening hours: date, number of the queue, what became of them."""
    contacts = fit.log.contacts
    assert contacts is not None
    names = [one.name for one in fit.queues]
    contacts = contacts[(contacts["outcome"] != BLOCKED) & contacts["queue"].isin(names)]
    day, second = local_times(contacts["arrived"].to_numpy(float), fit.log.timezone)
    number = np.array([names.index(str(name)) for name in contacts["queue"]])
    wait = (contacts["left"] - contacts["arrived"]).to_numpy(float)
    answered = (contacts["outcome"] == ANSWERED).to_numpy()
    work = contacts[["talk_s", "hold_s"]].fillna(0.0).sum(axis=1).to_numpy(float)
    table = pd.DataFrame({
        "date": [dt.date(1970, 1, 1) + dt.timedelta(days=int(one)) for one in day], "second": second, "number": number,
        "answered": answered, "abandoned": (contacts["outcome"] == ABANDONED).to_numpy(),
        "in_time": answered & (wait <= np.array(within)[number]),
        "work": np.where(answered & (work > 0.0), work, np.nan),
    })  # fmt: skip
    spans = [fit.hours[date.weekday()] for date in table["date"]]
    pairs = zip(spans, table["second"], strict=True)
    is_open = np.array([span is not None and span[0] <= at < span[1] for span, at in pairs], dtype=np.bool_)
    return table[table["date"].isin(fit.held_back) & is_open]


def _days(queue: str, date: dt.date, rows: pd.DataFrame, played: Floats) -> list[Day]:
    """`played`: replications × (offered, answered, abandoned, met, base)."""
    offered, in_time, abandoned = len(rows), rows["in_time"].sum(), rows["abandoned"].sum()
    actual = {OFFERED: offered, LEVEL: in_time / max(offered, 1), ABANDONMENT: abandoned / max(offered, 1)}
    whole, _, lost, met, base = played.T
    each = {OFFERED: whole, LEVEL: met / np.maximum(base, 1.0), ABANDONMENT: lost / np.maximum(whole, 1.0)}
    mean = {
        OFFERED: float(whole.mean()), LEVEL: float(met.sum() / max(base.sum(), 1.0)),
        ABANDONMENT: float(lost.sum() / max(whole.sum(), 1.0)),
    }  # fmt: skip
    found = []
    for figure in FIGURES:
        low, high = tenth_and_ninetieth(each[figure][None, :])
        found.append(Day(queue, date, figure, float(actual[figure]), mean[figure], float(low[0]), float(high[0])))
    return found


def _longer(fit: Fit, came: pd.DataFrame) -> float:
    """Of the answered, queue by queue as many as came."""
    known = came[came["work"].notna()]
    usual = np.array([one.work.mean.value for one in fit.queues])
    if not len(known) or not np.isfinite(usual).all():
        return float("nan")
    return float(known["work"].sum() / usual[known["number"].to_numpy()].sum() - 1.0)
