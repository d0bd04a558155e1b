"""Plans × replications, over processes: the same numbers on any number of them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.floor.cache import is_warm, note_warm
from sim.floor.records import LAYOUT, Contact, Duty
from sim.measures.costs import STAFF_SUMS, with_staff
from sim.measures.kpis import (
    CENTER,
    GROUP,
    KPI_IDS,
    KPIS,
    LEVEL_SUMS,
    LEVELS,
    QUEUE,
    by_name,
    ratio,
    wait_quantile,
    with_levels,
)
from sim.measures.requirement import Load, Requirement, requirement
from sim.measures.sums import DATED_SUMS, GROUP_SUMS
from sim.observations import Table
from sim.scenario.model import Scenario
from sim.study.calibrate import Calibration, calibrate
from sim.study.replicate import Prepared, Replication, Standard, open_floor, prepare, replicate, with_standard
from sim.study.statistics import Estimate, estimate

Floats = NDArray[np.float64]

DEFAULT_REPLICATIONS = 20
ENGINES = ("auto", "simpy", "compiled")

SIMPY_PER_SECOND = 60_000
COLD_START = 20.0
"""Seconds that an empty compilation cache costs, once."""

STAFF_NAMES = (*GROUP_SUMS, *STAFF_SUMS)


@dataclass(frozen=True)
class Options:
    replications: int | None = None
    seed: int | None = None
    jobs: int = 0
    engine: str = "auto"
    keep_contacts: bool = False


@dataclass
class PlanResult:
    """One plan's replications, as sums. First axis of the lists' arrays, once stacked: replications."""

    prepared: Prepared
    calibration: Calibration
    label: str = "base"
    queue_totals: list[Floats] = field(default_factory=list)
    group_totals: list[Floats] = field(default_factory=list)
    waits: list[Floats] = field(default_factory=list)
    costs: list[Floats] = field(default_factory=list)
    slot_levels: list[Floats] = field(default_factory=list)
    """Per replication: slots × queues × (level_met, level_base)."""
    day_levels: list[Floats] = field(default_factory=list)
    queue_slots: Floats | None = None
    """Summed over replications: slots × queues × LEVEL_SUMS; likewise below."""
    group_slots: Floats | None = None
    queue_days: Floats | None = None
    group_days: Floats | None = None
    dated: Floats | None = None
    """Summed over replications: intervals of the horizon × queues × DATED_SUMS."""
    signed_on: Floats | None = None
    intervals_met: list[Floats] = field(default_factory=list)
    """Per replication: queues × (intervals that met the target, intervals with contacts)."""
    contacts: int = 0
    floor_seconds: float = 0.0

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    @property
    def replications(self) -> int:
        return len(self.costs)

    def add(self, one: Replication) -> None:
        spec, payroll = self.scenario.spec, self.prepared.payroll
        queue_slots, queue_days = (
            with_levels(spec, one.sums.queue_slots),
            with_levels(spec, one.sums.queue_days),
        )
        group_slots = with_staff(payroll, one.sums.group_slots, payroll.staff_slots)
        group_days = with_staff(payroll, one.sums.group_days, payroll.staff_days)
        self.queue_totals.append(queue_days.sum(axis=0))
        self.group_totals.append(group_days.sum(axis=0))
        self.waits.append(one.sums.waits)
        self.costs.append(one.costs)
        self.slot_levels.append(queue_slots[..., -2:].copy())
        self.day_levels.append(queue_days[..., -2:].copy())
        self.queue_slots = queue_slots if self.queue_slots is None else self.queue_slots + queue_slots
        self.group_slots = group_slots if self.group_slots is None else self.group_slots + group_slots
        self.queue_days = queue_days if self.queue_days is None else self.queue_days + queue_days
        self.group_days = group_days if self.group_days is None else self.group_days + group_days
        self.dated = one.sums.dated if self.dated is None else self.dated + one.sums.dated
        self.signed_on = one.sums.signed_on if self.signed_on is None else self.signed_on + one.sums.signed_on
        self.intervals_met.append(self._intervals_met(one.sums.dated))
        self.contacts += one.contacts
        self.floor_seconds += one.floor_seconds

    def _intervals_met(self, dated: Floats) -> Floats:
        counts = np.zeros((len(self.scenario.queues), 2))
        for q, queue in enumerate(self.scenario.spec.queues.values()):
            met, base = LEVELS[queue.service_level.counting]
            sums = by_name(DATED_SUMS, dated[:, q])
            level = ratio(met(sums), base(sums))
            counts[q] = (level >= queue.service_level.target).sum(), np.isfinite(level).sum()
        return counts

    def scopes(self) -> list[tuple[str, str]]:
        """(scope, name) of everything results are told of."""
        scenario = self.scenario
        channels = sorted({queue.channel for queue in scenario.spec.queues.values()})
        return [
            (CENTER, "all"),
            *(("channel", channel) for channel in channels),
            *((QUEUE, queue) for queue in scenario.queues),
            *((GROUP, group) for group in scenario.groups),
        ]

    def sums_of(self, scope: str, name: str) -> dict[str, Floats]:
        """Sums by name over replications, for `kpis` and `statistics`."""
        queues = by_name(LEVEL_SUMS, np.array(self.queue_totals))
        groups = by_name(STAFF_NAMES, np.array(self.group_totals))
        if scope == GROUP:
            number = self.scenario.groups.index(name)
            result = {key: column[:, number] for key, column in groups.items()}
        elif scope == QUEUE:
            number = self.scenario.queues.index(name)
            result = {key: column[:, number] for key, column in queues.items()}
        else:
            channels = [queue.channel for queue in self.scenario.spec.queues.values()]
            chosen = [scope == CENTER or channel == name for channel in channels]
            result = {key: column[:, chosen].sum(axis=1) for key, column in queues.items()}
        if scope == CENTER:
            result = {**{key: column.sum(axis=1) for key, column in groups.items()}, **result}
            result["cost"] = np.array(self.costs).sum(axis=1)
        result["replications"] = np.ones(self.replications)
        return result

    def waits_of(self, scope: str, name: str) -> dict[str, Floats]:
        """Wait counts per bin over replications; the bins stay on the last axis."""
        waits = np.array(self.waits)
        if scope == QUEUE:
            return {"waits": waits[:, self.scenario.queues.index(name)]}
        channels = [queue.channel for queue in self.scenario.spec.queues.values()]
        return {"waits": waits[:, [scope == CENTER or channel == name for channel in channels]].sum(axis=1)}

    def kpi(self, kpi_id: str, scope: str = CENTER, name: str = "all") -> Estimate:
        if kpi_id == "wait_p90_s":
            return estimate(lambda s: wait_quantile(s["waits"]), self.waits_of(scope, name))
        kpi = next(k for k in KPIS if k.id == kpi_id)
        return estimate(kpi.value, self.sums_of(scope, name))

    def requirement(self) -> Requirement:
        """Seats needed and short per interval of the horizon, on its mean load over replications."""
        assert self.dated is not None
        assert self.signed_on is not None
        sums, runs = by_name(DATED_SUMS, self.dated), self.replications
        # An interval whose contacts were all lost has the queue's own handle time.
        overall = ratio(sums["work"].sum(axis=0), sums["handled"].sum(axis=0))
        handle = ratio(sums["work"], sums["handled"])
        handle = np.where(np.isnan(handle), overall[None, :], handle)
        patience = np.array([self.scenario.law(queue, "patience").mean for queue in self.scenario.queues])
        demand = (sums["offered"] + sums["blocked"]) / runs
        seats = self.signed_on / runs / self.scenario.clock.interval
        return requirement(self.scenario, Load(demand, handle, 1.0 / np.maximum(patience, 1e-9)), seats)


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


class Watcher(Protocol):
    """Who is told how far a study has come."""

    def stage(self, text: str) -> None:
        """A step without a known length has begun."""

    def progress(self, plan: str, done: int, wanted: int) -> None:
        """So many replications of a plan are done."""

    def kept(self, result: PlanResult, replication: int, rows: Table) -> None:
        """The contact rows of a replication, if they are kept."""


def run_study(cases: list[Case], options: Options, watcher: Watcher) -> Study:
    """Play every case. Replications are played in any order on any number of processes and added up in theirs."""
    began = time.perf_counter()
    if options.seed is not None:
        cases = with_seed(cases, options.seed)
    for case in cases:
        check_precision(case.plan)
    drafts = [prepare(case.plan) for case in cases]
    wanted = [_replications(case.plan, options) for case in cases]
    contacts = sum(draft.contacts * runs for draft, runs in zip(drafts, wanted, strict=True))
    engine = choose_engine(options.engine, contacts)
    jobs = _jobs(options.jobs, contacts, engine)
    if engine == "compiled":
        watcher.stage("compiling the floor (once, about 15 s)" if not is_warm() else "loading the compiled floor")
        _compile_once(drafts[0])
    watcher.stage("calibrating to what was observed")
    solutions: dict[int, Calibration] = {}
    results: list[PlanResult] = []
    for case, draft, runs in zip(cases, drafts, wanted, strict=True):
        if id(case.base) not in solutions:
            base = draft if case.base is case.plan else prepare(case.base)
            solutions[id(case.base)] = calibrate(base, engine)
        calibration = _for_plan(solutions[id(case.base)], case, engine)
        result = PlanResult(with_standard(draft, calibration.standard), calibration, case.label or case.plan.plan)
        # Plans are compared replication by replication: each plays at least as many as the first.
        _play(result, runs, results[0].replications if results else 0, engine, jobs, options, watcher)
        results.append(result)
    return Study(results, engine, jobs, time.perf_counter() - began)


def _for_plan(calibration: Calibration, case: Case, engine: str) -> Calibration:
    """The base plan's solution; queues that only the plan has are solved for in the plan itself."""
    new = set(case.plan.queues) - set(case.base.queues)
    if not new:
        return calibration
    own = calibrate(prepare(case.plan), engine)
    work = {queue: (own if queue in new else calibration).standard.work[queue] for queue in case.plan.queues}
    chances = {queue: (own if queue in new else calibration).standard.resolution[queue] for queue in case.plan.queues}
    rows = calibration.rows + tuple(row for row in own.rows if row.queue in new)
    return Calibration(Standard(work, chances), rows)


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

    # Short replications go to a worker several at a time.
    seconds = prepared.contacts / (SIMPY_PER_SECOND if engine == "simpy" else 10 * SIMPY_PER_SECOND)
    size = max(1, min(int(0.5 / max(seconds, 1e-3)), (last - first) // jobs))
    batches = [range(start, min(start + size, last)) for start in range(first, last, size)]
    _start_workers(jobs)
    parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs")
    for batch in parallel(delayed(_batch)(prepared, batch, engine, options.keep_contacts) for batch in batches):
        yield from batch


def _start_workers(jobs: int) -> None:
    """Workers are started with Ctrl-C held back: it is this process that stops, and takes them along."""
    from multiprocessing.resource_tracker import ensure_running

    from joblib import Parallel, delayed

    if not hasattr(signal, "pthread_sigmask"):
        return
    # Its own start would let Ctrl-C through again.
    ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        Parallel(n_jobs=jobs)(delayed(int)() for _ in range(jobs))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _batch(prepared: Prepared, runs: range, engine: str, keep: bool) -> list[tuple[int, Replication]]:
    return [(replication, replicate(prepared, replication, engine, keep)) for replication in runs]


def choose_engine(asked: str, contacts: float) -> str:
    """SimPy for small jobs, compiled for long ones; an empty cache counts as its compilation."""
    if asked != "auto":
        return asked
    seconds = contacts / SIMPY_PER_SECOND
    return "compiled" if seconds > (3.0 if is_warm() else COLD_START) else "simpy"


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
    floor.play(np.empty(0, LAYOUT[Contact]), np.empty(0, LAYOUT[Duty]), 0.0)
    note_warm()


def _replications(scenario: Scenario, options: Options) -> int:
    run = scenario.spec.run
    if options.replications is not None:
        return options.replications
    if run.precision is not None:
        return run.precision.at_most
    return run.replications or DEFAULT_REPLICATIONS


def check_precision(scenario: Scenario) -> None:
    """KPIs are above the scenario's layer: their names are checked here."""
    precision = scenario.spec.run.precision
    if precision is not None and precision.kpi not in KPI_IDS:
        text = f'"{precision.kpi}" is not a KPI; {did_you_mean(precision.kpi, KPI_IDS)}'
        raise ScenarioError(scenario.name, [Problem("run.precision.kpi", text)])


def with_seed(cases: list[Case], seed: int) -> list[Case]:
    """The same cases under another seed; plans that share a base plan still do."""
    changed: dict[int, Scenario] = {}

    def reseeded(scenario: Scenario) -> Scenario:
        if id(scenario) not in changed:
            run = scenario.spec.run.model_copy(update={"seed": seed})
            changed[id(scenario)] = replace(scenario, spec=scenario.spec.model_copy(update={"run": run}))
        return changed[id(scenario)]

    return [replace(case, base=reseeded(case.base), plan=reseeded(case.plan)) for case in cases]
