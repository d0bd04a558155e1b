"""The frontier: one lever of a plan swept on common luck, the best trade-off, and what that hangs on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.measures.break_even import load_break_even, load_break_even_of_several
from sim.scenario.load import load_varied
from sim.scenario.model import Scenario
from sim.scenario.settings import Value
from sim.study.compare import Difference, compare
from sim.study.frontier.choice import Choice, Floats, Point, a_week, choose, money_of, rivals_of
from sim.study.frontier.held import Short, missed, nearest, shortfall, targets_among, targets_of
from sim.study.frontier.levers import Lever
from sim.study.frontier.sensitivity import Replays, Sensitivity, assumptions_of
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Ready, Study, Watcher, run_study
from sim.study.targets import Verdict


@dataclass(frozen=True)
class Frontier:
    """A sweep. Values in order; `results`, `money` and the choice's differences go along with them."""

    lever: Lever
    plan: Scenario
    points: tuple[Point, ...]
    results: tuple[PlanResult, ...]
    kpi: str
    """What is minimised: net_cost, or cost_total where quality has no price."""
    choice: Choice
    differences: tuple[Difference, ...]
    """Of every KPI from today's value."""
    load: dict[str, float]
    """By queue with repeats, what the assumed number would have to be for the work to stay as it is; see `load_of`."""
    sensitivities: tuple[Sensitivity, ...]
    studies: tuple[Study, ...]
    """The sweep, and the replays."""
    targets: tuple[tuple[Verdict, ...], ...] = ()
    """By value: how each queue's target is held."""

    @property
    def a_week(self) -> float:
        return a_week(self.plan)

    @property
    def labels(self) -> list[str]:
        return [point.value.label for point in self.points]

    @property
    def today(self) -> Point:
        return self.points[self.choice.today]

    @property
    def best(self) -> Point:
        return self.points[self.choice.best]

    def missed(self, n: int) -> list[Verdict]:
        """The targets that a value surely misses, the worst first."""
        return missed(self.targets[n]) if self.targets else []

    def unclear(self, n: int) -> list[Verdict]:
        """The targets of a value that the replications do not tell from being held."""
        return [one for one in self.targets[n] if not one.is_sure] if self.targets else []

    def holds(self, n: int) -> bool:
        """Whether a value holds every target on average: what it is chosen by, sure or not."""
        return not self.targets or shortfall(self.targets[n]) == 0.0

    @property
    def nobody_holds(self) -> bool:
        """Whether no value does."""
        return bool(self.targets) and not any(self.holds(n) for n in range(len(self.points)))

    @property
    def prices_quality(self) -> bool:
        return self.kpi == "net_cost"

    @property
    def crown(self) -> int | None:
        """The value to be called the best.

        None of a risk, which nobody chooses; where nothing changes; from one replication; where quality has no price
        and no value holds its targets.
        """
        nothing_to_choose = self.choice.is_flat or self.lever.is_risk or self.results[0].replications < 2
        return None if nothing_to_choose or (self.nobody_holds and not self.prices_quality) else self.choice.best


def points_of(file: Path, plan: Scenario, lever: Lever, values: Sequence[str]) -> list[Point]:
    """The plan under each value, today's among them, in order; every value that is wrong is named at once."""
    changes, problems = {}, list[Problem]()
    for text in _without_no_change(dict.fromkeys(values)):
        try:
            changes[f"--values {text}"] = lever.change(text)
        except ValueError as error:
            problems.append(Problem(f"--values {text}", str(error)))
    try:
        plans = load_varied(file, plan.plan, changes)
    except ScenarioError as error:
        raise ScenarioError(error.source, [*problems, *error.problems]) from None
    if problems:
        raise ScenarioError(str(file), problems)
    found = list[Scenario]()
    for varied in plans:
        if all(varied.spec != other.spec for other in found):
            found.append(plan if varied.spec == plan.spec else varied)
    if all(one is not plan for one in found):
        found.insert(0, plan)
    if len(found) < 2:
        only = (
            f"today's value, {lever.value(plan).label}, is the only one; " if values else "no values are usual here; "
        )
        raise ScenarioError(str(file), [Problem("--values", f"{only}give those to try, such as --values A,B,C")])
    points = [Point(lever.value(one), one) for one in found]
    if all(point.value.number is not None or point.value.label == "none" for point in points):
        points.sort(key=lambda point: math.inf if point.value.number is None else point.value.number)
    return points


