"""What a study refuses before it plays, known without playing: `sim check` and `sim run` say it from here.

Where a figure has a closed form the answer is exact. Where it takes pilot runs, an FCR below what the hastiest, most
tired and busiest of the staff still resolve is sure to be reached; of one above that, only a run can tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.measures.kpis import KPIS, WAIT_P90, center_kpis
from sim.scenario.model import Scenario
from sim.scenario.reading.origins import placed
from sim.scenario.reading.plans import BASE
from sim.study.calibration.calibrate import in_closed_form
from sim.study.prepared import Prepared, Standard, prepare
from sim.workforce.people import holds
from sim.workforce.skills import skill_tables

Floats = NDArray[np.float64]


def kpi_problems(scenario: Scenario) -> list[Problem]:
    """KPIs are above the scenario's layer: their names are checked here."""
    precision, problems = scenario.spec.run.precision, list[Problem]()
    known = center_kpis(scenario)
    if precision is not None and precision.kpi not in known:
        text = f'"{precision.kpi}" is not a KPI of the center; {did_you_mean(precision.kpi, known)}'
        problems.append(Problem("run.precision.kpi", text))
    everywhere = [*dict.fromkeys(kpi.id for kpi in (*KPIS, WAIT_P90))]
    for kpi in scenario.spec.results.matters.kpis:
        if kpi not in everywhere:
            text = f'"{kpi}" is not a KPI; {did_you_mean(kpi, everywhere)}'
            problems.append(Problem(f"results.matters.kpis.{kpi}", text))
    return problems


def plan_chances(standard: Standard, plan: Scenario, base: Scenario) -> tuple[dict[str, float], list[Problem]]:
    """The base chances under a plan that gives another FCR than the base: better, or worse, by as much.

    Exact where nobody's chance is above 1 already; the staff is the base plan's when the FCR is compared.
    """
    chances, problems = dict(standard.resolution), list[Problem]()
    for name, own, observed in _other_fcr(plan, base):
        chances[name] *= own / observed
        # A base chance may be above 1 already, where nobody is as good as standard.
        best = max(1.0, standard.resolution[name])
        if chances[name] > best:
            most = own * best / chances[name]
            text = f"{own:.0%} cannot be reached: this staff resolves {most:.0%} at the very best"
            problems.append(Problem(f"plans.{plan.plan}.queues.{name}.fcr", text))
    return chances, problems


def _other_fcr(plan: Scenario, base: Scenario) -> Iterator[tuple[str, float, float]]:
    """(queue, the plan's FCR, the base plan's) where they differ."""
    for queue in plan.numbered.queues:
        own, before = queue.spec.fcr, base.spec.queues.get(queue.name)
        if before is not None and before.fcr not in (own, 0.0):
            yield queue.name, own, before.fcr


def refused(plans: Sequence[Scenario]) -> tuple[list[Problem], list[Problem]]:
    """(what a run of some plan is sure to refuse, what only a run can tell); the plans are a file's, the base first."""
    base, problems, open_questions = plans[0], list[Problem](), list[Problem]()
    for plan in plans:
        # What a plan shares with the base is reported once.
        problems += [_at(plan, one) for one in kpi_problems(plan) if plan is base or one not in kpi_problems(base)]
    if all(_resolves_anything(plan) and not any(True for _ in _other_fcr(plan, base)) for plan in plans):
        return problems, open_questions
    prepared = prepare(base)
    of_base, unsure = list[Problem](), list[Problem]()
    solution = _solved(prepared, of_base, unsure)
    problems += [_at(base, one) for one in of_base]
    open_questions += [_at(base, one) for one in unsure]
    for plan in plans[1:]:
        if any(True for _ in _other_fcr(plan, base)):
            if solution is not None:
                problems += [_at(plan, one) for one in plan_chances(solution, plan, base)[1]]
            else:
                open_questions += [_at(plan, one) for one in _unsure_of_plan(prepared, plan)]
        if new := set(plan.queues) - set(base.queues):
            # Queues that only the plan has are solved for in the plan itself.
            of_plan, unsure = list[Problem](), list[Problem]()
            _solved(prepare(plan), of_plan, unsure)
            problems += [_at(plan, one) for one in of_plan if one.where.split(".")[1] in new]
            open_questions += [_at(plan, one) for one in unsure if one.where.split(".")[1] in new]
    return problems, open_questions


def worlds_apart(plans: Sequence[tuple[str, Scenario]]) -> list[Problem]:
    """What plans, by their names, must share with the first of them to be compared, and do not."""
    (first, base), *others = plans
    return [
        Problem(
            f"{name}: center.{key}",
            f"is {getattr(plan.spec.center, key)}; in {first} it is {getattr(base.spec.center, key)}: make them alike",
        )
        for name, plan in others
        for key in ("start", "timezone", "currency")
        if getattr(plan.spec.center, key) != getattr(base.spec.center, key)
    ]


