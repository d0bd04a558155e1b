"""Plans × replications, over processes: the same numbers on any number of them."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np

from sim.errors import ScenarioError, SimError
from sim.floor.calendars.cache import COMPILING, cache_place, is_warm, note_warm
from sim.floor.tables.layout import LAYOUT
from sim.floor.tables.records import Duty
from sim.measures.folder import compile_folding
from sim.observations import Table
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import Calibration, calibrate, pilot_contacts
from sim.study.calibration.remembered import recall, remember
from sim.study.cluster import connect
from sim.study.compiling import counting_compiled_beside
from sim.study.expected.foresight import foresee
from sim.study.played_before import PAYS_FROM, PlayedBefore
from sim.study.player import Player
from sim.study.prepared import Prepared, Standard, prepare, with_standard
from sim.study.refusals import kpi_problems, plan_chances
from sim.study.replicate import NO_BIRTHS, Replication, open_floor
from sim.study.result import PlanResult
from sim.study.shelf import store_limit
from sim.study.sizes import Size, check_room, free_memory, load_of, refusal, size_of
from sim.study.workers import Shared, Workers

DEFAULT_REPLICATIONS = 20
SIMPY_PER_SECOND = 60_000
WARM_START = 0.75
"""Seconds under SimPy from which on the compiled calendar takes less processor time, its loading (0.5 s) included: it
plays five times as fast or more."""

SAVED = 0.88
"""Of SimPy's time, by the compiled calendar: 15 µs of a contact's 17."""

COLD_START = WARM_START + COMPILING / SAVED
"""The same with an empty cache, compilation included: from about 1.5 million contacts on."""


@dataclass(frozen=True)
class Options:
    replications: int | None = None
    seed: int | None = None
    jobs: int = 0
    engine: str = "auto"
    keep_contacts: bool = False
    remember: bool = False
    """Solutions of calibration, and replications, on disk, and take them from there."""
    anyway: bool = False
    """Play what does not seem to fit the memory."""
    xlsx: bool = False
    """With a workbook, for whoever writes the results."""
    cluster: str | None = None
    """The address of a Dask cluster that plays, or its scheduler's file; `jobs` is then its number of workers."""
    keep_people: bool = False
    keep_as: str = "parquet"
    """How what is kept is written, be it contacts or people: parquet or csv."""

    @property
    def keeps(self) -> bool:
        """Whether the rows of each replication are kept at all."""
        return self.keep_contacts or self.keep_people


@dataclass(frozen=True)
class Entry:
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
    cluster: str | None = None


@dataclass(frozen=True)
class Ready:
    """A study made ready to play, and how large it is."""

    entries: list[Entry]
    drafts: list[Prepared]
    wanted: list[int]
    """Replications by entry."""
    bases: dict[int, Prepared]
    engine: str
    jobs: int
    size: Size
    solutions: dict[int, Calibration]
    """Of bases that an earlier run has calibrated."""
    keeps: bool = False
    """Whether replications are kept on disk, and taken from there: not of what is over at once."""


class Watcher(Protocol):
    """Who follows how far a study has come."""

    def stage(self, text: str) -> None:
        """A step without a known length has begun."""

    def progress(self, plan: str, done: int, wanted: int) -> None:
        """So many replications of a plan are done."""

    def kept(self, result: PlanResult, replication: int, rows: Table, stays: Table) -> None:
        """The contact rows and the presence rows of a replication, if they are kept."""