def _without_no_change(texts: Iterable[str]) -> list[str]:
    """Among changes such as "-1" and "+1", 0 is today's value, which is played anyway."""
    others = [text for text in texts if text != "0"]
    return others if others and all(text[:1] in ("+", "-") for text in others) else list(texts)


def entries_of(base: Scenario, plan: Scenario, lever: Lever, points: Sequence[Point]) -> tuple[list[Entry], list[int]]:
    """The values as they are played, today's first, and their places among the points."""
    today = next(n for n, point in enumerate(points) if point.plan is plan)
    order = [today, *(n for n in range(len(points)) if n != today)]
    return [Entry(base, points[n].plan, f"{lever.name} {points[n].value.label}") for n in order], order


def sweep(
    base: Scenario,
    plan: Scenario,
    lever: Lever,
    points: Sequence[Point],
    options: Options,
    watcher: Watcher,
    ready: Ready | None = None,
) -> Frontier:
    """Play all values on common luck, choose, and replay what the choice hangs on. `ready`: as in `run_study`."""
    entries, order = entries_of(base, plan, lever, points)
    today = order[0]
    if options.seed is None:
        options = replace(options, seed=plan.spec.run.seed)
    study = run_study(entries, options, watcher, ready)
    results = [study.results[order.index(n)] for n in range(len(points))]
    kpi = "net_cost" if plan.uses.quality_prices else "cost_total"
    runs = min(result.replications for result in results)
    weekly = a_week(plan)
    targets = tuple(targets_of(result) for result in results)
    money = np.array([weekly * money_of(result, kpi)[:runs] for result in results])
    # Money alone would choose nobody at all: where quality has no price, the targets are what it must buy.
    among = () if kpi == "net_cost" or lever.is_risk else _holding(targets) or [_nearest(results, targets, money)]
    choice = choose(money, today, among)
    labels = [points[n].value.label for n in order]
    differences = compare(study.results, labels)
    sensitivities, studies = list[Sensitivity](), [study]
    # The same engine and the same luck throughout.
    options = replace(options, replications=runs, engine=study.engine, jobs=study.jobs)
    for assumption in () if choice.is_flat or lever.is_risk else assumptions_of(lever, plan):
        replays = Replays(
            base, points, today, rivals_of(choice), lever.name, kpi, assumption, options, watcher, studies
        )
        sensitivities += replays.sensitivities(choice)
    return Frontier(
        lever, plan, tuple(points), tuple(results), kpi, choice, tuple(differences),
        load_of(lever, plan, points, rivals_of(choice)[0]), tuple(sensitivities), tuple(studies), targets,
    )  # fmt: skip


def _holding(targets: Sequence[Sequence[Verdict]]) -> list[int]:
    """The values that hold every target on average."""
    return [n for n, one in enumerate(targets) if shortfall(one) == 0.0]


def _nearest(results: Sequence[PlanResult], targets: Sequence[Sequence[Verdict]], money: Floats) -> int:
    """Where no value holds, the one to be called nearest, by the rule that plans are decided by."""
    shorts = [Short.of(targets_among(result), one) for result, one in zip(results, targets, strict=True)]
    return nearest([short.first(money.shape[1]) for short in shorts], money.mean(axis=1).tolist())[0]


def load_of(lever: Lever, plan: Scenario, points: Sequence[Point], rival: int) -> dict[str, float]:
    """The break-evens for load, by queue whose unresolved contacts come again.

    Pace: the elasticity of resolution to time at which a small change leaves the work the same. Concurrency: the chance
    to resolve under the rival value, relative to today's, at which a case takes as much of the agents' time as today.
    """
    found = {}
    for name in lever.queues or plan.queues:
        queue = plan.spec.queues[name]
        if queue.repeat is None:
            continue
        even = None
        if lever.moves_pace:
            even = load_break_even(queue.repeat.share, queue.fcr)
        elif lever.kind == "concurrency":
            today, other = (_at_once_speed(plan, name, point) for point in (lever.value(plan), points[rival].value))
            even = load_break_even_of_several(queue.repeat.share, queue.fcr, other / today)
        if even is not None:
            found[name] = even
    return found


def _at_once_speed(plan: Scenario, queue: str, at_once: Value) -> float:
    """Work that an agent with full hands does, against one contact at a time."""
    hands, speeds = int(at_once.number or 1), plan.queue(queue).speed_by_load
    return hands * speeds[min(hands, len(speeds)) - 1]
