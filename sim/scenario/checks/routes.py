"""What must hold of skills and routes: every queue has somebody who takes its contacts, tier by tier."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.errors import did_you_mean
from sim.scenario.checks.findings import (
    Finding,
    error,
    is_lost,
    is_unknown,
    names_of,
    queues_of_known_channel,
    warning,
    way_to,
)
from sim.scenario.heads import most_heads
from sim.scenario.language.groups import OF_WAITS, Group
from sim.scenario.language.queues import LOADS, Queue, Tier
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE
from sim.scenario.reading.toml_lines import as_key
from sim.scenario.serving import groups_serving, has_vendor
from sim.units import format_duration

OF_QUEUES = {"skill_priority", "priority_class"}


def skills_name_queues(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        queues = ", ".join(names_of(s, "queues"))
        if not group.skills:
            yield error(f"groups.{name}.skills", f"the group has no skill; queues are {queues}")
        for skill in group.skills:
            if is_unknown(s, "queues", skill):
                yield error(f"groups.{name}.skills", f'"{skill}" is not a queue; queues are {queues}')


def queues_are_served(s: Scenario) -> Iterator[Finding]:
    skills = [_skills_of(s, group) for group in names_of(s, "groups")]
    any_queue = is_lost(s, "groups") or None in skills
    served = {queue for known in skills if known is not None for queue in known}
    for name, queue in s.spec.queues.items():
        somebody = any_queue or name in served
        if not somebody and not has_vendor(queue):
            yield error(
                f"queues.{name}", f"no group serves this queue; add {as_key(name)} = {{}} to the skills of a group"
            )
            continue
        yield from _groups_of_tiers(s, name, queue)
        routed = {g for tier in queue.route or () for g in tier.groups}
        if queue.route is not None:
            for g, group in s.spec.groups.items():
                if name in group.skills and g not in routed:
                    yield warning(f"queues.{name}.route", f"group {g} has the skill but no tier names it")


def _groups_of_tiers(s: Scenario, name: str, queue: Queue) -> Iterator[Finding]:
    """A plan may take a skill away without writing the route anew; somebody must be left."""
    left = has_vendor(queue) or not queue.route
    for number, tier in enumerate(queue.route or (), start=1):
        where = f"queues.{name}.route.{number}.groups"
        for g in tier.groups:
            if is_unknown(s, "groups", g):
                yield error(where, f'"{g}" is not a group; {did_you_mean(g, names_of(s, "groups"))}')
                left = True
            elif (known := _skills_of(s, g)) is None or name in known:
                left = True
            elif s.plan == BASE:
                yield error(where, f'group {g} lacks the skill "{name}"; add it to groups.{g}.skills')
                left = True
            else:
                yield warning(where, f'group {g} lacks the skill "{name}" in this plan: the tier does without it')
    if not left:
        text = "no group that it names has the skill in this plan; name one that has, or remove the route"
        yield error(f"queues.{name}.route", text)


def _skills_of(s: Scenario, group: str) -> set[str] | None:
    """The queues that a group serves, as far as they could be read; None if they could not, and may be any."""
    if group in s.spec.groups and not is_lost(s, f"groups.{group}.skills"):
        return set(s.spec.groups[group].skills)
    groups = s.resolved.get("groups")
    written = groups.get(group) if isinstance(groups, dict) else None
    skills = written.get("skills") if isinstance(written, dict) else None
    return set(skills) if isinstance(skills, dict) else None


def tiers_are_ordered(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        if queue.route is not None and not queue.route:
            yield error(f"queues.{name}.route", "is empty; remove it to offer contacts to every group with the skill")
        waits = [tier.after for tier in queue.route or ()]
        if waits != sorted(waits):
            yield error(f"queues.{name}.route", "the tiers' `after` must not fall: earlier tiers come first")
        if waits and waits[0] > 0:
            yield warning(f"queues.{name}.route", f"nobody may answer in the first {format_duration(waits[0])}")
        elif queue.route and waits == sorted(waits):
            yield from _tiers_that_close(f"queues.{name}.route", queue.route)
        for number, tier in enumerate(queue.route or (), start=1):
            if tier.vendor is None:
                yield from _choice_among_groups(s, f"queues.{name}.route.{number}", tier)


def _tiers_that_close(where: str, route: tuple[Tier, ...]) -> Iterator[Finding]:
    """At every wait some tier is open."""
    known = 0.0
    for number, tier in enumerate(route, start=1):
        if tier.until is not None and tier.until <= tier.after:
            yield error(f"{where}.{number}.until", "must be later than the tier's `after`")
            return
        if tier.after > known:
            gap = f"{format_duration(known)} and {format_duration(tier.after)}"
            yield warning(f"{where}.{number}.after", f"nobody may answer between {gap} of waiting")
        known = max(known, math.inf if tier.until is None else tier.until)
    if known < math.inf:
        text = f"nobody may answer who has waited {format_duration(known)}: leave `until` out of one tier, or add one"
        yield error(where, text)


def _choice_among_groups(s: Scenario, where: str, tier: Tier) -> Iterator[Finding]:
    if len(tier.choose) > 2 or not tier.choose:
        yield error(f"{where}.choose", "name one rule, or two: the second decides between equals")
    elif "random" in tier.choose and any(rule not in (*LOADS, "random") for rule in tier.choose):
        text = "random leaves no equals to decide between, and decides between none: name it alone, or after a load"
        yield error(f"{where}.choose", text)
    if len(set(tier.groups)) != len(tier.groups):
        yield error(f"{where}.groups", "names a group twice")
    if tier.share is not None:
        if set(tier.share) != set(tier.groups):
            yield error(f"{where}.share", f"give a share to each of {', '.join(tier.groups)}, and to no other")
        elif abs(sum(tier.share.values()) - 1.0) > 1e-6:
            yield error(f"{where}.share", f"the shares add up to {sum(tier.share.values()):.1%}, not 100 %")
    for g in tier.groups:
        heads = most_heads(s, g)
        if heads is not None and 0 < heads <= tier.keep_idle:
            yield warning(f"{where}.keep_idle", f"group {g} has {heads} heads: it will never take a contact here")


def vendors_take_contacts(s: Scenario) -> Iterator[Finding]:
    """Tiers of an outside partner: one that is known, for customers who wait, without what goes with groups."""
    for name, queue in s.spec.queues.items():
        for number, tier in enumerate(queue.route or (), start=1):
            if tier.vendor is None:
                continue
            where = f"queues.{name}.route.{number}"
            if is_unknown(s, "vendors", tier.vendor):
                way_out = way_to(s, "vendors", tier.vendor)
                yield error(f"{where}.vendor", f'"{tier.vendor}" is not a vendor; {way_out}')
            elif not s.queue(name).is_live and not is_lost(s, f"queues.{name}.channel"):
                text = f"vendors take live channels only, not {queue.channel}; name groups instead"
                yield error(f"{where}.vendor", text)
            for key in ("keep_idle", "choose", "share"):
                if key in tier.model_fields_set:
                    yield error(f"{where}.{key}", "goes with groups; remove it from the vendor's tier")


def loads_decide(s: Scenario) -> Iterator[Finding]:
    for name, queue in queues_of_known_channel(s):
        for number, tier in enumerate(queue.route or (), start=1):
            where = f"queues.{name}.route.{number}.choose"
            by_load = [rule for rule in tier.choose if rule in LOADS]
            groups = [g for g in tier.groups if g in s.spec.groups]
            if by_load and by_load != [tier.choose[0]]:
                yield error(where, f"how much agents hold decides before anything else: name {by_load[-1]} first")
            elif by_load and groups and all(s.group(g).holding(queue.channel).alone for g in groups):
                text = f"{queue.channel} is held alone, by agents with nothing in hand"
                yield warning(where, f"{text}: {by_load[0]} is the same as longest_idle")


def selection_makes_sense(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if not group.take or len(set(group.take)) != len(group.take):
            yield error(f"groups.{name}.take", "name each rule once; the first decides")
        elif any(rule in ("longest_waiting", "wait_weight") for rule in group.take[:-1]):
            yield warning(f"groups.{name}.take", f"waits hardly ever tie: what follows {group.take[0]} decides nothing")
        elif "longest_queue" in group.take and set(group.take[group.take.index("longest_queue") + 1 :]) & OF_QUEUES:
            text = "of equally long queues the longest waiting goes first: what follows longest_queue decides nothing"
            yield warning(f"groups.{name}.take", text)


def waits_are_compared(s: Scenario) -> Iterator[Finding]:
    """What raises a queue's contacts above others: it needs a group that compares them so."""
    for name, queue in s.spec.queues.items():
        where = f"queues.{name}"
        waits = [after for after, _ in queue.priority_after]
        if any(after <= 0 for after in waits) or sorted(set(waits)) != waits:
            yield error(f"{where}.priority_after", "the waits must rise, the first above 0 (there `priority` holds)")
        groups = [s.spec.groups[g] for g in groups_serving(s, name) if len(s.spec.groups[g].skills) > 1]
        if queue.priority_after and not any("priority_class" in _before_waits(group) for group in groups):
            text = "no group that serves other queues too takes by priority_class: it does nothing"
            yield warning(f"{where}.priority_after", text)
        for key in ("head_start", "counts_double"):
            if getattr(queue, key) and not any(_compares(s, group, name) for group in groups):
                text = "no group compares waits here with those of another queue of equal priority: it does nothing"
                yield warning(f"{where}.{key}", text)


def _before_waits(group: Group) -> tuple[str, ...]:
    """The rules of `take` before the first that looks at waits."""
    first = next((n for n, rule in enumerate(group.take) if rule in OF_WAITS), len(group.take))
    return group.take[:first]


def _compares(s: Scenario, group: Group, name: str) -> bool:
    """Whether the group takes from the queue, and from another of equal priority, by their waits."""
    before = _before_waits(group)
    if "longest_queue" in group.take[len(before) : len(before) + 1]:
        return False

    def classes(queue: str) -> set[tuple[int, ...]]:
        spec = s.spec.queues[queue]
        own = {"skill_priority": group.skills[queue].priority}
        known = {spec.priority, *(one for _, one in spec.priority_after)}
        return {tuple(own.get(rule, of_class) for rule in before) for of_class in known}

    others = [queue for queue in group.skills if queue != name and queue in s.spec.queues]
    return any(classes(name) & classes(other) for other in others)


def skills_are_held(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        for queue, skill in group.skills.items():
            if skill.holders == 0 and queue not in group.cross_training:
                yield error(
                    f"groups.{name}.skills.{queue}.holders", "nobody holds the skill; remove it, or give a share"
                )
