"""Routes and skills lowered to tables: who may take whose contacts, and in which order an agent looks at queues."""

from __future__ import annotations

from typing import Any

from sim.demand.contacts import TICKS
from sim.floor.records import (
    AT_RANDOM,
    FASTEST,
    IN_ORDER,
    LONGEST_IDLE,
    MOST_PROFICIENT,
    NEVER,
    Group,
    Member,
    Opening,
    Rise,
    Skill,
    Tier,
)
from sim.floor.tables import table_of
from sim.observations import Table
from sim.scenario import schema_groups, schema_queues
from sim.scenario.holding import blends, places
from sim.scenario.model import Scenario
from sim.scenario.schema_groups import OF_WAITS
from sim.scenario.schema_queues import LOADS

CHOOSE = {
    "longest_idle": LONGEST_IDLE,
    "most_proficient": MOST_PROFICIENT,
    "fastest": FASTEST,
    "in_order": IN_ORDER,
    "random": AT_RANDOM,
}


def on_grid(seconds: float) -> float:
    return round(seconds * TICKS) / TICKS


def lower_routes(scenario: Scenario) -> tuple[Table, Table, dict[str, list[schema_queues.Tier]]]:
    groups, vendors = scenario.groups, list(scenario.spec.vendors)
    tiers: list[tuple[Any, ...]] = []
    members: list[tuple[Any, ...]] = []
    routes: dict[str, list[schema_queues.Tier]] = {}
    for queue in scenario.queues:
        routes[queue] = scenario.tiers_of(queue)
        for tier in routes[queue]:
            first, share = len(members), 0.0
            for name in tier.groups:
                share += tier.share[name] if tier.share else 0.0
                members.append((groups.index(name), tier.keep_idle, share, _is_partial(scenario, name, queue)))
            if tier.vendor is not None:
                members.append((len(groups) + vendors.index(tier.vendor), 0, 1.0, 0))
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
    return table_of(Tier, tiers), table_of(Member, members), routes


def _until(tier: schema_queues.Tier) -> float:
    return NEVER if tier.until is None else on_grid(tier.until)


def _is_partial(scenario: Scenario, group: str, queue: str) -> int:
    """Whether only some of the group's agents ever hold the skill."""
    nests = [hiring.nesting for hiring in scenario.spec.hiring.values() if hiring.group == group and hiring.nesting]
    learns = any(nesting.queues and queue not in nesting.queues for nesting in nests)
    return int(learns or scenario.spec.groups[group].skills[queue].holders < 1.0)


def lower_skills(scenario: Scenario, routes: dict[str, list[schema_queues.Tier]]) -> tuple[Table, Table, Table, Table]:
    """What each group serves, in the order in which its free agents look; vendors serve whoever is sent to them.

    (skills, openings, rises, groups)
    """
    skills: list[tuple[Any, ...]] = []
    openings: list[tuple[Any, ...]] = []
    rises: list[tuple[Any, ...]] = []
    groups: list[tuple[Any, ...]] = []
    rising: list[int] = []
    for name, group in scenario.spec.groups.items():
        first_skill, first_of_group = len(skills), len(rises)
        keys = {queue: _rank_keys(scenario, group, queue) for queue in group.skills}
        ranks = {key: rank for rank, key in enumerate(sorted({key for own in keys.values() for _, key in own}))}
        for queue in sorted(group.skills, key=lambda q: (keys[q][0][1], scenario.queues.index(q))):
            if not scenario.holding(name, scenario.spec.queues[queue].channel).at_once:
                continue
            first, first_rise, spec = len(openings), len(rises), scenario.spec.queues[queue]
            tiers = [tier for tier in routes[queue] if name in tier.groups]
            openings += [(on_grid(tier.after), tier.keep_idle, _until(tier)) for tier in tiers]
            rises += [(on_grid(after), ranks[key]) for after, key in keys[queue][1:]]
            weight = spec.weight if "wait_weight" in group.take else 1.0
            closes = int(any(tier.until is not None for tier in tiers))
            skills.append(
                (
                    scenario.queues.index(queue), ranks[keys[queue][0][1]], weight, first, len(openings),
                    _is_partial(scenario, name, queue), closes, first_rise, len(rises), on_grid(spec.head_start),
                    on_grid(spec.counts_double),
                )
            )  # fmt: skip
        keeps_idle = int(any(tier.keep_idle for queue in group.skills for tier in routes[queue] if name in tier.groups))
        row = (0, first_skill, len(skills), int(blends(scenario, name)), places(scenario, name), keeps_idle, -1.0)
        groups.append(row)
        rising.append(int(len(rises) > first_of_group))
    for name, vendor in scenario.spec.vendors.items():
        first_skill = len(skills)
        for queue in scenario.queues:
            tiers, first = [tier for tier in routes[queue] if tier.vendor == name], len(openings)
            openings += [(on_grid(tier.after), 0, _until(tier)) for tier in tiers]
            if tiers:
                closes = int(any(tier.until is not None for tier in tiers))
                skills.append((scenario.queues.index(queue), 0, 1.0, first, len(openings), 0, closes))
        groups.append((0, first_skill, len(skills), 0, 1, 0, on_grid(vendor.wait)))
    table = table_of(Group, groups)
    for at, group in enumerate(scenario.spec.groups.values()):
        table[at]["names_leavers"] = int(group.seats is not None and group.seats.leave == "named")
        table[at]["rises"] = rising[at]
        table[at]["by_length"] = int(_by_length(group))
    return table_of(Skill, skills), table_of(Opening, openings), table_of(Rise, rises), table


def _by_length(group: schema_groups.Group) -> bool:
    """Whether, of queues of one rank, the one goes first in which most contacts wait."""
    return next((rule for rule in group.take if rule in OF_WAITS), None) == "longest_queue"


def _rank_keys(scenario: Scenario, group: schema_groups.Group, queue: str) -> list[tuple[float, tuple[int, ...]]]:
    """(wait, what of a group's `take` decides before the first rule that looks at waits), from no wait on."""
    spec = scenario.spec.queues[queue]
    before = group.take[: next((n for n, rule in enumerate(group.take) if rule in OF_WAITS), len(group.take))]
    classes = [(0.0, spec.priority), *(spec.priority_after if "priority_class" in before else ())]
    return [
        (after, tuple(group.skills[queue].priority if rule == "skill_priority" else of_class for rule in before))
        for after, of_class in classes
    ]
