"""The pictures of a search for staff: seats now and found against need over the week, and cost against the target."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.report.charts.marks import unit_above
from sim.report.charts.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    ORANGE,
    PALE,
    PAPER,
    VERMILION,
    Sheet,
    area,
    clip,
    drawing,
    line,
)
from sim.report.charts.svg import Drawn
from sim.report.text.names import plural
from sim.report.text.numbers import decimal
from sim.report.text.staffing import ON_THE_SEARCHS_LUCK
from sim.report.text.staffing_values import (
    AIMS,
    NOT,
    found_result,
    held,
    in_unit,
    money_of,
    people,
    unit_of,
)
from sim.staffing.found import Found, NeedRow
from sim.staffing.wanted import HEADS
from sim.study.statistics import Estimate
from sim.units import WEEKDAYS

Floats = NDArray[np.float64]

MOST_POOLS = 6
TODAY = (0, (6, 1.5))
"""Today's line beside the plan found, which has the same grey."""


def draw(f: Found) -> dict[str, Drawn]:
    """PNG and SVG files by name."""
    sheets = {}
    with drawing():
        if f.need:
            sheets["coverage.png"] = _coverage(f)
        if any(point.heads is not None for point in f.curve):
            sheets["curve.png"] = _curve(f)
        return {name: sheet.drawn(name, with_svg=True) for name, sheet in sheets.items()}


def _coverage(f: Found) -> Sheet:
    """A panel per pool, the days of the week side by side."""
    pools = list(dict.fromkeys(row.pool for row in f.need))
    short = {pool: sum(max(row.simulated - row.today, 0.0) for row in f.need if row.pool == pool) for pool in pools}
    shown = sorted(pools, key=lambda pool: -short[pool])[:MOST_POOLS]
    shown = [pool for pool in pools if pool in shown]
    notes = [
        "Seats over the week, mean of each weekday's dates. Need by simulation: the formula's, corrected by how far "
        "the service played lay from the formula's. Where a target is a day's or longer, intervals may be short.",
        _not_all(len(shown), len(pools)),
    ]
    key = [
        line(INK, "need, by simulation"), line(MUTED, "need, by formula", linestyle=(0, (3, 1))),
        line(ORANGE, "seats today", linestyle=TODAY), line(BLUE, "seats found"),
        area(VERMILION, "still short", alpha=0.55),
    ]  # fmt: skip
    sheet = Sheet(0.45 + 2.35 * len(shown), "Seats now and found, against need", notes, key)
    axes = sheet.grid(len(shown), 1, left=0.55, above=0.35, down=0.62, bottom=0.35)[:, 0]
    for panel, pool in zip(axes, shown, strict=True):
        _week(sheet, panel, [row for row in f.need if row.pool == pool])
        panel.set_title(clip(pool, 70))
        unit_above(panel, "seats")
    return sheet


def _not_all(shown: int, there: int) -> str:
    return f"{shown} of {there} pools: those most short today." if shown < there else ""


def _week(sheet: Sheet, axes: Axes, rows: list[NeedRow]) -> None:
    days = sorted({row.weekday for row in rows})
    hours = np.array([int(row.start[:2]) + int(row.start[3:5]) / 60 for row in rows])
    step = float(np.diff(np.unique(hours)).min(initial=1.0))
    first, last = float(hours.min()), float(hours.max()) + step
    width = round((last - first) / step) + 1
    table = np.full((4, width * len(days)), np.nan)
    for row, hour in zip(rows, hours, strict=True):
        at = days.index(row.weekday) * width + round((hour - first) / step)
        table[:, at] = row.simulated, row.formula, row.today, row.found
        text = (
            f"{WEEKDAYS[row.weekday].capitalize()} {row.start}: need {decimal(row.simulated)} by simulation, "
            f"{decimal(row.formula)} by formula; seats {decimal(row.today)} today, {decimal(row.found)} found"
        )
        sheet.tell(axes, text, (at, at + 1))
    need, formula, today, found = table
    edges = np.arange(table.shape[1] + 1, dtype=np.float64)
    lacks = np.where(need > found, need, found)
    axes.stairs(lacks, edges, baseline=found, fill=True, color=VERMILION, alpha=0.55)
    axes.stairs(formula, edges, color=MUTED, linewidth=1.1, linestyle=(0, (3, 1)), baseline=None)
    axes.stairs(need, edges, color=INK, linewidth=1.2, baseline=None)
    axes.stairs(today, edges, color=ORANGE, linewidth=1.5, linestyle=TODAY, baseline=None)
    axes.stairs(found, edges, color=BLUE, linewidth=1.8, baseline=None)
    axes.set_ylim(0, 1.08 * max(float(np.nanmax(table)), 1.0))
    axes.set_xlim(0, len(edges) - 2)
    axes.grid(False, axis="x")
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    for day in range(1, len(days)):
        axes.axvline(day * width - 0.5, color=PALE, linewidth=0.8)
    hours_told = _hours(first, last)
    ticks = [day * width + round((hour - first) / step) for day in range(len(days)) for hour in hours_told]
    axes.set_xticks(ticks, [f"{hour:02d}" for hour in hours_told] * len(days), fontsize=8)
    middle = (width - 1) / 2
    for number, day in enumerate(days):
        axes.annotate(
            WEEKDAYS[day].capitalize(), (number * width + middle, 0), xycoords=("data", "axes fraction"),
            xytext=(0, -24), textcoords="offset points", ha="center", fontsize=9, color=INK,
        )  # fmt: skip


