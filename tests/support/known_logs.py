"""Logs whose truth is known: drawn by numpy from laws with known parameters, by none of the program's own rules."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.fitting.records import CONTACT_COLUMNS, Log
from sim.fitting.volumes import Counts

START = dt.date(2026, 3, 2)
"""A Monday, in UTC."""
CATEGORIES = ("case", "customer", "queue", "channel", "outcome", "agent")


def censored_waits(
    rng: np.random.Generator, n: int, mean: float, shape: float = 1.0, wait: float = 60.0
) -> tuple[Any, Any]:
    """(seconds waited, whether the customer hung up): half are answered at once, the others after an exponential wait;
    patience is Weibull with this mean, exponential where the shape is 1."""
    patience = mean / math.gamma(1 + 1 / shape) * rng.weibull(shape, n)
    offered = np.where(rng.random(n) < 0.5, 0.0, rng.exponential(wait, n))
    return np.minimum(patience, offered), patience < offered


def busy_counts(
    rng: np.random.Generator, weeks: int, day_cv: float, interval_cv: float, shared: float = 0.0, queues: int = 1
) -> Counts:
    """Poisson counts around a bow over 28 half hours, days of the week apart, times gamma factors of mean 1. `shared`: the
    part of the days' variance that two queues have in common."""
    days, slots = 7 * weeks, 28
    dates = tuple(START + dt.timedelta(days=day) for day in range(days))
    bow = 20 + 15 * np.sin(np.linspace(0, np.pi, slots))
    rate = bow * (1 + 0.1 * np.array([date.weekday() for date in dates]))[:, None]
    common = _factors(rng, math.sqrt(shared) * day_cv, (days,))
    offered = []
    for _ in range(queues):
        own = _factors(rng, math.sqrt(1 - shared) * day_cv, (days,))
        offered.append(rng.poisson(rate * (common * own)[:, None] * _factors(rng, interval_cv, (days, slots))))
    return Counts(tuple(f"q{number}" for number in range(queues)), dates, 1800.0, np.array(offered))


def _factors(rng: np.random.Generator, cv: float, shape: tuple[int, ...]) -> Any:
    return rng.gamma(1 / cv**2, cv**2, shape) if cv > 0 else np.ones(shape)


def lognormal(rng: np.random.Generator, mean: float, cv: float, n: int) -> Any:
    variance = math.log1p(cv * cv)
    return mean * np.exp(math.sqrt(variance) * rng.standard_normal(n) - variance / 2)


def log_of(columns: dict[str, Any], **more: Any) -> Log:
    """A log with these columns of contacts, in order of time; the others are empty."""
    n = len(columns["arrived"])
    table = pd.DataFrame({name: columns.get(name, np.full(n, np.nan)) for name in CONTACT_COLUMNS})
    table["contact"] = [str(number) for number in range(n)]
    for name in CATEGORIES:
        table[name] = table[name].astype("category")
    table = table.sort_values("arrived", kind="stable").reset_index(drop=True)
    return Log("made up", contacts=table, rows=n, **{"timezone": "UTC", "within_s": 20.0, **more})


def small_log(rng: np.random.Generator, days: int = 21, a_day: int = 120, agents: int = 4, **more: Any) -> Log:
    """Two queues from eight to six, every day, each contact answered at once or after a while; one in ten hangs up."""
    n = days * a_day
    day = np.repeat(np.arange(days), a_day)
    arrived = START_S + 86400 * day + 8 * 3600 + rng.random(n) * 10 * 3600
    waited = np.where(rng.random(n) < 0.5, 0.0, rng.exponential(40.0, n))
    lost = (waited > 0) & (rng.random(n) < 0.2)
    talk = np.where(lost, np.nan, lognormal(rng, 200.0, 0.9, n))
    queue = np.where(rng.random(n) < 0.7, "orders", "returns")
    agent = np.array([f"agent {number}" for number in rng.integers(0, agents, n)], object)
    columns = {
        "queue": queue, "channel": np.full(n, "phone", object), "arrived": arrived, "left": arrived + waited,
        "ended": np.where(lost, arrived + waited, arrived + waited + np.nan_to_num(talk)),
        "outcome": np.where(lost, "abandoned", "answered"), "agent": np.where(lost, None, agent), "talk_s": talk,
    }  # fmt: skip
    return log_of({**columns, **more})


def as_csv(log: Log, path: Path) -> Path:
    """Written as a plain CSV of contacts."""
    table = log.contacts
    assert table is not None
    told = pd.DataFrame({
        "queue": table["queue"], "arrived": pd.to_datetime(table["arrived"], unit="s").dt.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "left": pd.to_datetime(table["left"], unit="s").dt.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "outcome": table["outcome"], "agent": table["agent"], "talk_s": table["talk_s"],
    })  # fmt: skip
    told.to_csv(path, index=False)
    return path


START_S = dt.datetime(START.year, START.month, START.day, tzinfo=dt.UTC).timestamp()
