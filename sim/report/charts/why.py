"""From the service level of bad hours up to what it would be without each cause, one after the other."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from sim.explaining.bad_hours import Reasons
from sim.report.charts.marks import label_rows
from sim.report.charts.style import (
    BLUE,
    INK,
    MUTED,
    PAPER,
    VERMILION,
    Sheet,
    area,
    clip,
    drawing,
    hatched,
    line,
    room_for,
)
from sim.report.charts.svg import Drawn
from sim.report.text.why import hours_text, ranked, with_half

WORSE = "////"
NAMES = 40


def draw(r: Reasons) -> dict[str, Drawn]:
    """The picture by its name; none where there is nothing to share out."""
    if not r.parts or not math.isfinite(r.level.mean):
        return {}
    with drawing():
        return {"why.png": _sheet(r).drawn("why.png", with_svg=True)}


def _sheet(r: Reasons) -> Sheet:
    shown = ranked(r)
    rows = ["as played", *(part.cause.name for part in shown), "without all of these"]
    notes = [
        "Each bar: what the removal of a cause adds, averaged over all orders of removing them; it begins where the "
        "last one ended. Thin lines: 95 % intervals."
    ]
    key = [
        hatched(VERMILION, WORSE, "costs service"),
        area(BLUE, "helps"),
        line(INK, "service level", marker="D", linewidth=0, markersize=6),
        line(MUTED, "target", linestyle="--"),
    ]
    short = f"Why {clip(r.queue, 30)} fell short" if r.gap > 0 else clip(r.queue, 30)
    title = f"{short}, {hours_text(r.hours)}"
    sheet = Sheet(0.75 + 0.38 * len(rows), title, notes, key)
    axes = sheet.grid(1, 1, left=room_for(rows, NAMES), right=1.1, above=0.1)[0, 0]
    reached = 100 * r.level.mean
    _mark(sheet, axes, 0, r, reached)
    for row, part in enumerate(shown, start=1):
        size = 100 * part.points.mean
        worse = size > 0
        axes.barh(
            row + 0.5, size, left=reached, height=0.6, color=VERMILION if worse else BLUE, edgecolor=PAPER, linewidth=0,
            hatch=WORSE if worse else "", alpha=0.9,
        )  # fmt: skip
        half = 100 * part.points.half_width
        if math.isfinite(half) and half > 0:
            axes.plot([reached + size - half, reached + size + half], [row + 0.5] * 2, color=INK, linewidth=1.0)
        text = f"{with_half(part.points)}"
        right = max(reached, reached + size) + (half if math.isfinite(half) else 0.0)
        axes.annotate(
            text, (right, row + 0.5), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9, color=INK,
            annotation_clip=False,
        )  # fmt: skip
        ends = (min(reached, reached + size), max(reached, reached + size))
        sheet.tell(axes, f"{part.cause.name}: {text} points", ends, (row + 0.1, row + 0.9))
        reached += size
    _mark(sheet, axes, len(rows) - 1, r, reached)
    axes.axvline(100 * r.target, color=MUTED, linestyle="--", linewidth=1.2)
    label_rows(axes, rows, NAMES)
    axes.set_xlim(min(0.0, 100 * r.level.mean), 104)
    axes.set_xlabel("answered in time, %")
    return sheet


def _mark(sheet: Sheet, axes: Axes, row: int, r: Reasons, value: float) -> None:
    axes.plot(value, row + 0.5, color=INK, marker="D", markersize=6, zorder=4, clip_on=False)
    one = r.level if row == 0 else r.without_all
    axes.annotate(
        f"{with_half(one)} %", (value, row + 0.5), xytext=(9, 0), textcoords="offset points", va="center", fontsize=9,
        color=INK, annotation_clip=False,
    )  # fmt: skip
    what = "as played" if row == 0 else "without all of these"
    sheet.tell_point(axes, f"{what}: {with_half(one)} %", value, row + 0.5)
