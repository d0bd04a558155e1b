"""The days of a workforce that moves, lived on paper: who is there and how fast, without a floor.

What a day does to people is taken from the expected load instead: groups that share queues are as busy as each other,
and handle what their seats allow in each interval. The runs are always as many, on luck of their own, so that who is
expected to be there hangs neither on the number of replications nor on what they happened to draw.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.seat_shares import pools_of, skills_matrix
from sim.study.expected.presence import Lived, Presence, with_given_seats
from sim.study.prepared import Prepared
from sim.workforce.day import Workforce

Floats = NDArray[np.float64]

PAPER = 2_000_000
"""Paper runs play the people's luck from this replication on, which no replication and no pilot uses."""

FEWEST, MOST = 3, 20
"""Runs of each plan: many of a small center, whose few people's luck is large beside them, and few of a large one."""

PERSON_DAYS = 60_000
"""Lived in all the runs together, within these bounds."""


def lived_on_paper(prepared: Prepared, contacts: Floats, work: Floats) -> Presence:
    """The mean presence, where these contacts are expected per interval and queue, with so many seconds of standard
    work each."""
    lived = Lived(prepared.scenario, prepared.agents)
    days = len(prepared.agents.names) * prepared.scenario.clock.days
    for run in range(min(MOST, max(FEWEST, PERSON_DAYS // max(days, 1)))):
        _live(prepared, PAPER + run, lived, contacts, work)
    return with_given_seats(prepared, lived)


def _live(prepared: Prepared, replication: int, lived: Lived, contacts: Floats, work: Floats) -> None:
    assert prepared.roster is not None
    scenario, agents, clock = prepared.scenario, prepared.agents, prepared.scenario.clock
    workforce = Workforce(scenario, agents, prepared.roster, replication)
    lived.run()
    handling, available = np.zeros((2, clock.days, len(scenario.groups)))
    pools, skills = pools_of(scenario), skills_matrix(scenario)
    live = np.array([queue.is_live for queue in scenario.numbered.queues])
    of_day = _by_day(prepared, contacts)
    for day in range(clock.days):
        today = workforce.morning(day)
        first, block = lived.add(today.segments, today.speed)
        here = slice(first, first + len(block))
        seconds = block.sum(axis=0) * clock.interval
        able = today.speed * skills[agents.group]
        fast = seconds @ able
        per_contact = np.divide(seconds @ (able > 0.0), fast, out=np.ones_like(fast), where=fast > 0.0)
        available[day] = np.bincount(agents.group, seconds, len(scenario.groups))
        for pool in pools:
            groups = np.asarray(skills[:, pool].any(axis=1))
            seats = (block @ groups[agents.group]) * clock.interval
            hot, cold = [q for q in pool if live[q]], [q for q in pool if not live[q]]
            at_once = (contacts[here][:, hot] * work[here][:, hot]) @ per_contact[hot]
            whole = (
                np.minimum(at_once, seats).sum()
                + (of_day[day, cold] * _mean_work(work, here, cold)) @ per_contact[cold]
            )
            handling[day, groups] = min(whole / max(seats.sum(), 1e-9), 1.0) * available[day, groups]
        # Everybody's part of the contacts is what they would work of them alone.
        part = seconds[:, None] * able
        handled = part @ np.divide(of_day[day], fast, out=np.zeros_like(fast), where=fast > 0.0)
        workforce.evening(day, handled, handling[: day + 1], available[: day + 1])


def _by_day(prepared: Prepared, contacts: Floats) -> Floats:
    """Days × queues."""
    return np.asarray(np.add.reduceat(contacts, np.asarray(prepared.scenario.clock.day_first)[:-1], axis=0))


def _mean_work(work: Floats, here: slice, queues: list[int]) -> Floats:
    """Standard seconds of a contact of each queue, in some intervals."""
    rows = work[here] if here.stop > here.start else work
    return np.asarray(rows[:, queues].mean(axis=0))
