"""Work begun by one agent that goes back into line, for whoever takes it up."""

from __future__ import annotations

from sim.floor.rules.lists import put_before
from sim.floor.rules.primitives import rule, schedule
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import DROPPED, OVERFLOW, WRAPS


@rule
def hand_back(floor: Floor, now: float, a: int, c: int) -> None:
    """The rest of a contact that agent `a` held alone and has dropped is for others, as standard work again."""
    contact = floor.contacts[c]
    at = floor.agents[a].group * floor.center[0].queues + contact.queue
    speed = floor.speed[a * floor.center[0].queues + contact.queue] / contact.pace
    penalty = floor.holdings[at].penalty
    if contact.dropped_at < contact.hung_up or contact.onward >= 0:
        contact.talk = (contact.hung_up - contact.dropped_at + penalty) * speed
    else:
        contact.talk = penalty * speed
        contact.wrap = (contact.ended - contact.dropped_at) * speed
    contact.hold = 0.0
    contact.on_hold = 0.0
    stand_in_line(floor, now, c)


@rule
def hand_back_shared(floor: Floor, now: float, a: int, c: int) -> None:
    """The same of a contact held beside others, which is in no list any more."""
    contact = floor.contacts[c]
    agent = floor.agents[a]
    speed = floor.speed[a * floor.center[0].queues + contact.queue] / contact.pace
    penalty = floor.holdings[agent.group * floor.center[0].queues + contact.queue].penalty
    left = contact.left if contact.left > 0.0 else 0.0
    if contact.stage == WRAPS:
        contact.talk = penalty * speed
        contact.wrap = left * speed
    else:
        contact.talk = (left + penalty) * speed
    contact.hold = 0.0
    contact.on_hold = 0.0
    contact.others = now - contact.answered - contact.paused - contact.effort
    contact.effort = 0.0
    contact.dropped_at = now
    contact.stage = DROPPED
    floor.contact_stamp[c] += 1
    agent.held -= 1
    agent.load -= 1
    stand_in_line(floor, now, c)


@rule
def stand_in_line(floor: Floor, now: float, c: int) -> None:
    """Back in line by age, and offered to whoever is free once this moment's events are over."""
    contact = floor.contacts[c]
    contact.agent = -1
    contact.handed_back += 1
    contact.tier = floor.queues[contact.queue].first_tier
    other = floor.lists[contact.queue].first
    while other >= 0 and floor.contacts[other].arrived < contact.arrived:
        other = floor.contacts[other].behind
    put_before(floor.lists, floor.contacts, contact.queue, c, other)
    schedule(floor, now, OVERFLOW, c, floor.contact_stamp[c])
