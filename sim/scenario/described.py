"""What a plan is, in short words: its own description, or the settings in which it differs."""

from __future__ import annotations

from sim.scenario.changes import changes_of, in_words
from sim.scenario.model import Scenario


def description_of(scenario: Scenario, baseline: Scenario | None = None) -> str:
    """What the file says of the scenario or plan; else what the plan changes, or how the file differs from another."""
    if scenario.description:
        return scenario.description
    changes = scenario.changes
    if not changes and baseline is not None and baseline.name != scenario.name:
        changes = tuple(changes_of(baseline.resolved, scenario.resolved))
    return in_words(changes)
