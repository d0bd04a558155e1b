"""Plays plans of the hiring year on common luck, over processes, and keeps of each what the search asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.measures.contracts import judged_contracts
from sim.measures.families import by_name
from sim.measures.kpis import QUEUE
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import ScenarioFile
from sim.staffing.conditions import minimised, sums_asked
from sim.staffing.hiring.intake import Classes, Intake, changes_of
from sim.staffing.wanted import Wanted
from sim.study.calibration.calibrate import Calibration
from sim.study.expected.foresight import foresee
from sim.study.kept import STAFF_NAMES
from sim.study.player import Player
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import Replication
from sim.study.result import PlanResult
from sim.study.run import Entry, Watcher, compile_once, solution_of, under, with_seed
from sim.study.targets import Periods, periods_of
from sim.study.workers import Shared, Workers
from sim.workforce.day import USUAL_WEEKS, recent_occupancy

Floats = NDArray[np.float64]

STAFFED = "group_days"
"""The family that says how busy people were."""


@dataclass(frozen=True)
class Answer:
    """What became of a plan; the first axis of each table is replications."""

    money: Floats
    levels: tuple[Floats, ...]
    """By target: × its periods × (met, base)."""
    days: tuple[Floats, ...]
    """By target: × days × (met, base); of a target per interval, its lowest interval of each day."""
    occupancy: Floats
    """× days × groups, over the last weeks as burnout sees it; NaN in the first."""

    @property
    def replications(self) -> int:
        return len(self.money)

    def first(self, runs: int) -> Answer:
        levels, days = tuple(one[:runs] for one in self.levels), tuple(one[:runs] for one in self.days)
        return Answer(self.money[:runs], levels, days, self.occupancy[:runs])


Played = tuple[Answer, list[Periods], Replication | None]


def joined(parts: Sequence[Answer]) -> Answer:
    levels = tuple(np.concatenate(some) for some in zip(*(part.levels for part in parts), strict=True))
    days = tuple(np.concatenate(some) for some in zip(*(part.days for part in parts), strict=True))
    return Answer(
        np.concatenate([part.money for part in parts]), levels, days,
        np.concatenate([part.occupancy for part in parts]),
    )  # fmt: skip


@dataclass(frozen=True)
class Luck:
    """How plans are played: all of a search alike."""

    seed: int
    engine: str
    jobs: int
    kpi: str
    """What is minimised: cost_total or net_cost."""


class Playing:
    """Plans of one file under one seed; what was played once is known."""

    def __init__(
        self,
        file: ScenarioFile,
        base: Scenario,
        today: str,
        intakes: Sequence[Intake],
        luck: Luck,
        watcher: Watcher,
        *,
        keeps: bool = False,
    ) -> None:
        """`keeps`: whole results too, for reports."""
        self._file, self._today, self._intakes, self.luck, self._watcher = file, today, intakes, luck, watcher
        self._base = with_seed([Entry(base, base)], luck.seed)[0].base
        self._calibration: Calibration | None = None
        self._ready: dict[str, tuple[Prepared, Calibration]] = {}
        self.known: dict[str, Answer] = {}
        self.targets: list[Periods] = []
        """Of the first replication that was played: their names, periods and limits are all plans'."""
        self.results: dict[str, PlanResult] = {}
        """Of those plans whose results are kept, by their names."""
        self._keeps = keeps
        self.plays = 0
        self.runs = 0

    def name_of(self, classes: Classes) -> str:
        """What a plan of classes is called while it is played: "30 on 2027-03-15, 12 on 2027-04-19"."""
        parts = []
        for one in classes:
            intake = self._intakes[one.intake]
            until = intake.hiring.contract_until
            term = "" if until is None else f" until {until}"
            group = "" if len({other.group for other in self._intakes}) == 1 else f" for {intake.group}"
            parts.append(f"{one.offers}{group} on {intake.dates[one.date]}{term}")
        return ", ".join(parts) or "no class"

    def plan(self, classes: Classes) -> Scenario:
        """ScenarioError where the plan is no plan of the file's."""
        return plan_of(self._file, self._today, [changes_of(self._intakes, classes)])

    def prepared(self, classes: Classes) -> Prepared:
        return self._prepared(self.name_of(classes), self.plan(classes))[0]

    def _prepared(self, key: str, plan: Scenario) -> tuple[Prepared, Calibration]:
        if key not in self._ready:
            plan = plan.with_spec(run=plan.spec.run.model_copy(update={"seed": self.luck.seed}))
            entry = Entry(self._base, plan)
            if self._calibration is None:
                self._watcher.stage("calibrating to what was observed")
                base = prepare(self._base)
                if self.luck.engine == "compiled":
                    compile_once(base)
                self._calibration = solution_of(base, self.luck.engine)
            like = next((prepared for prepared, _ in self._ready.values()), None)
            prepared, calibration = under(self._calibration, entry, prepare(plan, like=like), self.luck.engine)
            self._ready = {key: (replace(prepared, foreseen=foresee(plan, self._base)), calibration)}
        return self._ready[key]

    def answer(self, classes: Classes, runs: int) -> Answer:
        """A plan of classes under the first so many replications."""
        return self._known(self.name_of(classes), lambda: self.plan(classes), runs)

    def of_plan(self, name: str, plan: Scenario, runs: int) -> Answer:
        """Likewise a plan of the file."""
        return self._known(name, lambda: plan, runs)

    def replications(self, classes: Classes) -> int:
        """Those that a plan has been played for."""
        known = self.known.get(self.name_of(classes))
        return 0 if known is None else known.replications

    def _known(self, key: str, plan: Callable[[], Scenario], runs: int) -> Answer:
        known = self.known.get(key)
        first = 0 if known is None else known.replications
        if first < runs:
            ready = self._prepared(key, plan())
            parts = [] if known is None else [known]
            result = self.results.get(key, PlanResult(*ready, key))
            for answer, targets, one in self._play(ready, first, runs):
                parts.append(answer)
                self.targets = self.targets or targets
                if one is not None:
                    result.add(one)
                    self.results[key] = result
                self._watcher.progress(key, first + len(parts) - (known is not None), runs)
            self.known[key] = joined(parts)
            self.plays, self.runs = self.plays + (known is None), self.runs + runs - first
        return self.known[key].first(runs)

    def _play(self, ready: tuple[Prepared, Calibration], first: int, last: int) -> Iterator[Played]:
        """In the order of replications, on any number of processes."""
        jobs = min(self.luck.jobs, last - first)
        if jobs < 2:
            player = Player(ready[0], self.luck.engine)
            for run in range(first, last):
                yield _answer(player, ready[1], run, self.luck.kpi, self._keeps)
            return
        from joblib import delayed

        shared = Shared.of(ready)
        yield from Workers(self.luck.jobs).in_turn(
            delayed(_shared_answer)(shared, run, self.luck, self._keeps) for run in range(first, last)
        )


