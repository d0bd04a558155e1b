"""What skills and paces make of people's speed and resolution, and who holds a skill from the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.workforce.people import Agents, holders_in

Floats = NDArray[np.float64]


def paces(scenario: Scenario) -> Floats:
    """Groups × queues: the share of standard handle time that agents are asked to take."""
    groups, queues = scenario.numbered.groups, scenario.numbered.queues
    return np.array([[group.spec.pace * queue.spec.pace for queue in queues] for group in groups])


def group_skills(scenario: Scenario) -> Floats:
    """2 × groups × queues: what a skill, and the pace, multiply the speed and resolution of its holders by.

    Without the skill, what the pace does. At pace p speed is ÷ p, and resolution × p to the power of its elasticity.
    """
    factors = np.ones((2, len(scenario.groups), len(scenario.queues)))
    for group in scenario.numbered.groups:
        for queue in group.queues:
            skill = group.spec.skills[queue.name]
            factors[:, group.number, queue.number] = skill.speed, skill.resolution
    pace = paces(scenario)
    return factors * np.stack([1.0 / pace, pace**scenario.spec.quality.pace.resolution])


def skills_held(scenario: Scenario, agents: Agents) -> Floats:
    """2 × agents × queues, of each agent; speed 0 where the group has a skill that the agent does not hold."""
    factors = group_skills(scenario)[:, agents.group]
    for source in agents.sources:
        group = scenario.numbered.groups[source.group]
        for queue in group.queues:
            lacking = np.ones(source.count, np.bool_)
            lacking[holders_in(scenario, source, group.spec.skills[queue.name].holders)] = False
            factors[0, source.members[lacking], queue.number] = 0.0
    return factors


def skill_tables(scenario: Scenario, agents: Agents) -> tuple[Floats, Floats]:
    """(speed, resolution) of each agent at each queue on the first day, relative to standard; shape agents × queues.

    Speed 0 where the group has the skill and the agent does not hold it.
    """
    speed, resolution = skills_held(scenario, agents)
    return agents.speed[:, None] * speed, agents.resolution[:, None] * resolution
