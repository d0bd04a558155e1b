"""The day's duty rows as they fall due."""

from __future__ import annotations

from sim.floor.doors import rule, schedule
from sim.floor.lists import drop
from sim.floor.records import ASSIGN, DUTY, SEAT_OFF, SEAT_ON, Floor
from sim.floor.rules import leave_line, settle
from sim.floor.staffing import note_overrun
from sim.observations import AVAILABLE, CUT_OFF


@rule
def duty(floor: Floor, now: float, row: int, stamp: int) -> None:  # noqa: ARG001
    """The next row of the day's roster."""
    if row + 1 < floor.book[0].duties:
        schedule(floor, floor.duties[row + 1].time, DUTY, row + 1, 0)
    todo = floor.duties[row]
    if todo.what == ASSIGN:
        assign(floor, now, todo.who, todo.activity, todo.length)
    elif todo.what == SEAT_ON:
        seat_on(floor, now, todo.who)
    elif todo.what == SEAT_OFF:
        seat_off(floor, now, todo.who)
    else:
        close_queue(floor, now, todo.who)


@rule
def assign(floor: Floor, now: float, a: int, activity: int, length: float) -> None:
    """The roster wants agent `a` elsewhere: at once, or as soon as the contact in hand is finished."""
    agent = floor.agents[a]
    floor.agent_stamp[a] += 1
    if agent.contact >= 0:
        note_overrun(floor, now, a)
        if activity != AVAILABLE:
            agent.wanted_at = now
    agent.wanted = activity
    agent.length = length
    if agent.contact < 0 and (agent.activity != activity or length > 0.0):
        if agent.activity == AVAILABLE:
            drop(floor.lists, floor.agents, a)
        settle(floor, now, a)


@rule
def return_from_break(floor: Floor, now: float, a: int, stamp: int) -> None:
    """Back from a break that lasted its full length: newly idle."""
    if floor.agent_stamp[a] == stamp:
        floor.agents[a].wanted = AVAILABLE
        floor.agents[a].length = 0.0
        settle(floor, now, a)


@rule
def seat_on(floor: Floor, now: float, g: int) -> None:
    """One more seat: somebody about to leave stays, or the next agent signs on."""
    if floor.groups[g].excess > 0:
        floor.groups[g].excess -= 1
        return
    a = floor.lists[floor.book[0].queues + floor.book[0].groups + g].first
    drop(floor.lists, floor.agents, a)
    floor.agents[a].wanted = AVAILABLE
    settle(floor, now, a)


@rule
def seat_off(floor: Floor, now: float, g: int) -> None:
    """One seat fewer: the newest idle agent leaves, or else the first to finish its contact."""
    a = floor.lists[floor.book[0].queues + g].last
    floor.groups[g].excess += 1
    if a >= 0:
        drop(floor.lists, floor.agents, a)
        settle(floor, now, a)


@rule
def close_queue(floor: Floor, now: float, q: int) -> None:
    """Closing time: whoever still waits is cut off, where the queue says so."""
    if floor.queues[q].cut_off:
        while floor.lists[q].first >= 0:
            leave_line(floor, now, floor.lists[q].first, CUT_OFF)
