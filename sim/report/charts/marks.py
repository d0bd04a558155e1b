"""The marks that charts are made of: steps, lines with gaps, heat maps, labels of days and hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.report.charts.style import BLUE, GREY, INK, MUTED, ORANGE, PALE, SKY, VERMILION, Sheet, bare, clip
from sim.report.charts.windows import Timeline
from sim.report.text.names import date_text, money_digits
from sim.report.text.numbers import decimal, share

Floats = NDArray[np.float64]

HEAT = LinearSegmentedColormap.from_list("heat", ["#FFFFFF", "#FEE391", "#FB9A29", "#CC4C02", "#662506"])


def on_grid(day: pd.DataFrame, edges: Floats, step: float) -> pd.DataFrame:
    """A row for every interval of the day, 0 where the center is closed."""
    slots = np.round((day["hour"].to_numpy(float) - edges[0]) / step).astype(int)
    figures = day[["offered", "abandoned", "load", "seats", "required", "short", "blocked", "refused"]]
    return figures.set_axis(slots, axis=0).reindex(range(len(edges) - 1), fill_value=0.0)


def contacts(axes: Axes, day: pd.DataFrame, edges: Floats) -> None:
    axes.stairs(day["offered"].to_numpy(float), edges, fill=True, color=PALE)
    axes.stairs(day["abandoned"].to_numpy(float), edges, fill=True, color=VERMILION)
    offered, lost = day["offered"].to_numpy(float), day[["blocked", "refused"]].to_numpy(float).sum(axis=1)
    if lost.any():
        axes.stairs(offered + lost, edges, baseline=offered, fill=True, color=ORANGE)


def staffing(axes: Axes, day: pd.DataFrame, edges: Floats) -> None:
    load, seats, required, short = (day[name].to_numpy(float) for name in ("load", "seats", "required", "short"))
    axes.stairs(load, edges, fill=True, color=SKY, alpha=0.45)
    # Shaded down from what is required: queues of separate pools cannot lend each other their spare seats.
    axes.stairs(required, edges, baseline=required - short, fill=True, color=VERMILION, alpha=0.55)
    axes.stairs(required, edges, color=INK, linewidth=1.2, linestyle=(0, (3, 1)), baseline=None)
    axes.stairs(seats, edges, color=BLUE, linewidth=1.8, baseline=None)


def with_lone_points(axes: Axes, values: Floats, colour: str, x: Floats | None = None) -> None:
    """A line with gaps; a value between two gaps gets a dot, or it would not show."""
    at = np.arange(len(values), dtype=np.float64) if x is None else x
    known = np.isfinite(values)
    lone = known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False]
    axes.plot(at, values, color=colour, linewidth=1.4)
    axes.plot(at[lone], values[lone], color=colour, marker="o", markersize=2.5, linewidth=0)


def unit_above(axes: Axes, text: str) -> None:
    """The unit of a panel's figures, above its right corner."""
    axes.text(1.0, 1.04, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=9, color=MUTED)


def at_right(axes: Axes, y: float, text: str, colour: str) -> None:
    axes.annotate(
        text, (1, y), xycoords=("axes fraction", "data"), xytext=(5, 0), textcoords="offset points", va="center",
        fontsize=9, color=colour, linespacing=1.1,
    )  # fmt: skip


def time_unit(longest: float) -> tuple[float, str]:
    """(seconds per unit, its name) that suits waits up to `longest` seconds."""
    if longest < 600:
        return 1.0, "seconds"
    return (60.0, "minutes") if longest < 36_000 else (3600.0, "hours")


def label_percent(axes: Axes) -> None:
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])


def label_hours(axes: Axes, first: float, last: float, most: int = 7) -> None:
    gap = next(gap for gap in (1, 2, 3, 4, 6, 12, 24) if (last - first) / gap <= most)
    ticks = np.arange(np.ceil(first / gap) * gap, last + 0.01, gap)
    axes.set_xticks(ticks, [f"{int(tick):02d}:00" for tick in ticks])
    axes.set_xlim(first, last)
    axes.tick_params(axis="x", labelsize=8.5)