_PLAYS: dict[str, Player] = {}
"""Of the plan that this process plays."""


def _shared_answer(shared: Shared[tuple[Prepared, Calibration]], run: int, luck: Luck, keep: bool) -> Played:
    prepared, calibration = shared.read()
    if shared.key not in _PLAYS:
        _PLAYS.clear()
        _PLAYS[shared.key] = Player(prepared, luck.engine)
    return _answer(_PLAYS[shared.key], calibration, run, luck.kpi, keep)


def _answer(player: Player, calibration: Calibration, run: int, kpi: str, keep: bool) -> Played:
    prepared = player.prepared
    result = PlanResult(prepared, calibration)
    one = player.replicate(run)
    wanted = Wanted(minimise=kpi)
    asked = sums_asked(wanted)
    result.add(one, None if asked is None else {*asked, STAFFED})
    targets = periods_of(result)
    staff = by_name(STAFF_NAMES, result.group_days)
    groups = len(prepared.scenario.groups)
    seen = [
        recent_occupancy(staff["handling"][:day], staff["available"][:day], np.full(groups, USUAL_WEEKS))
        for day in range(1, prepared.scenario.clock.days + 1)
    ]
    answer = Answer(
        minimised(result, wanted, ()),
        tuple(np.asarray(target.levels, np.float64) for target in targets),
        tuple(_by_day(result, target) for target in targets),
        np.array(seen)[None],
    )
    return answer, targets, one if keep else None


def _by_day(result: PlanResult, target: Periods) -> Floats:
    """Replications × days × (met, base)."""
    scenario = result.scenario
    if target.level.per != "interval":
        return _days_of(result, target)
    first, levels = np.asarray(scenario.clock.day_first)[:-1], target.levels[0]
    ends = [*first[1:].tolist(), len(levels)]
    worst = np.zeros((scenario.clock.days, 2))
    for day, (begin, end) in enumerate(zip(first.tolist(), ends, strict=True)):
        own = levels[begin:end]
        share = np.divide(own[:, 0], own[:, 1], out=np.full(len(own), np.inf), where=own[:, 1] > 0)
        worst[day] = own[int(np.argmin(share))] if len(own) else 0.0
    return worst[None]


def _days_of(result: PlanResult, target: Periods) -> Floats:
    if target.scope == QUEUE:
        return np.asarray(result.day_levels[:, :, result.scenario.queue(target.name).number], np.float64)
    number = list(judged_contracts(result.scenario)).index(target.name)
    return np.asarray(result.contract_levels[:, :, number], np.float64)
