"""A plan played in many variants, on the same customers, under its base plan's calibration; on any number of processes
the same."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.study.calibration.calibrate import Calibration
from sim.study.player import Player
from sim.study.prepared import prepare
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Watcher, choose_engine, run_study, under
from sim.study.statistics import Estimate, Figure, estimate_of
from sim.study.workers import Shared, Workers

Floats = NDArray[np.float64]
T = TypeVar("T")

WORTH_PROCESSES = 6.0
"""Seconds of playing from which on several processes pay."""


@dataclass(frozen=True)
class _Setting(Generic[T]):
    """What all plays share."""

    entries: tuple[Entry, ...]
    calibration: Calibration
    engine: str
    kept: frozenset[str]
    look: Callable[[PlanResult], T]


class Variants(Generic[T]):
    """Plays them, and keeps of each what `look` reads off its sums."""

    def __init__(
        self, entry: Entry, kept: frozenset[str], look: Callable[[PlanResult], T], doing: str, options: Options,
        watcher: Watcher, plays: int,
    ) -> None:  # fmt: skip
        """`entry`: the plan itself, whose base plan's calibration all share. `kept`: the families of sums that `look`
        needs, a function that other processes can be handed. `doing`: what progress calls it. `plays`: replications of
        all variants, by which the calendar is chosen that is done first."""
        engine = choose_engine(options.engine, plays * prepare(entry.plan).contacts)
        once = replace(options, replications=1, engine=engine, keep_contacts=False, keep_people=False)
        study = run_study([entry], once, watcher)
        self.today = study.results[0]
        """One replication of the plan itself."""
        self._calibration, self._engine = self.today.calibration, study.engine
        self._kept, self._look, self._doing = kept, look, doing
        self._jobs, self._watcher = options.jobs, watcher

    def of(self, entries: Sequence[Entry], runs: range) -> list[T]:
        """What was seen of each, in their order: these replications of it."""
        setting = _Setting(tuple(entries), self._calibration, self._engine, self._kept, self._look)
        count, began = len(entries), time.perf_counter()
        found = [_play(setting, 0, runs)]
        left = (time.perf_counter() - began) * (count - 1)
        jobs = self._jobs or ((os.cpu_count() or 1) if left > WORTH_PROCESSES else 1)
        workers = Workers(jobs) if jobs > 1 and count > 1 else None
        try:
            for one in _others(setting, runs, workers):
                self._watcher.progress(self._doing, len(found), count)
                found.append(one)
        finally:
            if workers is not None:
                workers.close()
        self._watcher.progress(self._doing, count, count)
        return found


def _others(setting: _Setting[T], runs: range, workers: Workers | None) -> Iterator[T]:
    """All but the first."""
    numbers = range(1, len(setting.entries))
    if workers is None:
        yield from (_play(setting, number, runs) for number in numbers)
        return
    from joblib import delayed

    shared = Shared.of(setting)
    yield from workers.in_turn(delayed(_apart)(shared, number, runs) for number in numbers)


def _apart(shared: Shared[_Setting[T]], number: int, runs: range) -> T:
    """In another process."""
    return _play(shared.read(), number, runs)


def _play(setting: _Setting[T], number: int, runs: range) -> T:
    entry = setting.entries[number]
    prepared, own = under(setting.calibration, entry, prepare(entry.plan), setting.engine)
    result = PlanResult(prepared, own, entry.label or entry.plan.plan)
    Player(prepared, setting.engine).add_to(result, runs, setting.kept)
    return setting.look(result)


def jackknifed(whole: float, left_out: Floats) -> Estimate:
    """Of a value of all replications, and of those without each."""
    return estimate_of(Figure(whole, left_out, np.empty(0)))


def mean_of(values: Floats) -> Estimate:
    """Of one value for each replication."""
    runs = len(values)
    left_out = (values.sum() - values) / (runs - 1) if runs > 1 else np.empty(0)
    return jackknifed(float(values.mean()), left_out)


def level_of(met: Floats, base: Floats) -> tuple[float, Floats]:
    """Met ÷ base of all replications, and of those without each."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(met.sum() / base.sum()), (met.sum() - met) / (base.sum() - base)
