"""Why paid people are not available: the kinds of shrinkage, what was planned of each, and which there are."""

from __future__ import annotations

from sim.scenario.model import Scenario

OUT_OF_OFFICE = ("leave", "sick")
IN_OFFICE = ("breaks", "meetings", "coaching", "training", "away", "late")
KINDS = (*OUT_OF_OFFICE, *IN_OFFICE)
"""Shares of contracted hours if out of office, of attended ones (contracted and not out of office) if in it."""


def planned(scenario: Scenario, kind: str) -> float | None:
    """The share that the scenario plans for, if it has such a plan."""
    plan = scenario.spec.shrinkage_plan
    return None if plan is None else float(getattr(plan, kind))


def planned_in_all(scenario: Scenario, group: str) -> float | None:
    """Of a group: what its seats are grossed up by, or else the center's plan."""
    seats, plan = scenario.spec.groups[group].seats, scenario.spec.shrinkage_plan
    if seats is not None:
        return seats.shrinkage
    return None if plan is None else plan.combined


def kinds_of(scenario: Scenario) -> list[str]:
    """The kinds that are told of: those that a workforce that moves can produce, or that were planned for it."""
    if not scenario.workforce_moves:
        return []
    return [kind for kind in KINDS if planned(scenario, kind) or _produces(scenario, kind)]


def _produces(scenario: Scenario, kind: str) -> bool:
    spec, groups = scenario.spec, scenario.spec.groups.values()
    causes: dict[str, object] = {
        "leave": any(not absence.is_sickness for absence in spec.absence.values()),
        "sick": any(absence.is_sickness for absence in spec.absence.values()),
        "breaks": any(one.paid for shift in spec.shifts.values() for one in shift.breaks),
        "meetings": any(group.meetings for group in groups),
        "coaching": any(group.coaching for group in groups)
        or any(hiring.nesting and hiring.nesting.mentor_per for hiring in spec.hiring.values()),
        "training": spec.courses or any(group.cross_training for group in groups),
        "away": any(group.away for group in groups),
        "late": any(group.lateness or group.early_log_off for group in groups),
    }
    # A roster may name any activity, save coming late.
    return bool(causes[kind]) or (bool(scenario.data.rosters) and kind != "late")
