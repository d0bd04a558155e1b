"""Plans against a baseline: paired differences on common luck, what matters of them, and what they prove together."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from sim.measures.kpis import CENTER, CONTACTS, WAIT_P90, Kpi
from sim.scenario.language.center import Matters
from sim.study.result import PlanResult
from sim.study.statistics import (
    CONFIDENCE,
    Estimate,
    Figure,
    Replications,
    difference,
    figure,
    joint_confidence,
    t_quantile,
)

OF_THE_SHUT_OUT = ("service_level_tried", "blocked_rate", "out_of_hours_rate")

HEADLINES = (
    "service_level", *OF_THE_SHUT_OUT, "abandon_rate", "asa_s", "occupancy", "fcr", "paid_hours", "cost_total",
    "cost_per_resolution", "containment_rate", "attrition_rate", "attempts_per_case", "csat", "customers_left",
    "margin", "net_cost",
)  # fmt: skip
"""What plans are compared by, whole center: where some do not get in, of all who tried, too; and where the plans have
a machine, people who leave, cases that come again, customers who feel, contracts, what these say."""


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

    raw: Difference
    better: int
    baseline: float
    degrees: int
    """Of freedom, of its interval."""

    def is_open(self, headlines: Container[str]) -> bool:
        """Whether it is a headline in which luck has a say."""
        return self.raw.scope == CENTER and self.raw.kpi in headlines and self.raw.estimate.half_width > 0.0

    def judged(self, matters: Matters, intervals: int | None) -> Difference:
        """`intervals`: those that hold jointly, this one among them."""
        d, found, confidence = self.raw, self.raw.estimate, CONFIDENCE
        if intervals is not None:
            confidence = joint_confidence(intervals)
            half = found.half_width * t_quantile(self.degrees, confidence) / t_quantile(self.degrees)
            found = replace(found, low=found.mean - half, high=found.mean + half)
        smallest = smallest_that_matters(matters, d.kpi, d.unit, self.baseline)
        return replace(d, estimate=found, confidence=confidence, verdict=verdict_of(found, self.better, smallest))


def compare(results: list[PlanResult], labels: list[str]) -> list[Difference]:
    """Every KPI of every scope that a plan shares with the first one, the baseline.

    The intervals of HEADLINES hold jointly, over all plans; every other interval stands for itself.
    """
    rows: list[_Found] = []
    baseline = _Baseline(results[0], labels[0])
    for result, label in zip(results[1:], labels[1:], strict=True):
        rows += _differences(result, label, baseline)
    shut_out = any(result.kpi(kpi).mean > 0 for result in results for kpi in ("blocked_rate", "out_of_hours_rate"))
    headlines = [kpi for kpi in HEADLINES if shut_out or kpi not in OF_THE_SHUT_OUT]
    together = sum(row.is_open(headlines) for row in rows)
    matters = results[0].scenario.spec.results.matters
    return [row.judged(matters, together if row.is_open(headlines) else None) for row in rows]


class _Baseline:
    """What every plan is compared with, worked out once for all of them."""

    def __init__(self, result: PlanResult, label: str) -> None:
        self.result, self.label = result, label
        self.scopes = set(result.scopes())
        self._figures: dict[tuple[str, str, int], dict[str, Figure]] = {}

    def figures(self, scope: str, name: str, runs: int) -> dict[str, Figure]:
        """By KPI, over the first so many replications."""
        key = (scope, name, runs)
        if key not in self._figures:
            self._figures[key] = {kpi.id: found for kpi, found in figures_of(self.result, scope, name, runs)}
        return self._figures[key]


def figures_of(
    result: PlanResult, scope: str, name: str, runs: int, known: Container[str] | None = None
) -> list[tuple[Kpi, Figure]]:
    """All KPIs of a scope over the first so many replications, or those that are `known`; the result keeps what is of
    all of its replications."""
    listed = [(kpi, sums) for kpi, sums in result.kpi_sums(scope, name) if known is None or kpi.id in known]
    listed += [(WAIT_P90, result.waits_of(scope, name))] if scope in CONTACTS else []
    if runs == result.replications:
        found = [(kpi, figure(kpi.value, sums)) for kpi, sums in listed]
        for kpi, one in found:
            result.keep(kpi, scope, name, one)
        return found
    weighing = result.weighing(runs)
    cut = {
        id(sums): Replications({key: column[:runs] for key, column in sums.items()}, weighing if sums.spent else None)
        for _, sums in listed
    }
    return [(kpi, figure(kpi.value, cut[id(sums)])) for kpi, sums in listed]


def _differences(result: PlanResult, label: str, baseline: _Baseline) -> list[_Found]:
    runs, rows = min(result.replications, baseline.result.replications), list[_Found]()
    for scope, name in result.scopes():
        if (scope, name) not in baseline.scopes:
            continue
        known = baseline.figures(scope, name, runs)
        for kpi, own in figures_of(result, scope, name, runs, known):
            other = known[kpi.id]
            found, unpaired = difference(own, other)
            if found.half_width <= 1e-9 * max(abs(found.mean), 1.0):
                # The difference is the same in every replication: what is left of the interval is rounding.
                found = Estimate(found.mean, found.mean, found.mean, found.sd)
            narrowing = unpaired / found.half_width if found.half_width > 0 else math.nan
            row = Difference(label, baseline.label, scope, name, kpi.id, kpi.unit, found, "", narrowing)
            rows.append(_Found(row, kpi.better, other.whole, runs - 1 - max(own.spent, other.spent)))
    return rows
