"""Plays plans of the hiring year on common luck, over processes, and keeps of each what the search asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import ScenarioFile
from sim.staffing.hiring.answering import Answer, Played, answer_of, joined
from sim.staffing.hiring.intake import Classes, Intake, changes_of
from sim.staffing.hiring.remembered import Remembered
from sim.study.calibration.calibrate import Calibration
from sim.study.expected.foresight import foresee
from sim.study.player import Player
from sim.study.prepared import Prepared, prepare
from sim.study.result import PlanResult
from sim.study.run import Entry, Watcher, compile_once, solution_of, under, with_seed
from sim.study.targets import Periods
from sim.study.workers import Shared, Workers

FEW = 4
"""Replications that are played before the clock is looked at; on many processes, two for each."""


class Stopped(Exception):
    """The time is over."""


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
        store: Remembered | None = None,
    ) -> None:
        """`keeps`: whole results too, for reports. `store`: where answers are kept for a search that is killed."""
        self._file, self._today, self._intakes, self.luck, self._watcher = file, today, intakes, luck, watcher
        self._base = with_seed([Entry(base, base)], luck.seed)[0].base
        self._calibration: Calibration | None = None
        self._ready: dict[str, tuple[Prepared, Calibration]] = {}
        self.known: dict[str, Answer] = {}
        self.targets: list[Periods] = []
        """Of the first replication that was played: their names, periods and limits are all plans'."""
        self.results: dict[str, PlanResult] = {}
        """Of those plans whose results are kept, by their names."""
        self.deadline: float | None = None
        """By the monotonic clock: past it nothing more is played."""
        self._keeps, self._store, self._workers = keeps, store, Workers(luck.jobs)
        self._asked, self._used = set[str](), dict[str, int]()
        self._player: Player | None = None
        self._shared: tuple[tuple[Prepared, Calibration], Shared[tuple[Prepared, Calibration]]] | None = None

    @property
    def plays(self) -> int:
        """Plans that were asked for."""
        return len(self._used)

    @property
    def runs(self) -> int:
        """Replications that were asked for, of all plans."""
        return sum(self._used.values())

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
        self._recall(key, plan)
        known = self.known.get(key)
        first, wanted = 0 if known is None else known.replications, runs
        while first < wanted:
            if self.deadline is not None and time.monotonic() > self.deadline:
                raise Stopped
            upto = min(wanted, first + max(FEW, 2 * self.luck.jobs))
            self._play_on(key, plan(), first, upto, wanted)
            first = upto
        self._used[key] = max(self._used.get(key, 0), runs)
        return self.known[key].first(runs)

    def _recall(self, key: str, plan: Callable[[], Scenario]) -> None:
        """What an earlier search has left of a plan."""
        if self._store is None or key in self._asked:
            return
        self._asked.add(key)
        scenario = plan()
        result = PlanResult(*self._prepared(key, scenario), key) if self._keeps else None
        found = self._store.read(self.luck.seed, scenario, result)
        if found is None:
            return
        self.known[key], targets = found
        self.targets = self.targets or targets
        if result is not None:
            self.results[key] = result

    def _play_on(self, key: str, plan: Scenario, first: int, last: int, wanted: int) -> None:
        ready = self._prepared(key, plan)
        parts = [self.known[key]] if first else []
        result = self.results.get(key, PlanResult(*ready, key))
        for run, (answer, targets, one) in enumerate(self._play(ready, first, last), first + 1):
            parts.append(answer)
            self.targets = self.targets or targets
            if one is not None:
                result.add(one)
                self.results[key] = result
            self._watcher.progress(key, run, wanted)
        self.known[key] = joined(parts)
        if self._store is not None:
            self._store.write(self.luck.seed, plan, self.known[key], self.targets, result if self._keeps else None)

    def _play(self, ready: tuple[Prepared, Calibration], first: int, last: int) -> Iterator[Played]:
        """In the order of replications, on any number of processes."""
        if min(self.luck.jobs, last - first) < 2:
            if self._player is None or self._player.prepared is not ready[0]:
                self._player = Player(ready[0], self.luck.engine)
            for run in range(first, last):
                yield answer_of(self._player, ready[1], run, self.luck.kpi, self._keeps)
            return
        from joblib import delayed

        if self._shared is None or self._shared[0] is not ready:
            self._shared = ready, Shared.of(ready)
        shared = self._shared[1]
        yield from self._workers.in_turn(
            delayed(_shared_answer)(shared, run, self.luck, self._keeps) for run in range(first, last)
        )

    def close(self) -> None:
        """Let the processes go."""
        self._workers.close()


_PLAYS: dict[str, Player] = {}
"""Of the plan that this process plays."""


def _shared_answer(shared: Shared[tuple[Prepared, Calibration]], run: int, luck: Luck, keep: bool) -> Played:
    prepared, calibration = shared.read()
    if shared.key not in _PLAYS:
        _PLAYS.clear()
        _PLAYS[shared.key] = Player(prepared, luck.engine)
    return answer_of(_PLAYS[shared.key], calibration, run, luck.kpi, keep)
