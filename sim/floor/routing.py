"""The router's two questions: who takes this contact, and what does this free agent take?"""

from __future__ import annotations

from typing import Any

from sim.floor.doors import rule
from sim.floor.records import FASTEST, IN_ORDER, LONGEST_IDLE, MOST_PROFICIENT, Floor


@rule
def agent_for(floor: Floor, now: float, contact: Any) -> int:
    """The idle agent who takes this contact, tier by tier as far as its wait has opened them; -1 for nobody."""
    queue = floor.queues[contact.queue]
    for t in range(queue.first_tier, queue.end_tier):
        tier = floor.tiers[t]
        if now < contact.arrived + tier.after:
            break
        a = agent_in_tier(floor, tier, contact)
        if a >= 0:
            return a
    return -1


@rule
def agent_in_tier(floor: Floor, tier: Any, contact: Any) -> int:
    """Shares between groups: the group drawn for this contact first, the others if it has nobody free."""
    a = -1
    if tier.shared:
        for m in range(tier.first_member, tier.end_member):
            if contact.share < floor.members[m].share_up_to:
                a = better_agent(floor, tier, floor.members[m], contact.queue, -1)
                break
        if a >= 0:
            return a
    for m in range(tier.first_member, tier.end_member):
        a = better_agent(floor, tier, floor.members[m], contact.queue, a)
    return a


@rule
def better_agent(floor: Floor, tier: Any, member: Any, q: int, best: int) -> int:
    """The best of `best` and this group's idle agents, if the group may go below its reserve."""
    idle = floor.lists[floor.book[0].queues + member.group]
    if idle.count <= member.keep_idle:
        return best
    a = idle.first
    if tier.choose == LONGEST_IDLE:
        # The list is in the order of becoming idle: its first is the group's candidate.
        if best < 0 or floor.agents[a].idle_since < floor.agents[best].idle_since:
            return int(a)
        return best
    while a >= 0:
        if best < 0 or outranks(floor, tier, q, a, best):
            best = a
        a = floor.agents[a].behind
    return best


@rule
def outranks(floor: Floor, tier: Any, q: int, a: int, b: int) -> bool:
    """Whether agent `a` is chosen before `b`: the tier's rule, its second rule, then the longest idle."""
    verdict = compare(floor, tier.choose, q, a, b)
    if verdict == 0:
        verdict = compare(floor, tier.then, q, a, b)
    if verdict == 0:
        verdict = compare(floor, LONGEST_IDLE, q, a, b)
    return verdict > 0


@rule
def compare(floor: Floor, choose: int, q: int, a: int, b: int) -> int:
    """1 if `a` goes before `b` under this rule, -1 if after, 0 if the rule does not tell them apart."""
    left = 0.0
    right = 0.0
    if choose == LONGEST_IDLE:
        left = -floor.agents[a].idle_since
        right = -floor.agents[b].idle_since
    elif choose == MOST_PROFICIENT:
        left = floor.resolution[a * floor.book[0].queues + q]
        right = floor.resolution[b * floor.book[0].queues + q]
    elif choose == FASTEST:
        left = floor.speed[a * floor.book[0].queues + q]
        right = floor.speed[b * floor.book[0].queues + q]
    elif choose == IN_ORDER:
        # Groups come in the tier's order, so a later group never goes before.
        if floor.agents[a].group != floor.agents[b].group:
            return -1
        return 1 if a < b else -1
    if left > right:
        return 1
    if left < right:
        return -1
    return 0


@rule
def contact_for(floor: Floor, now: float, a: int) -> int:
    """The waiting contact that this free agent takes; -1 for none."""
    book = floor.book[0]
    g = floor.agents[a].group
    group = floor.groups[g]
    idle = floor.lists[book.queues + g].count
    best = -1
    best_rank = 0
    best_score = 0.0
    for s in range(group.first_skill, group.end_skill):
        skill = floor.skills[s]
        if best >= 0 and skill.rank > best_rank:
            break
        c = floor.lists[skill.queue].first
        if c < 0 or not open_to(floor, now, skill, floor.contacts[c].arrived, idle):
            continue
        score = (now - floor.contacts[c].arrived) * skill.weight
        if best < 0 or score > best_score:
            best = c
            best_rank = skill.rank
            best_score = score
    return best


@rule
def open_to(floor: Floor, now: float, skill: Any, arrived: float, idle: int) -> bool:
    """Whether a tier with this agent's group has opened for a contact that arrived then."""
    for o in range(skill.first_opening, skill.end_opening):
        opening = floor.openings[o]
        if now >= arrived + opening.after and idle >= opening.keep_idle:
            return True
    return False
