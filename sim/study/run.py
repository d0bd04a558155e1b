"""Plans × replications, over processes: the same numbers on any number of them."""

from __future__ import annotations

import os
import pickle
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError, SimError
from sim.floor.cache import is_warm, note_warm
from sim.floor.records import LAYOUT, Duty
from sim.measures.folder import compile_folding
from sim.observations import Table
from sim.processes import end_with, this_process
from sim.scenario.model import Scenario
from sim.study.calibrate import Calibration, calibrate, pilot_contacts
from sim.study.foresight import foresee
from sim.study.prepared import Prepared, Standard, prepare, with_standard
from sim.study.refusals import kpi_problems, plan_chances
from sim.study.remembered import recall, remember
from sim.study.replicate import NOBODY, Replication, open_floor, replicate
from sim.study.result import PlanResult
from sim.study.sizes import Size, check_room, free_memory, load_of, refusal, size_of

DEFAULT_REPLICATIONS = 20
SIMPY_PER_SECOND = 60_000
COLD_START = 20.0
"""Seconds that an empty compilation cache costs, once."""

WARM_START = 0.75
"""Seconds under SimPy from which on the compiled calendar takes less processor time, its loading (0.5 s) included: it
plays five times as fast or more."""


@dataclass(frozen=True)
class Options:
    replications: int | None = None
    seed: int | None = None
    jobs: int = 0
    engine: str = "auto"
    keep_contacts: bool = False
    remember: bool = False
    """Solutions of calibration on disk, and take them from there."""
    anyway: bool = False
    """Play what does not seem to fit the memory."""


@dataclass(frozen=True)
class Case:
    """A plan to play, with the base plan of its file, whose calibration it inherits."""

    base: Scenario
    plan: Scenario
    label: str = ""
    """What results call it; the plan's own name if empty."""


@dataclass(frozen=True)
class Study:
    results: list[PlanResult]
    engine: str
    jobs: int
    wall_seconds: float


@dataclass(frozen=True)
class Ready:
    """A study made ready to play, and how large it is."""

    cases: list[Case]
    drafts: list[Prepared]
    wanted: list[int]
    """Replications by case."""
    bases: dict[int, Prepared]
    engine: str
    jobs: int
    size: Size
    solutions: dict[int, Calibration]
    """Of bases that an earlier run has calibrated."""


class Watcher(Protocol):
    """Who is told how far a study has come."""

    def stage(self, text: str) -> None:
        """A step without a known length has begun."""

    def progress(self, plan: str, done: int, wanted: int) -> None:
        """So many replications of a plan are done."""

    def kept(self, result: PlanResult, replication: int, rows: Table) -> None:
        """The contact rows of a replication, if they are kept."""


def make_ready(cases: list[Case], options: Options) -> Ready:
    """Everything up to the first event. SimError if it does not fit the memory, unless it is to be played anyway."""
    if options.seed is not None:
        cases = with_seed(cases, options.seed)
    for case in cases:
        check_kpis(case.plan)
    room = free_memory()
    if not options.anyway:
        check_room([case.plan for case in cases], room)
    drafts = [prepare(case.plan) for case in cases]
    wanted = [_replications(case.plan, options) for case in cases]
    contacts = sum(draft.contacts * runs for draft, runs in zip(drafts, wanted, strict=True))
    bases: dict[int, Prepared] = {}
    for case, draft in zip(cases, drafts, strict=True):
        if id(case.base) not in bases:
            bases[id(case.base)] = draft if case.base is case.plan else prepare(case.base)
    to_pilot = {name: pilot_contacts(base) for name, base in bases.items()}
    solutions = _remembered(bases, to_pilot) if options.remember else {}
    pilots = sum(to_pilot[name] for name in bases if name not in solutions)
    engine = choose_engine(options.engine, contacts + pilots)
    size, jobs = _size(drafts, wanted, pilots, engine, _jobs(options.jobs, contacts, engine), options, room)
    return Ready(cases, drafts, wanted, bases, engine, jobs, size, solutions)


def _size(
    drafts: list[Prepared], wanted: list[int], pilots: float, engine: str, most: int, options: Options, room: float
) -> tuple[Size, int]:
    """On `most` processes, or as many fewer as fit where none were asked for; and how many."""
    loads, keep, warm = [load_of(draft) for draft in drafts], options.keep_contacts, is_warm()
    cores = os.cpu_count() or 1
    sizes = [
        size_of(loads, wanted, pilots, engine, jobs, cores=cores, keep=keep, warm=warm) for jobs in range(most, 0, -1)
    ]
    fits = next((size for size in sizes if size.memory <= room), None)
    # Where not even one process fits, a single one comes nearest.
    size = sizes[0] if options.jobs else fits or sizes[-1]
    if size.memory > room and not options.anyway:
        largest = max(loads, key=lambda load: load.bytes(engine, keep) + load.bulk.unplayed)
        fewer = 0 if fits is None else most - sizes.index(fits)
        raise SimError(refusal(size, largest, engine, keep=keep, room=room, fewer=fewer))
    by_precision = options.replications is None and any(draft.scenario.spec.run.precision for draft in drafts)
    return replace(size, at_most=by_precision), most - sizes.index(size)


