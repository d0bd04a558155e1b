"""Plays staffings on common luck, over processes, and remembers what came of each.

A staffing's replication depends on the file, the seed and its number alone: however many processes play it, and whether
it was played before, the answer is the same. That is what lets a search that was killed go on where it was.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.demand.remembered import Memory
from sim.errors import ScenarioError
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE, ScenarioFile
from sim.staffing.allowed import Allowed, Heads
from sim.staffing.conditions import Condition, conditions_of, minimised, sums_asked
from sim.staffing.wanted import Wanted
from sim.study.calibration.calibrate import Calibration
from sim.study.player import Player
from sim.study.prepared import prepare, with_staff_of
from sim.study.result import PlanResult
from sim.study.run import Entry, compile_once, solution_of, under
from sim.study.workers import Shared, Workers

Floats = NDArray[np.float64]

MOST_KEPT = 8
"""Staffings that a process keeps ready to play."""


@dataclass(frozen=True)
class Question:
    """A plan of a file whose staff is sought: what makes a scenario of a staffing."""

    file: ScenarioFile
    plan: str
    layers: tuple[dict[str, Any], ...]
    allowed: Allowed
    wanted: Wanted
    seed: int

    def scenario(self, heads: Heads | None) -> Scenario:
        """Today's plan, or as it is with a staffing. ScenarioError where no such plan can be."""
        changes = () if heads is None else (self.allowed.changes(heads),)
        return plan_of(self.file, self.plan, [*self.layers, *changes, {"run": {"seed": self.seed}}])

    @cached_property
    def base(self) -> Scenario:
        return plan_of(self.file, BASE, [{"run": {"seed": self.seed}}])


@dataclass(frozen=True)
class Answer:
    """What came of a staffing, replication by replication."""

    conditions: tuple[Condition, ...]
    sums: Floats
    """Replications × conditions × (what counts, of how much)."""
    spent: Floats
    """By replication, what is to be least."""

    @property
    def runs(self) -> int:
        return len(self.spent)

    @property
    def cost(self) -> float:
        return float(self.spent.mean())

    def first(self, runs: int) -> Answer:
        return replace(self, sums=self.sums[:runs], spent=self.spent[:runs])

    def then(self, more: Answer) -> Answer:
        return Answer(self.conditions, np.concatenate([self.sums, more.sums]), np.concatenate([self.spent, more.spent]))


class Store(Protocol):
    """Where answers outlast the process."""

    def read(self, seed: int, heads: Heads) -> Answer | None: ...

    def write(self, seed: int, heads: Heads, answer: Answer) -> None: ...


@dataclass
class _Stage:
    """A question with its calibration, and the plans that this process has ready."""

    question: Question
    calibration: Calibration
    engine: str
    ready: OrderedDict[Heads, tuple[Player, Calibration]] = field(default_factory=OrderedDict)
    memory: Memory = field(default_factory=Memory)
    """Staffings face the same customers."""

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "ready": OrderedDict(), "memory": self.memory.emptied()}

    def player(self, heads: Heads) -> tuple[Player, Calibration]:
        """A staffing ready to play, and its calibration."""
        if heads not in self.ready:
            scenario, known = self.question.scenario(heads), next(iter(self.ready.values()), None)
            like = None if known is None else known[0].prepared
            if like is not None:
                scenario = with_staff_of(like.scenario, scenario)
            draft = prepare(scenario, like=like)
            prepared, calibration = under(self.calibration, Entry(self.question.base, scenario), draft, self.engine)
            self.ready[heads] = Player(prepared, self.engine, self.memory), calibration
            while len(self.ready) > MOST_KEPT:
                self.ready.popitem(last=False)
        return self.ready[heads]

    def answer(self, heads: Heads, runs: range) -> Answer:
        player, calibration = self.player(heads)
        result, wanted = PlanResult(player.prepared, calibration), self.question.wanted
        player.add_to(result, runs, only=sums_asked(wanted))
        conditions, sums = conditions_of(result, wanted)
        return Answer(conditions, sums, minimised(result, wanted, heads))


