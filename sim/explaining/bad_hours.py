"""Why hours of a queue fell short: the same replications played again with each set of causes taken away."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.explaining.causes import Asked, Cause, Changes, causes_of, played_otherwise
from sim.explaining.replaying import day_of
from sim.explaining.sharing_out import EXACT_UP_TO, ORDERS, Removed, parts, sets_of
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import Calibration
from sim.study.player import Player
from sim.study.prepared import prepare
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Watcher, make_ready, run_study, under
from sim.study.statistics import UNKNOWN, Estimate, t_quantile
from sim.study.workers import Shared, Workers
from sim.units import format_time_of_day, parse_time_of_day

Floats = NDArray[np.float64]

KEPT = frozenset({"interval_counts"})
PLAYING = "the plan without causes"
WORTH_PROCESSES = 6.0
"""Seconds of playing from which on several processes pay."""


@dataclass(frozen=True)
class Hours:
    """The hours that are asked about: one interval, a day, or all days from one on for a week."""

    dates: tuple[dt.date, ...]
    starts: str
    """Local time of the interval's begin and end, "10:30-11:00"; of whole days nothing."""
    intervals: tuple[int, ...]

    @property
    def is_one(self) -> bool:
        return bool(self.starts)


@dataclass(frozen=True)
class Part:
    """What a cause costs: points of service level, more than none where its removal helps."""

    cause: Cause
    points: Estimate


@dataclass(frozen=True)
class Reasons:
    """Why hours of a queue fell short, or did not. Levels and points are shares of 1."""

    scenario: Scenario
    label: str
    queue: str
    hours: Hours
    replications: int
    only: int | None
    """The one replication that is told of; None for all of them together."""
    target: float
    level: Estimate
    """In these hours, as played."""
    without_all: Estimate
    """Without any of the causes."""
    parts: tuple[Part, ...]
    offered: Estimate
    """Contacts of these hours in one replication."""
    plays: int

    @property
    def gap(self) -> float:
        """Points below the target; less than none where it is reached."""
        return self.target - self.level.mean

    @property
    def rest(self) -> Estimate:
        """What is short without any of the causes: too few people; less than none where there are some to spare."""
        e = self.without_all
        return Estimate(self.target - e.mean, self.target - e.high, self.target - e.low, e.sd)

    @property
    def is_exact(self) -> bool:
        """Whether all sets of the causes were played."""
        return len(self.parts) <= EXACT_UP_TO

    @property
    def orders(self) -> int:
        return 2 * ORDERS


