"""Waiting: a contact joins a queue, for the first time or again, and finds an agent, waits or overflows."""

from __future__ import annotations

from sim.floor.rules.callbacks import accepts_callback, is_behind, leaves_on_hearing, promise
from sim.floor.rules.cases import decide
from sim.floor.rules.ending import end_unanswered, forget, free_line
from sim.floor.rules.lists import drop, put
from sim.floor.rules.primitives import rule, schedule, snap
from sim.floor.rules.routing import agent_behind, agent_for
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import (
    ABANDON,
    COLD,
    DROPPED,
    FAILED,
    FOLLOW_UP,
    HANDS_OVER,
    NEVER,
    OVERFLOW,
    RESOLVED,
    SWARM,
    Contact,
)
from sim.luck import NOBODY_CAN
from sim.observations import BALKED, BLOCKED, ESCALATED, SWARMED, TRANSFERRED


@rule
def join(floor: Floor, now: float, c: int) -> int:
    """The agent who takes a contact that has come, come again, or whose next tier has opened; -1 if it is left to
    wait, or turned away."""
    contact = floor.contacts[c]
    queue = floor.queues[contact.queue]
    in_line = contact.line >= 0
    is_new = not in_line and contact.promised < 0.0
    if is_new and queue.lines_counted:
        center = floor.center[0]
        if (queue.trunk and center.lines_used == center.lines) or queue.lines_used == queue.lines:
            end_unanswered(floor, now, c, BLOCKED)
            return -1
        center.lines_used += queue.trunk
        queue.lines_used += 1
    a = agent_behind(floor, now, contact) if is_behind(floor, contact) else agent_for(floor, now, contact)
    if a >= 0:
        if in_line:
            drop(floor.lists, floor.contacts, c)
        return a
    if is_new and not will_wait(floor, now, c):
        return -1
    if not in_line:
        behind = is_behind(floor, contact)
        put(floor.lists, floor.contacts, floor.center[0].first_behind + contact.queue if behind else contact.queue, c)
        if contact.gives_up < NEVER:
            schedule(floor, contact.gives_up, ABANDON, c, floor.contact_stamp[c])
        contact.tier = queue.first_tier
    while contact.tier < queue.end_tier and contact.arrived + floor.tiers[contact.tier].after <= now:
        contact.tier += 1
    if contact.tier < queue.end_tier:
        # Wake it when its next tier of groups opens.
        schedule(floor, contact.arrived + floor.tiers[contact.tier].after, OVERFLOW, c, floor.contact_stamp[c])
    return -1


@rule
def will_wait(floor: Floor, now: float, c: int) -> bool:
    """Whether a customer who finds nobody free stands in line: some are called back later, some leave at once."""
    contact = floor.contacts[c]
    if contact.arrived < 0.0:
        # It stands in line already.
        return True
    if accepts_callback(floor, now, contact):
        return promise(floor, now, c)
    if contact.balks or leaves_on_hearing(floor, contact):
        free_line(floor, contact)
        end_unanswered(floor, now, c, BALKED)
        return False
    return True


@rule
def overflow(floor: Floor, now: float, c: int, stamp: int) -> None:
    """A further tier has opened for a waiting contact; or one that was handed back is offered to whoever is free."""
    if floor.contact_stamp[c] != stamp:
        return
    center = floor.center[0]
    is_handed_back = floor.contacts[c].stage == DROPPED
    if is_handed_back and center.duty < center.duties and floor.duties[center.duty].time <= now:
        # Not to somebody whom the roster sends home at this moment too.
        schedule(floor, now, OVERFLOW, c, stamp)
        return
    center.joining = c


@rule
def call_back(floor: Floor, now: float, c: int, stamp: int) -> None:  # noqa: ARG001
    """The moment of a promised call, or of another attempt."""
    if floor.contact_stamp[c] == stamp:
        drop(floor.lists, floor.contacts, c)
        floor.center[0].joining = c


@rule
def sent_on(floor: Floor, now: float, c: int) -> int:
    """The next leg of a contact whose customer goes on to another queue now; -1 if it does not."""
    contact = floor.contacts[c]
    onward = contact.onward
    contact.onward = -1
    leg = floor.contacts[onward]
    kind = COLD
    handover = 0.0
    chance = 0.0
    queue = floor.queues[contact.queue]
    for t in range(queue.first_transfer, queue.end_transfer):
        transfer = floor.transfers[t]
        if transfer.queue == leg.queue and transfer.escalates == leg.escalates:
            kind = transfer.kind
            handover = transfer.handover
            chance = transfer.resolution
    if leg.escalates and decide(floor, contact) == RESOLVED:
        forget(floor, onward)
        return -1
    if kind == FOLLOW_UP:
        follow_up(floor, contact, leg, chance)
        forget(floor, onward)
        return -1
    if floor.queues[leg.queue].closed:
        # Nobody there takes it: the contact ends with this agent.
        forget(floor, onward)
        return -1
    contact.transferred = TRANSFERRED
    if leg.escalates:
        contact.transferred = SWARMED if kind == SWARM else ESCALATED
    leg.index = contact.index
    leg.customer = contact.customer
    leg.attempt = contact.attempt
    leg.case_began = contact.case_began
    leg.next_repeat = contact.next_repeat
    leg.next_redial = contact.next_redial
    leg.arrived = now
    leg.gives_up = snap(now + leg.patience)
    if kind != COLD:
        leg.helper = contact.agent
        leg.handover = handover
        leg.swarms = 1 if kind == SWARM else 0
        contact.stage = HANDS_OVER
    return int(onward)


@rule
def follow_up(floor: Floor, contact: Contact, leg: Contact, chance: float) -> None:
    """The first agent goes on working on the case when the customer has hung up, and may resolve it after all."""
    speed = floor.speed[contact.agent * floor.center[0].queues + contact.queue]
    contact.wrap += leg.talk
    contact.ended = snap(contact.ended + leg.talk / speed * contact.pace)
    if leg.resolve != NOBODY_CAN:
        contact.resolved = RESOLVED if leg.resolve < chance else FAILED
