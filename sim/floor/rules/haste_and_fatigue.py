"""How agents work at a moment: in a hurry while many wait, slower and worse when tired."""

from __future__ import annotations

from sim.floor.rules.primitives import rule
from sim.floor.tables.layout import Floor
from sim.observations import AVAILABLE, OFF


@rule
def set_manner(floor: Floor, now: float, c: int, a: int) -> None:
    """What the moment of the answer does to the whole contact."""
    agent = floor.agents[a]
    contact = floor.contacts[c]
    group = floor.groups[agent.group]
    contact.pace = 1.0
    contact.care = 1.0
    contact.courtesy = 1.0
    if group.rush_above >= 0.0:
        waiting = floor.lists[contact.queue].count
        if waiting > group.rush_above * floor.queues[contact.queue].on_duty:
            contact.pace = group.rush_pace
            contact.care = group.rush_care
            contact.courtesy = group.rush_courtesy
    if group.tires:
        tire(floor, now, a)
        contact.pace *= 1.0 + agent.strain * (group.tired_pace - 1.0)
        contact.care *= 1.0 + agent.strain * (group.tired_care - 1.0)
        contact.courtesy *= 1.0 + agent.strain * (group.tired_courtesy - 1.0)


@rule
def tire(floor: Floor, now: float, a: int) -> None:
    """Bring the agent's strain up to now, before what it does changes."""
    agent = floor.agents[a]
    group = floor.groups[agent.group]
    passed = now - agent.strain_at
    agent.strain_at = now
    if agent.held > 0:
        agent.strain += passed * group.busy_strain
    elif agent.activity == AVAILABLE:
        agent.strain -= passed * group.idle_relief
    elif agent.activity == OFF:
        agent.strain = 0.0
    else:
        agent.strain -= passed * group.break_relief
    if agent.strain > 1.0:
        agent.strain = 1.0
    if agent.strain < 0.0:
        agent.strain = 0.0
