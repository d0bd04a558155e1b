"""How a contact ends: its row is written, its line and its slot are free again."""

from __future__ import annotations

from sim.floor.rules.cases import decide, is_lost, stand_by
from sim.floor.rules.lists import drop
from sim.floor.rules.primitives import note_contact, rule, schedule, snap
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import BEYOND, FAILED, FINISH, RESOLVED, WRAPS, Contact
from sim.luck import NOBODY_CAN
from sim.observations import ANSWERED, KEPT


@rule
def forget(floor: Floor, c: int) -> None:
    """The contact is over, and so are the legs that it will not have: their slots are free.

    A slot keeps its stamp's count, so a dead contact's timer never hits its successor.
    """
    center = floor.center[0]
    while c >= 0:
        contact = floor.contacts[c]
        floor.contact_stamp[c] += 1
        contact.legs_to_come = 0
        contact.next_repeat = -1
        contact.next_redial = -1
        contact.next_spare = center.spare
        center.spare = c
        c = contact.onward


@rule
def free_line(floor: Floor, contact: Contact) -> None:
    """The customer's line is free; who was promised a call holds none."""
    queue = floor.queues[contact.queue]
    if queue.lines_counted and contact.promised < 0.0:
        floor.center[0].lines_used -= queue.trunk
        queue.lines_used -= 1


@rule
def note_answered(floor: Floor, outcome: int, contact: Contact) -> None:
    a = contact.agent
    resolved = decide(floor, contact)
    if contact.transferred != KEPT:
        resolved = BEYOND if contact.resolve == NOBODY_CAN else FAILED
    elif outcome == ANSWERED and resolved != RESOLVED and contact.next_repeat >= 0:
        stand_by(floor, contact.ended, contact, contact.next_repeat, True)
    contact.courtesy *= floor.courtesy[a]
    if contact.effort == 0.0:
        # Held alone: the agent's time is the contact's.
        contact.effort = contact.ended - contact.answered - contact.paused - contact.others
    note_contact(floor, outcome, floor.agents[a].group, resolved, contact)


@rule
def end_unanswered(floor: Floor, now: float, c: int, outcome: int) -> None:
    contact = floor.contacts[c]
    contact.ended = now
    if contact.next_redial >= 0 and is_lost(outcome):
        stand_by(floor, now, contact, contact.next_redial, False)
    note_contact(floor, outcome, -1, 0, contact)
    if contact.helper >= 0:
        let_go(floor, now, contact.helper)
    forget(floor, c)


@rule
def let_go(floor: Floor, now: float, a: int) -> None:
    """The agent who stayed for the hand-over wraps up."""
    c = floor.agents[a].contact
    contact = floor.contacts[c]
    wrap = contact.ended - contact.hung_up
    contact.stage = WRAPS
    contact.hung_up = now
    contact.ended = snap(now + wrap)
    schedule(floor, contact.ended, FINISH, c, floor.contact_stamp[c])


@rule
def leave_line(floor: Floor, now: float, c: int, outcome: int) -> None:
    """A waiting contact goes, unanswered."""
    drop(floor.lists, floor.contacts, c)
    free_line(floor, floor.contacts[c])
    end_unanswered(floor, now, c, outcome)
