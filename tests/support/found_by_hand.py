"""What a search for staff would find in the starter, put together by hand: the study is played, the rest is made up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, read_file
from sim.scenario.starter import write_starter
from sim.staffing.allowed import allowed_of
from sim.staffing.found import Bound, Confirmation, CurvePoint, Found, Impossible, NeedRow, Period, Worth
from sim.staffing.wanted import Wanted
from sim.study.run import Entry, Options, run_study
from sim.study.statistics import Estimate, ratio_bands
from sim.study.targets import QUEUE, _of_queue
from sim.units import WEEKDAYS

MORE = (20, 10, 9, 0, 4, 1)
"""Heads by the starter's columns: core early and late, the returns desk's early and late with 40 and 24 hours each."""

SEED = 7_001


class Nobody:
    """Watches, and says nothing."""

    def stage(self, text: str) -> None: ...

    def progress(self, plan: str, done: int, wanted: int) -> None: ...

    def kept(self, *_: Any) -> None: ...


def starter(folder: Path) -> Path:
    path = folder / "starter.toml"
    if not path.exists():
        write_starter(path)
    return path


def found_by_hand(
    path: Path,
    heads: Sequence[int] = MORE,
    plan: str = BASE,
    others: Sequence[str] = ("two-more",),
    replications: int = 6,
    **changes: Any,
) -> Found:
    """A search's result; `changes` replace its fields."""
    file = read_file(path)
    base, today = plan_of(file, BASE), plan_of(file, plan)
    allowed = allowed_of(today)
    laid_over = allowed.changes(heads)
    best = plan_of(file, plan, [laid_over])
    entries = [Entry(base, today, plan), *(Entry(base, plan_of(file, name), name) for name in others)]
    entries.append(Entry(base, best, "found"))
    study = run_study(entries, Options(replications, SEED, 1, "simpy"), Nobody())
    periods = _periods(study.results[-1])
    failing = [one for one in periods if one.margin < 0]
    found = Found(
        base, today, best, laid_over, allowed, Wanted(), tuple(heads), study, periods,
        Confirmation(not failing, replications, SEED, 2, "Of 2 plans that were put to the test, the second held."),
        Bound(0.985 * study.results[-1].kpi("cost_total").mean, 0.015, "cuts", "finite differences of one person."),
        tuple(
            Worth(number, 640.0 + 10 * number, periods[number] if number else None, number)
            for number, of in enumerate(heads) if of
        ),
        (
            CurvePoint(0.70, allowed.today, 29_000.0), CurvePoint(0.80, tuple(heads), 33_500.0),
            CurvePoint(0.90, tuple(n + 2 for n in heads), 37_800.0), CurvePoint(0.95, None, math.nan),
        ),
        _need(), None, True, 41, 820, 12.5,
    )  # fmt: skip
    return replace(found, **changes)


def impossible(found: Found) -> Impossible:
    return Impossible(found.periods[0], "core may have 42 people at most, and no shift covers 19:30 to 20:00.")


def _periods(result: Any) -> tuple[Period, ...]:
    rows = []
    for number, queue in enumerate(result.scenario.queues):
        periods = _of_queue(result, number)
        mean, low, high = ratio_bands(periods.levels[..., 0], periods.levels[..., 1])
        for (date, start), *level in zip(periods.labels, mean, low, high, strict=True):
            if math.isfinite(level[0]):
                target, per = periods.level.target, periods.level.per
                rows.append(
                    Period(QUEUE, queue, "service_level", per, date, start, target, Estimate(*map(float, level)))
                )
    return tuple(sorted(rows, key=lambda one: one.margin))


def _need() -> tuple[NeedRow, ...]:
    """A hill over each day but Sunday, from 8:00 to 20:00 by the half hour."""
    rows = []
    for weekday in range(len(WEEKDAYS) - 1):
        for slot in range(24):
            need = 8.0 + 8.0 * math.sin(math.pi * (slot + 1) / 25) * (1.2 if weekday == 0 else 1.0)
            today, found = (10.0 if slot < 7 else 18.0), (16.0 if slot < 16 else 12.0)
            label = f"{8 + slot // 2:02d}:{30 * (slot % 2):02d}"
            rows.append(NeedRow("core + returns-desk", weekday, label, need, need + 0.7, today, found))
    return tuple(rows)
