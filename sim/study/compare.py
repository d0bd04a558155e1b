"""Plans against a baseline: paired differences on common luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.measures.kpis import CENTER, CONTACTS, wait_quantile
from sim.study.result import PlanResult
from sim.study.statistics import Estimate, difference


@dataclass(frozen=True)
class Difference:
    """A plan's KPI minus the baseline's. `narrowing`: unpaired ÷ paired width of the interval."""

    plan: str
    baseline: str
    scope: str
    name: str
    kpi: str
    unit: str
    estimate: Estimate
    verdict: str
    narrowing: float


def verdict_of(estimate: Estimate, better: int) -> str:
    """ "better" or "worse" if the interval leaves no doubt, "same" for an exact zero, else "unclear"."""
    if estimate.mean == 0.0 and not estimate.half_width > 0.0:
        return "same"
    if better == 0:
        return ""
    if not np.isfinite(estimate.low) or estimate.low <= 0.0 <= estimate.high:
        return "unclear"
    return "better" if (estimate.mean > 0) == (better > 0) else "worse"


def narrowing_of(differences: list[Difference]) -> dict[str, dict[str, float]]:
    """By plan and KPI of the center: unpaired ÷ paired width of the interval."""
    found: dict[str, dict[str, float]] = {}
    for d in differences:
        if d.scope == CENTER and np.isfinite(d.narrowing):
            found.setdefault(d.plan, {})[d.kpi] = round(d.narrowing, 3)
    return found


def compare(results: list[PlanResult], labels: list[str]) -> list[Difference]:
    """Every KPI of every scope that a plan shares with the first one, the baseline."""
    baseline = results[0]
    rows: list[Difference] = []
    for result, label in zip(results[1:], labels[1:], strict=True):
        runs = min(result.replications, baseline.replications)
        shared = set(baseline.scopes())
        for scope, name in result.scopes():
            if (scope, name) not in shared:
                continue
            known = {kpi.id: sums for kpi, sums in baseline.told(scope, name)}
            for kpi, sums in result.told(scope, name):
                if kpi.id in known:
                    own = {key: column[:runs] for key, column in sums.items()}
                    other = {key: column[:runs] for key, column in known[kpi.id].items()}
                    found, unpaired = difference(kpi.value, own, other)
                    rows.append(_row(label, labels[0], scope, name, kpi.id, kpi.unit, kpi.better, found, unpaired))
            if scope in CONTACTS:
                waits, base_waits = result.waits_of(scope, name), baseline.waits_of(scope, name)
                found, unpaired = difference(
                    lambda s: wait_quantile(s["waits"]),
                    {"waits": waits["waits"][:runs]},
                    {"waits": base_waits["waits"][:runs]},
                )
                rows.append(_row(label, labels[0], scope, name, "wait_p90_s", "s", -1, found, unpaired))
    return rows


def _row(
    plan: str,
    baseline: str,
    scope: str,
    name: str,
    kpi: str,
    unit: str,
    better: int,
    found: Estimate,
    unpaired: float,
) -> Difference:
    if found.half_width <= 1e-9 * max(abs(found.mean), 1.0):
        # The difference is the same in every replication: what is left of the interval is rounding.
        found = Estimate(found.mean, found.mean, found.mean, found.sd)
    narrowing = unpaired / found.half_width if found.half_width > 0 else float("nan")
    return Difference(plan, baseline, scope, name, kpi, unit, found, verdict_of(found, better), narrowing)
