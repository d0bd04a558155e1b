"""What most events of a contact's life do, and what they leave to be done. Every rule runs under both calendars."""

from __future__ import annotations

from sim.floor.rules.callbacks import park
from sim.floor.rules.cases import bring_legs, decide
from sim.floor.rules.ending import end_unanswered, forget, free_line, leave_line, let_go, note_answered
from sim.floor.rules.handing_back import hand_back
from sim.floor.rules.haste_and_fatigue import tire
from sim.floor.rules.lists import drop, put
from sim.floor.rules.primitives import be_born, note_contact, note_presence, rule, schedule, spare_slot
from sim.floor.rules.queueing import join, sent_on
from sim.floor.rules.routing import agent_for, is_interruptible
from sim.floor.rules.selecting import callback_instead, contact_for
from sim.floor.rules.shift_end import lay_down
from sim.floor.rules.staffing import count_signed_on, is_one_too_many, may_stay
from sim.floor.rules.work import go_on, note_taken, resume, take, work_until
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import ARRIVE, DUTY, FINISH, HANDS_OVER, NEVER, SILENT, TAKE_DESK, TALKS, WRAPS
from sim.observations import (
    ABANDONED,
    ANSWERED,
    AVAILABLE,
    HELD,
    IN_HAND,
    OFF,
    REFUSED,
    UNREACHED,
    WAITING,
)


@rule
def open_day(floor: Floor) -> None:
    """Start the day's two chains: each arrival and each duty row schedules the next."""
    if floor.center[0].arrivals > 0:
        # Contacts from before the horizon are there when it begins.
        schedule(floor, max(floor.arrivals[0].arrived, 0.0), ARRIVE, 0, 0)
    floor.center[0].duty = 0
    if floor.center[0].duties > 0:
        schedule(floor, floor.duties[0].time, DUTY, 0, 0)
    if floor.center[0].estimates:
        count_signed_on(floor)


@rule
def arrive(floor: Floor, now: float, row: int, stamp: int) -> None:  # noqa: ARG001
    """Born, with the legs it may have, and turned away out of hours."""
    if row + 1 < floor.center[0].arrivals:
        schedule(floor, max(floor.arrivals[row + 1].arrived, 0.0), ARRIVE, row + 1, 0)
    elif floor.center[0].next_arrival < NEVER:
        schedule(floor, floor.center[0].next_arrival, ARRIVE, 0, 0)
    c = spare_slot(floor)
    be_born(floor, c, row)
    contact = floor.contacts[c]
    # A repeat of a contact from before the first day says how long ago that was.
    contact.case_began = contact.arrived - contact.repeat_after
    contact.gives_up = contact.arrived + contact.patience
    if contact.refused:
        end_unanswered(floor, now, c, REFUSED)
        return
    if contact.legs_to_come > 0:
        bring_legs(floor, c)
    floor.center[0].begun += contact.begun
    floor.center[0].joining = c


@rule
def abandon(floor: Floor, now: float, c: int, stamp: int) -> None:
    """Patience has run out: in our line, or in a vendor's."""
    if floor.contact_stamp[c] != stamp:
        return
    a = floor.contacts[c].agent
    if a < 0:
        leave_line(floor, now, c, ABANDONED)
        return
    floor.contacts[c].agent = -1
    free_line(floor, floor.contacts[c])
    end_unanswered(floor, now, c, ABANDONED)
    set_free(floor, now, a)


@rule
def hang_up(floor: Floor, now: float, c: int, stamp: int) -> None:
    """The customer has gone, or goes on to another queue; the agent wraps up, or stays for the hand-over."""
    if floor.contact_stamp[c] != stamp:
        return
    contact = floor.contacts[c]
    free_line(floor, contact)
    onward = sent_on(floor, now, c) if contact.onward >= 0 else -1
    if contact.stage != HANDS_OVER:
        schedule(floor, contact.ended, FINISH, c, stamp)
        if contact.ended <= now and floor.agents[contact.agent].line >= 0:
            # Nothing is left to do: there is no interrupting it any more.
            drop(floor.lists, floor.agents, contact.agent)
    floor.center[0].joining = onward


@rule
def hand_over(floor: Floor, now: float, a: int, stamp: int) -> None:  # noqa: ARG001
    """The next agent needs the first no longer."""
    let_go(floor, now, a)


