"""The day's duty rows as they fall due."""

from __future__ import annotations

from sim.floor.rules.ending import leave_line
from sim.floor.rules.lists import drop
from sim.floor.rules.primitives import rule, schedule
from sim.floor.rules.shift_end import lay_down, who_can_lay_down
from sim.floor.rules.staffing import note_overrun
from sim.floor.rules.work import hold_all_places, work_until
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import ASSIGN, DUTY, OPEN_QUEUE, SEAT_OFF, SEAT_ON
from sim.observations import AVAILABLE, CUT_OFF, OFF


@rule
def duty(floor: Floor, now: float, row: int, stamp: int) -> None:  # noqa: ARG001
    """The next row of the day's roster."""
    floor.center[0].duty = row + 1
    if row + 1 < floor.center[0].duties:
        schedule(floor, floor.duties[row + 1].time, DUTY, row + 1, 0)
    todo = floor.duties[row]
    if todo.what == ASSIGN:
        assign(floor, now, todo.who, todo.activity, todo.length)
    elif todo.what == SEAT_ON:
        seat_on(floor, now, todo.who)
    elif todo.what == SEAT_OFF:
        seat_off(floor, now, todo.who)
    elif todo.what == OPEN_QUEUE:
        floor.queues[todo.who].closed = 0
    else:
        close_queue(floor, now, todo.who)


@rule
def assign(floor: Floor, now: float, a: int, activity: int, length: float) -> None:
    """The roster wants agent `a` elsewhere: at once, or as soon as the contacts in hand are finished."""
    agent = floor.agents[a]
    floor.agent_stamp[a] += 1
    if agent.held > 0:
        note_overrun(floor, now, a)
        if activity == OFF and floor.center[0].carries:
            lay_down(floor, now, a)
        if activity != AVAILABLE and agent.held > 0:
            agent.wanted_at = now
    agent.wanted = activity
    agent.length = length
    if agent.held > 0:
        if agent.contact < 0:
            work_until(floor, now, a)
            floor.center[0].settling = a
        elif activity != AVAILABLE and agent.line >= 0:
            drop(floor.lists, floor.agents, a)
        elif activity == AVAILABLE and agent.line < 0 and floor.groups[agent.group].blends:
            hold_all_places(floor, now, a)
    elif agent.activity != activity or length > 0.0:
        if agent.line >= 0:
            drop(floor.lists, floor.agents, a)
        floor.center[0].settling = a


@rule
def return_from_break(floor: Floor, now: float, a: int, stamp: int) -> None:  # noqa: ARG001
    """Back from a break that lasted its full length: newly idle."""
    if floor.agent_stamp[a] == stamp:
        floor.agents[a].wanted = AVAILABLE
        floor.agents[a].length = 0.0
        floor.center[0].settling = a


@rule
def seat_on(floor: Floor, now: float, g: int) -> None:
    """One more seat: somebody about to leave stays, or the next agent signs on."""
    if floor.groups[g].names_leavers:
        seat_on_by_name(floor, now, g)
        return
    if floor.groups[g].excess > 0:
        floor.groups[g].excess -= 1
        return
    a = floor.lists[floor.center[0].queues + floor.center[0].groups + g].first
    if a < 0:
        # Whoever was to leave still has contacts in hand: somebody stays after all.
        floor.groups[g].excess -= 1
        return
    drop(floor.lists, floor.agents, a)
    floor.agents[a].wanted = AVAILABLE
    floor.center[0].settling = a


@rule
def last_without_desk(floor: Floor, g: int) -> int:
    """The group's agent who came last of those who wait for a desk; -1 if nobody does."""
    for which in range(floor.center[0].first_site, floor.center[0].first_hand):
        a = floor.lists[which].last
        while a >= 0:
            if floor.agents[a].group == g:
                return int(a)
            a = floor.agents[a].ahead
    return -1


@rule
def seat_off(floor: Floor, now: float, g: int) -> None:
    """One seat fewer: who waits for a desk leaves, or the newest idle, or who can carry its work over, or else the
    first to finish its contact."""
    if floor.groups[g].names_leavers:
        seat_off_by_name(floor, now, g)
        return
    a = last_without_desk(floor, g)
    if a < 0:
        a = floor.lists[floor.center[0].queues + g].last
    if a < 0 and floor.center[0].carries:
        a = who_can_lay_down(floor, now, g)
        if a >= 0:
            lay_down(floor, now, a)
    floor.groups[g].excess += 1
    if a >= 0:
        if floor.agents[a].line >= 0:
            drop(floor.lists, floor.agents, a)
        floor.center[0].settling = a


@rule
def seat_off_by_name(floor: Floor, now: float, g: int) -> None:
    """One seat fewer: the last that is filled, whatever its agent is doing; contacts in hand are finished first."""
    a = floor.center[0].agents - 1
    while a >= 0 and not (floor.agents[a].group == g and floor.agents[a].wanted == AVAILABLE):
        a -= 1
    if a < 0:
        return
    agent = floor.agents[a]
    if floor.center[0].carries:
        lay_down(floor, now, a)
    agent.wanted = OFF
    agent.leaving = 1
    if agent.line >= 0:
        drop(floor.lists, floor.agents, a)
    if agent.contact < 0:
        if agent.held > 0:
            work_until(floor, now, a)
        floor.center[0].settling = a


@rule
def seat_on_by_name(floor: Floor, now: float, g: int) -> None:
    """One more seat: the first that is empty, or still held by somebody about to leave it."""
    center = floor.center[0]
    a = 0
    while a < center.agents and not (floor.agents[a].group == g and floor.agents[a].wanted == OFF):
        a += 1
    if a == center.agents:
        return
    agent = floor.agents[a]
    if agent.leaving:
        agent.leaving = 0
        assign(floor, now, a, AVAILABLE, 0.0)
        return
    drop(floor.lists, floor.agents, a)
    agent.wanted = AVAILABLE
    center.settling = a


@rule
def close_queue(floor: Floor, now: float, q: int) -> None:
    """Closing time: whoever still waits is cut off, where the queue says so; a promised call stays due."""
    floor.queues[q].closed = 1
    if floor.queues[q].cut_off:
        c = floor.lists[q].first
        while c >= 0:
            behind = floor.contacts[c].behind
            if floor.contacts[c].promised < 0.0:
                leave_line(floor, now, c, CUT_OFF)
            c = behind
