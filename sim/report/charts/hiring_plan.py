"""The picture of a hiring year that was found: people expected over the weeks, and every target's level by period."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.measures.periods import first_days
from sim.report.charts.marks import tell_steps, unit_above
from sim.report.charts.style import BLUE, INK, MUTED, ORANGE, PAPER, VERMILION, Sheet, clip, drawing, hatched, line
from sim.report.charts.svg import Drawn
from sim.report.text.names import date_text, month_tick, spread_text
from sim.report.text.numbers import decimal, share
from sim.staffing.found import Period
from sim.staffing.hiring.found import HiringFound

Floats = NDArray[np.float64]

COLOURS = {"without classes": MUTED, "today": ORANGE, "found": BLUE}
DASHES: dict[str, Any] = {"without classes": (0, (1, 1)), "today": (0, (5, 1.5)), "found": "-"}
"""In grey the colours are alike."""
NEED = (0, (4, 2))
MOST_TARGETS = 6


def draw(f: HiringFound) -> dict[str, Drawn]:
    """PNG and SVG files by name."""
    with drawing():
        return {"hiring.png": _sheet(f).drawn("hiring.png", with_svg=True)}


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
    key: list[Any] = [line(COLOURS[plan], plan, linestyle=DASHES[plan]) for plan in f.effective]
    if np.isfinite(f.needed).any():
        notes[0] += " Needed: for the week's target, by a curve through the plans played."
        key.append(line(VERMILION, "needed", linestyle=NEED))
    key += [line(INK, "target", linestyle=(0, (3, 1))), hatched(VERMILION, "////", "below it on average")]
    rows = len(groups) + len(targets)
    sheet = Sheet(0.6 + 1.9 * rows, "Classes found: people over the weeks, and service", notes, key)
    axes = sheet.grid(rows, 1, left=0.6, above=0.35, down=0.62, bottom=0.4, sharex=True)[:, 0]
    for panel, number in zip(axes, groups, strict=False):
        _people(sheet, panel, f, number)
    for panel, (scope, name) in zip(axes[len(groups) :], targets, strict=True):
        _levels(sheet, panel, f, [p for p in f.periods if (p.scope, p.name) == (scope, name)])
        panel.set_title(clip(name, 70))
        unit_above(panel, "% in time")
    return sheet


def _people(sheet: Sheet, axes: Axes, f: HiringFound, group: int) -> None:
    clock = f.plan.clock
    first = first_days(clock, "week")
    told = [[f"week of {date_text(clock.dates[day].isoformat())}"] for day in first.tolist()]
    for plan, people in f.effective.items():
        means = np.add.reduceat(people[:, group], first) / np.diff(first, append=clock.days)
        axes.plot(first, means, color=COLOURS[plan], linewidth=2.0 if plan == "found" else 1.4, linestyle=DASHES[plan])
        for texts, mean in zip(told, means.tolist(), strict=True):
            texts.append(f"{decimal(mean)} {plan}")
    if np.isfinite(f.needed[:, group]).any():
        axes.plot(first, f.needed[first, group], color=VERMILION, linewidth=1.4, linestyle=NEED)
        for texts, need in zip(told, f.needed[first, group].tolist(), strict=True):
            texts.append(f"{decimal(need)} needed")
    tell_steps(sheet, axes, np.append(first, clock.days).astype(np.float64), [", ".join(texts) for texts in told])
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


def _levels(sheet: Sheet, axes: Axes, f: HiringFound, periods: list[Period]) -> None:
    clock = f.plan.clock
    ordered = sorted(periods, key=lambda p: (p.date, p.start))
    begins = np.array([(dt.date.fromisoformat(p.date) - clock.start).days for p in ordered])
    levels = 100.0 * np.array([p.level.mean for p in ordered])
    wide = np.maximum(np.diff(begins, append=clock.days), 1)
    middles = begins + wide / 2
    colours = [VERMILION if p.margin < 0 else BLUE for p in ordered]
    bars = 100.0 * np.array([(p.level.mean - p.level.low, p.level.high - p.level.mean) for p in ordered]).T
    hatches = ["////" if p.margin < 0 else "" for p in ordered]
    axes.bar(middles, levels, width=0.8 * wide, color=colours, alpha=0.7, hatch=hatches, edgecolor=PAPER, linewidth=0)
    for p, begin, width in zip(ordered, begins.tolist(), wide.tolist(), strict=True):
        spread = spread_text(p.level.mean, p.level.low, p.level.high, "share")
        text = f"{date_text(p.date)}: {share(p.level.mean)}" + (f" ({spread})" if spread else "")
        sheet.tell(axes, f"{text}, target {share(p.target, 0)}", (begin, begin + width))
    if np.isfinite(bars).all() and len(ordered) <= 60:
        axes.errorbar(middles, levels, yerr=np.maximum(bars, 0.0), fmt="none", ecolor=INK, elinewidth=1.0)
    axes.axhline(100.0 * ordered[0].target, color=INK, linewidth=1.1, linestyle=(0, (3, 1)))
    axes.set_ylim(0, 100)
    axes.set_xlim(0, clock.days)
    months = first_days(clock, "month")[1:]
    several_years = clock.dates[0].year != clock.dates[-1].year and clock.days > 400
    axes.set_xticks(months, [month_tick(clock.dates[day], several_years) for day in months.tolist()])
