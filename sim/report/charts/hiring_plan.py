"""The picture of a hiring year that was found: people expected over the weeks, and every target's level by period."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.measures.periods import first_days
from sim.report.charts.marks import unit_above
from sim.report.charts.style import BLUE, INK, MUTED, ORANGE, VERMILION, Sheet, area, clip, drawing, line
from sim.report.text.names import date_text, month_tick
from sim.staffing.found import Period
from sim.staffing.hiring.found import HiringFound

Floats = NDArray[np.float64]

COLOURS = {"without classes": MUTED, "today": ORANGE, "found": BLUE}
NEED = (0, (4, 2))
MOST_TARGETS = 6


def draw(f: HiringFound) -> dict[str, bytes]:
    """PNG and SVG files by name."""
    with drawing():
        sheet = _sheet(f)
        return {"hiring.png": sheet.png(), "hiring.svg": sheet.svg()}


def _sheet(f: HiringFound) -> Sheet:
    groups = sorted({f.plan.group(intake.group).number for intake in f.intakes})
    targets = list(dict.fromkeys((p.scope, p.name) for p in f.periods))[:MOST_TARGETS]
    luck = "fresh luck" if f.confirmation.is_sure else "not confirmed"
    notes = [
        "Above: effective people, those on the floor by their speed, as the ledger expects them; the lines tell when a "
        "class starts.",
        f"Below: each period's level under the plan found, with its interval ({luck}, "
        f"{f.confirmation.replications} replications).",
    ]
    key: list[Any] = [line(COLOURS[plan], plan) for plan in f.effective]
    if np.isfinite(f.needed).any():
        notes[0] += " Needed: for the week's target, by a curve through the plans played."
        key.append(line(VERMILION, "needed", linestyle=NEED))
    key += [line(INK, "target", linestyle=(0, (3, 1))), area(VERMILION, "below it on average", alpha=0.8)]
    rows = len(groups) + len(targets)
    sheet = Sheet(0.6 + 1.9 * rows, "Classes found: people over the weeks, and service", notes, key)
    axes = sheet.grid(rows, 1, left=0.6, above=0.35, down=0.62, bottom=0.4, sharex=True)[:, 0]
    for panel, number in zip(axes, groups, strict=False):
        _people(panel, f, number)
    for panel, (scope, name) in zip(axes[len(groups) :], targets, strict=True):
        _levels(panel, f, [p for p in f.periods if (p.scope, p.name) == (scope, name)])
        panel.set_title(clip(name, 70))
        unit_above(panel, "% in time")
    return sheet


def _people(axes: Axes, f: HiringFound, group: int) -> None:
    clock = f.plan.clock
    first = first_days(clock, "week")
    for plan, people in f.effective.items():
        means = np.add.reduceat(people[:, group], first) / np.diff(first, append=clock.days)
        axes.plot(first, means, color=COLOURS[plan], linewidth=2.0 if plan == "found" else 1.4)
    if np.isfinite(f.needed[:, group]).any():
        axes.plot(first, f.needed[first, group], color=VERMILION, linewidth=1.4, linestyle=NEED)
    for name, one in f.names.items():
        if f.plan.group(f.intakes[one.intake].group).number == group:
            day = (f.starts(name) - clock.start).days
            axes.axvline(day, color=BLUE, linewidth=0.9, linestyle=(0, (1, 1)))
            axes.annotate(
                f"{one.offers} on {date_text(f.starts(name).isoformat())}", (day, 1.0),
                xycoords=("data", "axes fraction"), xytext=(3, -9), textcoords="offset points", fontsize=8, color=BLUE,
            )  # fmt: skip
    axes.set_ylim(0, axes.get_ylim()[1] * 1.12)
    axes.set_title(clip(f.plan.groups[group], 70))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    unit_above(axes, "effective people")


def _levels(axes: Axes, f: HiringFound, periods: list[Period]) -> None:
    clock = f.plan.clock
    ordered = sorted(periods, key=lambda p: (p.date, p.start))
    begins = np.array([(dt.date.fromisoformat(p.date) - clock.start).days for p in ordered])
    levels = 100.0 * np.array([p.level.mean for p in ordered])
    wide = np.maximum(np.diff(begins, append=clock.days), 1)
    middles = begins + wide / 2
    colours = [VERMILION if p.margin < 0 else BLUE for p in ordered]
    spread = 100.0 * np.array([(p.level.mean - p.level.low, p.level.high - p.level.mean) for p in ordered]).T
    axes.bar(middles, levels, width=0.8 * wide, color=colours, alpha=0.8)
    if np.isfinite(spread).all() and len(ordered) <= 60:
        axes.errorbar(middles, levels, yerr=np.maximum(spread, 0.0), fmt="none", ecolor=INK, elinewidth=1.0)
    axes.axhline(100.0 * ordered[0].target, color=INK, linewidth=1.1, linestyle=(0, (3, 1)))
    axes.set_ylim(0, 100)
    axes.set_xlim(0, clock.days)
    months = first_days(clock, "month")[1:]
    several_years = clock.dates[0].year != clock.dates[-1].year and clock.days > 400
    axes.set_xticks(months, [month_tick(clock.dates[day], several_years) for day in months.tolist()])