def make_ready(entries: list[Entry], options: Options) -> Ready:
    """Everything up to the first event. SimError if it does not fit the memory, unless it is to be played anyway."""
    if options.seed is not None:
        entries = with_seed(entries, options.seed)
    for entry in entries:
        check_kpis(entry.plan)
    room = free_memory()
    if not options.anyway:
        check_room([entry.plan for entry in entries], room)
    drafts = [prepare(entry.plan) for entry in entries]
    wanted = [_replications(entry.plan, options) for entry in entries]
    contacts = sum(draft.contacts * runs for draft, runs in zip(drafts, wanted, strict=True))
    bases: dict[int, Prepared] = {}
    for entry, draft in zip(entries, drafts, strict=True):
        if id(entry.base) not in bases:
            bases[id(entry.base)] = draft if entry.base is entry.plan else prepare(entry.base)
    to_pilot = {name: pilot_contacts(base) for name, base in bases.items()}
    solutions = _remembered(bases, to_pilot) if options.remember else {}
    pilots = sum(to_pilot[name] for name in bases if name not in solutions)
    engine = choose_engine(options.engine, contacts + pilots)
    jobs = jobs_for(options.jobs, contacts, engine) if options.cluster is None else connect(options.cluster).places
    size, jobs = _size(drafts, wanted, pilots, engine, jobs, options, room)
    # Rows of contacts are not kept: who wants them plays all of it.
    keeps = options.remember and not options.keeps and size.seconds >= PAYS_FROM and store_limit() > 0.0
    return Ready(entries, drafts, wanted, bases, engine, jobs, size, solutions, keeps)


def size_of_more(ready: Ready, plays: int, studies: int) -> Size:
    """Of so many more plays of these plans, in so many studies, each calibrated anew."""
    loads = [load_of(draft) for draft in ready.drafts]
    which = [n % len(loads) for n in range(plays)]
    pilots = studies * max(pilot_contacts(base) for base in ready.bases.values())
    return size_of(
        [loads[n] for n in which], [ready.wanted[n] for n in which], pilots, ready.engine, ready.jobs,
        cores=os.cpu_count() or 1, keep=False, warm=True,
    )  # fmt: skip


