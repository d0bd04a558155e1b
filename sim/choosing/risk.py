"""What may go wrong with a plan, and what it costs, from the replications that were played."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.choosing.decision import Decision, decide
from sim.choosing.failing import Failing, failing
from sim.choosing.off_forecast import Off
from sim.choosing.payback import Payback, payback_of
from sim.errors import SimError, did_you_mean, shown
from sim.measures.kpis import CENTER
from sim.scenario.model import Scenario
from sim.study.compare import Difference, figures_of, smallest_that_matters
from sim.study.result import PlanResult
from sim.study.statistics import UNKNOWN, Estimate, Figure, estimate_of, tenth_and_ninetieth
from sim.study.targets import Verdict, periods_of, verdicts_on

Floats = NDArray[np.float64]

COST, LEVEL, PER_CASE = "cost_total", "service_level", "cost_per_resolution"

FEWEST_FOR_PERCENTILES = 20
"""Replications below which the tenth and the ninetieth percentile are hardly more than the least and the most."""

DAYS_A_YEAR = 365.25
A_YEAR = 364
"""Days from which a horizon has seen every season."""

SURE = ("better", "worse")

NO_PAYBACK = Payback()


@dataclass(frozen=True)
class Spread:
    """A figure's range over replications, each the whole horizon: the tenth to the ninetieth percentile, or, of few,
    the least and the most. A further replication lies between the percentiles with chance 80 %."""

    low: float
    high: float
    replications: int

    @property
    def is_percentiles(self) -> bool:
        return self.replications >= FEWEST_FOR_PERCENTILES


@dataclass(frozen=True)
class PerPoint:
    """Money for a point of service level against today: where both differences are clear, else `why` not."""

    money: Estimate = UNKNOWN
    """For one point (0.01); above 0."""
    saves: bool = False
    """It is saved for each point given up."""
    why: str = ""


@dataclass(frozen=True)
class Year:
    """Cost a year as these days extrapolate it, where they can; else `why` not."""

    cost: Estimate = UNKNOWN
    change: Estimate = UNKNOWN
    """Against today; unknown of today's plan."""
    why: str = ""


@dataclass(frozen=True)
class PlanRisk:
    """Of one plan. Money is cost over the horizon, customers' value left out."""

    plan: str
    failing: tuple[Failing, ...]
    verdicts: tuple[Verdict, ...]
    """On each target, with its worst period; last on all of them together."""
    cost: Spread
    service: Spread | None
    """Of the whole center's service level; None where it has none."""
    per_point: PerPoint
    year: Year
    per_case: Estimate
    """Cost per resolved case; unknown where the plan fails a target on average, as neglect makes it look best."""
    payback: Payback = NO_PAYBACK

    def chance(self, span: str, scope: str = CENTER, name: str = "all") -> Failing:
        """Of all targets together, where none is named; of the only one, if there is but one. SimError names what is
        known, where nothing is judged so."""
        found = self.judged(span, scope, name)
        if found is not None:
            return found
        if not self.failing:
            raise SimError(f"{self.plan} has no target that is judged: there is no chance that it fails")
        known = [one.span for one in self.failing if (one.scope, one.name) == (scope, name)]
        if known or (scope, name) == (CENTER, "all"):
            raise SimError(
                f"{shown(span)} is no span that is judged; {_listed(known or [o.span for o in self.failing])}"
            )
        raise SimError(f"{scope} {shown(name)} has no target; {_listed([f'{o.scope} {o.name}' for o in self.failing])}")

    def judged(self, span: str, scope: str = CENTER, name: str = "all") -> Failing | None:
        """The same; None where nothing is judged so."""
        own = [one for one in self.failing if one.span == span]
        if (scope, name) == (CENTER, "all") and len({(one.scope, one.name) for one in self.failing}) == 1:
            return own[0] if own else None
        return next((one for one in own if (one.scope, one.name) == (scope, name)), None)


@dataclass(frozen=True)
class Risk:
    """Plans as they were given, the first the baseline."""

    plans: tuple[PlanRisk, ...]
    replications: int
    off: tuple[Off, ...] = ()
    """Plans under a forecast that is off, where that was played."""

    def flatters(self, kpi: str, *plans: str) -> bool:
        """Whether a difference of the KPI between these plans proves nothing, as one of them neglects customers."""
        return kpi == PER_CASE and any(not math.isfinite(self.of(plan).per_case.mean) for plan in plans)

    def of(self, plan: str) -> PlanRisk:
        """SimError names the plans that there are."""
        found = next((one for one in self.plans if one.plan == plan), None)
        if found is None:
            raise SimError(f"{shown(plan)} was not played; {did_you_mean(plan, [one.plan for one in self.plans])}")
        return found


def _listed(known: Sequence[str]) -> str:
    return f"known: {', '.join(dict.fromkeys(known))}"


