"""A day's contacts, with all their luck drawn at birth."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.demand.contacts import (
    BORN_WITH,
    TICKS,
    Batch,
    Columns,
    Floats,
    Ints,
    QueueLaws,
    grid_down,
    joined,
    stacked,
)
from sim.demand.forecast import Expected, expected, replay_times, work_of
from sim.demand.legs import add_legs, no_legs, transfers_of
from sim.demand.self_service import Machine, all_sessions, machine_of
from sim.distributions import Law
from sim.luck import ARRIVAL, DEFLECT, Luck, Stream, uniforms
from sim.scenario.model import Scenario
from sim.scenario.schema_channels import Backlog

CONTACTS_AN_INTERVAL = 1 << 24
OF_ANOTHER_QUEUE = 1 << 36
"""Above all indices of a day: times the number of the queue that a contact was deflected from, counted from 1."""

OF_ANOTHER_DAY = 1 << 48
"""Above all of these: times the days ago on which a contact entered the machine."""


@dataclass(frozen=True)
class DayOfDemand:
    """A day's contacts by time of arrival, the legs that follow their transfers, and the sessions that begin.

    `contacts` and `legs` have a column per name of BORN_WITH; a leg has arrived at 0, and gives up after its patience.
    """

    contacts: Columns
    legs: Columns
    sessions: Columns


@dataclass(frozen=True)
class _QueueDemand:
    name: str
    number: int
    expected: Expected
    laws: QueueLaws
    contacts: Stream
    counts: Stream
    day_busyness: Stream
    interval_busyness: Stream
    backlog: tuple[Backlog, Stream] | None
    replay: Floats | None
    machine: Machine | None
    deflected_to: list[int]
    deflected_up_to: Floats


@dataclass(frozen=True)
class _OnTheirWay:
    """Contacts whom a machine keeps past midnight, and the day on which they entered it."""

    day: int
    queue: int
    batch: Batch


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
        for number, (name, queue) in enumerate(scenario.spec.queues.items()):
            group = f"busyness/{queue.busyness.shared}" if queue.busyness.shared else f"busyness/queue/{name}"
            if group not in busyness:
                busyness[group] = luck.stream(group)
            volumes = prepared[name] if prepared else expected(scenario, name)
            backlog, service = queue.backlog_at_start, queue.self_service
            self._queues.append(
                _QueueDemand(
                    name,
                    number,
                    volumes,
                    self._laws(number, name, volumes, standard[name]),
                    luck.stream(f"queue/{name}"),
                    luck.stream(f"queue/{name}/counts"),
                    busyness[group],
                    luck.stream(f"queue/{name}/interval busyness"),
                    None if backlog is None else (backlog, luck.stream(f"queue/{name}/backlog")),
                    np.array(replay_times(scenario, name)) if name in scenario.data.replays else None,
                    None if service is None else machine_of(scenario, name, number, service),
                    [scenario.queues.index(other) for other in queue.deflect],
                    np.cumsum(list(queue.deflect.values())),
                )
            )
        self._transfers = transfers_of(scenario)
        with_machine = {queue.number for queue in self._queues if queue.machine is not None}
        self._feed_machines = [q for q in self._queues if with_machine & {q.number, *q.deflected_to}]
        self._next_day = 0
        self._on_their_way: list[_OnTheirWay] = []

    def _laws(self, number: int, name: str, volumes: Expected, standard: float) -> QueueLaws:
        scenario, queue = self._scenario, self._scenario.spec.queues[name]
        replay = scenario.data.replays.get(name)
        return QueueLaws(
            number,
            volumes,
            work_of(scenario, name),
            scenario.law(name, "patience"),
            standard=standard * self.aht_error,
            balk=queue.balk,
            shared_route=any(tier.share is not None for tier in scenario.tiers_of(name)),
            silent=queue.silent.share if queue.silent is not None else 0.0,
            callback=queue.callback is not None,
            replay={key: np.array(values) for key, values in replay.times.items()} if replay is not None else {},
        )

    def day(self, day: int) -> DayOfDemand:
        """What the day brings, whichever days were asked for before."""
        if self._feed_machines:
            if day < self._next_day:
                self._next_day, self._on_their_way = 0, []
            for earlier in range(self._next_day, day):
                self._coming(earlier, self._feed_machines)
            self._next_day = day + 1
        coming, sessions = self._coming(day, self._queues)
        batches = [joined(batches) for batches in coming]
        parts = [
            queue.laws.born(batch) | {"refused": self._refused(queue.name, day, batch.arrived)}
            for queue, batch in zip(self._queues, batches, strict=True)
        ]
        order = np.argsort(np.concatenate([batch.arrived for batch in batches]), kind="stable")
        no_more = {"legs": np.array(0), "first_leg": np.array(0)}
        contacts = stacked([part | no_more for part in parts], order, BORN_WITH)
        legs = no_legs()
        if self._transfers:
            everybody, laws = joined(batches), [queue.laws for queue in self._queues]
            legs = add_legs(contacts, everybody.keys[order], everybody.interval[order], self._transfers, laws)
        return DayOfDemand(contacts, legs, all_sessions(sessions))

    def _coming(self, day: int, queues: list[_QueueDemand]) -> tuple[list[list[Batch]], list[Columns]]:
        """Per queue, who comes to it on this day of those whom `queues` expect; and the sessions that begin."""
        coming: list[list[Batch]] = [[] for _ in self._queues]
        for queue in queues:
            batch = self._expected_contacts(queue, day)
            if queue.deflected_to:
                goes = np.searchsorted(queue.deflected_up_to, uniforms(batch.keys, DEFLECT), side="right")
                for place, other in enumerate(queue.deflected_to):
                    moved = replace(batch.take(goes == place), rows=None)
                    coming[other].append(moved.renumbered(OF_ANOTHER_QUEUE * (queue.number + 1)))
                batch = batch.take(goes == len(queue.deflected_to))
            coming[queue.number].append(batch)
        sessions: list[Columns] = []
        for queue in self._queues:
            if queue.machine is not None:
                held, batch = queue.machine.serve(joined(coming[queue.number]))
                sessions.append(held)
                coming[queue.number] = []
                self._on_their_way.append(_OnTheirWay(day, queue.number, batch))
        midnight = float(self._scenario.clock.day_start[day + 1])
        still: list[_OnTheirWay] = []
        for way in self._on_their_way:
            today = way.batch.arrived < midnight
            coming[way.queue].append(way.batch.take(today).renumbered(OF_ANOTHER_DAY * (day - way.day)))
            if not today.all():
                still.append(replace(way, batch=way.batch.take(~today)))
        self._on_their_way = still
        if day == 0:
            for queue in queues:
                if queue.backlog is not None:
                    coming[queue.number].append(self._backlog(*queue.backlog))
        return coming, sessions

    def _expected_contacts(self, queue: _QueueDemand, day: int) -> Batch:
        """The day's contacts as the queue's forecast has them."""
        clock = self._scenario.clock
        first, last = int(clock.day_first[day]), int(clock.day_first[day + 1])
        if queue.replay is not None:
            rows = np.flatnonzero((queue.replay >= clock.day_start[day]) & (queue.replay < clock.day_start[day + 1]))
            arrived = queue.replay[rows]
            interval = (arrived // clock.interval).astype(np.int64)
            return Batch(queue.contacts.keys(0, rows), rows, interval, grid_down(arrived), rows)
        counts = self._counts(queue, day, first, last)
        slot = np.repeat(np.arange(last - first), counts)
        starts = np.cumsum(counts) - counts
        index = slot * CONTACTS_AN_INTERVAL + np.arange(len(slot)) - starts[slot]
        keys = queue.contacts.keys(clock.dates[day].toordinal(), index)
        interval = first + slot
        return Batch(keys, index, interval, grid_down((interval + uniforms(keys, ARRIVAL)) * clock.interval))

    def _backlog(self, backlog: Backlog, stream: Stream) -> Batch:
        """Contacts from before the start: each at some moment of its own part of the time."""
        count = backlog.contacts
        place = np.arange(count)
        keys = stream.keys(0, place)
        ages = backlog.oldest * (count - place - uniforms(keys, ARRIVAL)) / count
        arrived = np.minimum(grid_down(-ages), -1.0 / TICKS)
        return Batch(keys, place - count, np.full(count, self._scenario.clock.intervals), arrived)

    def _counts(self, queue: _QueueDemand, day: int, first: int, last: int) -> Ints:
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

    def _refused(self, queue: str, day: int, arrived: Floats) -> Ints:
        """1 for contacts outside the queue's opening hours."""
        scenario, clock = self._scenario, self._scenario.clock
        if scenario.accepts_at_all_hours(queue):
            return np.array(0)
        # A backlog is already there.
        is_open: NDArray[np.bool_] = arrived < clock.day_start[day]
        for start, end in open_seconds(scenario, queue, day):
            if start <= clock.day_start[day] and end >= clock.day_start[day + 1]:
                return np.array(0)
            is_open |= (arrived >= start) & (arrived < end)
        return (~is_open).astype(np.int64)


def open_seconds(scenario: Scenario, queue: str, day: int) -> list[tuple[float, float]]:
    """Spans in which the queue is open on this day, in seconds since the start; last night's may reach into it."""
    clock = scenario.clock
    eve = clock.dates[day] - dt.timedelta(days=1)
    spans = [(day - 1, span) for span in scenario.open_spans(queue, eve) if span[1] > 86400]
    spans += [(day, span) for span in scenario.open_spans(queue, clock.dates[day])]
    return [(clock.elapsed(on, start), clock.elapsed(on, end)) for on, (start, end) in spans]


def poisson_quantile(u: Floats, mean: Floats) -> Ints:
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
