"""The router's two questions: who takes this contact, and what does this free agent take?"""

from __future__ import annotations

from typing import Any

from sim.floor.doors import rule
from sim.floor.records import FASTEST, IN_ORDER, LONGEST_IDLE, MOST_PROFICIENT, Floor


@rule
def agent_for(floor: Floor, now: float, contact: Any) -> int:
    """The agent who takes this contact, idle or not, tier by tier as far as its wait has opened them; -1 for nobody."""
    queue = floor.queues[contact.queue]
    for t in range(queue.first_tier, queue.end_tier):
        tier = floor.tiers[t]
        if now < contact.arrived + tier.after:
            break
        if tier.shared:
            a = agent_drawn(floor, tier, contact)
            if a >= 0:
                return a
        a = agent_among(floor, tier, tier.first_member, tier.end_member, contact.queue)
        if a >= 0:
            return a
    return -1


@rule
def agent_drawn(floor: Floor, tier: Any, contact: Any) -> int:
    """Shares between groups: the group drawn for this contact comes first, whatever the others have."""
    for m in range(tier.first_member, tier.end_member):
        if contact.share < floor.members[m].share_up_to:
            return agent_among(floor, tier, m, m + 1, contact.queue)
    return -1


@rule
def agent_among(floor: Floor, tier: Any, first: int, end: int, q: int) -> int:
    """Among these members of a tier: an idle agent, one with room for another contact, one who may be interrupted."""
    queue = floor.queues[q]
    a = -1
    if queue.shared and tier.most_loaded:
        a = agent_with_room(floor, tier, first, end, q)
        if a >= 0:
            return a
    for m in range(first, end):
        a = better_agent(floor, tier, floor.members[m], q, a)
    if a < 0 and queue.shared and not tier.most_loaded:
        a = agent_with_room(floor, tier, first, end, q)
    if a < 0 and queue.interrupts:
        a = agent_to_interrupt(floor, first, end, q)
    return a


@rule
def better_agent(floor: Floor, tier: Any, member: Any, q: int, best: int) -> int:
    """The best of `best` and this group's idle agents, if the group may go below its reserve."""
    idle = floor.lists[floor.book[0].queues + member.group]
    if idle.count == 0:
        return best
    if member.partial or tier.choose != LONGEST_IDLE:
        if idle_with_skill(floor, member.group, q, member.partial) <= member.keep_idle:
            return best
        return better_in_list(floor, tier, member, q, idle.first, best)
    # The list is in the order of becoming idle: its first is the group's candidate.
    a = idle.first
    if idle.count > member.keep_idle and (best < 0 or floor.agents[a].idle_since < floor.agents[best].idle_since):
        return int(a)
    return best


@rule
def idle_with_skill(floor: Floor, g: int, q: int, partial: int) -> int:
    """How many of a group's agents are idle who hold the skill: a reserve is made of them alone."""
    idle = floor.lists[floor.book[0].queues + g]
    if not partial:
        return int(idle.count)
    count = 0
    a = idle.first
    while a >= 0:
        if floor.speed[a * floor.book[0].queues + q] > 0.0:
            count += 1
        a = floor.agents[a].behind
    return count


@rule
def better_in_list(floor: Floor, tier: Any, member: Any, q: int, a: int, best: int) -> int:
    """The best of `best` and the agents from `a` on in its list, who hold equally many contacts."""
    book = floor.book[0]
    while a >= 0:
        agent = floor.agents[a]
        if (not member.partial or floor.speed[a * book.queues + q] > 0.0) and (
            agent.held == 0 or has_room(floor, a, q)
        ):
            if tier.choose == LONGEST_IDLE:
                # Lists are in the order of joining them: the first who can is the group's candidate.
                if best < 0 or agent.idle_since < floor.agents[best].idle_since:
                    return int(a)
                return best
            if best < 0 or outranks(floor, tier, q, a, best):
                best = a
        a = agent.behind
    return best


@rule
def agent_with_room(floor: Floor, tier: Any, first: int, end: int, q: int) -> int:
    """An agent who holds contacts already, and may hold this one beside them."""
    book = floor.book[0]
    for step in range(book.levels):
        level = book.levels - 1 - step if tier.most_loaded else step
        a = -1
        for m in range(first, end):
            member = floor.members[m]
            if idle_with_skill(floor, member.group, q, member.partial) < member.keep_idle:
                continue
            which = book.first_level + member.group * book.levels + level
            a = better_in_list(floor, tier, member, q, floor.lists[which].first, a)
        if a >= 0:
            return a
    return -1


@rule
def has_room(floor: Floor, a: int, q: int) -> bool:
    """Whether an agent who holds shared contacts, and has a place left, may take one of this queue's."""
    g = floor.agents[a].group
    holding = floor.holdings[g * floor.book[0].queues + q]
    if holding.alone:
        return False
    if holding.at_once == floor.groups[g].places:
        return True
    channel = floor.queues[q].channel
    count = 0
    c = floor.lists[floor.book[0].first_hand + a].first
    while c >= 0:
        if floor.queues[floor.contacts[c].queue].channel == channel:
            count += 1
        c = floor.contacts[c].behind
    return bool(count < holding.at_once)


@rule
def agent_to_interrupt(floor: Floor, first: int, end: int, q: int) -> int:
    """The agent longest at work that gives way to this queue's contacts; a group's reserve must stay."""
    book = floor.book[0]
    best = -1
    for m in range(first, end):
        member = floor.members[m]
        if idle_with_skill(floor, member.group, q, member.partial) < member.keep_idle:
            continue
        a = floor.lists[book.first_interruptible + member.group].first
        while a >= 0:
            if gives_way(floor, a, floor.agents[a].contact, q) and (
                not member.partial or floor.speed[a * book.queues + q] > 0.0
            ):
                if best < 0 or floor.agents[a].idle_since < floor.agents[best].idle_since:
                    best = a
                break
            a = floor.agents[a].behind
    return best


@rule
def is_interruptible(floor: Floor, a: int, c: int) -> bool:
    """Whether agent `a` drops contact `c` for some others."""
    at = floor.agents[a].group * floor.book[0].queues + floor.contacts[c].queue
    return bool(floor.holdings[at].interrupted_by != 0)


@rule
def gives_way(floor: Floor, a: int, c: int, q: int) -> bool:
    """Whether agent `a` drops contact `c` for one of queue `q`."""
    holding = floor.holdings[floor.agents[a].group * floor.book[0].queues + floor.contacts[c].queue]
    return bool((holding.interrupted_by >> floor.queues[q].channel) & 1)


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
def contact_for(floor: Floor, now: float, a: int, over: int) -> int:
    """The waiting contact that this agent takes, who is free or has room; -1 for none.

    With `over`, a contact begun or about to be: only those that it gives way to.
    """
    book = floor.book[0]
    g = floor.agents[a].group
    held = floor.agents[a].held
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
        if c < 0:
            continue
        free = idle_with_skill(floor, g, skill.queue, 1) if skill.partial else idle
        if not open_to(floor, now, skill, floor.contacts[c].arrived, free):
            continue
        if over >= 0 and not gives_way(floor, a, over, skill.queue):
            continue
        if held > 0 and not has_room(floor, a, skill.queue):
            continue
        if skill.partial and floor.speed[a * book.queues + skill.queue] == 0.0:
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
