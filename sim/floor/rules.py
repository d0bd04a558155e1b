"""The life of a contact: arrive, wait, be answered, finish. Each rule runs under both calendars."""

from __future__ import annotations

from typing import Any

from sim.floor.doors import note_contact, rule, schedule, snap, spare_slot
from sim.floor.lists import drop, put
from sim.floor.records import ABANDON, ARRIVE, DUTY, FINISH, HANG_UP, OVERFLOW, Floor
from sim.floor.routing import agent_for, contact_for
from sim.floor.staffing import may_stay
from sim.observations import (
    ABANDONED,
    ANSWERED,
    BALKED,
    BLOCKED,
    IN_HAND,
    REFUSED,
    WAITING,
)


@rule
def open_day(floor: Floor) -> None:
    """Start the day's two chains: each arrival and each duty row schedules the next."""
    if floor.book[0].arrivals > 0:
        schedule(floor, floor.arrivals[0].arrived, ARRIVE, 0, 0)
    if floor.book[0].duties > 0:
        schedule(floor, floor.duties[0].time, DUTY, 0, 0)


@rule
def arrive(floor: Floor, now: float, row: int, stamp: int) -> None:  # noqa: ARG001
    """Born, turned away, answered at once, or left to wait."""
    book = floor.book[0]
    if row + 1 < book.arrivals:
        schedule(floor, floor.arrivals[row + 1].arrived, ARRIVE, row + 1, 0)
    c = spare_slot(floor)
    floor.contacts[c] = floor.arrivals[row]
    contact = floor.contacts[c]
    queue = floor.queues[contact.queue]
    if contact.refused:
        end_unanswered(floor, now, c, REFUSED)
        return
    if book.lines_counted:
        if book.lines_used == book.lines or queue.lines_used == queue.lines:
            end_unanswered(floor, now, c, BLOCKED)
            return
        book.lines_used += 1
        queue.lines_used += 1
    a = agent_for(floor, now, contact)
    if a >= 0:
        drop(floor.lists, floor.agents, a)
        begin(floor, now, c, a)
    elif contact.balks:
        free_line(floor, contact.queue)
        end_unanswered(floor, now, c, BALKED)
    else:
        put(floor.lists, floor.contacts, contact.queue, c)
        if contact.gives_up < 1e300:
            schedule(floor, contact.gives_up, ABANDON, c, floor.contact_stamp[c])
        contact.tier = queue.first_tier
        await_next_tier(floor, now, c)


@rule
def await_next_tier(floor: Floor, now: float, c: int) -> None:
    """Wake the waiting contact when its next tier of groups opens."""
    contact = floor.contacts[c]
    end = floor.queues[contact.queue].end_tier
    while contact.tier < end and contact.arrived + floor.tiers[contact.tier].after <= now:
        contact.tier += 1
    if contact.tier < end:
        schedule(floor, contact.arrived + floor.tiers[contact.tier].after, OVERFLOW, c, floor.contact_stamp[c])


@rule
def overflow(floor: Floor, now: float, c: int, stamp: int) -> None:
    """A further tier has opened for a waiting contact."""
    if floor.contact_stamp[c] != stamp:
        return
    a = agent_for(floor, now, floor.contacts[c])
    if a >= 0:
        drop(floor.lists, floor.agents, a)
        drop(floor.lists, floor.contacts, c)
        begin(floor, now, c, a)
    else:
        await_next_tier(floor, now, c)


@rule
def abandon(floor: Floor, now: float, c: int, stamp: int) -> None:
    """Patience has run out."""
    if floor.contact_stamp[c] == stamp:
        leave_line(floor, now, c, ABANDONED)


@rule
def leave_line(floor: Floor, now: float, c: int, outcome: int) -> None:
    """A waiting contact goes, unanswered."""
    drop(floor.lists, floor.contacts, c)
    free_line(floor, floor.contacts[c].queue)
    end_unanswered(floor, now, c, outcome)


@rule
def end_unanswered(floor: Floor, now: float, c: int, outcome: int) -> None:
    contact = floor.contacts[c]
    contact.ended = now
    note_contact(floor, outcome, -1, 0, contact)
    free_slot(floor, c)


@rule
def free_slot(floor: Floor, c: int) -> None:
    """The slot keeps its stamp's count, so a dead contact's timer never hits its successor."""
    floor.contact_stamp[c] += 1
    floor.contacts[c].behind = floor.book[0].spare
    floor.book[0].spare = c


@rule
def free_line(floor: Floor, q: int) -> None:
    if floor.book[0].lines_counted:
        floor.book[0].lines_used -= 1
        floor.queues[q].lines_used -= 1


@rule
def begin(floor: Floor, now: float, c: int, a: int) -> None:
    """Agent `a`, standing in no list, answers contact `c`, standing in no list."""
    contact = floor.contacts[c]
    speed = floor.speed[a * floor.book[0].queues + contact.queue]
    contact.agent = a
    contact.answered = now
    contact.hung_up = snap(now + (contact.talk + contact.hold) / speed)
    contact.ended = snap(contact.hung_up + contact.wrap / speed)
    contact.hold = snap(contact.hold / speed)
    floor.agents[a].contact = c
    floor.contact_stamp[c] += 1
    if floor.book[0].lines_counted:
        schedule(floor, contact.hung_up, HANG_UP, c, floor.contact_stamp[c])
    else:
        schedule(floor, contact.ended, FINISH, c, floor.contact_stamp[c])


@rule
def hang_up(floor: Floor, now: float, c: int, stamp: int) -> None:  # noqa: ARG001
    """The customer's line is free; the agent wraps up."""
    free_line(floor, floor.contacts[c].queue)
    schedule(floor, floor.contacts[c].ended, FINISH, c, stamp)


@rule
def finish(floor: Floor, now: float, c: int, stamp: int) -> None:  # noqa: ARG001
    """The agent is free again."""
    contact = floor.contacts[c]
    a = contact.agent
    note_answered(floor, ANSWERED, contact)
    free_slot(floor, c)
    floor.agents[a].contact = -1
    settle(floor, now, a)


@rule
def note_answered(floor: Floor, outcome: int, contact: Any) -> None:
    a = contact.agent
    chance = floor.resolution[a * floor.book[0].queues + contact.queue]
    resolved = 1 if contact.resolve < chance else 0
    note_contact(floor, outcome, floor.agents[a].group, resolved, contact)


@rule
def settle(floor: Floor, now: float, a: int) -> None:
    """An agent without a contact, standing in no list: leaves, takes the next contact, or is newly idle."""
    if not may_stay(floor, now, a):
        return
    c = contact_for(floor, now, a)
    if c >= 0:
        drop(floor.lists, floor.contacts, c)
        begin(floor, now, c, a)
    else:
        floor.agents[a].idle_since = now
        put(floor.lists, floor.agents, floor.book[0].queues + floor.agents[a].group, a)


@rule
def close_books(floor: Floor, now: float) -> None:
    """Write the contacts that the end of the horizon finds waiting or in hand."""
    for q in range(floor.book[0].queues):
        c = floor.lists[q].first
        while c >= 0:
            contact = floor.contacts[c]
            contact.ended = now
            note_contact(floor, WAITING, -1, 0, contact)
            c = contact.behind
    for a in range(floor.book[0].agents):
        if floor.agents[a].contact >= 0:
            note_answered(floor, IN_HAND, floor.contacts[floor.agents[a].contact])
