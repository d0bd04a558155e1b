"""What a forecast that is off does to a plan: the same replications once more, with more calls, or longer ones.

No schedule knows of it: it is the forecast error's lasting factor that moves, on common luck, by one standard deviation
where the file states one. Where it states none, by an assumed share, which is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from sim.measures.kpis import CENTER
from sim.scenario.model import Scenario
from sim.study.compare import figures_of
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Watcher, run_study
from sim.study.statistics import UNKNOWN, Estimate, difference, without_dust
from sim.study.targets import Verdict, periods_of, verdicts_on

ASSUMED = 0.05
"""How far off, where the file states no error: a planner's good month."""

LEVEL, COST = "service_level", "cost_total"

What = Literal["calls", "handle time"]


class Error(NamedTuple):
    """What is off, by how much (0.05: 5 % more), and whether the file states that spread."""

    what: What
    by: float
    is_stated: bool
    already: float = 1.0
    """The lasting factor that the file has, on top of which it is off."""


@dataclass(frozen=True)
class Off:
    """A plan under a forecast that is off; differences from the plan as it was played, on common luck."""

    plan: str
    error: Error
    level: Estimate
    cost: Estimate
    before: Verdict
    after: Verdict
    """On all targets together."""


def errors_of(scenario: Scenario) -> list[Error]:
    """What may be off: of logs that are replayed, not how many call."""
    own, found = scenario.spec.forecast_error, list[Error]()
    if any(queue.spec.forecast.replay is None for queue in scenario.numbered.queues):
        found.append(Error("calls", own.level_cv or ASSUMED, bool(own.level_cv), own.level))
    return [*found, Error("handle time", own.aht_cv or ASSUMED, bool(own.aht_cv), own.aht)]


def play_off(
    entries: Sequence[Entry], results: Sequence[PlanResult], options: Options, watcher: Watcher
) -> tuple[Off, ...]:
    """Each plan under each error, as often as it was played; `entries`: what the results were played from."""
    asked, again = list[tuple[PlanResult, Error]](), list[Entry]()
    for entry, result in zip(entries, results, strict=True):
        for error in errors_of(entry.plan):
            asked.append((result, error))
            label = f"{result.label} with {'more calls' if error.what == 'calls' else 'longer calls'}"
            again.append(replace(entry, plan=_off(entry.plan, error), label=label))
    runs = min(result.replications for result in results)
    options = replace(options, replications=runs, keep_contacts=False, keep_people=False)
    played = run_study(again, options, watcher).results
    return tuple(_judged(was, error, now) for (was, error), now in zip(asked, played, strict=True))


def _off(plan: Scenario, error: Error) -> Scenario:
    own = plan.spec.forecast_error
    key = "level" if error.what == "calls" else "aht"
    return plan.with_spec(forecast_error=own.model_copy(update={key: getattr(own, key) * (1.0 + error.by)}))


def _judged(was: PlanResult, error: Error, now: PlanResult) -> Off:
    runs = now.replications
    own, base = (
        {kpi.id: found for kpi, found in figures_of(one, CENTER, "all", runs, (LEVEL, COST))} for one in (now, was)
    )
    level = difference(own[LEVEL], base[LEVEL])[0] if LEVEL in own and LEVEL in base else UNKNOWN
    before, after = (verdicts_on([target.first(runs) for target in periods_of(one)])[-1] for one in (was, now))
    cost = without_dust(difference(own[COST], base[COST])[0], base[COST].whole)
    return Off(was.label, error, level, cost, before, after)
