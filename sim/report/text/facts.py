"""What the charts and the page need to know beyond the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from sim import __version__
from sim.choosing.risk import Risk
from sim.demand.busyness import variance_shares, work_variance_shares
from sim.errors import Problem
from sim.report.text.names import certainty, sameness
from sim.report.text.quality import contacts_by_cause, pace_remarks
from sim.report.text.shortage import CenterShort, center_short
from sim.report.text.uses import contained_by_machines, desks_taken, oldest_ages
from sim.report.text.weighing import weighing_text
from sim.report.text.workforce import findings_of, heads_text, remarks_of
from sim.scenario.described import description_of
from sim.scenario.model import Scenario
from sim.study.calibration.rows import CalibrationRow
from sim.study.compare import Difference, narrowing_of
from sim.study.result import PlanResult
from sim.study.targets import Verdict, verdicts_of


class Target(NamedTuple):
    """A queue's target: the share to be answered within so many seconds, how it is counted, and over what period."""

    share: float
    within: float
    counting: str
    per: str
    live: bool = True
    """Customers wait for the answer; if not, the reply is judged by when it is sent."""
    clock: str = "all"
    """The hours that count towards a reply's limit."""


@dataclass(frozen=True)
class Facts:
    """One study, in words and settings. The first plan is the baseline."""

    title: str
    author: str
    """Who made it; nothing where the file does not say."""
    files: tuple[str, ...]
    plans: tuple[str, ...]
    currency: str
    seed: int
    replications: dict[str, int]
    engine: str
    version: str
    command: str
    start: dt.date
    days: int
    interval_minutes: float
    targets: dict[str, dict[str, Target]]
    """By plan and queue: a plan may change a target."""
    spread: dict[str, dict[str, float]]
    """By queue of the baseline and cause: shares of the variance of a day's volume."""
    calibration: dict[str, tuple[CalibrationRow, ...]]
    """By scenario file: all plans of a file share a solution."""
    scenarios: dict[str, Scenario]
    """By plan."""
    heads: dict[str, dict[str, str]]
    """By plan and group, in words."""
    contained: pd.DataFrame
    """Contacts that machines should contain, by the baseline's forecast: name (the queue), date, start, contained."""
    desks: pd.DataFrame
    """People on shift at sites with limited desks in the baseline, breaks included: name, date, start, people."""
    oldest: pd.DataFrame
    """How long the oldest contact of deferred queues has waited, in the baseline: name, date, start, age in hours."""
    warnings: tuple[tuple[str, str], ...] = ()
    assumptions: tuple[tuple[str, str], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    """Where the workforce moves: what burnout did, and what replacing a leaver took."""
    loop: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Contacts of a run by why they came, where customers come again: plan, name (a queue, or all), `quality.LOOP`."""
    pace: tuple[tuple[str, str], ...] = ()
    """Where anybody works at another pace than standard: what that is assumed to do, beside its break-even."""
    work_spread: dict[str, dict[str, float]] = field(default_factory=dict)
    """Like `spread`, of the variance of a day's work: volume × handle time."""
    narrowing: dict[str, dict[str, float]] = field(default_factory=dict)
    """By plan and KPI of the center: unpaired ÷ paired width of the difference's interval."""
    certainty: str = ""
    """Where plans are compared: what the intervals say together, and which differences are too small to matter."""
    short: dict[str, CenterShort] = field(default_factory=dict)
    """By plan: where people are missing, the whole center together."""
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)
    """By plan: every queue's target, those of contracts, and last all of them together."""
    descriptions: dict[str, str] = field(default_factory=dict)
    """By plan, where there is something to say: what its file says of it, or what it changes."""
    description: str = ""
    """Of the scenario."""
    weighed: dict[str, str] = field(default_factory=dict)
    """By plan, what weights did to its figures, in words; nothing where there are none."""
    risk: Risk | None = None
    roles: dict[str, str] = field(default_factory=dict)
    """By plan, what it is in the decision: the baseline, chosen, the runner-up."""

    @property
    def baseline(self) -> str:
        return self.plans[0]

    @property
    def compares(self) -> bool:
        return len(self.plans) > 1

    @property
    def last(self) -> dt.date:
        return self.start + dt.timedelta(days=self.days - 1)

    def verdict(self, plan: str, queue: str) -> Verdict:
        """On the queue's target."""
        return next(one for one in self.verdicts[plan] if (one.scope, one.name) == ("queue", queue))

    def live(self, plan: str) -> list[str]:
        """The plan's queues in which customers wait for the answer."""
        return [name for name, target in self.targets[plan].items() if target.live]

    def deferred(self, plan: str) -> list[str]:
        """The plan's queues that are replied to later."""
        return [name for name, target in self.targets[plan].items() if not target.live]


