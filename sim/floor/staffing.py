"""Who is on the floor: signing on and off, breaks, and the end of the day's books."""

from __future__ import annotations

from sim.floor.doors import note_presence, rule, schedule
from sim.floor.lists import put
from sim.floor.records import RETURN, Floor
from sim.observations import AVAILABLE, OFF, OVERRUN


@rule
def may_stay(floor: Floor, now: float, a: int) -> bool:
    """Move a free agent to the activity wanted of it; whether that leaves it available for contacts."""
    agent = floor.agents[a]
    group = floor.groups[agent.group]
    if agent.wanted == AVAILABLE and group.excess > 0 and agent.activity == AVAILABLE:
        group.excess -= 1
        agent.wanted = OFF
        agent.length = 0.0
        put(floor.lists, floor.agents, floor.book[0].queues + floor.book[0].groups + agent.group, a)
    if agent.wanted != agent.activity or agent.length > 0.0:
        note_overrun(floor, now, a)
        note_stay(floor, now, a)
        agent.activity = agent.wanted
        if agent.length > 0.0:
            schedule(floor, now + agent.length, RETURN, a, floor.agent_stamp[a])
            agent.length = 0.0
    return bool(agent.activity == AVAILABLE)


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
    """Close the day's presence rows; whoever is on the floor carries on."""
    for a in range(floor.book[0].agents):
        pending = floor.agents[a].wanted_at >= 0.0
        note_overrun(floor, now, a)
        note_stay(floor, now, a)
        if pending:
            floor.agents[a].wanted_at = now