def risk_of(
    results: Sequence[PlanResult], labels: Sequence[str], decision: Decision, differences: Sequence[Difference] = ()
) -> Risk:
    """`decision`: between the same plans; `differences`: from the first of them."""
    holding = {one.plan for one in decision.plans if one.holds}
    clear = {(d.plan, d.kpi): d for d in differences if d.scope == CENTER}
    plans, runs = [], min(result.replications for result in results)
    base = _figures(results[0], runs)
    matters = results[0].scenario.spec.results.matters
    smallest = smallest_that_matters(matters, COST, "money", base[COST].whole)
    for result, label in zip(results, labels, strict=True):
        targets = periods_of(result)
        verdicts = tuple(verdicts_on(targets))
        own = _figures(result, result.replications)
        service = own.get(LEVEL)
        is_base = result is results[0]
        paired = own if result.replications == runs else _figures(result, runs)
        plans.append(PlanRisk(
            label, tuple(failing(result.scenario, targets, verdicts)), verdicts,
            spread_of(own[COST].single), None if service is None else spread_of(service.single),
            PerPoint() if is_base else per_point(paired, base, [clear.get((label, kpi)) for kpi in (COST, LEVEL)]),
            year_of(result.scenario, result.kpi(COST), None if is_base else clear.get((label, COST))),
            result.kpi(PER_CASE) if label in holding else UNKNOWN,
            NO_PAYBACK if is_base else payback_of(result.cost_days[:runs], results[0].cost_days[:runs], smallest),
        ))  # fmt: skip
    return Risk(tuple(plans), runs)


def risk_between(results: Sequence[PlanResult], labels: Sequence[str], differences: Sequence[Difference]) -> Risk:
    """The same of plans among which nothing has been decided yet."""
    return risk_of(results, labels, decide(results, labels, differences), differences)


def _figures(result: PlanResult, runs: int) -> dict[str, Figure]:
    return {kpi.id: found for kpi, found in figures_of(result, CENTER, "all", runs, (COST, LEVEL))}


def spread_of(values: Floats) -> Spread:
    """Of one value per replication; NaN where none is known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Spread(np.nan, np.nan, 0)
    if len(known) < FEWEST_FOR_PERCENTILES:
        return Spread(float(known.min()), float(known.max()), len(known))
    low, high = tenth_and_ninetieth(known[None])
    return Spread(float(low[0]), float(high[0]), len(known))


def per_point(own: dict[str, Figure], base: dict[str, Figure], clear: Sequence[Difference | None]) -> PerPoint:
    """`clear`: what the comparison says of cost and of service level."""
    cost, level = clear
    if cost is None or level is None or LEVEL not in own or LEVEL not in base:
        return PerPoint(why="there is no service level to pay for")
    unclear = [name for name, d in (("cost", cost), ("service level", level)) if d.verdict not in SURE]
    if unclear:
        return PerPoint(why=f"{' and '.join(unclear)} {'do' if len(unclear) > 1 else 'does'} not clearly differ")
    if cost.verdict == level.verdict:
        both = "it costs less and serves better" if cost.verdict == "better" else "it costs more and serves worse"
        return PerPoint(why=both)
    money, points = (_apart(own[kpi], base[kpi], scale) for kpi, scale in ((COST, 1.0), (LEVEL, 100.0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = Figure(money.whole / points.whole, money.left_out / points.left_out, money.single / points.single)
    # A single replication may divide by next to nothing: its ratio is no figure, and its spread none to tell.
    return PerPoint(estimate_of(ratio._replace(single=np.full(1, np.nan)), (0.0, np.inf)), level.verdict == "worse")


def _apart(own: Figure, base: Figure, scale: float) -> Figure:
    return Figure(
        scale * (own.whole - base.whole), scale * (own.left_out - base.left_out), scale * (own.single - base.single)
    )


def year_of(scenario: Scenario, cost: Estimate, change: Difference | None) -> Year:
    """Cost × 365.25 ÷ days; not of days that are no picture of a year."""
    if why := _no_year(scenario):
        return Year(why=why)
    scale = DAYS_A_YEAR / scenario.clock.days
    return Year(cost.times(scale), UNKNOWN if change is None else change.estimate.times(scale))


def _no_year(scenario: Scenario) -> str:
    days, forecasts = scenario.clock.days, [queue.spec.forecast for queue in scenario.numbered.queues]
    if days >= A_YEAR:
        return ""
    if days < 7 or (days % 7 and days < 56):
        return f"{days} day{'s' * (days != 1)} are no whole weeks" if days > 1 else "one day is no week"
    if any(forecast.season is not None or forecast.months is not None for forecast in forecasts):
        return "the forecast has a season, of which these days are a part"
    if any(forecast.events or forecast.growth for forecast in forecasts):
        return "the forecast has dated events or growth, of which these days are a part"
    if scenario.uses.turnover:
        return "people come and go: these weeks are no picture of a year"
    return ""