def _size(
    drafts: list[Prepared], wanted: list[int], pilots: float, engine: str, most: int, options: Options, room: float
) -> tuple[Size, int]:
    """On `most` processes, or as many fewer as fit where none were asked for; and how many."""
    loads, keep, warm = [load_of(draft) for draft in drafts], options.keeps, is_warm()
    cores = os.cpu_count() or 1
    if options.cluster is not None:
        # What is played elsewhere takes no more memory here than one replication does.
        alone, there = (
            size_of(loads, wanted, pilots, engine, jobs, cores=jobs, keep=keep, warm=warm) for jobs in (1, most)
        )
        sizes = [replace(there, memory=alone.memory)]
    else:
        sizes = [
            size_of(loads, wanted, pilots, engine, jobs, cores=cores, keep=keep, warm=warm)
            for jobs in range(most, 0, -1)
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


def run_study(entries: list[Entry], options: Options, watcher: Watcher, ready: Ready | None = None) -> Study:
    """Play every entry. Replications are played in any order on any number of processes and added up in theirs.

    `ready`: the same entries under the same options, where they have been made ready.
    """
    began = time.perf_counter()
    if ready is None:
        ready = make_ready(entries, options)
    entries, drafts, wanted, bases = ready.entries, ready.drafts, ready.wanted, ready.bases
    solutions = dict(ready.solutions)
    engine, jobs = ready.engine, ready.jobs
    if options.cluster is not None and (idle := connect(options.cluster).idle_threads):
        text = f"{idle} threads of the cluster stand idle: a worker plays one replication at a time"
        watcher.stage(f"{text}; start workers with --nthreads 1")
    if engine == "compiled":
        cold = "compiling the floor, once: 10 to 40 s, by machine"
        watcher.stage("loading the compiled floor" if is_warm() else cold)
        compile_once(drafts[0])
    watcher.stage("calibrating to what was observed")
    results: list[PlanResult] = []
    for entry, draft, runs in zip(entries, drafts, wanted, strict=True):
        if id(entry.base) not in solutions:
            solutions[id(entry.base)] = calibrate(bases[id(entry.base)], engine)
            if options.remember and pilot_contacts(bases[id(entry.base)]):
                remember(entry.base, solutions[id(entry.base)])
        prepared, calibration = under(solutions[id(entry.base)], entry, draft, engine)
        prepared = replace(prepared, foreseen=foresee(entry.plan, entry.base))
        new = partial(PlanResult, prepared, calibration, entry.label or entry.plan.plan)
        before = PlayedBefore()
        if ready.keeps:
            before = PlayedBefore.of([entry.plan, prepared.scenario], prepared.standard)
        # Plans are compared replication by replication: each plays at least as many as the first.
        least = results[0].replications if results else 0
        results.append(_play(new, before, runs, least, engine, jobs, options, watcher))
        before.close()
    return Study(results, engine, jobs, time.perf_counter() - began, options.cluster)


def _remembered(bases: dict[int, Prepared], pilots: dict[int, int]) -> dict[int, Calibration]:
    """Solutions that earlier runs found by pilots; the others take no time."""
    found = {name: recall(base.scenario) for name, base in bases.items() if pilots[name]}
    return {name: solution for name, solution in found.items() if solution is not None}


def solution_of(base: Prepared, engine: str) -> Calibration:
    """The base plan's calibration: an earlier run's, else found by pilots, and remembered."""
    calibration = recall(base.scenario) if pilot_contacts(base) else None
    if calibration is None:
        calibration = calibrate(base, engine)
        if pilot_contacts(base):
            remember(base.scenario, calibration)
    return calibration


def under(calibration: Calibration, entry: Entry, draft: Prepared, engine: str) -> tuple[Prepared, Calibration]:
    """A plan that was prepared, made ready to play under the calibration of its base plan; and its own calibration."""
    calibration = _for_plan(calibration, entry, engine)
    prepared = with_standard(draft, with_plan_fcr(calibration.standard, entry))
    return replace(prepared, scenario=_with_known_fcr(entry)), calibration


def _for_plan(calibration: Calibration, entry: Entry, engine: str) -> Calibration:
    """The base plan's solution; queues that only the plan has are solved for in the plan itself."""
    new = set(entry.plan.queues) - set(entry.base.queues)
    if not new:
        return calibration
    own = calibrate(prepare(entry.plan), engine)
    work = {queue: (own if queue in new else calibration).standard.work[queue] for queue in entry.plan.queues}
    chances = {queue: (own if queue in new else calibration).standard.resolution[queue] for queue in entry.plan.queues}
    volume = calibration.standard.volume | {q: v for q, v in own.standard.volume.items() if q in new}
    carried = calibration.standard.carried | {q: v for q, v in own.standard.carried.items() if q in new}
    seen = calibration.standard.seen | {q: rates for q, rates in own.standard.seen.items() if q in new}
    rows = calibration.rows + tuple(row for row in own.rows if row.queue in new)
    solo = calibration.standard.solo | {q: s for q, s in own.standard.solo.items() if q in new}
    standard = Standard(work, chances, volume, carried, calibration.standard.customers_there, seen, solo)
    return replace(calibration, standard=standard, rows=rows)


def with_plan_fcr(standard: Standard, entry: Entry) -> Standard:
    """The solution under a plan that gives another FCR than the base: its chances are better, or worse, by as much."""
    chances, problems = plan_chances(standard, entry.plan, entry.base)
    if problems:
        raise ScenarioError(entry.plan.name, problems)
    return replace(standard, resolution=chances)


def _with_known_fcr(entry: Entry) -> Scenario:
    """The plan, whose customers expect what they are used to: the base plan's FCR."""
    known = entry.base.spec.queues
    queues = {
        one.name: one.spec.model_copy(update={"fcr": known[one.name].fcr}) if one.name in known else one.spec
        for one in entry.plan.numbered.queues
    }
    return entry.plan if queues == entry.plan.spec.queues else entry.plan.with_spec(queues=queues)


def _play(
    new: Callable[[], PlanResult], before: PlayedBefore, runs: int, least: int, engine: str, jobs: int,
    options: Options, watcher: Watcher,
) -> PlanResult:  # fmt: skip
    """A plan's replications, those first that were played before; until its precision is reached, if one is asked."""
    result = new()
    precision = result.scenario.spec.run.precision if options.replications is None else None
    before.take(result, runs)
    if result.before:
        watcher.stage(f"{result.label}: {result.before} of {runs} replications were played before")
    watcher.progress(result.label, result.replications, runs)

    def play_to(goal: int) -> None:
        for replication, one in _replications_in_order(
            result.prepared, result.replications, goal, engine, jobs, options
        ):
            result.add(one)
            if one.rows is not None and one.stays is not None:
                watcher.kept(result, replication, one.rows, one.stays)
            before.keep(result)
            watcher.progress(result.label, result.replications, runs)

    # A fixed step, not the number of processes: the stopping point must not depend on the machine.
    first = runs if precision is None else min(max(precision.at_least, least), runs)
    for goal in (*range(first, runs, 5), runs):
        play_to(goal)
        if precision is not None and result.half_width(precision.kpi, goal) <= precision.half_width:
            if goal < result.replications:
                # An earlier run, which was to be more precise, has gone further.
                result = new()
                before.take(result, goal)
                play_to(goal)
            watcher.progress(result.label, goal, goal)
            break
    before.keep(result, at_the_end=True)
    return result


def _replications_in_order(
    prepared: Prepared, first: int, last: int, engine: str, jobs: int, options: Options
) -> Iterator[tuple[int, Replication]]:
    if options.cluster is None and (jobs == 1 or last - first < 2):
        player = Player(prepared, engine)
        for replication in range(first, last):
            yield replication, player.replicate(replication, options.keeps)
        return
    from joblib import delayed

    # Short replications go to a worker several at a time.
    seconds = prepared.contacts / (SIMPY_PER_SECOND if engine == "simpy" else 10 * SIMPY_PER_SECOND)
    size = max(1, min(int(0.5 / max(seconds, 1e-3)), (last - first) // jobs))
    batches = [range(start, min(start + size, last)) for start in range(first, last, size)]
    shared, workers = Shared.of(prepared), Workers(jobs) if options.cluster is None else connect(options.cluster)
    for batch in workers.in_turn(delayed(_batch)(shared, one, engine, options.keeps) for one in batches):
        yield from batch


_PLAYS: dict[str, Player] = {}
"""Of the plan that this process plays."""

_ONE_AT_A_TIME = threading.Lock()
"""A worker of a cluster may have several threads; a floor is played by one."""


def _batch(shared: Shared[Prepared], runs: range, engine: str, keep: bool) -> list[tuple[int, Replication]]:
    with _ONE_AT_A_TIME:
        if shared.key not in _PLAYS:
            _PLAYS.clear()
            _PLAYS[shared.key] = Player(shared.read(), engine)
        player = _PLAYS[shared.key]
        return [(replication, player.replicate(replication, keep)) for replication in runs]


def choose_engine(asked: str, contacts: float) -> str:
    """SimPy for small jobs, compiled where it takes less processor time; an empty cache counts as its compilation."""
    if asked != "auto":
        return asked
    seconds = contacts / SIMPY_PER_SECOND
    return "compiled" if seconds > (WARM_START if is_warm() else COLD_START) else "simpy"


def jobs_for(asked: int, contacts: float, engine: str) -> int:
    """Processes: as asked, else as many as pay off."""
    cores = os.cpu_count() or 1
    if asked:
        return asked
    # Starting processes takes two to three seconds: not worth it for a short job.
    seconds = contacts / (SIMPY_PER_SECOND if engine == "simpy" else 10 * SIMPY_PER_SECOND)
    return cores if seconds > 6.0 else 1


def compile_once(prepared: Prepared) -> None:
    """Compile before workers start, or each of them would; SimError where the cache holds half of it."""
    try:
        with nullcontext() if is_warm() else counting_compiled_beside(prepared.counting):
            floor = open_floor(prepared.setting, "compiled")
            floor.play(NO_BIRTHS, np.empty(0, LAYOUT[Duty]), 0.0)
        compile_folding(prepared.counting)
    except (pickle.UnpicklingError, EOFError) as error:
        text = "what was compiled before cannot be read any more, perhaps for want of space when it was written; delete"
        raise SimError(f"{text} {cache_place()} and run again") from error
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


def with_seed(entries: list[Entry], seed: int) -> list[Entry]:
    """The same entries under another seed; plans that share a base plan still do."""
    changed: dict[int, Scenario] = {}

    def reseeded(scenario: Scenario) -> Scenario:
        if id(scenario) not in changed:
            run = scenario.spec.run.model_copy(update={"seed": seed})
            changed[id(scenario)] = scenario.with_spec(run=run)
        return changed[id(scenario)]

    return [replace(entry, base=reseeded(entry.base), plan=reseeded(entry.plan)) for entry in entries]