def hours_of(scenario: Scenario, queue: str, at: str | None, day: str | None, week: str | None) -> Hours:
    """The hours that are meant by "mon 10:40", a day, or the week from a day on. ScenarioError if there are none."""
    given = [(name, text) for name, text in (("--at", at), ("--day", day), ("--week", week)) if text is not None]
    if len(given) != 1:
        text = 'say which hours: --at "mon 10:40", --day mon, or --week 2026-03-02; one of them'
        raise ScenarioError(scenario.name, [Problem("why", text)])
    if queue not in scenario.queues:
        known = ", ".join(scenario.queues)
        raise ScenarioError(scenario.name, [Problem(f"--queue {queue}", f"is no queue; queues are {known}")])
    (option, text), clock = given[0], scenario.clock
    when, _, time = text.strip().rpartition(" ") if option == "--at" else (text, "", "")
    if option == "--at" and not when:
        raise ScenarioError(scenario.name, [Problem(f"--at {text}", 'write a day and a time, such as "mon 10:40"')])
    first = day_of(scenario, when)
    last = min(first + 7, clock.days) if option == "--week" else first + 1
    intervals = range(int(clock.day_first[first]), int(clock.day_first[last]))
    starts = ""
    if option == "--at":
        try:
            moment = clock.elapsed(first, parse_time_of_day(time))
        except ValueError as error:
            raise ScenarioError(scenario.name, [Problem(f"--at {text}", str(error))]) from None
        number = int(moment // clock.interval)
        intervals = range(number, number + 1)
        begin, end = (clock.moment(clock.interval * n) for n in (number, number + 1))
        starts = f"{begin:%H:%M}-{format_time_of_day(86400.0) if end.date() > begin.date() else f'{end:%H:%M}'}"
    dates = tuple(clock.dates[first:last])
    hours = Hours(dates, starts, tuple(intervals))
    if not _is_open(scenario, queue, hours):
        closed = f"{queue} is closed then, and nobody comes"
        raise ScenarioError(scenario.name, [Problem(f"{option} {text}", closed)])
    return hours


def _is_open(scenario: Scenario, queue: str, hours: Hours) -> bool:
    """Whether anybody is expected to come."""
    elapsed, first = scenario.clock.elapsed, scenario.clock.start
    spans = [
        (elapsed((date - first).days, begin), elapsed((date - first).days, end))
        for date in hours.dates
        for begin, end in scenario.queue(queue).open_spans(date)
    ]
    length = scenario.clock.interval
    return any(begin < (n + 1) * length and end > n * length for n in hours.intervals for begin, end in spans)


Varied = Callable[[Changes], Entry]
"""The plan with changes, as a study plays it."""


@dataclass(frozen=True)
class _Setting:
    """What all plays share."""

    entries: tuple[Entry, ...]
    calibration: Calibration
    engine: str
    queue: int
    intervals: tuple[int, ...]


def why(
    entry: Entry, vary: Varied, queue: str, hours: Hours, only: int | None, options: Options, watcher: Watcher
) -> Reasons:
    """Play the plan without each set of the causes, on the same luck, and share the shortfall out among them."""
    scenario = entry.plan
    asked = Asked(scenario, queue, hours.dates)
    causes = causes_of(asked)
    seed = scenario.spec.run.seed if options.seed is None else options.seed
    removed = sets_of(len(causes), seed)
    entries = tuple(_without(causes, one, vary) for one in removed)
    ready = make_ready([entry], options)
    runs = range(only, only + 1) if only is not None else range(ready.wanted[0])
    base = run_study([entry], _first(options), watcher)
    number = scenario.queue(queue).number
    setting = _Setting(entries, base.results[0].calibration, base.engine, number, hours.intervals)
    counts = np.stack(list(_played(setting, runs, options, watcher)))
    met, base_counts = counts[..., 0], counts[..., 1]
    level = _levels(met, base_counts, removed)
    whole, left_out = _shared_out(level, len(causes), seed)
    everything, nothing = frozenset(range(len(causes))), frozenset[int]()
    return Reasons(
        scenario, entry.label or scenario.plan, queue, hours, len(runs), only, scenario.queue(queue).level.target,
        _estimate(level[nothing][:1], level[nothing][1:]), _estimate(level[everything][:1], level[everything][1:]),
        tuple(Part(cause, _estimate(whole[n], left_out[n])) for n, cause in enumerate(causes)),
        _mean(base_counts[0]), len(removed) * len(runs),
    )  # fmt: skip


def _first(options: Options) -> Options:
    return replace(options, replications=1, keep_contacts=False, keep_people=False)


def _without(causes: Sequence[Cause], removed: Removed, vary: Varied) -> Entry:
    chosen = [causes[n] for n in sorted(removed)]
    entry = vary({place: value for cause in chosen for place, value in cause.changes.items()})
    return replace(entry, plan=played_otherwise(entry.plan, [cause.shifts for cause in chosen]))


def _played(setting: _Setting, runs: range, options: Options, watcher: Watcher) -> Sequence[Floats]:
    """By set of causes: replications × (met, base) of the hours."""
    count, began = len(setting.entries), time.perf_counter()
    found = [_play(setting, 0, runs)]
    left = (time.perf_counter() - began) * (count - 1)
    jobs = options.jobs or ((os.cpu_count() or 1) if left > WORTH_PROCESSES else 1)
    workers = Workers(jobs) if jobs > 1 else None
    try:
        for one in _others(setting, runs, workers):
            watcher.progress(PLAYING, len(found), count)
            found.append(one)
    finally:
        if workers is not None:
            workers.close()
    watcher.progress(PLAYING, count, count)
    return found


def _others(setting: _Setting, runs: range, workers: Workers | None) -> Iterator[Floats]:
    """All but the first, in their order."""
    numbers = range(1, len(setting.entries))
    if workers is None:
        yield from (_play(setting, n, runs) for n in numbers)
        return
    from joblib import delayed

    shared = Shared.of(setting)
    yield from workers.in_turn(delayed(_apart)(shared, n, runs) for n in numbers)


def _apart(shared: Shared[_Setting], number: int, runs: range) -> Floats:
    """In another process."""
    return _play(shared.read(), number, runs)


def _play(setting: _Setting, number: int, runs: range) -> Floats:
    entry = setting.entries[number]
    prepared, own = under(setting.calibration, entry, prepare(entry.plan), setting.engine)
    result = PlanResult(prepared, own, entry.label or entry.plan.plan)
    Player(prepared, setting.engine).add_to(result, runs, KEPT)
    counts = result.interval_counts[:, list(setting.intervals), setting.queue]
    return np.asarray(counts[..., -2:].sum(axis=1), dtype=np.float64)


def _levels(met: Floats, base: Floats, removed: Sequence[Removed]) -> dict[Removed, Floats]:
    """By set of causes: the level of all replications, then that without each of them."""
    found = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        for n, one in enumerate(removed):
            whole = met[n].sum() / base[n].sum()
            left_out = (met[n].sum() - met[n]) / (base[n].sum() - base[n])
            found[one] = np.append(whole, left_out)
    return found


def _shared_out(level: Mapping[Removed, Floats], count: int, seed: int) -> tuple[Floats, Floats]:
    """Causes × 1, and causes × replications: the parts of all replications, and of those without each."""
    if not count:
        return np.empty((0, 1)), np.empty((0, 1))
    found = parts(lambda one: level[one], count, seed)
    return found[:, :1], found[:, 1:]


def _estimate(whole: Floats, left_out: Floats) -> Estimate:
    """By the jackknife; one replication has no interval."""
    mean, runs = float(whole[0]), len(left_out)
    if runs < 2 or not np.isfinite(left_out).all():
        return Estimate(mean)
    error = float(np.sqrt((runs - 1) / runs * ((left_out - left_out.mean()) ** 2).sum()))
    half = t_quantile(runs - 1) * error
    return Estimate(mean, mean - half, mean + half)


def _mean(counts: Floats) -> Estimate:
    if len(counts) < 2:
        return Estimate(float(counts[0])) if len(counts) else UNKNOWN
    half = t_quantile(len(counts) - 1) * float(counts.std(ddof=1)) / np.sqrt(len(counts))
    return Estimate(float(counts.mean()), float(counts.mean() - half), float(counts.mean() + half))