def facts_of(
    results: list[PlanResult], labels: list[str], differences: list[Difference] | None, engine: str, command: str
) -> Facts:
    """The facts of a study that `command` repeats; `differences` are there when plans were compared."""
    base = results[0].scenario
    files = tuple(dict.fromkeys(f"{result.scenario.name}.toml" for result in results))
    return Facts(
        title=base.spec.title,
        author=base.spec.author or "",
        files=files,
        plans=tuple(labels),
        currency=base.spec.center.currency,
        seed=base.spec.run.seed,
        replications={label: result.replications for label, result in zip(labels, results, strict=True)},
        engine=engine,
        version=__version__,
        command=command,
        start=base.clock.start,
        days=base.clock.days,
        interval_minutes=base.clock.interval / 60.0,
        targets={label: _targets(result) for label, result in zip(labels, results, strict=True)},
        spread={queue: variance_shares(base, queue) for queue in base.queues},
        calibration={f"{result.scenario.name}.toml": result.calibration.rows for result in reversed(results)},
        scenarios={label: result.scenario for label, result in zip(labels, results, strict=True)},
        heads={label: _heads(result) for label, result in zip(labels, results, strict=True)},
        contained=contained_by_machines(results[0].prepared),
        desks=desks_taken(results[0].prepared),
        oldest=oldest_ages(results[0]),
        warnings=_collected((findings_of(result) for result in results), labels),
        assumptions=_collected((result.scenario.assumptions for result in results), labels),
        remarks=_collected((remarks_of(result) for result in results), labels),
        loop=pd.concat([contacts_by_cause(result, label) for result, label in zip(results, labels, strict=True)]),
        pace=_collected((pace_remarks(result.scenario) for result in results), labels),
        work_spread={queue: work_variance_shares(base, queue) for queue in base.queues},
        narrowing=narrowing_of(differences or []),
        certainty=f"{certainty(differences)} {sameness(base.spec.results.matters)}" if differences else "",
        short={label: center_short(result) for result, label in zip(results, labels, strict=True)},
        verdicts={label: verdicts_of(result) for label, result in zip(labels, results, strict=True)},
        descriptions={
            label: description_of(result.scenario, base) for label, result in zip(labels, results, strict=True)
        },
        description=base.spec.description or "",
        weighed={label: weighing_text(result) for label, result in zip(labels, results, strict=True)},
    )


def _targets(result: PlanResult) -> dict[str, Target]:
    scenario, targets = result.scenario, dict[str, Target]()
    for name in scenario.queues:
        level, live = scenario.queue(name).level, scenario.queue(name).is_live
        targets[name] = Target(level.target, level.within, level.counting, level.per, live, level.clock)
    return targets


def _heads(result: PlanResult) -> dict[str, str]:
    return {group: heads_text(result, [group]) for group in result.scenario.groups}


def _collected(found: Iterable[tuple[Problem, ...]], labels: list[str]) -> tuple[tuple[str, str], ...]:
    """Every finding once, those of one place together; one that not all plans share says which have it."""
    owners: dict[Problem, list[str]] = {}
    for label, problems in zip(labels, found, strict=True):
        for problem in problems:
            owners.setdefault(problem, []).append(label)
    places = list(dict.fromkeys(problem.where for problem in owners))
    return tuple(
        (p.where if len(have) == len(labels) else f"{p.where} (plan{'s' * (len(have) > 1)} {', '.join(have)})", p.what)
        for p, have in sorted(owners.items(), key=lambda item: places.index(item[0].where))
    )
