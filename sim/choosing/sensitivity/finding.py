"""What the choice of a plan hangs on: today's world, every uncertain number over its range, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.choosing.alike import LeftOut
from sim.choosing.candidate import candidate_of
from sim.choosing.decision import decide
from sim.choosing.sensitivity.alone import HALVINGS, OneAtATime, cut_at, ranked
from sim.choosing.sensitivity.found import Choice, Sensitivities
from sim.choosing.sensitivity.judging import Judge
from sim.choosing.sensitivity.kept import KeptWorlds
from sim.choosing.sensitivity.setting import Setting
from sim.choosing.sensitivity.together import DRAWN, MOST_RUNS, TRAJECTORIES, AllAtOnce
from sim.choosing.sensitivity.worlds import Worlds
from sim.errors import Problem, ScenarioError
from sim.scenario.assumptions.inputs import Input, inputs_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import ScenarioFile
from sim.study.compare import compare, jointly
from sim.study.run import (
    DEFAULT_REPLICATIONS,
    Entry,
    Options,
    Ready,
    Watcher,
    choose_engine,
    jobs_for,
    make_ready,
    run_study,
    size_of_more,
)
from sim.study.sizes import Size

TURNING = 0.25
"""Of all sides of ranges, as a guess, at whose end another choice is made."""


@dataclass(frozen=True)
class Asked:
    """A study made ready: what is moved, and how large it is."""

    file: ScenarioFile
    inputs: tuple[Input, ...]
    options: Options
    ready: Ready
    size: Size


def make_asked(file: ScenarioFile, plans: Sequence[Scenario], wanted: str, options: Options) -> Asked:
    """`plans`: the base plan first; ScenarioError where nothing is uncertain, or so named."""
    inputs = tuple(inputs_of(plans[0], wanted))
    if not inputs:
        known = ", ".join(sorted({one.path[0] for one in inputs_of(plans[0])}))
        text = f'no uncertain number has such a place; write a pattern such as "queues.*"; there are some in: {known}'
        raise ScenarioError(str(file.path), [Problem("inputs", text)])
    seed = plans[0].spec.run.seed if options.seed is None else options.seed
    options = replace(options, seed=seed, replications=_runs(plans[0], options))
    entries = [Entry(plans[0], plan, plan.plan) for plan in plans]
    ready = make_ready(entries, options)
    worlds = _worlds(len(inputs), len(plans), options.replications or 1)
    contacts = sum(draft.contacts for draft in ready.drafts) * (options.replications or 1) * (1 + worlds)
    engine = choose_engine(options.engine, contacts)
    ready = replace(ready, engine=engine, jobs=jobs_for(options.jobs, contacts, engine))
    size = size_of_more(ready, (1 + worlds) * len(plans), 1 + worlds)
    return Asked(file, inputs, options, ready, replace(size, at_most=True))


def _runs(base: Scenario, options: Options) -> int:
    run = base.spec.run
    if options.replications is not None:
        return options.replications
    return run.precision.at_least if run.precision is not None else run.replications or DEFAULT_REPLICATIONS


def _worlds(inputs: int, plans: int, runs: int) -> int:
    """About how many there are, of all plans and as many replications as today's."""
    alone = 2 * inputs * (1.0 + TURNING * HALVINGS)
    effects = TRAJECTORIES * (inputs + 1) * min(MOST_RUNS, runs) / (runs * plans)
    return round(alone + effects + DRAWN * (plans > 1))


def find(asked: Asked, watcher: Watcher) -> Sensitivities:
    """Play it all."""
    ready, options = asked.ready, asked.options
    study = run_study(ready.entries, options, watcher, ready)
    labels = [result.label for result in study.results]
    differences = compare(study.results, labels) if len(labels) > 1 else []
    decision = decide(study.results, labels, differences)
    runs, seed = decision.replications, options.seed or 0
    subject = decision.baseline if decision.chosen is None else decision.chosen
    judge = Judge(
        decision.kpi, study.results[0].scenario.spec.results.matters, jointly(differences)[0],
        subject.plan, subject.worst, decision.chosen is not None,
    )  # fmt: skip
    left_out: dict[str, LeftOut] = {one.plan: one.left_out for one in decision.plans}
    setting = Setting(
        asked.file, tuple(labels), asked.inputs, study.results[0].calibration, seed, study.engine, decision.kpi,
        left_out,
    )  # fmt: skip
    today = [
        replace(candidate_of(result, label, decision.kpi, runs), quality={}, left_out=left_out[label])
        for result, label in zip(study.results, labels, strict=True)
    ]
    worlds = Worlds(setting, study.jobs, KeptWorlds.of(setting) if options.remember else None)
    finished = False
    try:
        one_by_one = OneAtATime(worlds, judge, today, runs, watcher)
        alone, left = one_by_one.found()
        numbers = {one.place: number for number, one in enumerate(asked.inputs)}
        movable = [(numbers[one.input.place], cut_at(one.input, one.ends)) for one in alone]
        together = AllAtOnce(worlds, movable, judge, seed, watcher).found(runs)
        finished = True
    finally:
        worlds.close(finished=finished)
    choice = None if decision.chosen is None else Choice(decision.chosen.plan, decision.kind == "holds")
    worst = subject.worst
    return Sensitivities(
        decision, choice, subject.plan, "" if worst is None else worst.name, ("", "") if worst is None else worst.worst,
        tuple(ranked(alone)), together, study, worlds.plays, tuple(left), worlds.reused,
    )  # fmt: skip