@rule
def finish(floor: Floor, now: float, c: int, stamp: int) -> None:
    """The agent is free again."""
    if floor.contact_stamp[c] != stamp:
        return
    a = floor.contacts[c].agent
    note_answered(floor, ANSWERED, floor.contacts[c])
    forget(floor, c)
    set_free(floor, now, a)


@rule
def set_free(floor: Floor, now: float, a: int) -> None:
    """Nothing in hand any more."""
    agent = floor.agents[a]
    if floor.groups[agent.group].tires:
        tire(floor, now, a)
    agent.contact = -1
    agent.held = 0
    if floor.groups[agent.group].blends:
        if agent.line >= 0:
            drop(floor.lists, floor.agents, a)
        note_taken(floor, now, a, 0)
    floor.center[0].settling = a


@rule
def end_stage(floor: Floor, now: float, a: int, stamp: int) -> None:
    """The next of an agent's shared contacts: its customer falls silent, or leaves; or its wrap is done."""
    if floor.work_stamp[a] != stamp:
        return
    work_until(floor, now, a)
    agent = floor.agents[a]
    if floor.groups[agent.group].tires:
        tire(floor, now, a)
    c = agent.next
    contact = floor.contacts[c]
    floor.center[0].settling = a
    if contact.stage == TALKS and contact.silent < 1.0:
        contact.stage = SILENT
        contact.left = floor.queues[contact.queue].closes_after
        agent.load -= 1
        return
    if contact.stage != WRAPS:
        contact.hung_up = now
        free_line(floor, contact)
        if contact.stage == SILENT:
            # The session closes by itself, and nothing is resolved.
            contact.resolve = max(contact.resolve, 1.0)
            agent.load += 1
        decide(floor, contact)
        if contact.stage != SILENT and contact.onward >= 0:
            floor.center[0].joining = sent_on(floor, now, c)
        if contact.wrap > 0.0:
            contact.stage = WRAPS
            contact.left = contact.wrap / floor.speed[a * floor.center[0].queues + contact.queue] * contact.pace
            return
    drop(floor.lists, floor.contacts, c)
    contact.ended = now
    note_answered(floor, ANSWERED, contact)
    forget(floor, c)
    agent.held -= 1
    agent.load -= 1
    if agent.held == 0:
        set_free(floor, now, a)


@rule
def unanswered(floor: Floor, now: float, c: int, stamp: int) -> None:
    """Nobody picks up: another attempt later, or none."""
    if floor.contact_stamp[c] != stamp:
        return
    contact = floor.contacts[c]
    a = contact.agent
    agent = floor.agents[a]
    if not floor.groups[agent.group].blends and now > contact.rang_at:
        note_presence(floor, a, agent.group, HELD + 1, contact.rang_at, now)
    callback = floor.callbacks[floor.queues[contact.queue].callback]
    contact.agent = -1
    if contact.attempts < callback.attempts:
        park(floor, c, now + callback.retry_after)
    else:
        end_unanswered(floor, now, c, UNREACHED)
    set_free(floor, now, a)


@rule
def follow(floor: Floor, now: float) -> None:
    """What an event leaves to be done: a contact that joins a queue, then an agent to settle."""
    center = floor.center[0]
    while center.settling >= 0 or center.joining >= 0:
        settles = center.joining < 0
        if settles:
            a = center.settling
            center.settling = -1
            c = settle(floor, now, a)
        else:
            c = center.joining
            center.joining = -1
            a = join(floor, now, c)
        if a >= 0 and c >= 0:
            take(floor, now, c, a)
            if settles and floor.groups[floor.agents[a].group].places > 1:
                # There may be room for another.
                center.settling = a


