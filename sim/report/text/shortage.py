"""Where and when people are missing, in figures that the terminal, the page and the charts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.measures.kpis import CENTER, LEVELS, by_name
from sim.measures.periods import first_days
from sim.measures.shortage import Shortage, shortage
from sim.measures.sums import DATED_SUMS
from sim.report.text.names import date_text, plural
from sim.report.text.numbers import decimal
from sim.study.result import PlanResult
from sim.units import HOUR

WORST = 10
"""Intervals that are named."""


class Interval(NamedTuple):
    """One interval of the whole center; contacts expected, people, and service as played."""

    date: str
    start: str
    contacts: float
    seats: float
    required: float
    exact: float
    short: float
    service_level: float
    queues: tuple[tuple[str, float], ...]
    """Those short, and by how many people."""


@dataclass(frozen=True)
class CenterShort:
    """A plan's whole center: intervals counted out of open ones."""

    short: int
    open: int
    peak: float
    after_hours: int
    """Closed intervals short of people; likewise the seat hours that are missing in them."""
    after_hours_h: float
    worst: tuple[Interval, ...]
    busiest: Interval | None
    """The open interval that requires most; None where nobody is required."""
    weeks: pd.DataFrame
    """week (its first date), peak_short, intervals_short, intervals_open."""


def center_short(result: PlanResult) -> CenterShort:
    scenario, need = result.scenario, result.requirement()
    whole, clock = shortage(scenario, need, CENTER, "all"), scenario.clock
    first = first_days(clock, "week")
    peak, short, is_open = whole.by_period(np.asarray(clock.day_first)[first])
    dates = [clock.dates[day].isoformat() for day in first]
    weeks = pd.DataFrame({"week": dates, "peak_short": peak, "intervals_short": short, "intervals_open": is_open})
    required = np.where(whole.is_open, need.required.sum(axis=1), 0.0)
    late = float(whole.missing[whole.after_hours].sum() * clock.interval / HOUR)
    return CenterShort(
        int(whole.short.sum()), int(whole.is_open.sum()), whole.peak, int(whole.after_hours.sum()), late,
        tuple(_interval(result, whole, int(number)) for number in whole.worst(WORST)),
        _interval(result, whole, int(required.argmax())) if required.any() else None, weeks,
    )  # fmt: skip


def _interval(result: PlanResult, whole: Shortage, number: int) -> Interval:
    scenario, need, clock = result.scenario, result.requirement(), result.scenario.clock
    day = int(clock.interval_day[number])
    by_queue = [(name, float(need.short[number, q])) for q, name in enumerate(scenario.queues)]
    return Interval(
        clock.dates[day].isoformat(), clock.start_label(day, number - int(clock.day_first[day])),
        float(need.contacts[number].sum()), float(need.group_seats[number].sum()), float(need.required[number].sum()),
        float(need.exact[number].sum()), float(whole.missing[number]), _service_level(result, number),
        tuple(sorted((one for one in by_queue if one[1] > 0.0), key=lambda one: -one[1])),
    )  # fmt: skip


def _service_level(result: PlanResult, number: int) -> float:
    """Of all who tried, live queues, as played; NaN where nobody came."""
    scenario, met, counted = result.scenario, 0.0, 0.0
    for q, name in enumerate(scenario.queues):
        if scenario.queue(name).is_live:
            sums = by_name(DATED_SUMS, result.dated[number, q])
            top, base = LEVELS[scenario.queue(name).level.counting]
            # Whoever heard it engaged was not answered in time.
            met, counted = met + float(top(sums)), counted + float(base(sums)) + float(sums["blocked"])
    return met / counted if counted else float("nan")


def seats_text(required: float, exact: float) -> str:
    """ "21.0 (20.95)": seats as they are scheduled, and in fractions."""
    return f"{decimal(required)} ({decimal(exact, 2)})"


def after_hours_text(found: CenterShort) -> str:
    """What is left over when doors are closed; nothing where all of it finds somebody."""
    if not found.after_hours:
        return ""
    hours, where = decimal(found.after_hours_h), plural(found.after_hours, "interval")
    return f"Outside opening hours {hours} hours of work that is left over find nobody, in {where}."


def short_text(found: CenterShort) -> str:
    """How many intervals are short, and by how many people at worst, in a sentence or two."""
    after = after_hours_text(found)
    if not found.short:
        return f"No open interval is short of people. {after}".strip()
    worst = found.worst[0]
    text = f"{found.short:,} of {found.open:,} open intervals are short of people, by {decimal(found.peak)} at worst, "
    return f"{text}{date_text(worst.date)} {worst.start}. {after}".strip()


def busiest_text(found: CenterShort) -> str:
    """What the busiest interval requires, in whole seats and in fractions; nothing where nobody is required."""
    one = found.busiest
    if one is None:
        return ""
    text = f"Required at most: {decimal(one.required)} seats ({decimal(one.exact, 2)} in fractions), "
    return f"{text}{date_text(one.date)} {one.start}, of {decimal(one.seats)} there."
