"""Routes and skills lowered to tables: who may take whose contacts, and in which order an agent looks at queues."""

from __future__ import annotations

from typing import Any

from sim.demand.contacts import TICKS
from sim.floor.tables.layout import table_of
from sim.floor.tables.records import (
    CHOOSE,
    LONGEST_IDLE,
    NEVER,
    Group,
    Member,
    Opening,
    Rise,
    Skill,
    Tier,
)
from sim.observations import Table
from sim.scenario.language import groups as schema_groups
from sim.scenario.language import queues as schema_queues
from sim.scenario.language.groups import OF_WAITS
from sim.scenario.language.queues import LOADS
from sim.scenario.model import Scenario
from sim.scenario.numbered import NumberedGroup, NumberedQueue


def on_grid(seconds: float) -> float:
    return round(seconds * TICKS) / TICKS


def lower_routes(scenario: Scenario) -> tuple[Table, Table]:
    """(tiers, members)."""
    tiers: list[tuple[Any, ...]] = []
    members: list[tuple[Any, ...]] = []
    for queue in scenario.numbered.queues:
        for tier in queue.tiers:
            first, share = len(members), 0.0
            for name in tier.groups:
                share += tier.share[name] if tier.share else 0.0
                group = scenario.group(name)
                members.append((group.number, tier.keep_idle, share, _is_partial(scenario, group, queue.name)))
            if tier.vendor is not None:
                members.append((scenario.vendor(tier.vendor).as_group, 0, 1.0, 0))
            rules = [rule for rule in tier.choose if rule not in LOADS] or ["longest_idle"]
            then = CHOOSE[rules[1]] if len(rules) > 1 else LONGEST_IDLE
            row = (
                on_grid(tier.after),
                CHOOSE[rules[0]],
                then,
                int(tier.choose[0] == "most_loaded"),
                int(tier.share is not None),
                first,
                len(members),
                _until(tier),
            )
            tiers.append(row)
    return table_of(Tier, tiers), table_of(Member, members)


def _until(tier: schema_queues.Tier) -> float:
    return NEVER if tier.until is None else on_grid(tier.until)


def _is_partial(scenario: Scenario, group: NumberedGroup, queue: str) -> int:
    """Whether only some of the group's agents ever hold the skill."""
    classes = [hiring for hiring in scenario.spec.hiring.values() if hiring.group == group.name]
    nests = [hiring.nesting for hiring in classes if hiring.nesting is not None]
    learns = any(nesting.queues and queue not in nesting.queues for nesting in nests)
    return int(learns or group.spec.skills[queue].holders < 1.0)


def lower_skills(scenario: Scenario) -> tuple[Table, Table, Table, Table]:
    """What each group serves, in the order in which its free agents look; vendors serve whoever is sent to them.

    (skills, openings, rises, groups)
    """
    skills: list[tuple[Any, ...]] = []
    openings: list[tuple[Any, ...]] = []
    rises: list[tuple[Any, ...]] = []
    groups: list[tuple[Any, ...]] = []
    rising: list[int] = []
    for group in scenario.numbered.groups:
        first_skill, first_of_group = len(skills), len(rises)
        keys = {queue.number: _rank_keys(group.spec, queue) for queue in group.queues}
        ranks = {key: rank for rank, key in enumerate(sorted({key for own in keys.values() for _, key in own}))}
        keeps_idle = any(tier.keep_idle for queue in group.queues for tier in _opened_to(group, queue))
        for queue in sorted(group.queues, key=lambda q: (keys[q.number][0][1], q.number)):
            if not group.holding(queue.spec.channel).at_once:
                continue
            first, first_rise, spec = len(openings), len(rises), queue.spec
            tiers = _opened_to(group, queue)
            openings += [(on_grid(tier.after), tier.keep_idle, _until(tier)) for tier in tiers]
            rises += [(on_grid(after), ranks[key]) for after, key in keys[queue.number][1:]]
            weight = spec.weight if "wait_weight" in group.spec.take else 1.0
            closes = int(any(tier.until is not None for tier in tiers))
            skills.append(
                (
                    queue.number, ranks[keys[queue.number][0][1]], weight, first, len(openings),
                    _is_partial(scenario, group, queue.name), closes, first_rise, len(rises),
                    on_grid(spec.head_start), on_grid(spec.counts_double),
                )
            )  # fmt: skip
        groups.append((0, first_skill, len(skills), int(group.blends), group.places, int(keeps_idle), -1.0))
        rising.append(int(len(rises) > first_of_group))
    for vendor in scenario.numbered.vendors:
        first_skill = len(skills)
        for queue in scenario.numbered.queues:
            tiers, first = [tier for tier in queue.tiers if tier.vendor == vendor.name], len(openings)
            openings += [(on_grid(tier.after), 0, _until(tier)) for tier in tiers]
            if tiers:
                closes = int(any(tier.until is not None for tier in tiers))
                skills.append((queue.number, 0, 1.0, first, len(openings), 0, closes))
        groups.append((0, first_skill, len(skills), 0, 1, 0, on_grid(vendor.spec.wait)))
    table = table_of(Group, groups)
    for row, group, rises_there in zip(table, scenario.numbered.groups, rising, strict=False):
        row["names_leavers"] = int(group.spec.seats is not None and group.spec.seats.leave == "named")
        row["rises"] = rises_there
        row["by_length"] = int(_by_length(group.spec))
    return table_of(Skill, skills), table_of(Opening, openings), table_of(Rise, rises), table


def _opened_to(group: NumberedGroup, queue: NumberedQueue) -> list[schema_queues.Tier]:
    """The tiers of the queue's route in which the group is."""
    return [tier for tier in queue.tiers if group.name in tier.groups]


def _by_length(group: schema_groups.Group) -> bool:
    """Whether, of queues of one rank, the one goes first in which most contacts wait."""
    return next((rule for rule in group.take if rule in OF_WAITS), None) == "longest_queue"


def _rank_keys(group: schema_groups.Group, queue: NumberedQueue) -> list[tuple[float, tuple[int, ...]]]:
    """(wait, what of a group's `take` decides before the first rule that looks at waits), from no wait on."""
    spec = queue.spec
    before = group.take[: next((n for n, rule in enumerate(group.take) if rule in OF_WAITS), len(group.take))]
    classes = [(0.0, spec.priority), *(spec.priority_after if "priority_class" in before else ())]
    return [
        (after, tuple(group.skills[queue.name].priority if rule == "skill_priority" else of_class for rule in before))
        for after, of_class in classes
    ]
