"""The expected wait, and what customers do who hear of it: accept a callback, leave, or stay longer."""

from __future__ import annotations

from sim.floor.rules.ending import free_line, let_go
from sim.floor.rules.lists import put
from sim.floor.rules.primitives import rule, schedule, snap
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import CALL_BACK, NEVER, UNANSWERED, Contact

PLACES = 1024.0
"""A promised call falls into one of so many places of the quiet hours."""


@rule
def expected_wait(floor: Floor, q: int) -> float:
    """What the next customer in line is told: place × mean handle time ÷ agents on duty with the skill."""
    return wait_behind(floor, q, floor.lists[q].count)


@rule
def wait_behind(floor: Floor, q: int, ahead: int) -> float:
    """The same behind so many."""
    queue = floor.queues[q]
    on_duty = queue.on_duty if queue.on_duty > 0 else 1
    return float((ahead + 1) * queue.handle / on_duty)


@rule
def accepts_callback(floor: Floor, now: float, contact: Contact) -> bool:
    """Whether the customer, who has to wait, is offered a callback and takes it; the luck left over is used later."""
    q = contact.queue
    if floor.queues[q].callback < 0:
        return False
    callback = floor.callbacks[floor.queues[q].callback]
    if callback.above_waiting >= 0:
        if floor.lists[q].count < callback.above_waiting:
            return False
    elif expected_wait(floor, q) <= callback.above_wait:
        return False
    if not callback.in_turn and not callback.behind:
        while callback.next_window < callback.end_window and floor.windows[callback.next_window].end <= now:
            callback.next_window += 1
        if callback.next_window == callback.end_window:
            return False
    if contact.accepts >= callback.accept:
        return False
    contact.accepts = contact.accepts / callback.accept
    return True


@rule
def promise(floor: Floor, now: float, c: int) -> bool:
    """The customer hangs up. True if the contact stands in line, or behind it; if not, it comes back at its time."""
    contact = floor.contacts[c]
    callback = floor.callbacks[floor.queues[contact.queue].callback]
    free_line(floor, contact)
    contact.gives_up = NEVER
    if contact.helper >= 0:
        let_go(floor, now, contact.helper)
        contact.helper = -1
    if callback.in_turn:
        contact.promised = snap(now + expected_wait(floor, contact.queue))
        return True
    if callback.behind:
        ahead = floor.lists[contact.queue].count + floor.lists[floor.center[0].first_behind + contact.queue].count
        contact.promised = snap(now + wait_behind(floor, contact.queue, ahead))
        return True
    window = floor.windows[callback.next_window]
    start = window.start if window.start > now else now
    place = float(int(contact.accepts * PLACES))
    contact.accepts = contact.accepts * PLACES - place
    contact.promised = window.end
    park(floor, c, snap(start + (window.end - start) * (place + 0.5) / PLACES))
    return False


@rule
def park(floor: Floor, c: int, until: float) -> None:
    """Out of every line until the moment of the call."""
    put(floor.lists, floor.contacts, floor.center[0].first_parked + floor.contacts[c].queue, c)
    schedule(floor, until, CALL_BACK, c, floor.contact_stamp[c])


@rule
def is_behind(floor: Floor, contact: Contact) -> bool:
    """Whether the contact is a callback that stands behind the live queue."""
    callback = floor.queues[contact.queue].callback
    return bool(callback >= 0 and contact.promised >= 0.0 and floor.callbacks[callback].behind)


@rule
def is_reached(floor: Floor, now: float, c: int, a: int) -> bool:
    """Whether the customer answers the callback; if not, the agent lets it ring."""
    contact = floor.contacts[c]
    callback = floor.callbacks[floor.queues[contact.queue].callback]
    chance = callback.answered
    if contact.accepts < chance:
        return True
    contact.accepts = (contact.accepts - chance) / (1.0 - chance)
    contact.attempts += 1
    contact.agent = a
    contact.rang_at = now
    floor.agents[a].contact = c
    floor.agents[a].held = 1
    floor.contact_stamp[c] += 1
    schedule(floor, snap(now + callback.ring), UNANSWERED, c, floor.contact_stamp[c])
    return False


@rule
def leaves_on_hearing(floor: Floor, contact: Contact) -> bool:
    """Whether a customer leaves who is told the expected wait; who stays may be more, or less, patient for it."""
    queue = floor.queues[contact.queue]
    if not queue.announces:
        return False
    announced = expected_wait(floor, contact.queue)
    if announced <= queue.announce_above:
        return False
    patience = contact.gives_up - contact.arrived
    if patience * queue.tolerance < announced:
        return True
    contact.gives_up = snap(contact.arrived + patience * queue.patience_factor)
    return False
