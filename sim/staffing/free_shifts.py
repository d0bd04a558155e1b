"""Which shifts, with which contracts, people of a group may work under a search for staff; and what each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.candidate_shifts import as_shifts, candidate_tables, matched
from sim.scenario.language.groups import Group
from sim.scenario.language.shifts import Shift
from sim.scenario.language.staffing import GroupStaffing
from sim.scenario.model import Scenario
from sim.scenario.shift_hours import hours_a_week, parts_in_order
from sim.staffing.shift_candidates import moved_shifts
from sim.staffing.today import Kind, contracts_today
from sim.workforce.contract_hours import MOST_OFF

SATURDAY = 5


@dataclass(frozen=True)
class FreeShifts:
    """Of one group: each kind of people it may have, in order, with whether their number may change."""

    kinds: Mapping[Kind, bool]
    tables: Mapping[str, Mapping[str, Any]]
    """Of the shifts among them that the file does not have."""
    shifts: Mapping[str, Shift]
    """All of them."""


def free_shifts(scenario: Scenario, group: str, today: Mapping[Kind, int], *, moved: bool) -> FreeShifts:
    """As `[staffing]` says it; with `moved`, and no candidates in the file, also the group's own shifts moved."""
    spec, rule = scenario.spec.groups[group], rule_of(scenario, group)
    known = scenario.spec.shifts
    own, made = list(parts_in_order(scenario, spec)), candidate_tables(scenario.spec)
    # A plan that was found may have made some of them its own.
    named = [*own, *(name for name in made if name in known and name not in own)]
    named = named if rule.shifts is None else matched(rule.shifts, list(known))
    tables = {name: table for name, table in made.items() if name not in known}
    new = list(tables) if rule.shifts is None else matched(rule.shifts, list(tables))
    if moved and not made:
        tables = moved_shifts(scenario, group, [name for name in own if name in named])
        new = list(tables)
    shifts = {**known, **as_shifts(tables)}
    contracts = _contracts(scenario, group, sum(today.values()))
    kinds: dict[Kind, bool] = {}
    for name in (*own, *(name for name in named if name not in own), *new):
        is_free = name in named or name in new
        for hours in contracts:
            kind = name, hours
            if kind in today or (is_free and _can_be(scenario, spec, shifts[name], kind, contracts, name in own)):
                kinds[kind] = is_free
    used = {name for name, _ in kinds}
    return FreeShifts(
        kinds, {name: table for name, table in tables.items() if name in used}, {name: shifts[name] for name in used}
    )


def rule_of(scenario: Scenario, group: str) -> GroupStaffing:
    staffing = scenario.spec.staffing
    return GroupStaffing() if staffing is None else staffing.groups.get(group, GroupStaffing())


def weekends(scenario: Scenario, group: Group, shift: Shift) -> float:
    """The share of weeks in which somebody on a shift works on Saturday or Sunday, as often as the rotation has it."""
    days = [day for day in shift.days if day >= SATURDAY]
    rotation = scenario.spec.rotations.get(group.rotation or "")
    if rotation is None:
        return float(bool(days))
    weeks = len(rotation.weeks)
    return sum(any(rotation.works(week, day) for day in days) for week in range(weeks)) / weeks


def _contracts(scenario: Scenario, group: str, heads: int) -> list[float | None]:
    """The group's own and those that are offered, the longest first, none at the end."""
    part_time = rule_of(scenario, group).part_time
    known = {*contracts_today(scenario, group, heads), *(part_time.hours if part_time is not None else ())}
    return [*sorted((hours for hours in known if hours is not None), reverse=True), *([None] if None in known else [])]


def _can_be(
    scenario: Scenario, group: Group, shift: Shift, kind: Kind, contracts: list[float | None], is_own: bool
) -> bool:
    """Whether the shift's week has the hours of the contract: a longer contract would be paid less than it says.

    A file cannot say of some people on a shift that they have a contract, and of others that they have none: where a
    group has both, new shifts are worked by those without.
    """
    if None in contracts:
        return kind[1] is None and (not is_own or len(contracts) == 1)
    week = hours_a_week(scenario, group, shift) / (1.0 - MOST_OFF)
    fitting = [hours for hours in contracts if hours is not None and hours <= week]
    # Of the group's own shifts, one that no contract fits is worked by the shortest.
    return kind[1] in (fitting or (contracts[-1:] if is_own else []))
