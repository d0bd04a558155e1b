"""Observations folded into sums: the rules of where each row counts, for one row or for columns of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.measures.cases import CaseCounts, case_counts
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
from sim.measures.folding_tables import ByArrival, CasesToday, Clocks, Counting, People, Places, Tally, Totals
from sim.measures.judging import Judged, Laws, judge
from sim.measures.quality import Experiences, Odds, Weighed, experiences, felt_of, odds_of
from sim.measures.sums import CLOCK, CLOCK_COLUMNS, DATED_COLUMNS
from sim.measures.waiting import Lying, lie_there
from sim.observations import ContactRow, PresenceRow

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Agent seconds by the clock: what CLOCK names. Who handles what is told by contacts, or by presence rows.
AVAILABLE, DESKLESS, OVERRUN, SHIFT_OVERRUN, SLOTS_TAKEN, HANDLING_LEFT, HANDLING, HANDLING_HELD = range(len(CLOCK))

# What the books must balance by: legs that were told, those from before the horizon, first legs, follow-ups due.
LEGS, OLDER, FIRST_LEGS, DUE = range(4)


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
