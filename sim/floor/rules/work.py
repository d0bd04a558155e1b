"""How an agent holds work: one contact alone, one that gives way to others, or several shared ones at a speed that
depends on how many."""

from __future__ import annotations

from sim.floor.rules.callbacks import is_reached
from sim.floor.rules.handing_back import hand_back
from sim.floor.rules.haste_and_fatigue import set_manner, tire
from sim.floor.rules.lists import drop, put
from sim.floor.rules.primitives import note_presence, rule, schedule, snap
from sim.floor.tables.layout import MOST_LOAD, Floor
from sim.floor.tables.records import ABANDON, DROPPED, END_STAGE, FINISH, HAND_OVER, HANG_UP, NEVER, SILENT, TALKS
from sim.observations import AVAILABLE, HELD


@rule
def take(floor: Floor, now: float, c: int, a: int) -> None:
    """Agent `a`, free, with room, or at work that gives way, takes contact `c`, standing in no list."""
    agent = floor.agents[a]
    if agent.line >= 0:
        drop(floor.lists, floor.agents, a)
    if agent.contact >= 0:
        interrupt(floor, now, a)
    contact = floor.contacts[c]
    group = floor.groups[agent.group]
    if contact.begun:
        contact.begun = 0
        floor.center[0].begun -= 1
    if floor.center[0].rushes_or_tires:
        set_manner(floor, now, c, a)
    if contact.promised >= 0.0 and not is_reached(floor, now, c, a):
        if group.blends:
            note_taken(floor, now, a, group.places)
    elif not group.blends:
        begin_alone(floor, now, c, a)
    elif floor.holdings[agent.group * floor.center[0].queues + contact.queue].alone:
        begin_alone(floor, now, c, a)
        hold_all_places(floor, now, a)
    else:
        begin_shared(floor, now, c, a)


@rule
def begin_alone(floor: Floor, now: float, c: int, a: int) -> None:
    """The times of a contact that the agent works on alone are fixed when it is answered."""
    contact = floor.contacts[c]
    agent = floor.agents[a]
    speed = floor.speed[a * floor.center[0].queues + contact.queue]
    delay = floor.groups[agent.group].delay
    contact.agent = a
    agent.contact = c
    agent.held = 1
    floor.contact_stamp[c] += 1
    stamp = floor.contact_stamp[c]
    start = now
    if delay > 0.0:
        start = snap(now + delay)
        if contact.gives_up < start:
            schedule(floor, contact.gives_up, ABANDON, c, stamp)
            return
    if contact.stage == DROPPED:
        contact.paused += now - contact.dropped_at
    else:
        contact.answered = start
    contact.stage = TALKS
    if contact.helper >= 0:
        # The first agent stays for the hand-over.
        start = snap(start + contact.handover)
    pace = contact.pace
    contact.hung_up = snap(start + (contact.talk + contact.hold) / speed * pace)
    contact.ended = snap(contact.hung_up + contact.wrap / speed * pace)
    contact.on_hold = snap(contact.hold / speed * pace)
    if contact.helper >= 0:
        until = contact.hung_up if contact.swarms else start
        schedule(floor, until, HAND_OVER, contact.helper, floor.agent_stamp[contact.helper])
        contact.helper = -1
    if floor.queues[contact.queue].lines_counted or contact.onward >= 0:
        schedule(floor, contact.hung_up, HANG_UP, c, stamp)
    else:
        schedule(floor, contact.ended, FINISH, c, stamp)


@rule
def hold_all_places(floor: Floor, now: float, a: int) -> None:
    """The agent works on a contact alone; if that may be interrupted, its group's list says so."""
    agent = floor.agents[a]
    g = agent.group
    note_taken(floor, now, a, floor.groups[g].places)
    q = floor.contacts[agent.contact].queue
    if floor.holdings[g * floor.center[0].queues + q].interrupted_by and agent.wanted == AVAILABLE:
        agent.idle_since = now
        put(floor.lists, floor.agents, floor.center[0].first_interruptible + g, a)


@rule
def interrupt(floor: Floor, now: float, a: int) -> None:
    """The contact in hand is dropped, to be taken up again: by this agent, or by whoever is free first."""
    agent = floor.agents[a]
    if floor.groups[agent.group].tires:
        tire(floor, now, a)
    c = agent.contact
    floor.contact_stamp[c] += 1
    floor.contacts[c].dropped_at = now
    floor.contacts[c].stage = DROPPED
    agent.contact = -1
    agent.held = 0
    if floor.holdings[agent.group * floor.center[0].queues + floor.contacts[c].queue].by_anybody:
        hand_back(floor, now, a, c)
    else:
        agent.dropped = c


