"""A frontier's table, and what the manifest says of it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.measures.kpis import CONTACTS
from sim.report.text.frontier import verdict
from sim.study.compare import Difference
from sim.study.frontier.sweep import Frontier
from sim.study.result import PlanResult
from sim.study.statistics import Estimate, estimate
from sim.study.targets import Verdict

COLUMNS = (
    "plan", "lever", "value", "scope", "name", "kpi", "unit", "mean", "ci_low", "ci_high",
    "difference", "difference_low", "difference_high", "better", "confidence",
)  # fmt: skip


def frontier_table(f: Frontier) -> pd.DataFrame:
    """A row per value and KPI, with its paired difference from today's value and the confidence of that one's interval:
    those of the figures that plans are compared by hold jointly, the others each for itself."""
    changes = {(d.plan, d.scope, d.name, d.kpi): d for d in f.differences}
    rows = []
    for point, result in zip(f.points, f.results, strict=True):
        for scope, name in result.scopes():
            for kpi, unit, found in _reported(result, scope, name):
                change = changes.get((point.value.label, scope, name, kpi))
                rows.append((
                    f.plan.plan, f.lever.name, point.value.label, scope, name, kpi, unit,
                    found.mean, found.low, found.high, *_change(change),
                ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _reported(result: PlanResult, scope: str, name: str) -> list[tuple[str, str, Estimate]]:
    """(KPI, unit, estimate) of everything that is reported of a scope."""
    found = [(kpi.id, kpi.unit, estimate(kpi.value, sums, kpi.within)) for kpi, sums in result.kpi_sums(scope, name)]
    if scope in CONTACTS:
        found.append(("wait_p90_s", "s", result.kpi("wait_p90_s", scope, name)))
    return found


def _change(d: Difference | None) -> tuple[float, float, float, str, float]:
    """Nothing for today's own value."""
    if d is None:
        return (math.nan,) * 3 + ("", math.nan)
    return d.estimate.mean, d.estimate.low, d.estimate.high, d.verdict, d.confidence


def described(f: Frontier) -> dict[str, Any]:
    """The answer, for the manifest; money a week."""
    return {
        "lever": f.lever.name,
        "settings": f.lever.settings,
        "values": f.labels,
        "today": f.today.value.label,
        "best": None if f.crown is None else f.best.value.label,
        "is_risk": f.lever.is_risk,
        "targets_missed": {label: _levels_of(f.missed(n)) for n, label in enumerate(f.labels)},
        "targets_unclear": {label: _levels_of(f.unclear(n)) for n, label in enumerate(f.labels)},
        "minimised": f.kpi,
        "sentence": verdict(f).text,
        "against_today_a_week": {label: _plain(d) for label, d in zip(f.labels, f.choice.differences, strict=True)},
        "intervals": "95 %, all at once (Bonferroni)",
        "break_even_for_load": f.load,
        "break_even_for_money": [
            {
                "setting": sensitivity.assumption.setting,
                "assumed": sensitivity.assumption.assumed,
                "range": [sensitivity.assumption.low, sensitivity.assumption.high],
                "value": f.points[sensitivity.rival].value.label,
                "turns": [{"at": turn.at, "low": turn.low, "high": turn.high} for turn in sensitivity.turns],
                "saved_a_week": [{"at": r.at, **_plain(r.saving)} for r in sensitivity.replays],
            }
            for sensitivity in f.sensitivities
        ],
    }


def _levels_of(targets: list[Verdict]) -> dict[str, dict[str, float]]:
    """By queue, in the worst period."""
    return {one.name: {"level": one.worst_level.mean, "target": one.target} for one in targets}


def _plain(e: Estimate) -> dict[str, float | None]:
    """Without an interval where one replication tells none."""
    known = {"mean": e.mean, "low": e.low, "high": e.high}
    return {name: value if math.isfinite(value) else None for name, value in known.items()}