@rule
def settle(floor: Floor, now: float, a: int) -> int:
    """The waiting contact that an agent takes whose duties or contacts have changed; if none (-1), it leaves, goes on
    with what it has in hand, or is newly idle."""
    agent = floor.agents[a]
    c = -1
    if agent.held > 0:
        has_place = agent.contact < 0 and agent.wanted == AVAILABLE and agent.held < floor.groups[agent.group].places
        if has_place:
            if not is_one_too_many(floor, a):
                c = contact_for(floor, now, a, -1)
            elif floor.center[0].carries:
                lay_down(floor, now, a)
        if agent.held == 0:
            floor.center[0].settling = a
        elif c < 0 and agent.contact < 0:
            go_on(floor, now, a)
    elif may_stay(floor, now, a):
        group = floor.groups[agent.group]
        c = contact_for(floor, now, a, agent.dropped)
        if c >= 0 and agent.dropped < 0 and group.blends and is_interruptible(floor, a, c):
            # Nobody takes up what would be dropped at once for who waits already.
            first = contact_for(floor, now, a, c)
            c = first if first >= 0 else c
        if floor.center[0].calls_behind:
            c = callback_instead(floor, now, a, c)
        if c < 0 and agent.dropped >= 0:
            resume(floor, now, a)
        elif c < 0:
            agent.idle_since = now
            put(floor.lists, floor.agents, floor.center[0].queues + agent.group, a)
            if group.blends and group.keeps_idle:
                call_on_others(floor, now, a)
    elif agent.dropped >= 0 and agent.activity == OFF:
        hand_back(floor, now, a, agent.dropped)
        agent.dropped = -1
    if c >= 0:
        drop(floor.lists, floor.contacts, c)
    return int(c)


@rule
def call_on_others(floor: Floor, now: float, a: int) -> None:
    """Agent `a` is in reserve now: contacts that its lack kept waiting may join, or interrupt, what others do."""
    c = contact_for(floor, now, a, -1)
    while c >= 0:
        b = agent_for(floor, now, floor.contacts[c])
        if b < 0:
            return
        drop(floor.lists, floor.contacts, c)
        take(floor, now, c, b)
        c = contact_for(floor, now, a, -1)


@rule
def take_desk(floor: Floor, now: float, s: int, stamp: int) -> None:
    """A desk has become free: for whoever waits first, once the roster has said all it says at this moment."""
    center = floor.center[0]
    if center.duty < center.duties and floor.duties[center.duty].time <= now:
        schedule(floor, now, TAKE_DESK, s, stamp)
        return
    a = floor.lists[center.first_site + s].first
    if a >= 0 and floor.sites[s].desks_used < floor.sites[s].desks:
        drop(floor.lists, floor.agents, a)
        floor.sites[s].desks_used += 1
        floor.agents[a].at_desk = 1
        center.settling = a


@rule
def close_books(floor: Floor, now: float) -> None:
    """Write the contacts that the end of the horizon finds waiting or in hand."""
    center = floor.center[0]
    for q in range(center.queues):
        note_waiting(floor, now, q)
    for a in range(center.agents):
        agent = floor.agents[a]
        if agent.contact >= 0:
            contact = floor.contacts[agent.contact]
            if contact.stage == HANDS_OVER:
                # The wrap is still to come.
                contact.ended = now + contact.ended - contact.hung_up
                contact.hung_up = now
            if 0.0 <= contact.answered <= now:
                note_answered(floor, IN_HAND, contact)
            else:
                # At a vendor's, not answered yet; or a call that still rings.
                contact.ended = now
                contact.agent = -1
                contact.answered = -1.0
                note_contact(floor, WAITING, -1, 0, contact)
        if agent.dropped >= 0:
            # It lies aside still: its end moves on with the clock.
            contact = floor.contacts[agent.dropped]
            pause = now - contact.dropped_at
            contact.paused += pause
            contact.hung_up += pause
            contact.ended += pause
            note_answered(floor, IN_HAND, contact)
        if center.blends:
            work_until(floor, now, a)
            note_taken(floor, now, a, 0)
            c = floor.lists[center.first_hand + a].first
            while c >= 0:
                contact = floor.contacts[c]
                contact.ended = now
                if contact.stage != WRAPS:
                    contact.hung_up = now
                note_answered(floor, IN_HAND, contact)
                c = floor.contacts[c].behind
    for q in range(center.queues):
        if center.estimates:
            note_waiting(floor, now, center.first_parked + q)
        if center.calls_behind:
            note_waiting(floor, now, center.first_behind + q)


@rule
def note_waiting(floor: Floor, now: float, which: int) -> None:
    c = floor.lists[which].first
    while c >= 0:
        contact = floor.contacts[c]
        contact.ended = now
        note_contact(floor, WAITING, -1, 0, contact)
        c = contact.behind
