"""Pilot replications of the base plan: what calibration looks at where no closed form says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import Expected, work_of
from sim.measures.customers import Customers
from sim.scenario.model import Scenario
from sim.shares import GOLDEN
from sim.study.calibration.seen import Legs, Seen
from sim.study.prepared import Prepared
from sim.study.replicate import DayByDay, open_floor

Floats = NDArray[np.float64]

PILOT = 1_000_000
"""Pilots play replications from this number on, so that no luck of the study is used twice."""

PILOT_CONTACTS = 60_000
"""No pilot plays more, however rare a queue's contacts are."""

MOST_RUNS = 50

BATCHES, FEWEST_BATCHES = 13, 7
"""Into which a pilot's runs are dealt in turn, for the spread of what it saw, or their days where it does not play the
fewest runs: of a number that no week divides."""

MOST_GROWTH, LEAST_GROWTH = 2.0, 1.1
"""Of the contacts played, until the spread is looked at again."""


def work_by_interval(base: Scenario, queue: str, volumes: Expected) -> Floats:
    """The handle time the file gives for each interval's contacts; a dated event's factor comes on top."""
    return np.asarray(volumes.work_factor * work_of(base, queue).mean)


def pilot(
    prepared: Prepared, engine: str, number: int, pilots: int, most: int, missing: Callable[[Sequence[Seen]], float]
) -> list[Seen]:
    """What one of so many pilots sees, in batches: it plays until nothing is missing, or `most` contacts have
    been played. `missing`: how many times as many contacts as it has seen it would have to see, at least 1 if more."""
    scenario = prepared.scenario
    volumes = prepared.expected
    work = np.array(
        [
            np.append(work_by_interval(scenario, q, volumes[q]), work_of(scenario, q).mean * volumes[q].usual_work)
            for q in scenario.queues
        ]
    )
    given = work.copy()
    for q, queue in enumerate(scenario.queues):
        e = volumes[queue]
        given[q, :-1] += work_of(scenario, queue).talk.mean * e.spoken * (e.talk_factor - 1.0)
    fresh = np.array([queue.contacts for queue in prepared.fresh().values()])
    by_day = np.array([np.bincount(scenario.clock.interval_day, queue, scenario.clock.days) for queue in fresh])
    batches = [Seen.nothing(len(prepared.agents.names), len(scenario.queues)) for _ in range(BATCHES)]
    first, end = _days(prepared, 0.0, 0)
    by_run = FEWEST_BATCHES * fresh[:, : np.searchsorted(scenario.clock.interval_day, end - first)].sum() <= most
    played, run, days, look_at = 0, 0, 0, 0.0
    while played < most and run < MOST_RUNS:
        first, end = _days(prepared, number / pilots, run)
        replication = PILOT + 1000 * number + run
        compiled, has_memory = engine == "compiled", scenario.spec.customers is not None
        customers = Customers(_without_leavers(scenario), replication, compiled=compiled) if has_memory else None
        loop, legs = DayByDay(prepared, open_floor(prepared.setting, engine), replication), Legs(scenario)
        for observed in loop.play(first, end):
            number_of = (run if by_run else days) % BATCHES
            batch = batches[number_of]
            batch.look(scenario, work, given * loop.aht_error, observed.contacts)
            legs.keep(observed.contacts, number_of)
            loop.sessions, loop.outreach = [], []
            if customers is not None:
                before = customers.sums["held_against"]
                if loop.day_is_over:
                    customers.evening(loop.day, observed.contacts)
                else:
                    customers.remember(observed.contacts)
                batch.held_against += customers.sums["held_against"] - before
            if loop.day_is_over:
                batch.by_queue("fresh")[:] += by_day[:, loop.day]
                days += 1
        legs.add_to(batches)
        played += max(loop.born, 1)
        run += 1
        if played >= look_at:
            growth = missing(batches)
            if growth <= 1.0:
                break
            look_at = played * min(max(growth, LEAST_GROWTH), MOST_GROWTH)
    return batches


def _without_leavers(scenario: Scenario) -> Scenario:
    """The same where nobody leaves: all bad cases are counted."""
    assert scenario.spec.customers is not None
    customers = scenario.spec.customers.model_copy(update={"leave": (0.0,)})
    return scenario.with_spec(customers=customers)


def _days(prepared: Prepared, place: float, run: int) -> tuple[int, int]:
    """First and end day of a pilot's run: the whole horizon if it is short, else a week, spread over the horizon."""
    days = prepared.scenario.clock.days
    if prepared.contacts <= PILOT_CONTACTS / 2 or days <= 7:
        return 0, days
    weeks = days // 7
    week = int((place + run * GOLDEN) % 1.0 * weeks)
    return 7 * week, 7 * week + 7
