"""Where one person more does most: a heat map of weekday and time for each group; and the curve at one place."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.explaining.one_more import Cell, Found, hours_text
from sim.report.charts.marks import label_hours
from sim.report.charts.shades import draw_cells, heat_edges, heat_key, heat_shades, letters_on
from sim.report.charts.style import BLUE, CLOSED, HEAT, INK, MUTED, ORANGE, Sheet, bare, clip, drawing, line
from sim.report.charts.svg import Drawn
from sim.report.text.names import plural
from sim.report.text.numbers import decimal, share
from sim.report.text.one_more import DAYS, people_text, place, signed
from sim.units import HOUR

Floats = NDArray[np.float64]

MOST_GROUPS = 6


def draw(f: Found) -> dict[str, Drawn]:
    """The pictures by their names; none where nothing was tried."""
    with drawing():
        sheets = {name: sheet for name, sheet in (("power-of-one.png", _map(f)), ("curve.png", _curve(f))) if sheet}
        return {name: sheet.drawn(name, with_svg=True) for name, sheet in sheets.items()}


def _map(f: Found) -> Sheet | None:
    more = [cell for cell in f.cells if cell.way.people == 1]
    groups = list(dict.fromkeys(cell.way.group for cell in more))[:MOST_GROUPS]
    if not groups:
        return None
    days = sorted({cell.weekday for cell in more})
    begins = sorted({cell.way.begin for cell in more if cell.way.group in groups})
    edges = np.arange(begins[0], begins[-1] + 1.5 * f.step, f.step) / HOUR
    grids = {group: _grid([cell for cell in more if cell.way.group == group], days, edges, f.step) for group in groups}
    scale = heat_edges(max(float(np.nanmax(values)) for values, _ in grids.values()))
    notes = (
        f"Contacts more answered in time on that day, of one person more for {round(f.step / 60)} minutes; means over "
        f"{plural(f.replications, 'replication')}, on the same customers. Numbers where an interval is clear of none.",
    )
    heights, many = [0.24 * len(days) for _ in groups], len(groups)
    title = "What one person more would do, by weekday and time"
    sheet = Sheet(0.45 + sum(heights) + 0.62 * (many - 1) + 0.35, title, notes)
    axes = sheet.grid(many, 1, left=0.55, right=0.8, above=0.42, down=0.62, bottom=0.35, height_ratios=heights)[:, 0]
    for (group, (values, cells)), panel in zip(grids.items(), axes, strict=True):
        panel.set_title(clip(group, 50), fontweight="bold")
        _panel(sheet, panel, values, cells, days, edges, scale)
    heat_key(sheet, axes[0], scale, "contacts")
    return sheet


def _grid(cells: list[Cell], days: list[int], edges: Floats, step: float) -> tuple[Floats, dict[tuple[int, int], Cell]]:
    values, placed = np.full((len(days), len(edges) - 1), np.nan), dict[tuple[int, int], Cell]()
    for cell in cells:
        at = days.index(cell.weekday), round((cell.way.begin - edges[0] * HOUR) / step)
        values[at], placed[at] = max(cell.in_time.mean, 0.0), cell
    return values, placed


def _panel(
    sheet: Sheet, axes: Axes, values: Floats, cells: dict[tuple[int, int], Cell], days: list[int], edges: Floats,
    scale: Floats,
) -> None:  # fmt: skip
    axes.set_facecolor(CLOSED)
    shades = heat_shades(values, scale)
    draw_cells(axes, edges, shades, HEAT)
    for (row, column), cell in cells.items():
        begin, end = float(edges[column]), float(edges[column + 1])
        if cell.in_time.low > 0.0:
            axes.text(
                (begin + end) / 2, row + 0.52, decimal(cell.in_time.mean, 0), ha="center", va="center", fontsize=7,
                color=letters_on(HEAT[shades[row, column]]),
            )  # fmt: skip
        told = f"{place(cell)}: {signed(cell.in_time)} contacts in time, {signed(cell.points, 100)} points of the day"
        sheet.tell(axes, told, (begin, end), (row, row + 1))
    bare(axes)
    axes.set_ylim(len(days), 0)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_yticks(np.arange(len(days)) + 0.5, [DAYS[day] for day in days], color=INK, fontsize=9)
    label_hours(axes, float(edges[0]), float(edges[-1]))


def _curve(f: Found) -> Sheet | None:
    if f.curve_at is None or not f.curve:
        return None
    key = [
        line(BLUE, "of that interval", marker="o", markersize=6),
        line(ORANGE, "of that day", marker="s", markersize=6),
    ]
    cell = f.curve_at
    title = f"People more or fewer in {clip(cell.way.group, 30)}, {DAYS[cell.weekday]} {hours_text(cell.way)}"
    sheet = Sheet(3.0, title, ("Service level, all queues in which customers wait; lines: 95 % intervals.",), key)
    axes = sheet.grid(1, 1, left=0.8, right=0.3, above=0.12)[0, 0]
    people = [one[0] for one in f.curve]
    for what, levels, colour, marker in (
        ("then", [one[1] for one in f.curve], BLUE, "o"), ("that day", [one[2] for one in f.curve], ORANGE, "s"),
    ):  # fmt: skip
        axes.plot(people, [100 * level.mean for level in levels], color=colour, marker=marker, markersize=6)
        for x, level in zip(people, levels, strict=True):
            axes.plot([x, x], [100 * level.low, 100 * level.high], color=colour, linewidth=1.2)
            sheet.tell_point(axes, f"{people_text(x)}, {what}: {share(level.mean)}", x, 100 * level.mean)
    axes.axvline(0, color=MUTED, linewidth=1, linestyle="--")
    axes.set_xticks(people, [people_text(x) for x in people])
    axes.set_ylabel("in time, %")
    axes.set_xlabel("people")
    return sheet
