"""Trials of the estimators: draw with a known truth, estimate, look whether the 95 % interval holds the truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from known_logs import START_S, busy_counts, censored_waits, lognormal

from sim.fitting.again import fit_again
from sim.fitting.agents import fit_talent
from sim.fitting.busyness import correlations, fit_busyness
from sim.fitting.finding import Finding
from sim.fitting.handling import fit_handling
from sim.fitting.patience import fit_patience
from sim.fitting.volumes import Counts

Trial = Callable[[np.random.Generator], Finding]


def patience(rng: np.random.Generator) -> Finding:
    return fit_patience(*censored_waits(rng, 3000, 300.0)).mean


def patience_weibull(rng: np.random.Generator) -> Finding:
    return fit_patience(*censored_waits(rng, 3000, 400.0, shape=0.8)).mean


def mean_handle_time(rng: np.random.Generator) -> Finding:
    return _handling(rng, 0.0).mean


def mean_handle_time_of_days(rng: np.random.Generator) -> Finding:
    """Days differ by 25 %."""
    return _handling(rng, 0.25).mean


def handle_day_cv(rng: np.random.Generator) -> Finding:
    return _handling(rng, 0.10).day_cv


def drift(rng: np.random.Generator) -> Finding:
    """3 % of the first day's level a week, on days that differ by 5 %: of the mean level, 3 ÷ 1.043 a week."""
    work = _handling(rng, 0.05, 0.03).drift
    assert work is not None
    return work.per_week


def _handling(rng: np.random.Generator, day_cv: float, a_week: float = 0.0):  # type: ignore[no-untyped-def]
    days = np.repeat(np.arange(21), 60)
    factor = rng.gamma(1 / day_cv**2, day_cv**2, 21) if day_cv else np.ones(21)
    seconds = lognormal(rng, 200.0, 1.0, len(days)) * factor[days] * (1 + a_week * days / 7)
    return fit_handling(seconds, 20_000 + days, np.full(len(days), 10))


def day_cv(rng: np.random.Generator) -> Finding:
    return fit_busyness(*_counts(rng, 4), 0).day_cv


def day_cv_of_three_weeks(rng: np.random.Generator) -> Finding:
    return fit_busyness(*_counts(rng, 3), 0).day_cv


def interval_cv(rng: np.random.Generator) -> Finding:
    return fit_busyness(*_counts(rng, 4), 0).interval_cv


def correlation(rng: np.random.Generator) -> Finding:
    counts = busy_counts(rng, 8, 0.15, 0.1, shared=0.6, queues=2)
    return correlations(counts, np.ones(counts.offered.shape, bool))[1][0]


def _counts(rng: np.random.Generator, weeks: int) -> tuple[Counts, np.ndarray]:  # type: ignore[type-arg]
    counts = busy_counts(rng, weeks, 0.11, 0.18)
    return counts, np.ones(counts.offered.shape, bool)


def redial_share(rng: np.random.Generator) -> Finding:
    """A thousand customers call once, 30 % hang up, of those 45 % call again after 10 minutes on average."""
    n = 1000
    customer = np.arange(n)
    arrived = START_S + np.sort(rng.random(n)) * 14 * 86400
    lost = rng.random(n) < 0.3
    again = lost & (rng.random(n) < 0.45)
    later = arrived[again] + rng.exponential(600.0, int(again.sum()))
    who = np.concatenate([customer, customer[again]])
    when = np.concatenate([arrived, later])
    abandoned = np.concatenate([lost, np.zeros(len(later), bool)])
    return fit_again(who, np.zeros(len(who), np.int64), when, when, ~abandoned, abandoned, 1)[0].redial


def agent_spread(rng: np.random.Generator) -> Finding:
    return _agents(rng, 0.19, 0.5)


def agent_spread_in_noise(rng: np.random.Generator) -> Finding:
    """Agents that differ less than chance makes them seem to."""
    return _agents(rng, 0.06, 1.0)


def _agents(rng: np.random.Generator, spread: float, sd: float) -> Finding:
    """24 agents of 60 to 800 contacts, from four kinds of contact that each takes in another mix."""
    number = rng.integers(60, 800, 24)
    agent = np.repeat(np.arange(24), number)
    mix = rng.dirichlet(np.ones(4), 24)
    cell = (rng.random((len(agent), 1)) > mix.cumsum(axis=1)[agent]).sum(axis=1).clip(max=3)
    effect = rng.normal(0.0, spread, 24)
    logs = np.log(np.array([150.0, 200.0, 260.0, 320.0]))[cell] + effect[agent] + rng.normal(0.0, sd, len(agent))
    return fit_talent(np.exp(logs + 4.0), agent, cell).spread


TRIALS: dict[str, tuple[Trial, float]] = {
    "patience, exponential": (patience, 300.0),
    "patience, Weibull of shape 0.8": (patience_weibull, 400.0),
    "mean handle time": (mean_handle_time, 200.0),
    "mean handle time, days differ": (mean_handle_time_of_days, 200.0),
    "handle time, spread of days": (handle_day_cv, 0.10),
    "handle time, drift a week": (drift, 0.03 / (1 + 0.03 * 10 / 7)),
    "day CV, four weeks": (day_cv, 0.11),
    "day CV, three weeks": (day_cv_of_three_weeks, 0.11),
    "interval CV": (interval_cv, 0.18),
    "correlation of days": (correlation, 0.6),
    "redial share": (redial_share, 0.45 * (1 - np.exp(-6.0))),
    "spread of agents": (agent_spread, 0.19),
    "spread of agents, mostly noise": (agent_spread_in_noise, 0.06),
}
"""By what is estimated: a trial, and the truth."""


def covered(name: str, trials: int, seed: int = 7) -> tuple[int, float]:
    """(how many intervals hold the truth, the mean estimate)."""
    trial, truth = TRIALS[name]
    found = [trial(np.random.default_rng([seed, number])) for number in range(trials)]
    return sum(one.low <= truth <= one.high for one in found), float(np.mean([one.value for one in found]))
