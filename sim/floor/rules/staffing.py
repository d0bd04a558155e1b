"""Who is on the floor: signing on and off, breaks, desks, and what midnight writes down."""

from __future__ import annotations

from sim.floor.rules.haste_and_fatigue import tire
from sim.floor.rules.lists import put
from sim.floor.rules.primitives import note_presence, rule, schedule
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import RETURN, TAKE_DESK
from sim.observations import AVAILABLE, DESKLESS, OFF, OVERRUN


@rule
def is_one_too_many(floor: Floor, a: int) -> bool:
    """Whether the agent is the one who leaves, as its group has been cut by a seat."""
    agent = floor.agents[a]
    group = floor.groups[agent.group]
    if group.excess > 0 and agent.wanted == AVAILABLE and agent.activity in (AVAILABLE, DESKLESS):
        group.excess -= 1
        agent.wanted = OFF
        agent.length = 0.0
        agent.leaving = 1
        return True
    return False


@rule
def may_stay(floor: Floor, now: float, a: int) -> bool:
    """Move a free agent to the activity wanted of it; whether that leaves it available for contacts."""
    agent = floor.agents[a]
    group = floor.groups[agent.group]
    if group.excess > 0:
        is_one_too_many(floor, a)
    if agent.leaving:
        agent.leaving = 0
        if group.excess < 0:
            # Another seat was added while this agent still had contacts in hand.
            group.excess += 1
            agent.wanted = AVAILABLE
        else:
            put(floor.lists, floor.agents, floor.center[0].queues + floor.center[0].groups + agent.group, a)
    if agent.wanted != agent.activity or agent.length > 0.0:
        if agent.wanted == AVAILABLE and agent.site >= 0 and not agent.at_desk and not finds_desk(floor, now, a):
            return False
        if group.tires:
            tire(floor, now, a)
        note_overrun(floor, now, a)
        note_stay(floor, now, a)
        if floor.center[0].estimates:
            count_on_duty(floor, a)
        agent.activity = agent.wanted
        if agent.length > 0.0:
            schedule(floor, now + agent.length, RETURN, a, floor.agent_stamp[a])
            agent.length = 0.0
        if agent.at_desk and agent.activity == OFF:
            leave_desk(floor, now, a)
    return bool(agent.activity == AVAILABLE)


@rule
def count_on_duty(floor: Floor, a: int) -> None:
    """An agent signs on or off: the queues whose skill it holds count it."""
    agent = floor.agents[a]
    change = int(agent.wanted == AVAILABLE) - int(agent.activity == AVAILABLE)
    group = floor.groups[agent.group]
    for s in range(group.first_skill, group.end_skill):
        q = floor.skills[s].queue
        if floor.speed[a * floor.center[0].queues + q] > 0.0:
            floor.queues[q].on_duty += change


@rule
def count_signed_on(floor: Floor) -> None:
    """Count afresh who is there with the skill of each queue: somebody may have learnt it over night."""
    for q in range(floor.center[0].queues):
        floor.queues[q].on_duty = 0
    for a in range(floor.center[0].agents):
        agent = floor.agents[a]
        group = floor.groups[agent.group]
        if agent.activity == AVAILABLE and group.delay < 0.0:
            for s in range(group.first_skill, group.end_skill):
                q = floor.skills[s].queue
                if floor.speed[a * floor.center[0].queues + q] > 0.0:
                    floor.queues[q].on_duty += 1


@rule
def finds_desk(floor: Floor, now: float, a: int) -> bool:
    """A free desk of the agent's site; without one the agent stands by."""
    agent = floor.agents[a]
    site = floor.sites[agent.site]
    # A desk that has just become free is for those who wait already.
    if site.desks - site.desks_used > floor.lists[floor.center[0].first_site + agent.site].count:
        site.desks_used += 1
        agent.at_desk = 1
        return True
    if agent.activity != DESKLESS:
        if floor.groups[agent.group].tires:
            tire(floor, now, a)
        note_overrun(floor, now, a)
        note_stay(floor, now, a)
        agent.activity = DESKLESS
    agent.length = 0.0
    put(floor.lists, floor.agents, floor.center[0].first_site + agent.site, a)
    return False


@rule
def leave_desk(floor: Floor, now: float, a: int) -> None:
    """The desk goes to whoever has waited longest for one."""
    agent = floor.agents[a]
    agent.at_desk = 0
    floor.sites[agent.site].desks_used -= 1
    if floor.lists[floor.center[0].first_site + agent.site].count > 0:
        schedule(floor, now, TAKE_DESK, agent.site, 0)


@rule
def note_stay(floor: Floor, now: float, a: int) -> None:
    agent = floor.agents[a]
    if agent.activity != OFF and now > agent.since:
        note_presence(floor, a, agent.group, agent.activity, agent.since, now)
    agent.since = now


@rule
def note_overrun(floor: Floor, now: float, a: int) -> None:
    """The time that the contact in hand kept the agent from the activity wanted."""
    agent = floor.agents[a]
    if agent.wanted_at >= 0.0 and now > agent.wanted_at:
        note_presence(floor, a, agent.group, OVERRUN + agent.wanted, agent.wanted_at, now)
    agent.wanted_at = -1.0


@rule
def midnight(floor: Floor, now: float) -> None:
    """Close the day's rows of activities and overruns; whoever is on the floor, and what is in hand, carries on."""
    for a in range(floor.center[0].agents):
        pending = floor.agents[a].wanted_at >= 0.0
        note_overrun(floor, now, a)
        note_stay(floor, now, a)
        if pending:
            floor.agents[a].wanted_at = now