def run_study(cases: list[Case], options: Options, watcher: Watcher, ready: Ready | None = None) -> Study:
    """Play every case. Replications are played in any order on any number of processes and added up in theirs.

    `ready`: the same cases under the same options, where they have been made ready.
    """
    began = time.perf_counter()
    if ready is None:
        ready = make_ready(cases, options)
    cases, drafts, wanted, bases = ready.cases, ready.drafts, ready.wanted, ready.bases
    solutions = dict(ready.solutions)
    engine, jobs = ready.engine, ready.jobs
    if engine == "compiled":
        watcher.stage("compiling the floor (once, about 15 s)" if not is_warm() else "loading the compiled floor")
        _compile_once(drafts[0])
    watcher.stage("calibrating to what was observed")
    results: list[PlanResult] = []
    for case, draft, runs in zip(cases, drafts, wanted, strict=True):
        if id(case.base) not in solutions:
            solutions[id(case.base)] = calibrate(bases[id(case.base)], engine)
            if options.remember and pilot_contacts(bases[id(case.base)]):
                remember(case.base, solutions[id(case.base)])
        calibration = _for_plan(solutions[id(case.base)], case, engine)
        prepared = with_standard(draft, with_plan_fcr(calibration.standard, case))
        prepared = replace(prepared, scenario=_with_known_fcr(case), foreseen=foresee(case.plan, case.base))
        result = PlanResult(prepared, calibration, case.label or case.plan.plan)
        # Plans are compared replication by replication: each plays at least as many as the first.
        _play(result, runs, results[0].replications if results else 0, engine, jobs, options, watcher)
        results.append(result)
    return Study(results, engine, jobs, time.perf_counter() - began)


def _remembered(bases: dict[int, Prepared], pilots: dict[int, int]) -> dict[int, Calibration]:
    """Solutions that earlier runs found by pilots; the others take no time."""
    found = {name: recall(base.scenario) for name, base in bases.items() if pilots[name]}
    return {name: solution for name, solution in found.items() if solution is not None}


def _for_plan(calibration: Calibration, case: Case, engine: str) -> Calibration:
    """The base plan's solution; queues that only the plan has are solved for in the plan itself."""
    new = set(case.plan.queues) - set(case.base.queues)
    if not new:
        return calibration
    own = calibrate(prepare(case.plan), engine)
    work = {queue: (own if queue in new else calibration).standard.work[queue] for queue in case.plan.queues}
    chances = {queue: (own if queue in new else calibration).standard.resolution[queue] for queue in case.plan.queues}
    volume = calibration.standard.volume | {q: v for q, v in own.standard.volume.items() if q in new}
    carried = calibration.standard.carried | {q: v for q, v in own.standard.carried.items() if q in new}
    seen = calibration.standard.seen | {q: rates for q, rates in own.standard.seen.items() if q in new}
    rows = calibration.rows + tuple(row for row in own.rows if row.queue in new)
    solo = calibration.standard.solo | {q: s for q, s in own.standard.solo.items() if q in new}
    standard = Standard(work, chances, volume, carried, calibration.standard.loyal, seen, solo)
    return replace(calibration, standard=standard, rows=rows)


def with_plan_fcr(standard: Standard, case: Case) -> Standard:
    """The solution under a plan that gives another FCR than the base: its chances are better, or worse, by as much."""
    chances, problems = plan_chances(standard, case.plan, case.base)
    if problems:
        raise ScenarioError(case.plan.name, problems)
    return replace(standard, resolution=chances)


def _with_known_fcr(case: Case) -> Scenario:
    """The plan, whose customers expect what they are used to: the base plan's FCR."""
    known = case.base.spec.queues
    queues = {
        name: queue.model_copy(update={"fcr": known[name].fcr}) if name in known else queue
        for name, queue in case.plan.spec.queues.items()
    }
    return case.plan if queues == case.plan.spec.queues else case.plan.with_spec(queues=queues)


def _play(
    result: PlanResult, runs: int, least: int, engine: str, jobs: int, options: Options, watcher: Watcher
) -> None:
    precision = result.scenario.spec.run.precision if options.replications is None else None
    plan = result.label
    watcher.progress(plan, 0, runs)
    goal = runs if precision is None else min(max(precision.at_least, least), runs)
    while True:
        for replication, one in _replications_in_order(
            result.prepared, result.replications, goal, engine, jobs, options
        ):
            result.add(one)
            if one.rows is not None:
                watcher.kept(result, replication, one.rows)
            watcher.progress(plan, result.replications, runs)
        if precision is None or result.replications >= runs:
            return
        if result.kpi(precision.kpi).half_width <= precision.half_width:
            watcher.progress(plan, result.replications, result.replications)
            return
        # A fixed step, not the number of processes: the stopping point must not depend on the machine.
        goal = min(runs, result.replications + 5)


