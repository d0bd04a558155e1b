"""The end of a shift: work that can wait is carried over to whoever takes it up next, with nothing lost."""

from __future__ import annotations

from sim.floor.rules.handing_back import hand_back, hand_back_shared
from sim.floor.rules.haste_and_fatigue import tire
from sim.floor.rules.lists import drop
from sim.floor.rules.primitives import rule
from sim.floor.rules.work import interrupt, note_taken, work_until
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import WRAPS
from sim.observations import AVAILABLE

INSTANT = 2.0**-19
"""Seconds: work that is over at this moment, but for rounding, is not carried over."""


@rule
def lay_down(floor: Floor, now: float, a: int) -> None:
    """Whatever agent `a` has in hand, or put aside, goes back into line if its queue's work is carried over."""
    agent = floor.agents[a]
    c = agent.dropped
    if c >= 0 and floor.queues[floor.contacts[c].queue].carries:
        agent.dropped = -1
        hand_back(floor, now, a, c)
    c = agent.contact
    if c >= 0:
        if can_be_carried(floor, now, c):
            if agent.line >= 0:
                drop(floor.lists, floor.agents, a)
            interrupt(floor, now, a)
            note_taken(floor, now, a, 0)
            if agent.dropped >= 0:
                hand_back(floor, now, a, c)
                agent.dropped = -1
    elif agent.held > 0:
        lay_down_shared(floor, now, a)


@rule
def lay_down_shared(floor: Floor, now: float, a: int) -> None:
    """Of contacts held together, those that are carried over; the others are finished."""
    agent = floor.agents[a]
    if floor.groups[agent.group].tires:
        tire(floor, now, a)
    work_until(floor, now, a)
    c = floor.lists[floor.center[0].first_hand + a].first
    while c >= 0:
        contact = floor.contacts[c]
        behind = contact.behind
        is_over = contact.left <= INSTANT and (contact.stage == WRAPS or contact.wrap == 0.0)
        if floor.queues[contact.queue].carries and not is_over:
            drop(floor.lists, floor.contacts, c)
            hand_back_shared(floor, now, a, c)
        c = behind
    if agent.held == 0:
        if agent.line >= 0:
            drop(floor.lists, floor.agents, a)
        floor.work_stamp[a] += 1
        note_taken(floor, now, a, 0)


@rule
def can_be_carried(floor: Floor, now: float, c: int) -> bool:
    """Whether a contact held alone is carried over: what ends at this moment is not."""
    contact = floor.contacts[c]
    return bool(floor.queues[contact.queue].carries and contact.ended > now)


@rule
def who_can_lay_down(floor: Floor, now: float, g: int) -> int:
    """The group's agent who began last of those with nothing in hand but what is carried over; -1 for nobody."""
    center = floor.center[0]
    best = -1
    latest = 0.0
    for a in range(center.agents):
        agent = floor.agents[a]
        if agent.group != g or agent.held == 0 or agent.wanted != AVAILABLE:
            continue
        began = -1.0
        if agent.contact >= 0:
            contact = floor.contacts[agent.contact]
            if can_be_carried(floor, now, agent.contact):
                began = contact.answered
        else:
            c = floor.lists[center.first_hand + a].first
            while c >= 0:
                contact = floor.contacts[c]
                if not floor.queues[contact.queue].carries:
                    began = -1.0
                    break
                began = max(began, contact.answered)
                c = contact.behind
        if began >= 0.0 and (best < 0 or began > latest):
            best = a
            latest = began
    return best
