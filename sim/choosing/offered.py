"""Plays the plans of a grid on common luck, over processes, and remembers what came of them.

What a plan's replications bring depends on the file, the seed and their numbers alone: so the answer is the same on any
number of processes, and a selection that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.choosing.alike import left_out
from sim.choosing.grid import Grid
from sim.choosing.tally import ROWS, Tally, sums_of
from sim.demand.remembered import Memory
from sim.errors import ScenarioError
from sim.scenario.changes import changes_of
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import Calibration
from sim.study.calibration.remembered import key_of
from sim.study.frontier.choice import money_of
from sim.study.player import JUDGED, Player
from sim.study.prepared import STAFFING, Prepared, prepare, with_staff_of
from sim.study.result import PlanResult
from sim.study.run import Entry, Watcher, compile_once, solution_of, under
from sim.study.shelf import BROKEN, Shelf, shelf_of
from sim.study.targets import periods_of
from sim.study.workers import Shared, Workers

A_TASK = 60
"""Replications that are handed out together: what is remembered is remembered task by task, whoever plays it."""

OF_FILES = {"seats", "people", "roster"}
"""Settings of groups that name a file."""

Outcome = Tally | str
"""Why there is no such plan, or none that can be chosen."""


@dataclass(frozen=True)
class Task:
    plans: tuple[int, ...]
    runs: range

    @property
    def key(self) -> str:
        return f"{self.plans} {self.runs.start}:{self.runs.stop}"


@dataclass
class Stage:
    """A grid with its calibration, and what this process has ready of it."""

    grid: Grid
    base: Scenario
    """Of the file, calibrated to what was observed."""
    kpi: str
    near: float
    calibration: Calibration
    engine: str
    memory: Memory = field(default_factory=Memory)
    """Plans that differ in staff alone face the same customers."""
    _like: Prepared | None = None
    _today: PlanResult | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "memory": self.memory.emptied(), "_like": None, "_today": None}

    def play(self, task: Task) -> list[Outcome]:
        """By plan of the task: of so many replications, or why there is no such plan."""
        found: list[Outcome] = []
        for n in task.plans:
            try:
                found.append(self._played(n, task.runs))
            except ScenarioError as error:
                told = error.problems[0]
                found.append(f"{told.where}: {told.what}")
        return found

    def _played(self, n: int, runs: range) -> Outcome:
        if self._like is None:
            self._like = prepare(self.grid.scenario(0))
        scenario, today = self.grid.scenario(n), self._like.scenario
        if _same_customers(today, scenario):
            result = self._result(with_staff_of(today, scenario), runs, alike=True)
        else:
            result = self._result(scenario, runs, alike=False)
            if runs.start == 0 and (why := self._why_left_out(result)):
                return why
        targets = periods_of(result)
        sums, shape = sums_of(targets, self.near)
        aims = tuple(target.level.target for target in targets)
        money = np.asarray(result.costs.sum(axis=1)) if self.kpi == "cost_total" else money_of(result, self.kpi)
        return Tally(money, sums, shape, aims, self.near)

    def _result(self, scenario: Scenario, runs: range, *, alike: bool) -> PlanResult:
        draft = prepare(scenario, like=self._like if alike else None)
        prepared, calibration = under(self.calibration, Entry(self.base, scenario), draft, self.engine)
        result = PlanResult(prepared, calibration)
        # Net cost, and who was shut out, take more than costs and targets.
        only = JUDGED if alike and self.kpi == "cost_total" else None
        Player(prepared, self.engine, self.memory if alike else None).add_to(result, runs, only)
        return result

    def _why_left_out(self, result: PlanResult) -> str:
        """Why a plan cannot be chosen, whatever it costs."""
        if self._today is None or self._today.replications < result.replications:
            assert self._like is not None
            self._today = self._result(self._like.scenario, range(result.replications), alike=False)
        return left_out([self._today, result], [self.grid.name(0), "it"], [(False, 0.0), (False, 0.0)])[1].why


def _same_customers(today: Scenario, other: Scenario) -> bool:
    """Whether they differ in what the file itself says of staff, and in nothing else."""
    changes = (change for change in changes_of(today.resolved, other.resolved) if change.path[0] != "run")
    return all(change.path[0] in STAFFING and not OF_FILES & set(change.path) for change in changes)


def _play(stage: Shared[Stage], task: Task) -> list[Outcome]:
    return stage.read().play(task)


class Offered:
    """The plans of a grid, played when they are asked for."""

    def __init__(self, stage: Stage, jobs: int, watcher: Watcher, shelf: Shelf | None = None) -> None:
        self.stage, self._watcher, self._shelf = stage, watcher, shelf
        self._workers = Workers(jobs)
        self.reused = 0
        """Replications that an earlier selection had played."""
        self._done, self._round = 0, 0

    @classmethod
    def of(
        cls, grid: Grid, base: Scenario, near: float, engine: str, jobs: int, watcher: Watcher, *, remember: bool
    ) -> Offered:
        """`base`: of the file, whose calibration every plan inherits."""
        prepared, kpi = prepare(base), "net_cost" if base.uses.quality_prices else "cost_total"
        if engine == "compiled":
            watcher.stage("loading the compiled floor")
            compile_once(prepared)
        watcher.stage("calibrating to what was observed")
        stage = Stage(grid, base, kpi, near, solution_of(prepared, engine), engine)
        shelf = _shelf_of(stage) if remember else None
        if shelf is not None and shelf.count:
            watcher.stage("going on with what an earlier selection has played")
        return cls(stage, jobs, watcher, shelf)

    def play(self, plans: Sequence[int], runs: range) -> Iterator[tuple[int, Outcome]]:
        """As `sim.choosing.screening` asks for it: in the order of the plans."""
        self._round += 1
        tasks, wanted = _tasks(plans, runs), self._done + len(plans) * len(runs)
        so_far, dropped = dict[int, Tally](), set[int]()
        for task, outcomes in self._answers(tasks):
            for n, found in zip(task.plans, outcomes, strict=True):
                if n in dropped:
                    continue
                if isinstance(found, str):
                    dropped.add(n)
                    yield n, found
                    continue
                so_far[n] = so_far[n].then(found) if n in so_far else found
                if task.runs.stop == runs.stop:
                    yield n, so_far.pop(n)
            self._done += len(task.plans) * len(task.runs)
            named = f"{len(plans):,} plan{'s' * (len(plans) != 1)}"
            self._watcher.progress(f"round {self._round}, {named}", self._done, wanted)

    def close(self, *, finished: bool) -> None:
        """Let the processes go; what is on the shelf, too, where nothing of it is needed again."""
        self._workers.close()
        if finished and self._shelf is not None:
            self._shelf.drop()

    def _answers(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, list[Outcome]]]:
        kept = {task: self._kept(task) for task in tasks} if self._shelf is not None else {}
        missing = [task for task in tasks if kept.get(task) is None]
        fresh = self._fresh(missing)
        for task in tasks:
            found = kept.get(task)
            if found is None:
                found = next(fresh)
                self._keep(task, found)
            else:
                self.reused += len(task.plans) * len(task.runs)
            yield task, found

    def _fresh(self, tasks: Sequence[Task]) -> Iterator[list[Outcome]]:
        if self._workers.jobs == 1 or len(tasks) < 2:
            yield from map(self.stage.play, tasks)
            return
        from joblib import delayed

        yield from self._workers.in_turn(delayed(_play)(self._shared, task) for task in tasks)

    @cached_property
    def _shared(self) -> Shared[Stage]:
        return Shared.of(self.stage)

    # ---------------------------------------------------------------- what an earlier selection has left

    def _kept(self, task: Task) -> list[Outcome] | None:
        assert self._shelf is not None
        found = self._shelf.get(self._seed, task.key)
        try:
            return None if found is None else _read(task, found[0], found[1], self.stage.near)
        except BROKEN:
            return None

    def _keep(self, task: Task, found: Sequence[Outcome]) -> None:
        if self._shelf is None:
            return
        known = [one for one in found if isinstance(one, Tally)]
        told = {
            "why": [one if isinstance(one, str) else None for one in found],
            "shape": [one.shape for one in known],
            "aims": [one.aims for one in known],
        }
        arrays = {f"money{n}": one.money for n, one in enumerate(known)}
        arrays |= {f"sums{n}": one.sums for n, one in enumerate(known)}
        self._shelf.put(self._seed, task.key, told, arrays)

    @property
    def _seed(self) -> int:
        return self.stage.base.spec.run.seed


def _read(task: Task, told: Any, arrays: dict[str, np.ndarray[Any, Any]], near: float) -> list[Outcome] | None:
    found, number = list[Outcome](), 0
    for why in told["why"]:
        if why is not None:
            found.append(str(why))
            continue
        shape, aims = tuple(told["shape"][number]), tuple(told["aims"][number])
        one = Tally(arrays[f"money{number}"], arrays[f"sums{number}"], shape, aims, near)
        if one.runs != len(task.runs) or one.sums.shape != (ROWS, sum(shape) + len(shape)):
            return None
        found.append(one)
        number += 1
    return found if len(found) == len(task.plans) else None


def _tasks(plans: Sequence[int], runs: range) -> list[Task]:
    """Many plans' few replications, or a few plans' many: the same tasks whoever plays them."""
    cut = [range(first, min(first + A_TASK, runs.stop)) for first in range(runs.start, runs.stop, A_TASK)]
    size = max(1, A_TASK // max(1, min(len(runs), A_TASK)))
    return [Task(tuple(plans[at : at + size]), part) for at in range(0, len(plans), size) for part in cut]


def _shelf_of(stage: Stage) -> Shelf | None:
    def asked() -> str:
        grid = replace(stage.grid, file=None)  # type: ignore[arg-type]
        plans = [key_of(stage.base), key_of(stage.grid.scenario(0))]
        plans += [key_of(stage.grid.scenario(n + 1)) for n in range(len(grid.named))]
        return f"many {' '.join(plans)} {grid} {stage.kpi} {stage.near}"

    path = shelf_of(asked)
    return None if path is None else Shelf(path)