def _replications_in_order(
    prepared: Prepared, first: int, last: int, engine: str, jobs: int, options: Options
) -> Iterator[tuple[int, Replication]]:
    if jobs == 1 or last - first < 2:
        for replication in range(first, last):
            yield replication, replicate(prepared, replication, engine, options.keep_contacts)
        return
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    # Short replications go to a worker several at a time.
    seconds = prepared.contacts / (SIMPY_PER_SECOND if engine == "simpy" else 10 * SIMPY_PER_SECOND)
    size = max(1, min(int(0.5 / max(seconds, 1e-3)), (last - first) // jobs))
    batches = [range(start, min(start + size, last)) for start in range(first, last, size)]
    ends_with_us: dict[str, Any] = {"initializer": end_with, "initargs": this_process()}
    try:
        _start_workers(jobs, ends_with_us)
        parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs", **ends_with_us)
        shared = Shared.of(prepared)
        for batch in parallel(delayed(_batch)(shared, batch, engine, options.keep_contacts) for batch in batches):
            yield from batch
    except TerminatedWorkerError:
        raise SimError("a worker process was killed, perhaps for want of memory; try --jobs 1") from None


def _start_workers(jobs: int, ends_with_us: dict[str, Any]) -> None:
    """Workers are started with Ctrl-C held back: it is this process that stops, and takes them along."""
    from multiprocessing.resource_tracker import ensure_running

    from joblib import Parallel, delayed

    if not hasattr(signal, "pthread_sigmask"):
        return
    # Its own start would let Ctrl-C through again.
    ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        Parallel(n_jobs=jobs, **ends_with_us)(delayed(int)() for _ in range(jobs))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@dataclass(frozen=True)
class Shared:
    """A plan on its way to other processes: written down once, and read once by each of them.

    What a process has worked out for one replication is still there for the next.
    """

    key: str
    pickled: NDArray[np.uint8]
    """An array, which joblib hands to all processes of a machine in one piece."""

    @classmethod
    def of(cls, prepared: Prepared) -> Shared:
        return cls(uuid.uuid4().hex, np.frombuffer(pickle.dumps(prepared), np.uint8))

    def read(self) -> Prepared:
        if self.key not in _READ:
            _READ.clear()
            _READ[self.key] = pickle.loads(self.pickled.tobytes())
        return _READ[self.key]


_READ: dict[str, Prepared] = {}
"""The plan that this process plays."""


def _batch(shared: Shared, runs: range, engine: str, keep: bool) -> list[tuple[int, Replication]]:
    prepared = shared.read()
    return [(replication, replicate(prepared, replication, engine, keep)) for replication in runs]


def choose_engine(asked: str, contacts: float) -> str:
    """SimPy for small jobs, compiled where it takes less processor time; an empty cache counts as its compilation."""
    if asked != "auto":
        return asked
    seconds = contacts / SIMPY_PER_SECOND
    return "compiled" if seconds > (WARM_START if is_warm() else COLD_START) else "simpy"


def _jobs(asked: int, contacts: float, engine: str) -> int:
    cores = os.cpu_count() or 1
    if asked:
        return asked
    # Starting processes takes two to three seconds: not worth it for a short job.
    seconds = contacts / (SIMPY_PER_SECOND if engine == "simpy" else 10 * SIMPY_PER_SECOND)
    return cores if seconds > 6.0 else 1


def _compile_once(prepared: Prepared) -> None:
    """Compile before workers start, or each of them would."""
    floor = open_floor(prepared.setting, "compiled")
    floor.play(NOBODY, np.empty(0, LAYOUT[Duty]), 0.0)
    compile_folding(prepared.counting)
    note_warm()


def _replications(scenario: Scenario, options: Options) -> int:
    run = scenario.spec.run
    if options.replications is not None:
        return options.replications
    if run.precision is not None:
        return run.precision.at_most
    return run.replications or DEFAULT_REPLICATIONS


def check_kpis(scenario: Scenario) -> None:
    """ScenarioError lists the names of KPIs that are none."""
    problems = kpi_problems(scenario)
    if problems:
        raise ScenarioError(scenario.name, problems)


def with_seed(cases: list[Case], seed: int) -> list[Case]:
    """The same cases under another seed; plans that share a base plan still do."""
    changed: dict[int, Scenario] = {}

    def reseeded(scenario: Scenario) -> Scenario:
        if id(scenario) not in changed:
            run = scenario.spec.run.model_copy(update={"seed": seed})
            changed[id(scenario)] = scenario.with_spec(run=run)
        return changed[id(scenario)]

    return [replace(case, base=reseeded(case.base), plan=reseeded(case.plan)) for case in cases]
