"""The manifest: what was run, with what, so that it can be run again."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from sim import __version__
from sim.demand.busyness import variance_shares, work_variance_shares
from sim.measures.kpis import CENTER
from sim.program import library_versions
from sim.report.text.quality import break_evens
from sim.report.text.workforce import findings_of
from sim.scenario.described import description_of
from sim.study.compare import Difference, narrowing_of
from sim.study.result import PlanResult
from sim.study.run import Study
from sim.study.targets import Verdict, verdicts_of


def manifest(study: Study, labels: list[str], differences: list[Difference] | None, command: str) -> dict[str, Any]:
    """Everything but the numbers themselves. `command` repeats the run."""
    contacts = sum(result.contacts for result in study.results)
    played = contacts - sum(result.contacts_before for result in study.results)
    floor_seconds = sum(result.floor_seconds for result in study.results)
    return {
        "command": command,
        "title": study.results[0].scenario.spec.title,
        "author": study.results[0].scenario.spec.author or "",
        "version": __version__,
        "versions": library_versions(),
        "engine": study.engine,
        "processes": study.jobs,
        "wall_seconds": round(study.wall_seconds, 3),
        "contacts": contacts,
        "contacts_per_second": round(played / study.wall_seconds),
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
        "changes": [change.text for change in scenario.changes],
        "seed": scenario.spec.run.seed,
        "replications": result.replications,
        "replications_played_before": result.before,
        "calibration": [vars(row) for row in result.calibration.rows],
        "calibration_remembered": result.calibration.remembered,
        "targets": [_target(one) for one in verdicts_of(result)],
        "spread_of_daily_volume": {queue: variance_shares(scenario, queue) for queue in scenario.queues},
        "spread_of_daily_work": {queue: work_variance_shares(scenario, queue) for queue in scenario.queues},
        **({"pace": haste} if scenario.uses.pace else {}),
        **({"variance_reduction": _weighed(result)} if scenario.spec.run.variance_reduction else {}),
        "assumptions": [{"where": p.where, "what": p.what} for p in scenario.assumptions],
        "warnings": [{"where": p.where, "what": p.what} for p in findings_of(result)],
        "resolved": plain(scenario.resolved),
    }


def _weighed(result: PlanResult) -> dict[str, Any]:
    """What replications are weighted by, and by how much that narrows intervals; null where they count alike."""
    weighing, by = result.weighing(), {kpi: round(times, 3) for kpi, times in result.narrowing().items()}
    drawn = None if weighing is None else round(1.0 + float(weighing.excess.mean()), 6)
    return {"weighted_to": result.scenario.spec.run.variance_reduction, "drawn_of_expected": drawn, "narrowing": by}


def _target(one: Verdict) -> dict[str, Any]:
    """A verdict as JSON; what one replication cannot tell is null."""
    chance = one.all_met.mean if math.isfinite(one.all_met.mean) else None
    told = {"scope": one.scope, "name": one.name, "verdict": one.verdict, "all_periods_met": chance}
    if one.scope == CENTER:
        return told
    worst = " ".join(text for text in one.worst if text)
    return {**told, "per": one.per, "target": one.target, "worst_period": worst or None}


def plain(value: Any) -> Any:
    """A TOML value as JSON: dates and times as text."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