@rule
def resume(floor: Floor, now: float, a: int) -> None:
    """Back to the contact that was dropped: finding into it again costs time."""
    agent = floor.agents[a]
    c = agent.dropped
    contact = floor.contacts[c]
    penalty = floor.holdings[agent.group * floor.center[0].queues + contact.queue].penalty
    pause = now - contact.dropped_at
    talks = contact.dropped_at < contact.hung_up or contact.onward >= 0
    contact.paused += pause
    contact.hung_up += pause
    if talks:
        contact.hung_up += penalty
    contact.ended += pause + penalty
    contact.stage = TALKS
    agent.dropped = -1
    agent.contact = c
    agent.held = 1
    floor.contact_stamp[c] += 1
    if talks and contact.onward >= 0:
        schedule(floor, contact.hung_up, HANG_UP, c, floor.contact_stamp[c])
    else:
        schedule(floor, contact.ended, FINISH, c, floor.contact_stamp[c])
    hold_all_places(floor, now, a)


@rule
def begin_shared(floor: Floor, now: float, c: int, a: int) -> None:
    """One contact more in the agent's hands: all of them go on at another speed."""
    work_until(floor, now, a)
    contact = floor.contacts[c]
    agent = floor.agents[a]
    contact.agent = a
    if contact.stage == DROPPED:
        # Begun by somebody who held it alone.
        contact.effort = contact.dropped_at - contact.answered - contact.paused - contact.others
        contact.paused += now - contact.dropped_at
    else:
        contact.answered = now
    contact.stage = TALKS
    speed = floor.speed[a * floor.center[0].queues + contact.queue]
    contact.left = (contact.talk + contact.hold) / speed * contact.pace
    if contact.silent < 1.0:
        contact.left *= contact.silent
    floor.contact_stamp[c] += 1
    put(floor.lists, floor.contacts, floor.center[0].first_hand + a, c)
    agent.held += 1
    agent.load += 1
    go_on(floor, now, a)


@rule
def go_on(floor: Floor, now: float, a: int) -> None:
    """With other contacts in hand than before: places, room for more, and the next stage to end."""
    agent = floor.agents[a]
    center = floor.center[0]
    places = floor.groups[agent.group].places
    note_taken(floor, now, a, agent.held)
    if agent.line >= 0:
        drop(floor.lists, floor.agents, a)
    if agent.wanted == AVAILABLE and 0 < agent.held < places:
        agent.idle_since = now
        put(floor.lists, floor.agents, center.first_level + agent.group * center.levels + agent.held - 1, a)
    floor.work_stamp[a] += 1
    agent.next = -1
    soonest = NEVER
    c = floor.lists[center.first_hand + a].first
    while c >= 0:
        contact = floor.contacts[c]
        left = contact.left
        if contact.stage != SILENT:
            left /= floor.pace[contact.queue * MOST_LOAD + agent.load]
        if left < soonest:
            soonest = left
            agent.next = c
        c = contact.behind
    if agent.next >= 0:
        schedule(floor, snap(now + max(soonest, 0.0)), END_STAGE, a, floor.work_stamp[a])


@rule
def work_until(floor: Floor, now: float, a: int) -> None:
    """Take off what the agent has done on its shared contacts since it last looked."""
    agent = floor.agents[a]
    passed = now - agent.worked_until
    agent.worked_until = now
    if agent.held == 0:
        return
    own = passed / agent.held
    c = floor.lists[floor.center[0].first_hand + a].first
    while c >= 0:
        contact = floor.contacts[c]
        contact.effort += own
        if contact.stage == SILENT:
            contact.left -= passed
        else:
            contact.left -= passed * floor.pace[contact.queue * MOST_LOAD + agent.load]
        c = contact.behind


@rule
def note_taken(floor: Floor, now: float, a: int, taken: int) -> None:
    """Write how long so many of the agent's places were taken."""
    agent = floor.agents[a]
    if agent.taken > 0 and now > agent.taken_since:
        note_presence(floor, a, agent.group, HELD + agent.taken, agent.taken_since, now)
    agent.taken = taken
    agent.taken_since = now
