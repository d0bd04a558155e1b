"""Observations folded into sums: the rules of where each row counts, for one row or for columns of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.measures.cases import CaseCounts, case_counts, comes_again
from sim.measures.elementwise import (
    add,
    count,
    count_at,
    counted,
    empty,
    least,
    most,
    negated,
    note_reach,
    pick,
    place_among,
    pour,
    pour_all,
    pour_clock,
    pour_dated,
    spread_over,
    tick,
    whole,
    whole_up,
    widen,
)
from sim.measures.judging import Judged, Laws, judge, lower_laws
from sim.measures.quality import Experiences, Odds, Weighed, experiences, felt_of, odds_of, weigh
from sim.measures.sums import BY_ARRIVAL, CLOCK, CLOCK_COLUMNS, DATED_COLUMNS, LIVE_EDGES, WAIT_EDGES, Slots, Sums
from sim.measures.waiting import Backlog, Lying, lie_there, open_parts
from sim.observations import ContactRow, PresenceRow
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Agent seconds by the clock: what CLOCK names. Who handles what is told by contacts, or by presence rows.
AVAILABLE, DESKLESS, OVERRUN, SHIFT_OVERRUN, SLOTS_TAKEN, HANDLING_LEFT, HANDLING, HANDLING_HELD = range(len(CLOCK))

# What the books must balance by: legs that were told, those from before the horizon, first legs, follow-ups due.
LEGS, OLDER, FIRST_LEGS, DUE = range(4)


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
        counting, scenario, slots, sizes,
        np.array([scenario.group(group).places for group in groups], dtype=np.float64),
        open_parts(scenario), np.array(skills)[group_of],
    )  # fmt: skip


_NONE: Any = np.empty(0)
_NO: Any = np.empty(0, np.bool_)
NO_FEELINGS = Weighed(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, Odds(0.0, 0.0, 0.0, 0.0), _NONE, _NONE, False, _NO, _NO)


def blank_tally(of: CountingOf) -> tuple[Sums, Tally, Totals, Backlog]:
    """Nothing counted yet: the sums, and the tables through which they are filled."""
    sums, sizes = Sums.zeros(of.scenario, of.sizes), of.sizes
    backlog, groups, queues = Backlog(of.scenario), sizes["groups"], sizes["queues"]
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


NO_SPAN = (1 << 62, -1)


@counted
def reach_of_contact(span: list[float], end: float, row: ContactRow) -> None:
    """Widen the span to the moments at which a contact's row counts; `end` of the horizon."""
    taken = (row.outcome == obs.ANSWERED) | (row.outcome == obs.IN_HAND)
    widen(span, row.arrived >= 0.0, row.arrived)
    widen(span, taken, most(row.answered, 0.0))
    widen(span, taken & (row.ended > 0.0), least(row.ended, end))


@counted
def reach_of_presence(span: list[float], row: PresenceRow) -> None:
    widen(span, row.group >= 0, row.began)
    widen(span, row.group >= 0, row.ended)


@counted
def balance(counts: list[int], end: float, row: ContactRow) -> None:
    """What the books must balance by; of every row."""
    tick(counts, LEGS, row.leg >= 0)
    tick(counts, OLDER, row.arrived < 0.0)
    tick(counts, FIRST_LEGS, row.leg == 0)
    tick(counts, DUE, (row.again >= 0.0) & (row.again < end))


@counted
def count_handled(handled: list[float], learnt: list[float], row: ContactRow) -> None:
    """Contacts' worth, by the agent that handled them; of every row."""
    ours = (row.outcome == obs.ANSWERED) & (row.agent < len(handled))
    count_at(handled, ours, row.agent, 1.0 + learnt[row.queue] * ((row.transferred == obs.SWARMED) * 1.0))


@counted
def chances_of(laws: Laws, weighed: Weighed, row: ContactRow) -> Odds:
    return odds_of(weighed, row, judge(laws, row))


