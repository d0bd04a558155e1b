"""Why paid people are not available: the kinds of shrinkage, what was planned of each, and which there are."""

from __future__ import annotations

from sim.scenario.language.off_floor import ShrinkagePlan
from sim.scenario.model import Scenario
from sim.scenario.shrinkage_sources import produces

KINDS = tuple(ShrinkagePlan.model_fields)
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
    """The kinds that are reported: those that a workforce that moves can produce, or that were planned for it."""
    if not scenario.uses.moving_workforce:
        return []
    return [kind for kind in KINDS if planned(scenario, kind) or produces(scenario, kind)]
