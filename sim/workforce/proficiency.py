"""How fast, how well and how courteously each agent works today: ramp × talent × skill and pace × courses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.workforce.careers import Careers
from sim.workforce.courses import Courses
from sim.workforce.people import Agents
from sim.workforce.skills import group_skills

Floats = NDArray[np.float64]


def skill_tables_on(
    scenario: Scenario, agents: Agents, careers: Careers, courses: Courses, taught: Floats, day: int
) -> tuple[Floats, Floats]:
    """(speed, resolution) of each agent at each queue, relative to standard; shape agents × queues.

    `taught`: today's factors of courses.
    Speed 0 where the group has the skill and the agent does not hold it yet, or is nesting elsewhere.
    """
    own = careers.factors * taught[:2]
    tables: Floats = own[:, :, None] * careers.skills
    learnable = {queue for group in scenario.spec.groups.values() for queue in group.cross_training}
    for queue in sorted(learnable):
        q = scenario.queue(queue).number
        learnt, *ramp = courses.skill_speed(day, q)
        newly = learnt & (careers.skills[0, :, q] == 0.0)
        skill = group_skills(scenario)[:, agents.group[newly], q]
        tables[:, newly, q] = own[:, newly] * skill * np.stack(ramp)[:, newly]
    of_entry = careers.nesting_entry
    for entry in np.unique(of_entry[of_entry >= 0]).tolist():
        nesting = list(scenario.spec.hiring.values())[entry].nesting
        if nesting is not None and nesting.queues:
            others = [q for q, queue in enumerate(scenario.queues) if queue not in nesting.queues]
            tables[0][np.ix_(of_entry == entry, others)] = 0.0
    return tables[0], tables[1]


def courtesy_on(scenario: Scenario, agents: Agents, taught: Floats | None) -> Floats:
    """Courtesy of each agent, 1 being usual: at pace p it is × p to the power of its elasticity; courses add to it.

    `taught`: today's factors of courses, if there are any.
    """
    pace = np.array([group.pace for group in scenario.spec.groups.values()])
    own = pace[agents.group] ** scenario.spec.quality.pace.courtesy
    return np.asarray(own if taught is None else own * taught[2])
