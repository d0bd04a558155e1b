"""The tables through which observations are folded into sums, made for one plan and filled day by day."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures.cases import comes_again
from sim.measures.judging import Laws, lower_laws
from sim.measures.quality import Odds, Weighed, weigh
from sim.measures.sums import BY_ARRIVAL, CLOCK, LIVE_EDGES, WAIT_EDGES, Slots, Sums
from sim.measures.waiting import Backlog, BacklogOf, Lying, backlog_of, open_parts
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_SPAN = (1 << 62, -1)


class Places(NamedTuple):
    """Where rows count."""

    interval: float
    intervals: int
    groups: int
    """Of our own; vendors come behind them."""
    interval_day: list[int]
    wait_edges: list[float]
    contracts: bool
    """Whether any client pays by a contract; any such has a limit; anything goes to a vendor."""
    limits: bool
    vendors: bool


class Counting(NamedTuple):
    """A plan lowered for counting, once for all its replications."""

    laws: Laws
    places: Places
    told_by_contacts: list[bool]
    """By group and vendor. Where contacts overlap or are interrupted, only the agents' own rows tell how long they were
    busy."""
    cases: bool
    """Whether cases are counted, and at which queues unresolved customers may come again."""
    again_at: list[bool]
    feels: bool
    weighed: Weighed
    learnt: list[float]
    """By queue: the contacts' worth that a swarmed contact teaches its first agent beside itself."""


class Clocks(NamedTuple):
    """Agent seconds of the day by the clock; CLOCK × intervals × groups, from interval `opens` on."""

    interval: float
    intervals: int
    opens: list[int]
    today: Floats
    spans: Ints
    """CLOCK × first and end interval of what came."""


class ByArrival(NamedTuple):
    """The day by the interval of arrival, from interval `opens` on; and what is exact in any order, or not by day."""

    opens: list[int]
    by_queue: Floats
    by_group: Floats
    later: Floats
    vendors: Floats
    older: list[float]
    """By queue, who waits at the horizon's end since before its begin."""
    waits: Floats
    later_waits: Floats
    contract_days: Floats
    group_work: Floats
    """(Days × groups) × queues × 1."""


class CasesToday(NamedTuple):
    cases: Floats
    group_cases: Floats
    experience: Floats
    group_experience: Floats


class People(NamedTuple):
    handled: list[float]
    """Contacts' worth by agent, until somebody takes it."""
    speed: list[float]
    """By agent, the mean of the group's skills, today."""
    shift_overrun: Floats
    signed_on: Floats
    """1 × intervals × groups."""
    effective: Floats


class Tally(NamedTuple):
    """What rows add to: the sums of the day that is being folded, and those that need no day."""

    counts: list[int]
    """LEGS, OLDER, FIRST_LEGS, DUE."""
    clocks: Clocks
    by_arrival: ByArrival
    of_cases: CasesToday
    people: People
    lying: Lying


class Totals(NamedTuple):
    """What a day is added to when it is over."""

    of_interval: list[int]
    """Slot by interval; then the day."""
    interval_day: list[int]
    queue_slots: Floats
    queue_days: Floats
    group_slots: Floats
    group_days: Floats
    dated: Floats
    later_legs: Floats
    vendor_days: Floats
    cases: Floats
    group_cases: Floats
    experience: Floats
    group_experience: Floats


class CountingOf(NamedTuple):
    """What a replication's folding starts from: the rules, the sizes of its tables, and what closing them needs."""

    counting: Counting
    scenario: Scenario
    slots: Slots
    sizes: dict[str, int]
    shapes: dict[str, tuple[int, ...]]
    """Of the sums."""
    backlog: BacklogOf
    places: Floats
    """For contacts, by group."""
    open_part: Floats
    skilled: NDArray[np.bool_]
    """Agents × queues, of the group's skills."""


