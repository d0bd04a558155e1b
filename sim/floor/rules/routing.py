"""The router's first question: who takes this contact?"""

from __future__ import annotations

from sim.floor.rules.primitives import rule
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import CHOOSE, LONGEST_IDLE, Contact, Member, Tier

MOST_PROFICIENT = CHOOSE["most_proficient"]
FASTEST = CHOOSE["fastest"]
IN_ORDER = CHOOSE["in_order"]
AT_RANDOM = CHOOSE["random"]


@rule
def agent_for(floor: Floor, now: float, contact: Contact) -> int:
    """The agent who takes this contact, idle or not, tier by tier as far as its wait has opened them; -1 for nobody."""
    queue = floor.queues[contact.queue]
    for t in range(queue.first_tier, queue.end_tier):
        tier = floor.tiers[t]
        if now < contact.arrived + tier.after:
            break
        if now >= contact.arrived + tier.until:
            continue
        if tier.shared:
            a = agent_drawn(floor, tier, contact)
            if a >= 0:
                return a
        a = agent_among(floor, tier, tier.first_member, tier.end_member, contact)
        if a >= 0:
            return a
    return -1


@rule
def agent_behind(floor: Floor, now: float, contact: Contact) -> int:
    """Who makes a callback that stands behind the live queue: of idle agents, if enough others of theirs stay idle."""
    queue = floor.queues[contact.queue]
    keep_idle = floor.callbacks[queue.callback].keep_idle
    for t in range(queue.first_tier, queue.end_tier):
        tier = floor.tiers[t]
        if now < contact.arrived + tier.after:
            break
        if now >= contact.arrived + tier.until:
            continue
        a = -1
        for m in range(tier.first_member, tier.end_member):
            member = floor.members[m]
            if idle_with_skill(floor, member.group, contact.queue, member.partial) > keep_idle:
                a = better_agent(floor, tier, member, contact.queue, a)
        if a >= 0:
            return int(a)
    return -1


@rule
def agent_drawn(floor: Floor, tier: Tier, contact: Contact) -> int:
    """Shares between groups: the group drawn for this contact comes first, whatever the others have."""
    for m in range(tier.first_member, tier.end_member):
        if contact.share < floor.members[m].share_up_to:
            return agent_among(floor, tier, m, m + 1, contact)
    return -1


@rule
def agent_among(floor: Floor, tier: Tier, first: int, end: int, contact: Contact) -> int:
    """Among these members of a tier: an idle agent, one with room for another contact, one who may be interrupted."""
    q = contact.queue
    queue = floor.queues[q]
    a = -1
    if queue.shared and tier.most_loaded:
        a = agent_with_room(floor, tier, first, end, contact)
        if a >= 0:
            return a
    if tier.choose == AT_RANDOM:
        a = agent_at_random(floor, first, end, contact, -1)
    else:
        for m in range(first, end):
            a = better_agent(floor, tier, floor.members[m], q, a)
    if a < 0 and queue.shared and not tier.most_loaded:
        a = agent_with_room(floor, tier, first, end, contact)
    if a < 0 and queue.interrupts:
        a = agent_to_interrupt(floor, first, end, q)
    return a


@rule
def better_agent(floor: Floor, tier: Tier, member: Member, q: int, best: int) -> int:
    """The best of `best` and this group's idle agents, if the group may go below its reserve."""
    idle = floor.lists[floor.center[0].queues + member.group]
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
    idle = floor.lists[floor.center[0].queues + g]
    if not partial:
        return int(idle.count)
    count = 0
    a = idle.first
    while a >= 0:
        if floor.speed[a * floor.center[0].queues + q] > 0.0:
            count += 1
        a = floor.agents[a].behind
    return count


@rule
def better_in_list(floor: Floor, tier: Tier, member: Member, q: int, a: int, best: int) -> int:
    """The best of `best` and the agents from `a` on in its list, who hold equally many contacts."""
    while a >= 0:
        agent = floor.agents[a]
        if can_take(floor, member.partial, q, a):
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
def can_take(floor: Floor, partial: int, q: int, a: int) -> bool:
    """Whether an agent who is idle, or has a place left, has the skill and may hold the contact beside its others."""
    if partial and floor.speed[a * floor.center[0].queues + q] == 0.0:
        return False
    return bool(floor.agents[a].held == 0 or has_room(floor, a, q))