@counted
def fold_left_over(judged: Judged, end: float, told_by_contacts: list[bool], clocks: Clocks, lying: Lying) -> None:
    """What is left of a contact from a warm-up: who works on it still, and its place in a backlog."""
    lie_there(lying, judged.queue, judged.arrived, judged.ended, judged.still_open)
    busy = judged.taken & told_by_contacts[judged.group] & (judged.ended > 0.0)
    by_clock(clocks, HANDLING_LEFT, busy, judged.group, most(judged.answered_at, 0.0), least(judged.ended, end), 1.0)


@counted
def fold_contact(judged: Judged, end: float, told_by_contacts: list[bool], clocks: Clocks, lying: Lying) -> None:
    """A contact's handling, into the clock's intervals, and its place in a backlog."""
    lie_there(lying, judged.queue, judged.arrived, judged.ended, judged.still_open)
    busy = judged.taken & told_by_contacts[judged.group]
    by_clock(clocks, HANDLING, busy, judged.group, judged.answered_at, least(judged.ended, end), 1.0)


@counted
def by_queue(places: Places, tables: ByArrival, judged: Judged) -> None:
    """Who came before the horizon is in no sum by arrival; whoever waits still at its end is named all the same."""
    queue, ours = judged.queue, judged.arrived >= 0.0
    interval = whole(most(judged.arrived, 0.0) / places.interval)
    add(tables.by_queue, ours, interval - tables.opens[0], queue, judged.columns)
    bin_of = place_among(places.wait_edges, judged.wait)
    count(tables.waits, ours & judged.waited, queue, bin_of, 1.0)
    if places.limits:
        add(tables.contract_days, ours, places.interval_day[interval], queue, judged.by_contract)
    later = ours & (judged.leg > 0)
    add(tables.later, later, 0 * queue, queue, judged.columns)
    count(tables.later_waits, later & judged.waited, queue, bin_of, 1.0)
    count_at(tables.older, judged.columns.waiting & negated(ours), queue, 1.0)


@counted
def by_answerer(places: Places, tables: ByArrival, judged: Judged) -> None:
    """By the group that answered, or the vendor. What is older than the horizon counts when it is taken up."""
    ours, columns = judged.answered & (judged.group < places.groups), judged.columns
    interval = whole(pick(judged.arrived >= 0.0, judged.arrived, judged.answered_at) / places.interval)
    by_arrival = (
        columns.answered, columns.handled, columns.talk, columns.hold, columns.wrap, columns.resolved, columns.effort,
    )  # fmt: skip
    add(tables.by_group, ours, interval - tables.opens[0], judged.group, by_arrival)
    if places.contracts:
        place = places.interval_day[interval] * places.groups + judged.group
        add(tables.group_work, ours, place, judged.queue, (columns.effort,))
    if places.vendors:
        theirs, vendor = judged.answered & (judged.group >= places.groups), judged.group - places.groups
        of_vendor = (columns.answered, columns.handled, columns.talk + columns.hold + columns.wrap)
        add(tables.vendors, theirs, vendor, places.interval_day[interval], of_vendor)


@counted
def by_case(tables: CasesToday, judged: Judged, groups: int, counts: CaseCounts) -> None:
    """How cases go on and end; by queue, and by the group that answered."""
    add(tables.cases, judged.leg >= 0, least(judged.leg, 1), judged.queue, counts)
    add(tables.group_cases, judged.taken & (judged.group < groups), 0 * judged.queue, judged.group, counts)


@counted
def by_feeling(tables: CasesToday, judged: Judged, groups: int, felt: Experiences) -> None:
    """What customers feel, likewise."""
    add(tables.experience, judged.leg >= 0, 0 * judged.queue, judged.queue, felt)
    add(tables.group_experience, judged.taken & (judged.group < groups), 0 * judged.queue, judged.group, felt)


@counted
def by_clock(clocks: Clocks, number: int, where: bool, group: int, start: float, end: float, weight: float) -> None:
    """Add the seconds of [start, end) to the clock's intervals.

    Times are on the floor's grid, so these sums are exact in any order.
    """
    first = whole(start / clocks.interval)
    last = least(most(whole_up(end / clocks.interval) - 1, first), clocks.intervals - 1)
    note_reach(clocks.spans, where, number, first, last)
    spread_over(clocks.today, number, clocks.opens[0], clocks.interval, where, group, start, end, first, last, weight)


