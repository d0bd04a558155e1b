"""Plans against a baseline: paired differences on common luck, what matters of them, and what they prove together."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from sim.measures.kpis import CENTER, CONTACTS, WAIT_P90
from sim.scenario.schema import Matters
from sim.study.result import PlanResult
from sim.study.statistics import CONFIDENCE, Estimate, difference, joint_confidence, t_quantile

OF_THE_SHUT_OUT = ("service_level_tried", "blocked_rate", "out_of_hours_rate")

HEADLINES = (
    "service_level", *OF_THE_SHUT_OUT, "abandon_rate", "asa_s", "occupancy", "fcr", "paid_hours", "cost_total",
    "cost_per_resolution", "containment_rate", "attrition_rate", "attempts_per_case", "csat", "customers_left",
    "margin", "net_cost",
)  # fmt: skip
"""What plans are compared by, whole center: where some do not get in, of all who tried, too; and where the plans have
a machine, people who leave, cases that come again, customers who feel, contracts, what these tell."""


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
    confidence: float = CONFIDENCE
    """Of the interval by itself. Those of HEADLINES are wider: all of them, of all plans, hold at once with 95 %."""


def verdict_of(estimate: Estimate, better: int, smallest: float = 0.0) -> str:
    """What a difference says; `better`: 1 where more is, -1 where less is, 0 where neither.

    "better" or "worse": the interval leaves out zero, and the difference is at least the smallest that matters.
    "same": it surely is smaller than that, or it is not zero, but smaller. Else "unclear": more replications may tell.
    "": surely more or less, which is neither good nor bad.
    """
    mean, low, high = estimate.mean, estimate.low, estimate.high
    if mean == 0.0 and not estimate.half_width > 0.0:
        return "same"
    if not math.isfinite(low):
        return "unclear"
    is_certain = not low <= 0.0 <= high
    if (is_certain and abs(mean) < smallest) or max(abs(low), abs(high)) < smallest:
        return "same"
    if not is_certain:
        return "unclear"
    return "" if better == 0 else "better" if (mean > 0) == (better > 0) else "worse"


def smallest_that_matters(matters: Matters, kpi: str, unit: str, baseline: float) -> float:
    """In the KPI's own unit; `baseline`: the baseline's figure."""
    if kpi in matters.kpis:
        return matters.kpis[kpi]
    if unit == "share":
        return matters.share
    return matters.seconds if unit == "s" else matters.relative * abs(baseline)


def jointly(differences: Sequence[Difference]) -> tuple[int, float]:
    """How many intervals hold at once with 95 %, and the confidence of each by itself."""
    together = [d.confidence for d in differences if d.confidence > CONFIDENCE]
    return len(together), max(together, default=CONFIDENCE)


def narrowing_of(differences: list[Difference]) -> dict[str, dict[str, float]]:
    """By plan and KPI of the center: unpaired ÷ paired width of the interval."""
    found: dict[str, dict[str, float]] = {}
    for d in differences:
        if d.scope == CENTER and math.isfinite(d.narrowing):
            found.setdefault(d.plan, {})[d.kpi] = round(d.narrowing, 3)
    return found


@dataclass(frozen=True)
class _Found:
    """A difference before it is judged."""

    told: Difference
    better: int
    baseline: float
    runs: int

    def is_open(self, headlines: Container[str]) -> bool:
        """Whether it is a headline in which luck has a say."""
        return self.told.scope == CENTER and self.told.kpi in headlines and self.told.estimate.half_width > 0.0

    def judged(self, matters: Matters, intervals: int | None) -> Difference:
        """`intervals`: those that hold jointly, this one among them."""
        d, found, confidence = self.told, self.told.estimate, CONFIDENCE
        if intervals is not None:
            confidence = joint_confidence(intervals)
            half = found.half_width * t_quantile(self.runs - 1, confidence) / t_quantile(self.runs - 1)
            found = replace(found, low=found.mean - half, high=found.mean + half)
        smallest = smallest_that_matters(matters, d.kpi, d.unit, self.baseline)
        return replace(d, estimate=found, confidence=confidence, verdict=verdict_of(found, self.better, smallest))


def compare(results: list[PlanResult], labels: list[str]) -> list[Difference]:
    """Every KPI of every scope that a plan shares with the first one, the baseline.

    The intervals of HEADLINES hold jointly, over all plans; every other interval stands for itself.
    """
    rows: list[_Found] = []
    for result, label in zip(results[1:], labels[1:], strict=True):
        rows += _differences(result, results[0], label, labels[0])
    shut_out = any(result.kpi(kpi).mean > 0 for result in results for kpi in ("blocked_rate", "out_of_hours_rate"))
    headlines = [kpi for kpi in HEADLINES if shut_out or kpi not in OF_THE_SHUT_OUT]
    together = sum(row.is_open(headlines) for row in rows)
    matters = results[0].scenario.spec.results.matters
    return [row.judged(matters, together if row.is_open(headlines) else None) for row in rows]


def _differences(result: PlanResult, baseline: PlanResult, label: str, base_label: str) -> list[_Found]:
    runs = min(result.replications, baseline.replications)
    shared, rows = set(baseline.scopes()), list[_Found]()
    for scope, name in result.scopes():
        if (scope, name) not in shared:
            continue
        known = {kpi.id: sums for kpi, sums in baseline.told(scope, name)}
        told = [(kpi, sums, known[kpi.id]) for kpi, sums in result.told(scope, name) if kpi.id in known]
        if scope in CONTACTS:
            told.append((WAIT_P90, result.waits_of(scope, name), baseline.waits_of(scope, name)))
        for kpi, sums, base_sums in told:
            own, other = ({key: column[:runs] for key, column in of.items()} for of in (sums, base_sums))
            found, unpaired = difference(kpi.value, own, other)
            if found.half_width <= 1e-9 * max(abs(found.mean), 1.0):
                # The difference is the same in every replication: what is left of the interval is rounding.
                found = Estimate(found.mean, found.mean, found.mean, found.sd)
            narrowing = unpaired / found.half_width if found.half_width > 0 else math.nan
            row = Difference(label, base_label, scope, name, kpi.id, kpi.unit, found, "", narrowing)
            figure = float(kpi.value({key: column.sum(axis=0) for key, column in other.items()}))
            rows.append(_Found(row, kpi.better, figure, runs))
    return rows
