"""The router's second question: what does this free agent take?"""

from __future__ import annotations

from sim.floor.rules.primitives import rule
from sim.floor.rules.routing import gives_way, has_room, idle_with_skill
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import Skill


@rule
def contact_for(floor: Floor, now: float, a: int, over: int) -> int:
    """The waiting contact that this agent takes, who is free or has room; -1 for none.

    With `over`, a contact begun or about to be: only those that it gives way to.
    """
    group = floor.groups[floor.agents[a].group]
    best = -1
    best_rank = 0
    best_score = 0.0
    for s in range(group.first_skill, group.end_skill):
        skill = floor.skills[s]
        if best >= 0 and skill.rank > best_rank and not group.rises and floor.center[0].begun == 0:
            break
        c = floor.lists[skill.queue].first
        if c >= 0:
            c = first_open(floor, now, a, skill, c, over)
        if c < 0:
            continue
        rank = rank_of(floor, now, skill, c)
        score = score_of(floor, now, skill, c)
        if group.by_length:
            if best >= 0 and rank == best_rank:
                more = floor.lists[skill.queue].count - floor.lists[floor.contacts[best].queue].count
                if more < 0 or (more == 0 and score <= best_score):
                    continue
        elif best >= 0 and rank == best_rank and score <= best_score:
            continue
        if best < 0 or rank <= best_rank:
            best = c
            best_rank = rank
            best_score = score
    return best


@rule
def first_open(floor: Floor, now: float, a: int, skill: Skill, c: int, over: int) -> int:
    """The first contact of a line, from `c` on, that a tier has open for this agent, who may take it; -1 for none."""
    if c < 0:
        return -1
    center = floor.center[0]
    g = floor.agents[a].group
    idle = idle_with_skill(floor, g, skill.queue, skill.partial)
    if skill.closes:
        while c >= 0 and not open_to(floor, now, skill, floor.contacts[c].arrived, idle):
            c = floor.contacts[c].behind
        if c < 0:
            return -1
    elif not open_to(floor, now, skill, floor.contacts[c].arrived, idle):
        return -1
    if over >= 0 and not gives_way(floor, a, over, skill.queue):
        return -1
    if floor.agents[a].held > 0 and not has_room(floor, a, skill.queue):
        return -1
    if skill.partial and floor.speed[a * center.queues + skill.queue] == 0.0:
        return -1
    return int(c)


@rule
def open_to(floor: Floor, now: float, skill: Skill, arrived: float, idle: int) -> bool:
    """Whether a tier with this agent's group is open for a contact that arrived then."""
    for o in range(skill.first_opening, skill.end_opening):
        opening = floor.openings[o]
        if now >= arrived + opening.after and now < arrived + opening.until and idle >= opening.keep_idle:
            return True
    return False


@rule
def rank_of(floor: Floor, now: float, skill: Skill, c: int) -> int:
    """The rank of a skill's contact after its wait; lower goes first."""
    if floor.contacts[c].begun:
        return -1
    rank = skill.rank
    for r in range(skill.first_rise, skill.end_rise):
        if now >= floor.contacts[c].arrived + floor.rises[r].after:
            rank = floor.rises[r].rank
    return int(rank)


@rule
def score_of(floor: Floor, now: float, skill: Skill, c: int) -> float:
    """The wait × weight by which contacts of one rank are compared, with what their queue adds to it."""
    wait = now - floor.contacts[c].arrived
    if skill.counts_double > 0.0:
        wait += min(wait, skill.counts_double)
    return float((wait + skill.head_start) * skill.weight)


@rule
def callback_instead(floor: Floor, now: float, a: int, c: int) -> int:
    """The callback behind the live queue that a free agent makes where it would take `c`, or nothing (-1).

    None while a live contact waits that the agent may take. Beside work that can wait it has its queue's rank; among
    equals the larger wait × weight goes first.
    """
    center = floor.center[0]
    agent = floor.agents[a]
    group = floor.groups[agent.group]
    if agent.dropped >= 0 or (c >= 0 and floor.queues[floor.contacts[c].queue].live):
        return c
    best = c
    best_rank = 0
    best_score = 0.0
    for s in range(group.first_skill, group.end_skill):
        skill = floor.skills[s]
        if floor.queues[skill.queue].live:
            if first_open(floor, now, a, skill, floor.lists[skill.queue].first, -1) >= 0:
                return c
        elif c >= 0 and floor.contacts[c].queue == skill.queue:
            best_rank = rank_of(floor, now, skill, c)
            best_score = score_of(floor, now, skill, c)
    for s in range(group.first_skill, group.end_skill):
        skill = floor.skills[s]
        callback = floor.queues[skill.queue].callback
        if callback < 0 or not floor.callbacks[callback].behind:
            continue
        first = first_open(floor, now, a, skill, floor.lists[center.first_behind + skill.queue].first, -1)
        if first < 0:
            continue
        if idle_with_skill(floor, agent.group, skill.queue, skill.partial) < floor.callbacks[callback].keep_idle:
            continue
        rank = rank_of(floor, now, skill, first)
        score = score_of(floor, now, skill, first)
        if best < 0 or rank < best_rank or (rank == best_rank and score > best_score):
            best = first
            best_rank = rank
            best_score = score
    return int(best)
