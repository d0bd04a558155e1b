"""What the skills of a group make of its people's speed and resolution, and who holds them from the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.workforce.people import Agents, holders_in

Floats = NDArray[np.float64]


def group_skills(scenario: Scenario) -> Floats:
    """2 × groups × queues: what a skill multiplies its holders' speed and resolution by; 1 without the skill."""
    factors = np.ones((2, len(scenario.groups), len(scenario.queues)))
    for g, group in enumerate(scenario.spec.groups.values()):
        for queue, skill in group.skills.items():
            factors[:, g, scenario.queues.index(queue)] = skill.speed, skill.resolution
    return factors


def skills_held(scenario: Scenario, agents: Agents) -> Floats:
    """2 × agents × queues, of each agent; speed 0 where the group has a skill that the agent does not hold."""
    factors = group_skills(scenario)[:, agents.group]
    groups = list(scenario.spec.groups.values())
    for source in agents.sources:
        for queue, skill in groups[source.group].skills.items():
            lacking = np.ones(source.count, np.bool_)
            lacking[holders_in(scenario, source, skill.holders)] = False
            factors[0, source.members[lacking], scenario.queues.index(queue)] = 0.0
    return factors