def _answer(stage: Shared[_Stage], heads: Heads, runs: range) -> Answer | str:
    """Of so many replications; or why there is no such plan."""
    try:
        return stage.read().answer(heads, runs)
    except ScenarioError as error:
        return str(error)


class Playing:
    """Answers by staffing, on one seed's luck."""

    def __init__(
        self, question: Question, engine: str, jobs: int, store: Store | None = None, memory: Memory | None = None
    ) -> None:
        self.question, self._workers, self._store = question, Workers(jobs), store
        self.base = prepare(question.base)
        self.calibration = solution_of(self.base, engine)
        self.stage = _Stage(question, self.calibration, engine, memory=memory or Memory())
        self.plays, self.replications = 0, 0
        self.refused: dict[Heads, str] = {}
        """Staffings that no plan can have, and why."""
        self._known: dict[Heads, Answer] = {}
        self._seconds = 0.0
        """What a replication takes, as first measured: it decides how they are handed out, and nothing else."""
        if engine == "compiled":
            compile_once(self.base)

    def played(self, runs: int) -> Iterator[tuple[Heads, Answer]]:
        """Every staffing that has so many replications, cut to as many."""
        for heads, answer in self._known.items():
            if answer.runs >= runs:
                yield heads, answer.first(runs)

    def answer(self, heads: Heads, runs: int) -> Answer | None:
        return self.answers([heads], runs)[0]

    def known(self, heads: Heads, runs: int) -> Answer | None:
        """If it was played as often already."""
        found = self._known.get(heads)
        return found.first(runs) if found is not None and found.runs >= runs else None

    def answers(self, staffings: Sequence[Heads], runs: int) -> list[Answer | None]:
        """Of at least so many replications each, cut to as many; None where there can be no such plan."""
        missing: dict[Heads, int] = {}
        for heads in dict.fromkeys(staffings):
            if heads in self.refused:
                continue
            if heads not in self._known and self._store is not None:
                kept = self._store.read(self.question.seed, heads)
                if kept is not None:
                    self._known[heads] = kept
            done = self._known[heads].runs if heads in self._known else 0
            if done < runs:
                missing[heads] = done
        for heads, found in self._played(missing, runs):
            if isinstance(found, str):
                self.refused[heads] = found
                self._known.pop(heads, None)
                continue
            self._known[heads] = self._known[heads].then(found) if heads in self._known else found
            self.replications += found.runs
            if self._known[heads].runs >= runs:
                self.plays += missing[heads] == 0
                if self._store is not None:
                    self._store.write(self.question.seed, heads, self._known[heads])
        return [None if heads in self.refused else self._known[heads].first(runs) for heads in staffings]

    def _played(self, missing: Mapping[Heads, int], runs: int) -> Iterator[tuple[Heads, Answer | str]]:
        """Blocks of replications in order, staffing by staffing."""
        whole = sum(runs - done for done in missing.values())
        if self._workers.jobs == 1 or whole < 2:
            for heads, done in missing.items():
                try:
                    yield heads, self.stage.answer(heads, range(done, runs))
                except ScenarioError as error:
                    yield heads, str(error)
            return
        from joblib import delayed

        # As few and large blocks as keep every process busy.
        size = max(1, -(-whole // (4 * self._workers.jobs)))
        tasks = [
            (heads, range(first, min(first + size, runs)))
            for heads, done in missing.items()
            for first in range(done, runs, size)
        ]
        refused = set[Heads]()
        found_in_turn = self._workers.in_turn(delayed(_answer)(self._shared, heads, block) for heads, block in tasks)
        for (heads, _), found in zip(tasks, found_in_turn, strict=True):
            if heads not in refused:
                yield heads, found
            if isinstance(found, str):
                refused.add(heads)

    def close(self) -> None:
        """Let the processes go."""
        self._workers.close()

    @cached_property
    def _shared(self) -> Shared[_Stage]:
        return Shared.of(self.stage)
