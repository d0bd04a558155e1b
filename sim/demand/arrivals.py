"""A day's contacts, with all their luck drawn at birth."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import Expected, Work, expected, replay_times, work_of
from sim.distributions import Law
from sim.luck import ARRIVAL, BALK, HOLD, PATIENCE, RESOLVE, SHARE, TALK, WRAP, Luck, Stream, Words, uniforms
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]

TICKS = 2.0**20
"""Times are whole multiples of 2**-20 s, the floor's grid."""

CONTACTS_AN_INTERVAL = 1 << 24

Columns = dict[str, NDArray[Any]]

BORN_WITH = (
    "arrived", "queue", "index", "balks", "refused", "talk", "hold", "wrap", "gives_up", "resolve", "share",
)  # fmt: skip
"""What a contact is born with: times in seconds, work at standard speed, and uniforms still to be judged."""


@dataclass
class _QueueDemand:
    name: str
    expected: Expected
    work: Work
    patience: Law
    balk: float
    shared_route: bool
    standard: float
    contacts: Stream
    counts: Stream
    day_busyness: Stream
    interval_busyness: Stream
    replay: Floats | None
    replay_columns: dict[str, Floats]


class Demand:
    """One replication's customers. `standard` multiplies each queue's work: the calibration's factor."""

    def __init__(
        self,
        scenario: Scenario,
        luck: Luck,
        standard: dict[str, float],
        prepared: dict[str, Expected] | None = None,
    ) -> None:
        self._scenario = scenario
        error = scenario.spec.forecast_error
        lasting = luck.stream("forecast error")
        self.level_error = _lognormal(lasting.uniform(0, 0, 1), error.level_cv)
        self.aht_error = _lognormal(lasting.uniform(0, 0, 2), error.aht_cv)
        busyness: dict[str, Stream] = {}
        self._queues: list[_QueueDemand] = []
        for name, queue in scenario.spec.queues.items():
            group = f"busyness/{queue.busyness.shared}" if queue.busyness.shared else f"busyness/queue/{name}"
            if group not in busyness:
                busyness[group] = luck.stream(group)
            replay, columns = None, dict[str, Floats]()
            if name in scenario.data.replays:
                replay = np.array(replay_times(scenario, name))
                columns = {key: np.array(values) for key, values in scenario.data.replays[name].times.items()}
            self._queues.append(
                _QueueDemand(
                    name,
                    prepared[name] if prepared else expected(scenario, name),
                    work_of(scenario, name),
                    scenario.law(name, "patience"),
                    queue.balk,
                    any(tier.share is not None for tier in scenario.tiers_of(name)),
                    standard[name],
                    luck.stream(f"queue/{name}"),
                    luck.stream(f"queue/{name}/counts"),
                    busyness[group],
                    luck.stream(f"queue/{name}/interval busyness"),
                    replay,
                    columns,
                )
            )

    def day(self, day: int) -> Columns:
        """The day's contacts by time of arrival: a column per name of BORN_WITH."""
        parts = [self._queue_day(number, queue, day) for number, queue in enumerate(self._queues)]
        arrived = np.concatenate([part["arrived"] for part in parts])
        order = np.argsort(arrived, kind="stable")
        columns = {"arrived": arrived[order]}
        for name in BORN_WITH[1:]:
            whole = [np.broadcast_to(part[name], len(part["arrived"])) for part in parts]
            columns[name] = (whole[0] if len(whole) == 1 else np.concatenate(whole))[order]
        return columns

    def _queue_day(self, number: int, queue: _QueueDemand, day: int) -> Columns:
        clock = self._scenario.clock
        date = clock.dates[day].toordinal()
        first, last = int(clock.day_first[day]), int(clock.day_first[day + 1])
        if queue.replay is not None:
            rows = np.flatnonzero((queue.replay >= clock.day_start[day]) & (queue.replay < clock.day_start[day + 1]))
            interval = np.zeros(len(rows), np.int64)
            keys = queue.contacts.keys(0, rows)
            arrived = queue.replay[rows]
            index = rows
            work = talk = np.ones(len(rows))
        else:
            counts = self._counts(queue, day, first, last)
            interval = np.repeat(np.arange(last - first), counts)
            starts = np.cumsum(counts) - counts
            position = np.arange(len(interval)) - starts[interval]
            index = interval * CONTACTS_AN_INTERVAL + position
            keys = queue.contacts.keys(date, index)
            arrived = (first + interval + uniforms(keys, ARRIVAL)) * clock.interval
            work, talk = (
                queue.expected.work_factor[first + interval],
                queue.expected.talk_factor[first + interval],
            )
        arrived = np.floor(arrived * TICKS) / TICKS
        work = work * (queue.standard * self.aht_error)
        times = self._times(queue, keys, work, talk, index)
        return {
            "queue": np.array(number),
            "index": index,
            "balks": (uniforms(keys, BALK) < queue.balk).astype(np.int64) if queue.balk else np.array(0),
            "refused": self._refused(queue.name, day, arrived),
            "arrived": arrived,
            "talk": times[0],
            "hold": times[1],
            "wrap": times[2],
            "gives_up": np.ceil((arrived + times[3]) * TICKS) / TICKS,
            "resolve": uniforms(keys, RESOLVE),
            "share": uniforms(keys, SHARE) if queue.shared_route else np.array(0.0),
        }

    def _times(
        self, queue: _QueueDemand, keys: Words, work: Floats, talk_factor: Floats, index: NDArray[np.int64]
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Talk, hold and wrap at standard speed, and patience; a replay's own times go first."""

        def draw(law: Law, purpose: int) -> Floats:
            if law.mean == 0.0:
                return np.zeros(len(keys))
            if law.family == "constant":
                return np.full(len(keys), law.mean)
            return law.quantile(uniforms(keys, purpose))

        talk = draw(queue.work.talk, TALK) * (work * talk_factor)
        if queue.work.tied_wrap:
            hold, wrap = np.zeros(len(keys)), talk * queue.work.tied_wrap
            talk = talk - wrap
        else:
            hold, wrap = draw(queue.work.hold, HOLD) * work, draw(queue.work.wrap, WRAP) * work
        patience = draw(queue.patience, PATIENCE)
        if queue.replay is not None:
            given = {"talk_s": talk, "hold_s": hold, "wrap_s": wrap, "patience_s": patience}
            for column, drawn in given.items():
                if column in queue.replay_columns:
                    # A log's handle times are those of the agents who took the calls, as a mean's are.
                    scale = 1.0 if column == "patience_s" else work
                    known = queue.replay_columns[column][index] * scale
                    given[column] = np.where(np.isnan(known), drawn, known)
            talk, hold, wrap, patience = given.values()
        return talk, hold, wrap, patience

    def _counts(self, queue: _QueueDemand, day: int, first: int, last: int) -> NDArray[np.int64]:
        """Contacts per interval: Poisson by inversion, so that more demand keeps the same contacts and adds some."""
        date = self._scenario.clock.dates[day].toordinal()
        mean = queue.expected.contacts[first:last] * self.level_error
        busyness = self._scenario.spec.queues[queue.name].busyness
        if busyness.day_cv:
            mean = mean * _gamma(np.array([queue.day_busyness.uniform(date, 0)]), busyness.day_cv)[0]
        slots = np.arange(last - first)
        if busyness.interval_cv:
            mean = mean * _gamma(uniforms(queue.interval_busyness.keys(date, slots), 0), busyness.interval_cv)
        return poisson_quantile(uniforms(queue.counts.keys(date, slots), 0), mean)

    def _refused(self, queue: str, day: int, arrived: Floats) -> NDArray[np.int64]:
        """1 for contacts outside the queue's opening hours."""
        scenario, clock = self._scenario, self._scenario.clock
        is_open = np.zeros(len(arrived), bool)
        for start, end in open_seconds(scenario, queue, day):
            if start <= clock.day_start[day] and end >= clock.day_start[day + 1]:
                return np.zeros(len(arrived), np.int64)
            is_open |= (arrived >= start) & (arrived < end)
        return (~is_open).astype(np.int64)


def open_seconds(scenario: Scenario, queue: str, day: int) -> list[tuple[float, float]]:
    """Spans in which the queue is open on this day, in seconds since the start; last night's may reach into it."""
    clock = scenario.clock
    eve = clock.dates[day] - dt.timedelta(days=1)
    spans = [(day - 1, span) for span in scenario.open_spans(queue, eve) if span[1] > 86400]
    spans += [(day, span) for span in scenario.open_spans(queue, clock.dates[day])]
    return [(clock.elapsed(on, start), clock.elapsed(on, end)) for on, (start, end) in spans]


def poisson_quantile(u: Floats, mean: Floats) -> NDArray[np.int64]:
    """The smallest k with P(N ≤ k) ≥ u, for N Poisson with this mean."""
    from scipy import special

    k = np.ceil(special.pdtrik(u, np.maximum(mean, 1e-12)))
    k = np.maximum(k, 0.0)
    below = np.maximum(k - 1.0, 0.0)
    k = np.where(special.pdtr(below, mean) >= u, below, k)
    return np.where(mean > 0.0, k, 0.0).astype(np.int64)


def _gamma(u: Floats, cv: float) -> Floats:
    return Law("gamma", 1.0, cv).unit_quantile(u)


def _lognormal(u: float, cv: float) -> float:
    return float(Law("lognormal", 1.0, cv).unit_quantile(np.array([u]))[0]) if cv else 1.0


def variance_shares(scenario: Scenario, queue: str) -> dict[str, float]:
    """What causes the spread of the queue's daily volume: shares of its variance, averaged over days.

    Var = Λ + c_i² Σλ² + c_d² Λ² + c_f² Λ² to first order: Poisson, interval and day busyness, forecast error.
    """
    clock, busyness = scenario.clock, scenario.spec.queues[queue].busyness
    volumes = expected(scenario, queue).contacts
    days = clock.interval_day
    total = np.bincount(days, volumes, clock.days)
    squares = np.bincount(days, volumes**2, clock.days)
    parts = {
        "chance": float(total.sum()),
        "busy intervals": float((busyness.interval_cv**2 * squares).sum()),
        "busy days": float((busyness.day_cv**2 * total**2).sum()),
        "forecast error": float((scenario.spec.forecast_error.level_cv**2 * total**2).sum()),
    }
    if scenario.spec.queues[queue].forecast.replay is not None:
        return dict.fromkeys(parts, 0.0)
    whole = math.fsum(parts.values())
    return {cause: part / whole if whole else 0.0 for cause, part in parts.items()}
