"""The marks that charts are made of: steps, lines with gaps, heat maps, labels of days and hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.report.charts.cost_lines import Look
from sim.report.charts.shades import draw_cells, heat_edges, heat_shades
from sim.report.charts.style import (
    BLUE,
    CLOSED,
    GREY,
    HEAT,
    INK,
    MUTED,
    ORANGE,
    PALE,
    PAPER,
    SKY,
    VERMILION,
    Sheet,
    bare,
    clip,
)
from sim.report.charts.windows import Timeline
from sim.report.text.names import date_text, money_digits
from sim.report.text.numbers import decimal, share

Floats = NDArray[np.float64]

NO_LOOKS: Mapping[str, Look] = MappingProxyType({})


def on_grid(day: pd.DataFrame, edges: Floats, step: float) -> pd.DataFrame:
    """A row for every interval of the day, 0 where the center is closed."""
    slots = np.round((day["hour"].to_numpy(float) - edges[0]) / step).astype(int)
    figures = day[["offered", "abandoned", "load", "seats", "required", "short", "blocked", "refused"]]
    return figures.set_axis(slots, axis=0).reindex(range(len(edges) - 1), fill_value=0.0)


def contacts(axes: Axes, day: pd.DataFrame, edges: Floats) -> None:
    axes.stairs(day["offered"].to_numpy(float), edges, fill=True, color=PALE)
    axes.stairs(day["offered"].to_numpy(float), edges, color=MUTED, linewidth=0.8)
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


def tell_contacts(sheet: Sheet, axes: Axes, day: pd.DataFrame, edges: Floats) -> None:
    """What `contacts` draws, in figures."""
    texts = []
    for hour, row in zip(edges.tolist(), day.to_dict("records"), strict=False):
        out = row["blocked"] + row["refused"]
        text = f"{time_text(hour)}: {decimal(row['offered'])} contacts, {decimal(row['abandoned'])} abandoned"
        texts.append(text + (f", {decimal(out)} did not get in" if out >= 0.05 else "") if row["offered"] + out else "")
    tell_steps(sheet, axes, edges, texts)


def tell_seats(sheet: Sheet, axes: Axes, day: pd.DataFrame, edges: Floats) -> None:
    """What `staffing` draws, in figures."""
    texts = []
    for hour, row in zip(edges.tolist(), day.to_dict("records"), strict=False):
        text = f"{time_text(hour)}: {seats_text(row)}; load {decimal(row['load'])} erlangs"
        texts.append(text if row["seats"] + row["required"] else "")
    tell_steps(sheet, axes, edges, texts)


def seats_text(row: Mapping[Any, Any]) -> str:
    """ "20.0 seats, 22.4 required, 2.4 short"."""
    short = f", {decimal(row['short'])} short" if row["short"] >= 0.05 else ""
    return f"{decimal(row['seats'])} seats, {decimal(row['required'])} required{short}"


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
    sheet: Sheet,
    axes: Axes,
    lines: pd.DataFrame,
    names: list[str],
    total: float,
    currency: str,
    shares: bool = True,
    look: Mapping[str, Look] = NO_LOOKS,
) -> None:
    """Amounts with their intervals, a bar per line, and what share of the total each is."""
    means = lines["mean"].to_numpy(float)
    for row, (name, mean) in enumerate(zip(names, means.tolist(), strict=True)):
        colour, hatch = look.get(name, Look(BLUE if mean >= 0 else GREY))
        axes.barh(row + 0.5, mean, height=0.66, color=colour, hatch=hatch, edgecolor=PAPER, linewidth=0)
    for row, (mean, low, high) in enumerate(lines[["mean", "ci_low", "ci_high"]].to_numpy(float)):
        axes.plot([low, high], [row + 0.5] * 2, color=INK, linewidth=1.4)
        part = f" · {share(mean / total, 0)}" if total and shares else ""
        spread = "" if np.isnan(low) else f", 95 % interval {_amount(low, total)} to {_amount(high, total)}"
        sheet.tell(
            axes, f"{names[row]}: {currency} {_amount(mean, total)}{part}{spread}", (min(mean, 0.0), max(mean, 0.0)),
            (row + 0.17, row + 0.83),
        )  # fmt: skip
        text = f" {_amount(mean, total)}{part}"
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


def _amount(value: float, total: float) -> str:
    return decimal(value, money_digits(total))


def heat_map(axes: Axes, grid: Floats, hours: Floats, step: float, most: int) -> Floats:
    """Rows × hours of the day in shades from nothing; grey where there is no figure. The edges of the shades."""
    edges = np.arange(hours.min(), hours.max() + 1.5 * step, step)
    full = np.full((len(grid), len(edges) - 1), np.nan)
    full[:, np.round((hours - edges[0]) / step).astype(int)] = grid
    axes.set_facecolor(CLOSED)
    shades = heat_edges(float(np.nanmax(full)) if np.isfinite(full).any() else 0.0)
    draw_cells(axes, edges, heat_shades(full, shades), HEAT)
    bare(axes)
    axes.hlines(range(len(grid) + 1 if len(grid) <= 12 else 1), edges[0], edges[-1], color=PALE, linewidth=0.8)
    axes.vlines([edges[0], edges[-1]], 0, len(grid), color=PALE, linewidth=0.8)
    axes.hlines(len(grid), edges[0], edges[-1], color=PALE, linewidth=0.8)
    axes.set_ylim(len(grid), 0)
    label_hours(axes, edges[0], edges[-1], most)
    return shades


def tell_cells(sheet: Sheet, axes: Axes, hours: Floats, step: float, texts: Sequence[Sequence[str]]) -> None:
    """What each cell of a heat map says; nothing where the text is empty."""
    for row, own in enumerate(texts):
        for hour, text in zip(hours.tolist(), own, strict=True):
            if text:
                sheet.tell(axes, text, (hour, hour + step), (row, row + 1))


def tell_steps(sheet: Sheet, axes: Axes, edges: Floats, texts: Sequence[str], plan: str = "") -> None:
    """What the axes say between each two edges; nothing where the text is empty."""
    for begin, end, text in zip(edges[:-1].tolist(), edges[1:].tolist(), texts, strict=True):
        if text:
            sheet.tell(axes, text, (begin, end), plan=plan)


def time_text(hour: float) -> str:
    """ "09:30", of hours since midnight."""
    minutes = round(60 * hour)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