@rule
def agent_at_random(floor: Floor, first: int, end: int, contact: Contact, level: int) -> int:
    """Any of these members' agents with equal chance: idle ones, or those of a level of contacts in hand."""
    count = 0
    for m in range(first, end):
        count += candidates(floor, m, contact.queue, level)
    place = int(contact.pick * count)
    for m in range(first, end):
        here = candidates(floor, m, contact.queue, level)
        if place < here:
            a = floor.lists[list_of(floor, floor.members[m].group, level)].first
            while place > 0 or not can_take(floor, floor.members[m].partial, contact.queue, a):
                place -= int(can_take(floor, floor.members[m].partial, contact.queue, a))
                a = floor.agents[a].behind
            return int(a)
        place -= here
    return -1


@rule
def candidates(floor: Floor, m: int, q: int, level: int) -> int:
    """How many of a member's agents, idle or of this level, may take a contact of the queue."""
    member = floor.members[m]
    idle = idle_with_skill(floor, member.group, q, member.partial)
    if level < 0:
        return int(idle if idle > member.keep_idle else 0)
    count = 0
    a = floor.lists[list_of(floor, member.group, level)].first
    while a >= 0 and idle >= member.keep_idle:
        count += int(can_take(floor, member.partial, q, a))
        a = floor.agents[a].behind
    return count


@rule
def list_of(floor: Floor, g: int, level: int) -> int:
    """The list of a group's idle agents, or for level 0, 1, … of those with one contact, two, … and room for more."""
    center = floor.center[0]
    return int(center.queues + g if level < 0 else center.first_level + g * center.levels + level)


@rule
def agent_with_room(floor: Floor, tier: Tier, first: int, end: int, contact: Contact) -> int:
    """An agent who holds contacts already, and may hold this one beside them."""
    q = contact.queue
    center = floor.center[0]
    for step in range(center.levels):
        level = center.levels - 1 - step if tier.most_loaded else step
        a = -1
        if tier.choose == AT_RANDOM:
            a = agent_at_random(floor, first, end, contact, level)
        else:
            for m in range(first, end):
                member = floor.members[m]
                if idle_with_skill(floor, member.group, q, member.partial) < member.keep_idle:
                    continue
                which = list_of(floor, member.group, level)
                a = better_in_list(floor, tier, member, q, floor.lists[which].first, a)
        if a >= 0:
            return a
    return -1


@rule
def has_room(floor: Floor, a: int, q: int) -> bool:
    """Whether an agent who holds shared contacts, and has a place left, may take one of this queue's."""
    g = floor.agents[a].group
    holding = floor.holdings[g * floor.center[0].queues + q]
    if holding.alone:
        return False
    if holding.at_once == floor.groups[g].places:
        return True
    channel = floor.queues[q].channel
    count = 0
    c = floor.lists[floor.center[0].first_hand + a].first
    while c >= 0:
        if floor.queues[floor.contacts[c].queue].channel == channel:
            count += 1
        c = floor.contacts[c].behind
    return bool(count < holding.at_once)


@rule
def agent_to_interrupt(floor: Floor, first: int, end: int, q: int) -> int:
    """The agent longest at work that gives way to this queue's contacts; a group's reserve must stay."""
    center = floor.center[0]
    best = -1
    for m in range(first, end):
        member = floor.members[m]
        if idle_with_skill(floor, member.group, q, member.partial) < member.keep_idle:
            continue
        a = floor.lists[center.first_interruptible + member.group].first
        while a >= 0:
            if gives_way(floor, a, floor.agents[a].contact, q) and (
                not member.partial or floor.speed[a * center.queues + q] > 0.0
            ):
                if best < 0 or floor.agents[a].idle_since < floor.agents[best].idle_since:
                    best = a
                break
            a = floor.agents[a].behind
    return best


@rule
def is_interruptible(floor: Floor, a: int, c: int) -> bool:
    """Whether agent `a` drops contact `c` for some others."""
    at = floor.agents[a].group * floor.center[0].queues + floor.contacts[c].queue
    return bool(floor.holdings[at].interrupted_by != 0)


@rule
def gives_way(floor: Floor, a: int, c: int, q: int) -> bool:
    """Whether agent `a` drops contact `c` for one of queue `q`."""
    holding = floor.holdings[floor.agents[a].group * floor.center[0].queues + floor.contacts[c].queue]
    return bool((holding.interrupted_by >> floor.queues[q].channel) & 1)


@rule
def outranks(floor: Floor, tier: Tier, q: int, a: int, b: int) -> bool:
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
        left = floor.resolution[a * floor.center[0].queues + q]
        right = floor.resolution[b * floor.center[0].queues + q]
    elif choose == FASTEST:
        left = floor.speed[a * floor.center[0].queues + q]
        right = floor.speed[b * floor.center[0].queues + q]
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