def _hours(first: float, last: float) -> list[int]:
    """Two or three full hours of a day."""
    gap = next(gap for gap in (2, 4, 6, 8, 12) if (last - first) / gap <= 3 or gap == 12)
    return [hour for hour in range(math.ceil(first), math.ceil(last)) if hour % gap == 0]


def _curve(f: Found) -> Sheet:
    """The least for each level of all targets, with the plan found and today's beside."""
    reached = [point for point in f.curve if point.heads is not None]
    beyond = [point for point in f.curve if point.heads is None]
    notes = [ON_THE_SEARCHS_LUCK]
    if beyond:
        levels = ", ".join(f"{100 * point.target:g} %" for point in beyond)
        notes.append(f"None was found for {levels}.")
    runs = plural(found_result(f).replications, "replication")
    fails = ", which does not hold" if held(f.study.results[0], f.wanted) == NOT else ""
    key = [
        line(BLUE, "least, not confirmed", marker="o", markerfacecolor=PAPER),
        line(GREEN, f"plan found, {runs}, fresh luck"), line(GREY, f"today{fails}", linestyle=(0, (3, 1))),
    ]  # fmt: skip
    what = AIMS[f.wanted.minimise]
    sheet = Sheet(3.6, f"{what[:1].upper()}{what[1:]} against the target of all queues", notes, key)
    axes = sheet.grid(1, 1, left=0.95, right=0.4, above=0.2, bottom=0.55)[0, 0]
    x = np.array([100 * point.target for point in reached])
    y = np.array([in_unit(f, point.cost) for point in reached])
    for e, colour, style in ((_sum(f, -1), GREEN, "-"), (_sum(f, 0), GREY, (0, (3, 1)))):
        if math.isfinite(e.low):
            axes.axhspan(e.low, e.high, color=colour, alpha=0.15, linewidth=0)
        axes.axhline(e.mean, color=colour, linewidth=1.6, linestyle=style)
    axes.plot(x, y, color=BLUE, linewidth=1.6, marker="o", markersize=6, markerfacecolor=PAPER)
    for px, py, point in zip(x, y, reached, strict=True):
        axes.annotate(
            people(sum(point.heads or ())), (px, py), xytext=(0, 8), textcoords="offset points", ha="center",
            fontsize=8.5, color=INK, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
        told = f"target {px:g} %: {people(sum(point.heads or ()))}, {decimal(py, 0)} {unit_of(f)}"
        sheet.tell_point(axes, told, px, py)
    axes.margins(x=0.06, y=0.14)
    axes.set_xticks(x, [f"{level:g}" for level in x])
    axes.set_xlabel("target of every queue, %")
    axes.set_ylabel(unit_of(f))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
    return sheet


def _sum(f: Found, place: int) -> Estimate:
    """What is minimised, of a plan of the study."""
    if f.wanted.minimise == HEADS:
        return Estimate(float(sum(f.heads if place else f.allowed.today)))
    return f.study.results[place].kpi(money_of(f)).times(7.0 / f.plan.clock.days)