def label_days(axes: Axes, timeline: Timeline) -> None:
    """Days as labels between white gaps; hours when there are only a few days."""
    axes.grid(False, axis="x")
    axes.set_xlim(-1, timeline.length)
    for position in timeline.breaks():
        axes.axvline(position, color=PALE, linewidth=0.8)
    if len(timeline.dates) > 2:
        axes.set_xticks(timeline.middles(), [short_date(date) for date in timeline.dates])
        axes.tick_params(axis="x", length=0)
        return
    each = max(1, round(2 / timeline.step))
    ticks, labels = [], []
    for day, date in enumerate(timeline.dates):
        for n in range(0, timeline.width - 1, each):
            hour = timeline.first + n * timeline.step
            ticks.append(day * timeline.width + n)
            labels.append(f"{int(hour):02d}:{round(hour % 1 * 60):02d}" + (f"\n{short_date(date)}" if n == 0 else ""))
    axes.set_xticks(ticks, labels)


def short_date(date: str) -> str:
    return date.split(" ", 1)[1].capitalize() if " " in date else date_text(date)


def label_rows(axes: Axes, names: list[str], most: int = 24) -> None:
    """Names down the side, the first on top."""
    axes.set_ylim(max(1, len(names)), 0)
    axes.set_yticks(np.arange(len(names)) + 0.5, [clip(name, most) for name in names], color=INK, fontsize=9.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)


def money_bars(
    axes: Axes, lines: pd.DataFrame, names: list[str], total: float, currency: str, shares: bool = True
) -> None:
    """Amounts with their intervals, a bar per line, and what share of the total each is."""
    means = lines["mean"].to_numpy(float)
    axes.barh(np.arange(len(names)) + 0.5, means, height=0.66, color=[BLUE if m >= 0 else GREY for m in means])
    for row, (mean, low, high) in enumerate(lines[["mean", "ci_low", "ci_high"]].to_numpy(float)):
        axes.plot([low, high], [row + 0.5] * 2, color=INK, linewidth=1.4)
        part = f" · {share(mean / total, 0)}" if total and shares else ""
        text = f" {decimal(mean, money_digits(total))}{part}".replace("-", "−")
        axes.annotate(
            text, (max(mean, np.nan_to_num(high)), row + 0.5), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=9,
        )  # fmt: skip
    label_rows(axes, names, 34)
    axes.set_xlabel(currency)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(
        lambda value, _: (f"{value:,.0f}" if total >= 10 else f"{value:,.2f}").replace("-", "−")
    )


def heat_map(axes: Axes, grid: Floats, hours: Floats, step: float, most: int) -> Any:
    """Rows × hours of the day in shades from white; grey where there is nothing."""
    edges = np.arange(hours.min(), hours.max() + 1.5 * step, step)
    full = np.full((len(grid), len(edges) - 1), np.nan)
    full[:, np.round((hours - edges[0]) / step).astype(int)] = grid
    axes.set_facecolor("#EEF0F2")
    highest = np.nanmax(full) if np.isfinite(full).any() else 0.0
    picture = axes.pcolormesh(
        edges, np.arange(len(grid) + 1), np.ma.masked_invalid(full), cmap=HEAT, vmin=0, vmax=max(highest, 1e-9)
    )
    bare(axes)
    axes.hlines(range(len(grid) + 1 if len(grid) <= 12 else 1), edges[0], edges[-1], color=PALE, linewidth=0.8)
    axes.vlines([edges[0], edges[-1]], 0, len(grid), color=PALE, linewidth=0.8)
    axes.hlines(len(grid), edges[0], edges[-1], color=PALE, linewidth=0.8)
    axes.set_ylim(len(grid), 0)
    label_hours(axes, edges[0], edges[-1], most)
    return picture


def colour_bar(sheet: Sheet, axes: Axes, picture: Any, unit: str) -> None:
    """A colour scale to the right of the axes."""
    box = axes.get_position()
    scale = sheet.figure.add_axes((box.x1 + 0.012, box.y0, 0.014, box.height))
    bar = sheet.figure.colorbar(picture, cax=scale)
    bar.outline.set_visible(False)
    scale.yaxis.set_major_locator(MaxNLocator(4))
    scale.tick_params(length=0)
    scale.set_ylabel(unit)
