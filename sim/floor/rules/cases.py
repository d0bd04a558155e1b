"""What comes after a contact: the legs of its transfers, and the next attempt of a case that is not resolved."""

from __future__ import annotations

from sim.floor.rules.primitives import follow_up_born, leg_born, rule, schedule, snap, spare_slot
from sim.floor.tables.layout import MOST_LOAD, Floor
from sim.floor.tables.records import BEYOND, COME_AGAIN, FAILED, RESOLVED, UNDECIDED, Contact
from sim.luck import NOBODY_CAN
from sim.observations import ABANDONED, BALKED, BLOCKED, CUT_OFF


@rule
def bring_legs(floor: Floor, c: int) -> None:
    """The legs that a contact may have stand by, each behind the one before."""
    contact = floor.contacts[c]
    before = c
    for leg in range(contact.legs_to_come):
        after = spare_slot(floor)
        leg_born(floor, after, contact.first_leg + leg)
        floor.contacts[after].leg = leg + 1
        floor.contacts[after].legs_to_come = 0
        floor.contacts[before].onward = after
        before = after
    contact.legs_to_come = 0


@rule
def decide(floor: Floor, contact: Contact) -> int:
    """Whether the contact resolved its case: judged once, when the customer hangs up."""
    if contact.resolved == UNDECIDED:
        contact.care *= care_at_load(floor, contact)
        chance = floor.resolution[contact.agent * floor.center[0].queues + contact.queue]
        if contact.care != 1.0:
            chance = relative_chance(chance, contact.care)
        if contact.resolve == NOBODY_CAN:
            contact.resolved = BEYOND
        else:
            contact.resolved = RESOLVED if contact.resolve < chance else FAILED
    return int(contact.resolved)


@rule
def relative_chance(chance: float, times: float) -> float:
    """As in sim.chances: a product up to 1, odds above."""
    if times <= 1.0:
        return chance * times
    if chance >= 1.0:
        return 1.0
    better = chance * (times - chance)
    return better / ((1.0 - chance) * (1.0 - chance) + better)


@rule
def care_at_load(floor: Floor, contact: Contact) -> float:
    """What the contacts beside it did to the chance, at the mean load over the talk; straight lines between loads."""
    first = contact.queue * MOST_LOAD
    if contact.effort <= 0.0:
        return float(floor.care[first + 1])
    load = (contact.hung_up - contact.answered - contact.paused) / contact.effort
    below = int(load)
    if below < 1:
        return float(floor.care[first + 1])
    if below + 1 >= MOST_LOAD:
        return float(floor.care[first + MOST_LOAD - 1])
    low = floor.care[first + below]
    return float(low + (load - below) * (floor.care[first + below + 1] - low))


@rule
def is_lost(outcome: int) -> bool:
    """Whether the customer, not served, may try again."""
    return outcome in (ABANDONED, BALKED, BLOCKED, CUT_OFF)


@rule
def stand_by(floor: Floor, now: float, contact: Contact, row: int, repeats: bool) -> None:
    """The case's next attempt is to come: the contact that is over tells when."""
    c = spare_slot(floor)
    follow_up_born(floor, c, row)
    later = floor.contacts[c]
    later.index = contact.index
    later.customer = contact.customer
    later.case_began = contact.case_began
    if repeats:
        later.talk += later.told_again
    after = later.repeat_after if repeats else later.redial_after
    contact.again = within_hours(floor, now, now + after, later)
    schedule(floor, contact.again, COME_AGAIN, c, floor.contact_stamp[c])


@rule
def within_hours(floor: Floor, now: float, when: float, contact: Contact) -> float:
    """The moment itself if the queue is open then; if not, the contact's place in the next opening hours."""
    queue = floor.queues[contact.queue]
    while queue.next_window + 1 < queue.end_window and floor.windows[queue.next_window].end <= now:
        queue.next_window += 1
    w = queue.next_window
    while w + 1 < queue.end_window and floor.windows[w].end <= when:
        w += 1
    window = floor.windows[w]
    if when >= window.start:
        return snap(when)
    return snap(window.start + contact.comes_when * (window.end - window.start))


@rule
def come_again(floor: Floor, now: float, c: int, stamp: int) -> None:
    """A case's next attempt: a contact like any other."""
    if floor.contact_stamp[c] != stamp:
        return
    contact = floor.contacts[c]
    contact.arrived = now
    contact.gives_up = snap(now + contact.patience)
    if contact.legs_to_come > 0:
        bring_legs(floor, c)
    floor.center[0].joining = c
