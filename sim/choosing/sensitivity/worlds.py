"""Worlds: a file's plans with some of its uncertain numbers at other values, played on common luck.

What was observed of the base plan (volumes, handle times, FCR) is held: off by so much, it is tomorrow that differs,
and plans play that on the standard that today's observations give. Any other number belongs to the world as it is: the
base plan has it too, and is calibrated anew, so that it still reproduces what was observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sim.choosing.candidate import Candidate, candidate_of
from sim.choosing.sensitivity.kept import KeptWorlds
from sim.choosing.sensitivity.setting import Played, Setting, World
from sim.errors import Problem, ScenarioError
from sim.scenario.assumptions.inputs import Input
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.overrides import merge
from sim.scenario.reading.plans import BASE
from sim.study.calibration.calibrate import Calibration, calibrate
from sim.study.player import Player
from sim.study.prepared import prepare
from sim.study.result import PlanResult
from sim.study.run import Entry, under
from sim.study.workers import Shared, Workers

UNSEEN = ("costs", "experience")
"""Tables that nothing of is seen when the base plan is calibrated; nor of these settings:"""
UNSEEN_OF_QUEUES = ("sale", "credit", "waiting_per_minute", "service_level", "cost_per_contact")
UNSEEN_OF_CUSTOMERS = ("value",)


def play(setting: Setting, world: World, runs: int, plans: Sequence[str]) -> Played:
    """These plans in a world, so many replications each."""
    try:
        return list(_played(setting, world, runs, plans))
    except ScenarioError as error:
        return error.problems[0]


def _played(setting: Setting, world: World, runs: int, plans: Sequence[str]) -> Iterator[Candidate]:
    known = [(setting.inputs[number], value) for number, value in world]
    beliefs = [(one, value) for one, value in known if not one.is_observed]
    base = _plan(setting, BASE, beliefs)
    calibration = setting.calibration
    if any(_is_seen(one) for one, _ in beliefs):
        calibration = calibrate(prepare(base), setting.engine)
    calibration = _with_work(calibration, known)
    for name in plans:
        plan = base if name == BASE and len(beliefs) == len(known) else _plan(setting, name, known)
        prepared, own = under(calibration, Entry(base, plan, name), prepare(plan), setting.engine)
        result = PlanResult(prepared, own, name)
        Player(prepared, setting.engine).add_to(result, range(runs), None)
        one = candidate_of(result, name, setting.kpi, runs)
        # Who dominates whom is nobody's question here.
        yield replace(one, quality={}, left_out=setting.left_out[name])


def _plan(setting: Setting, name: str, values: Sequence[tuple[Input, float]]) -> Scenario:
    """A plan of the file, if the file had these values: a plan that says a number itself keeps it."""
    raw, problems = setting.file.base, list[Problem]()
    for one, value in values:
        if not one.is_handle_time:
            raw = merge(raw, one.change(value), ScenarioSpec, "", problems)
    if problems:
        raise ScenarioError(str(setting.file.path), problems)
    scenario = plan_of(replace(setting.file, base=raw), name)
    run = scenario.spec.run.model_copy(update={"seed": setting.seed})
    return scenario.with_spec(run=run)


def _is_seen(one: Input) -> bool:
    """Whether the solution for the base plan may depend on it."""
    match one.path:
        case ("queues", _, key, *_):
            return key not in UNSEEN_OF_QUEUES
        case ("groups", _, "wage", *_):
            return False
        case ("customers", key):
            return key not in UNSEEN_OF_CUSTOMERS
    return one.path[0] not in UNSEEN


def _with_work(calibration: Calibration, values: Sequence[tuple[Input, float]]) -> Calibration:
    """All work on a queue's contacts longer, or shorter, than was observed."""
    factors = {one.path[1]: value for one, value in values if one.is_handle_time}
    if not factors:
        return calibration
    standard = calibration.standard
    work = {queue: of * factors.get(queue, 1.0) for queue, of in standard.work.items()}
    return replace(calibration, standard=replace(standard, work=work))


class Worlds:
    """Plays worlds, on any number of processes: the same numbers on each."""

    def __init__(self, setting: Setting, jobs: int, kept: KeptWorlds | None = None) -> None:
        self.setting, self._jobs = setting, jobs
        self._kept = kept or KeptWorlds()
        self.plays = 0
        """Plans × replications so far."""
        self._known: dict[World, Played] = {}
        self._shared: Shared[Setting] | None = None
        self._workers: Workers | None = None

    def play(self, worlds: Sequence[World], runs: int) -> Iterator[Played]:
        """All plans, in the worlds' order, as they come."""
        fresh = self.once([world for world in dict.fromkeys(worlds) if world not in self._known], runs)
        for world in worlds:
            if world not in self._known:
                self._known[world] = next(fresh)
            yield self._known[world]

    def once(self, worlds: Sequence[World], runs: int, plans: tuple[str, ...] = ()) -> Iterator[Played]:
        """Some plans, if any are named; nothing of it is kept."""
        plans = plans or self.setting.plans
        for played in self._fresh(worlds, runs, plans):
            self.plays += runs * len(plans)
            yield played

    def _fresh(self, worlds: Sequence[World], runs: int, plans: tuple[str, ...]) -> Iterator[Played]:
        """Those that an earlier run has left are taken from there, one at a time."""
        anew = self._anew([world for world in worlds if not self._kept.has(world, runs, plans)], runs, plans)
        for world in worlds:
            known = self._kept.has(world, runs, plans)
            found = self._kept.get(self.setting, world, runs, plans) if known else next(anew)
            if found is None:
                # It was torn.
                found, known = play(self.setting, world, runs, plans), False
            if not known:
                self._kept.put(world, runs, plans, found)
            yield found

    def _anew(self, worlds: Sequence[World], runs: int, plans: tuple[str, ...]) -> Iterator[Played]:
        if self._jobs == 1 or len(worlds) < 2:
            yield from (play(self.setting, world, runs, plans) for world in worlds)
            return
        from joblib import delayed

        self._shared = self._shared or Shared.of(self.setting)
        self._workers = self._workers or Workers(self._jobs)
        yield from self._workers.in_turn(delayed(_apart)(self._shared, world, runs, plans) for world in worlds)

    @property
    def reused(self) -> int:
        """Worlds that were played by a run that was stopped."""
        return self._kept.reused

    def close(self, *, finished: bool) -> None:
        self._kept.close(finished=finished)
        if self._workers is not None:
            self._workers.close()


def _apart(shared: Shared[Setting], world: World, runs: int, plans: tuple[str, ...]) -> Played:
    """In another process."""
    return play(shared.read(), world, runs, plans)