def never_compared(plans: Sequence[Scenario]) -> list[Problem]:
    """The same of a file's plans: each can be run, and `sim compare` refuses them together."""
    return [
        replace(one, what=f"{one.what}, or sim compare refuses this file")
        for one in worlds_apart([(plan.plan, plan) for plan in plans])
    ]


def _resolves_anything(scenario: Scenario) -> bool:
    """Whether, by the file alone, everybody who serves a queue may resolve whatever comes to it."""
    queues, groups = scenario.spec.queues.values(), scenario.spec.groups.values()
    keeps = not any(q.transfer or q.silent or q.unresolvable or q.escalation or q.resolution_by_load for q in queues)
    usual = not any(g.people or g.ramp or g.pressure or g.fatigue for g in groups)
    return keeps and usual and all(skill.resolution > 0.0 for g in groups for skill in g.skills.values())


def _at(plan: Scenario, problem: Problem) -> Problem:
    """The problem with its line, and the plan that has it."""
    of = "" if plan.plan == BASE else f"plans.{plan.plan}."
    mistake = placed(replace(problem, where=problem.where.removeprefix(of)), plan.resolved, f"{plan.name}.toml")
    return replace(mistake, where=of + mistake.where)


def _solved(prepared: Prepared, problems: list[Problem], open_questions: list[Problem]) -> Standard | None:
    """The solution where there is one without pilots; what is wrong, and what is not known, joins the lists."""
    try:
        solution = in_closed_form(prepared)
    except ScenarioError as error:
        problems += error.problems
        return None
    if solution is not None:
        return solution
    scenario = prepared.scenario
    for one in scenario.numbered.queues:
        name, queue = one.name, one.spec
        if queue.basis != "observed":
            continue
        own = _resolution(prepared, name)
        if len(own) and not own.any() and queue.fcr > 0.0:
            text = f"{queue.fcr:.0%} cannot be reached: nobody's resolution at this queue is more than 0; write 0%"
            problems.append(Problem(f"queues.{name}.fcr", text))
        elif len(own) and queue.fcr > (sure := _sure(prepared, name)) + 1e-9:
            open_questions.append(Problem(f"queues.{name}.fcr", _unsure_text(queue.fcr, sure)))
    return None


def _unsure_text(fcr: float, sure: float) -> str:
    most = math.floor(100 * sure + 1e-9)
    return f"only a run can tell whether this staff reaches {fcr:.0%}; {most}% or less is sure to be reached"


def _unsure_of_plan(prepared: Prepared, plan: Scenario) -> Iterator[Problem]:
    for name, own, observed in _other_fcr(plan, prepared.scenario):
        able = _resolution(prepared, name)
        # The highest base chance that may be behind what was observed.
        sure = _sure(prepared, name) * float(able.min(initial=1.0))
        if own > max(sure, observed):
            yield Problem(f"plans.{plan.plan}.queues.{name}.fcr", _unsure_text(own, max(sure, observed)))


def _resolution(prepared: Prepared, name: str) -> Floats:
    """Relative resolution of the starting staff who have the queue's skill."""
    q = prepared.scenario.queue(name).number
    skilled = holds(prepared.scenario, prepared.agents)[:, q] & prepared.agents.starting
    resolution = skill_tables(prepared.scenario, prepared.agents)[1]
    return np.asarray(resolution[skilled, q])


def _sure(prepared: Prepared, name: str) -> float:
    """An FCR that is reached whoever answers, however hasty, tired and busy, and whoever hands on to the queue."""
    scenario, queue = prepared.scenario, prepared.scenario.spec.queues[name]
    if not _resolution(prepared, name).all():
        return 0.0
    care = min(1.0, *(queue.resolution_by_load or (1.0,)))
    worst = 1.0
    for group in scenario.queue(name).routed_to:
        pressure, tired = scenario.spec.groups[group].pressure, scenario.spec.groups[group].fatigue
        rush = 1.0 if pressure is None else pressure.pace**scenario.spec.quality.pace.resolution
        worst = min(worst, min(1.0, rush) * (1.0 if tired is None else tired.resolution))
    if "fcr" not in queue.model_fields_set:
        # The usual FCR is of the contacts that the queue keeps.
        return care * worst * _resolvable(scenario, name)
    kept = 1.0 - sum(transfer.share for transfer in queue.transfer.values())
    kept *= 1.0 - (queue.silent.share if queue.silent is not None else 0.0)
    return care * worst * kept * _resolvable(scenario, name)


def _resolvable(scenario: Scenario, name: str) -> float:
    """Share of cases that somebody could resolve, where it is least: of the queue's own, or of what reaches it."""
    reached, new = set[str](), {name}
    while new:
        reached |= new
        new = {
            other.name for other in scenario.numbered.queues if other.name not in reached and reached & other.hands_to
        }
    return 1.0 - max(scenario.queue(queue).spec.unresolvable for queue in reached)
