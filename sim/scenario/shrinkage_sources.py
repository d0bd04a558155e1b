"""What in a scenario produces each kind of shrinkage."""

from __future__ import annotations

from sim.scenario.model import Scenario


def produces(scenario: Scenario, kind: str) -> bool:
    """Whether anything in the file takes people off the floor in this way, a field of ShrinkagePlan."""
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
