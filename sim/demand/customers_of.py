"""A plan's customers, lowered once: what all its replications draw from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.demand.busyness import BusynessOf, busyness_of
from sim.demand.contacts import Floats, QueueLaws, by_time_of
from sim.demand.follow_ups import ComingAgain, coming_again_of
from sim.demand.forecast import Expected, expected, replay_times, work_of
from sim.demand.legs import Onward, onward_of
from sim.demand.opening import open_seconds
from sim.demand.self_service import Machine
from sim.scenario.language.handling import Backlog
from sim.scenario.language.quality import Outreach
from sim.scenario.model import Scenario
from sim.scenario.numbered import NumberedQueue


@dataclass(frozen=True)
class QueueOf:
    name: str
    number: int
    expected: Expected
    laws: QueueLaws
    """Without what a replication's luck multiplies work by."""
    backlog_at_start: Backlog | None
    replay: Floats | None
    machine: Machine | None
    deflected_to: tuple[int, ...]
    deflected_up_to: Floats
    outreach: Outreach | None
    unresolvable: float


@dataclass(frozen=True)
class CustomersOf:
    """What a replication's demand starts from."""

    scenario: Scenario
    queues: tuple[QueueOf, ...]
    busyness: BusynessOf
    onward: Onward
    again: ComingAgain
    carried: dict[str, float]
    """By queue: chance that a contact of the days before the first brings a repeat into the time that is played."""
    by_interval: Floats
    """Contacts expected in all queues."""
    _open: dict[tuple[str, int], list[tuple[float, float]] | None] = field(default_factory=dict, repr=False)
    """By queue and day, as they are asked for."""

    def open_on(self, queue: str, day: int) -> list[tuple[float, float]] | None:
        """When a queue takes contacts on a day; None if at all hours."""
        if (queue, day) not in self._open:
            self._open[queue, day] = self._opening(queue, day)
        return self._open[queue, day]

    def _opening(self, queue: str, day: int) -> list[tuple[float, float]] | None:
        if self.scenario.queue(queue).accepts_at_all_hours:
            return None
        spans, (start, end) = open_seconds(self.scenario, queue, day), self.scenario.clock.day_start[day : day + 2]
        return None if any(opens <= start and closes >= end for opens, closes in spans) else spans

    @property
    def customers(self) -> int:
        """How many there are, where they are known; else 0."""
        known = self.scenario.spec.customers
        return 0 if known is None else known.number


def lower_customers(
    scenario: Scenario,
    standard: dict[str, float],
    volumes: dict[str, Expected] | None = None,
    carried: dict[str, float] | None = None,
) -> CustomersOf:
    """`standard` multiplies each queue's work: the calibration's factor. `volumes`: the forecast's, if not given."""
    if volumes is None:
        volumes = {queue: expected(scenario, queue) for queue in scenario.queues}
    queues = tuple(_queue(scenario, one, volumes[one.name], standard[one.name]) for one in scenario.numbered.queues)
    by_interval = sum((queue.expected.contacts for queue in queues), np.zeros(scenario.clock.intervals))
    return CustomersOf(
        scenario, queues, busyness_of(scenario), onward_of(scenario), coming_again_of(scenario), carried or {},
        by_interval,
    )  # fmt: skip


def _queue(scenario: Scenario, one: NumberedQueue, volumes: Expected, standard: float) -> QueueOf:
    name, queue = one.name, one.spec
    service = queue.self_service
    return QueueOf(
        name,
        one.number,
        volumes,
        _laws(scenario, one, volumes, standard),
        queue.backlog_at_start,
        replay_times(scenario, name) if name in scenario.data.replays else None,
        None if service is None else Machine(one.number, service, one.law("self_service.session")),
        tuple(other.number for other, _ in one.deflects_to),
        np.cumsum(list(queue.deflect.values())),
        queue.outreach,
        queue.unresolvable,
    )


def _laws(scenario: Scenario, one: NumberedQueue, volumes: Expected, standard: float) -> QueueLaws:
    queue, replay = one.spec, scenario.data.replays.get(one.name)
    by_time = [by_time_of(scenario.clock, factors) for factors in (queue.patience_by_time, queue.balk_by_time)]
    return QueueLaws(
        one.number,
        volumes,
        work_of(scenario, one.name),
        one.law("patience"),
        standard=standard,
        balk=queue.balk,
        shared_route=any(tier.share is not None for tier in one.tiers),
        random_agent=any("random" in tier.choose for tier in one.tiers),
        silent=queue.silent.share if queue.silent is not None else 0.0,
        callback=queue.callback is not None,
        replay={key: np.array(values) for key, values in replay.times.items()} if replay is not None else {},
        interval_day=scenario.clock.interval_day,
        patience_by_time=by_time[0],
        balk_by_time=by_time[1],
    )