@counted
def fold_presence(places: Places, clocks: Clocks, people: People, row: PresenceRow) -> None:
    """A presence row into the clock's intervals; a vendor's people are no business of ours."""
    group, activity, began, ended = row.group, row.activity, row.began, row.ended
    ours = group < places.groups
    there = ours & (activity == obs.AVAILABLE)
    by_clock(clocks, AVAILABLE, there, group, began, ended, 1.0)
    interval = least(whole(began / places.interval), places.intervals - 1)
    last = least(most(whole_up(ended / places.interval) - 1, interval), places.intervals - 1)
    spread_over(people.signed_on, 0, 0, places.interval, there, group, began, ended, interval, last, 1.0)
    day = places.interval_day[interval]
    seconds = (ended - began) * people.speed[least(row.agent, len(people.speed) - 1)]
    count(people.effective, there, day, group, seconds)
    by_clock(clocks, DESKLESS, ours & (activity == obs.DESKLESS), group, began, ended, 1.0)
    held = ours & (activity >= obs.HELD)
    by_clock(clocks, HANDLING_HELD, held, group, began, ended, 1.0)
    by_clock(clocks, SLOTS_TAKEN, held, group, began, ended, (activity - obs.HELD) * 1.0)
    overrun = ours & (activity >= obs.OVERRUN) & (activity < obs.HELD)
    by_clock(clocks, OVERRUN, overrun, group, began, ended, 1.0)
    late = ours & (activity == obs.OVERRUN + obs.OFF)
    by_clock(clocks, SHIFT_OVERRUN, late, group, began, ended, 1.0)
    count(people.shift_overrun, late, row.agent, day, ended - began)


@counted
def fold(counting: Counting, tally: Tally, row: ContactRow, chances: Odds) -> None:
    """A contact's row, wherever it counts. `chances`: the odds of `chances_of`, as chances; looked at where somebody
    asks what customers feel."""
    judged, groups = judge(counting.laws, row), counting.places.groups
    fold_contact(judged, counting.laws.end, counting.told_by_contacts, tally.clocks, tally.lying)
    by_queue(counting.places, tally.by_arrival, judged)
    by_answerer(counting.places, tally.by_arrival, judged)
    if counting.cases:
        by_case(tally.of_cases, judged, groups, case_counts(row, judged, counting.laws.end, counting.again_at))
    if counting.feels:
        felt = felt_of(counting.weighed, row, judged, chances)
        by_feeling(tally.of_cases, judged, groups, experiences(row, judged, felt))


@counted
def close_day(totals: Totals, opens: int, tables: ByArrival, clocks: Clocks, of_cases: CasesToday) -> None:
    """Add a day's sums up with those of the days before: each day's first, then all of them."""
    pour(totals.queue_slots, totals.of_interval, opens, tables.by_queue)
    pour(totals.queue_days, totals.interval_day, opens, tables.by_queue)
    pour(totals.group_slots, totals.of_interval, opens, tables.by_group)
    pour(totals.group_days, totals.interval_day, opens, tables.by_group)
    pour_dated(totals.dated, opens, tables.by_queue, DATED_COLUMNS)
    for number in range(len(CLOCK_COLUMNS)):
        pour_clock(totals.group_slots, CLOCK_COLUMNS[number], totals.of_interval, opens, clocks.today, number)
        pour_clock(totals.group_days, CLOCK_COLUMNS[number], totals.interval_day, opens, clocks.today, number)
    pour_all(totals.later_legs, tables.later)
    pour_all(totals.vendor_days, tables.vendors)
    pour_all(totals.cases, of_cases.cases)
    pour_all(totals.group_cases, of_cases.group_cases)
    pour_all(totals.experience, of_cases.experience)
    pour_all(totals.group_experience, of_cases.group_experience)
    empty(tables.by_queue)
    empty(tables.by_group)
    empty(clocks.today)
