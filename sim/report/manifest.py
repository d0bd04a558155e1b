"""The manifest: what was run, with what, so that it can be run again."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import platform
from typing import Any

from sim import __version__
from sim.demand.arrivals import variance_shares
from sim.report.quality import break_evens
from sim.report.workforce import findings_of
from sim.scenario.described import description_of
from sim.study.compare import Difference, narrowing_of
from sim.study.result import PlanResult
from sim.study.run import Study

LIBRARIES = ("numpy", "scipy", "pandas", "simpy", "numba", "pydantic")


def manifest(study: Study, labels: list[str], differences: list[Difference] | None, command: str) -> dict[str, Any]:
    """Everything but the numbers themselves. `command` repeats the run."""
    contacts = sum(result.contacts for result in study.results)
    floor_seconds = sum(result.floor_seconds for result in study.results)
    return {
        "command": command,
        "version": __version__,
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in LIBRARIES},
        },
        "engine": study.engine,
        "processes": study.jobs,
        "wall_seconds": round(study.wall_seconds, 3),
        "contacts": contacts,
        "contacts_per_second": round(contacts / study.wall_seconds),
        "contacts_per_second_floor_alone": round(contacts / max(floor_seconds, 1e-9)),
        "plans": {label: _plan(result) for label, result in zip(labels, study.results, strict=True)},
        "narrowing_by_common_luck": narrowing_of(differences or []),
    }


def _plan(result: PlanResult) -> dict[str, Any]:
    scenario = result.scenario
    pace = scenario.spec.quality.pace
    evens = {one.queue: one._asdict() for one in break_evens(scenario)}
    haste = {"elasticity": {"resolution": pace.resolution, "range": list(pace.range)}, "break_even_of_load": evens}
    return {
        "scenario": scenario.name,
        "plan": scenario.plan,
        "description": description_of(scenario),
        "changes": list(scenario.changes),
        "seed": scenario.spec.run.seed,
        "replications": result.replications,
        "calibration": [vars(row) for row in result.calibration.rows],
        "spread_of_daily_volume": {queue: variance_shares(scenario, queue) for queue in scenario.queues},
        **({"pace": haste} if scenario.changes_pace else {}),
        "assumptions": [{"where": p.where, "what": p.what} for p in scenario.assumptions],
        "warnings": [{"where": p.where, "what": p.what} for p in findings_of(result)],
        "resolved": plain(scenario.resolved),
    }


def plain(value: Any) -> Any:
    """A TOML value as JSON: dates and times as text."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
