"""What a search for staff would find, put together by hand: the plans are played, the rest is made up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, read_file
from sim.staffing.allowed import allowed_of
from sim.staffing.found import Bound, Confirmation, CurvePoint, Found, Impossible, NeedRow, Period, Worth
from sim.staffing.wanted import Wanted
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, run_study
from sim.study.statistics import Estimate, ratio_bands
from sim.study.targets import QUEUE, _of_queue

SEED = 7_001


class Nobody:
    """Watches, and says nothing."""

    def stage(self, text: str) -> None: ...

    def progress(self, plan: str, done: int, wanted: int) -> None: ...

    def kept(self, *_: Any) -> None: ...


def found_by_hand(
    path: Path,
    heads: Sequence[int],
    plan: str = BASE,
    others: Sequence[str] = (),
    replications: int = 8,
    **changes: Any,
) -> Found:
    """A search's result for these heads by the columns that are allowed; `changes` replace its fields."""
    file = read_file(path)
    base, today = plan_of(file, BASE), plan_of(file, plan)
    allowed = allowed_of(today)
    laid_over = allowed.changes(heads)
    best = plan_of(file, plan, [laid_over])
    entries = [Entry(base, today, plan), *(Entry(base, plan_of(file, name), name) for name in others)]
    entries.append(Entry(base, best, "found"))
    study = run_study(entries, Options(replications, SEED, 1, "simpy"), Nobody())
    periods = _periods(study.results[-1])
    cost, weeks = study.results[-1].kpi("cost_total").mean, best.clock.days / 7
    is_sure = not any(one.level.low < one.target for one in periods)
    says = f"Of 2 plans that were put to the test, {'the second passed' if is_sure else 'none passed'}."
    worth = [
        Worth(number, 640.0 * weeks + number, periods[-1] if number else None, number)
        for number, of in enumerate(heads) if of
    ]  # fmt: skip
    curve = (
        CurvePoint(0.70, allowed.today, 0.9 * cost), CurvePoint(0.80, tuple(heads), 0.99 * cost),
        CurvePoint(0.90, tuple(n + 2 for n in heads), 1.1 * cost), CurvePoint(0.95, None, math.nan),
    )  # fmt: skip
    bound = Bound(0.985 * cost, 0.015, "cuts", "one person changes service as much as was seen nearby.")
    found = Found(
        base, today, best, laid_over, allowed, Wanted(), tuple(heads), study, periods,
        Confirmation(is_sure, replications, SEED, 2, says), bound, tuple(worth), curve, _need(), None, True, 41, 820, 12.5,
    )  # fmt: skip
    return replace(found, **changes)


def impossible(found: Found) -> Impossible:
    return Impossible(found.periods[0], "no shift covers 10:30 to 11:00.")


def _periods(result: PlanResult) -> tuple[Period, ...]:
    rows = []
    for number, queue in enumerate(result.scenario.queues):
        periods = _of_queue(result, number)
        level = periods.level
        bands = ratio_bands(periods.levels[..., 0], periods.levels[..., 1])
        for (date, start), *band in zip(periods.labels, *bands, strict=True):
            if math.isfinite(band[0]):
                found = Estimate(*map(float, band))
                rows.append(Period(QUEUE, queue, "service_level", level.per, date, start, level.target, found))
    return tuple(sorted(rows, key=lambda one: one.margin))


def _need() -> tuple[NeedRow, ...]:
    """A hill over each day but Sunday, from 8:00 to 20:00 by the half hour."""
    rows = []
    for weekday in range(6):
        for slot in range(24):
            need = 8.0 + 8.0 * math.sin(math.pi * (slot + 1) / 25)
            label = f"{8 + slot // 2:02d}:{30 * (slot % 2):02d}"
            rows.append(
                NeedRow("core", weekday, label, need, need + 0.7, 10.0 + 8 * (slot > 6), 16.0 - 4 * (slot > 15))
            )
    return tuple(rows)