def lower_counting(scenario: Scenario, slots: Slots, group_of: Ints) -> CountingOf:
    """`group_of`: every agent's group, vendors' not included."""
    clock, groups = scenario.clock, scenario.groups
    vendors, deferred = len(scenario.spec.vendors), scenario.uses.deferred
    bins = 1 + (len(WAIT_EDGES) if deferred else LIVE_EDGES)
    sizes = {
        "slots": slots.count, "days": clock.days, "intervals": clock.intervals, "queues": len(scenario.queues),
        "groups": len(groups), "vendors": vendors, "agents": len(group_of), "bins": bins,
        "deferred queues": len(deferred), "legs": 2,
    }  # fmt: skip
    escalations = [queue.spec.escalation for queue in scenario.numbered.queues]
    skills = [[q in own.spec.skills for q in scenario.queues] for own in scenario.numbered.groups]
    # Rules find arrays where the types promise lists of numbers.
    interval_day: Any = clock.interval_day
    wait_edges: Any = WAIT_EDGES[: bins - 1]
    lists: dict[str, Any] = {
        "told_by_contacts": np.array([*(not scenario.group(g).blends for g in groups), *[False] * vendors]),
        "again_at": comes_again(scenario),
        "learnt": np.array([0.0 if one is None else float(one.experience) for one in escalations]),
    }
    laws, feels = lower_laws(scenario), scenario.uses.experience is not None
    counting = Counting(
        laws=laws,
        places=Places(
            interval=float(clock.interval),
            intervals=clock.intervals,
            groups=len(groups),
            interval_day=interval_day,
            wait_edges=wait_edges,
            contracts=bool(scenario.spec.contracts),
            limits=laws.contracts,
            vendors=vendors > 0,
        ),
        cases=scenario.uses.case_counts,
        feels=feels,
        weighed=weigh(scenario) if feels else NO_FEELINGS,
        **lists,
    )
    return CountingOf(
        counting, scenario, slots, sizes, Sums.shapes(scenario, sizes), backlog_of(scenario),
        np.array([scenario.group(group).places for group in groups], dtype=np.float64),
        open_parts(scenario), np.array(skills)[group_of],
    )  # fmt: skip


_NONE: Any = np.empty(0)
_NO: Any = np.empty(0, np.bool_)
NO_FEELINGS = Weighed(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, Odds(0.0, 0.0, 0.0, 0.0), _NONE, _NONE, False, _NO, _NO)


def blank_tally(of: CountingOf) -> tuple[Sums, Tally, Totals, Backlog]:
    """Nothing counted yet: the sums, and the tables through which they are filled."""
    sums, sizes = Sums.zeros(of.shapes), of.sizes
    backlog, groups, queues = Backlog(of.backlog), sizes["groups"], sizes["queues"]
    counts: Any = np.zeros(4, np.int64)
    opens: Any = np.zeros(1, np.int64)
    older: Any = np.zeros(queues)
    handled, speed = (empty_list(max(sizes["agents"], 1)) for _ in range(2))
    spans = np.empty((len(CLOCK), 2), np.int64)
    spans[:] = NO_SPAN
    places = of.counting.places
    tally = Tally(
        counts=counts,
        clocks=Clocks(places.interval, places.intervals, opens, np.zeros((len(CLOCK), 0, groups)), spans),
        by_arrival=ByArrival(
            opens=opens,
            by_queue=np.zeros((0, queues, sums.queue_slots.shape[2])),
            by_group=np.zeros((0, groups, len(BY_ARRIVAL))),
            later=np.zeros_like(sums.later_legs),
            vendors=np.zeros_like(sums.vendor_days),
            older=older,
            waits=sums.waits,
            later_waits=sums.later_waits,
            contract_days=sums.contract_days,
            group_work=sums.group_work.reshape(-1, queues, 1),
        ),
        of_cases=CasesToday(
            np.zeros_like(sums.cases), np.zeros_like(sums.group_cases), np.zeros_like(sums.experience),
            np.zeros_like(sums.group_experience),
        ),
        people=People(handled, speed, sums.shift_overrun, sums.signed_on[None], sums.effective),
        lying=backlog.lying,
    )  # fmt: skip
    of_interval: Any = of.slots.of_interval
    totals = Totals(
        of_interval, places.interval_day, sums.queue_slots, sums.queue_days, sums.group_slots, sums.group_days,
        sums.dated, sums.later_legs, sums.vendor_days, sums.cases, sums.group_cases, sums.experience,
        sums.group_experience,
    )  # fmt: skip
    return sums, tally, totals, backlog


def empty_list(length: int) -> Any:
    return np.zeros(length)
