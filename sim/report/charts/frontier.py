"""The picture of a frontier: cost against service and quality, and every value's difference from today's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.measures.kpis import TITLED
from sim.report.charts.style import BLUE, GREEN, GREY, INK, MUTED, PALE, PAPER, Sheet, clip, drawing, line
from sim.report.charts.svg import Drawn
from sim.report.text.frontier_values import TOO_CLOSE, holds, mark_of, shares_of, weekly
from sim.report.text.names import NET_COST, change_span, change_text, plural
from sim.study.frontier.sweep import Frontier
from sim.study.statistics import Estimate

Floats = NDArray[np.float64]

ROOM = 0.12
"""Of the span of an axis, left free at both ends for labels."""

PLACES = (
    (5.0, 9.0), (-5.0, 9.0), (5.0, -9.0), (-5.0, -9.0), (8.0, 14.0), (-8.0, 14.0), (8.0, -14.0), (-8.0, -14.0),
    (5.0, 21.0), (-5.0, 21.0), (5.0, -21.0), (-5.0, -21.0),
)  # fmt: skip
"""Where a label may stand, in points from its mark; the first that is free."""

LETTER, LINE = 5.6, 11.0
"""Width and height of a letter, in points."""


def draw(f: Frontier) -> dict[str, Drawn]:
    """The frontier as PNG and SVG."""
    with drawing():
        return {"frontier.png": _sheet(f).drawn("frontier.png", with_svg=True)}


def _sheet(f: Frontier) -> Sheet:
    currency, shares = f.plan.spec.center.currency, [kpi for kpi, _ in shares_of(f)]
    is_net = f.kpi == "net_cost"
    what = "Net cost" if is_net else "Cost"
    title = f"{what} against service and quality, over {clip(f.lever.name, 40)}"
    runs, days = plural(f.results[f.choice.today].replications, "replication"), f.plan.clock.days
    scaled = f", scaled from {plural(days, 'day')} to 7" if days % 7 else ""
    notes = [
        f"Whole center, {currency} a week{scaled}, mean of {runs}. Crosses: 95 % interval of each value by itself. "
        "Below: differences on common luck, intervals that hold all at once.",
    ]
    if is_net:
        notes.append(f"Net cost: {NET_COST}.")
    else:
        notes.append("Quality has no price here: the cheapest is not the best.")
    held = f" that {holds(f, f.choice.best)}" if f.targets else ""
    best = "lowest net cost" if is_net else f"cheapest{held}"
    key = [
        line(INK, "today", marker="D", linewidth=0, markersize=7),
        line(BLUE, "other values", marker="o", linewidth=0),
    ]
    if f.crown is not None:
        key.insert(1, line(GREEN, best, marker="o", linewidth=0, markersize=9))
    if any(f.missed(n) for n in range(len(f.points))):
        key.append(line(BLUE, "hollow: misses a target", marker="o", linewidth=0, markerfacecolor=PAPER))
    if any(_is_unclear(f, n) for n in range(len(f.points))):
        key.append(line(BLUE, f"pale: {TOO_CLOSE}", marker="o", linewidth=0, markerfacecolor=PALE))
    sheet = Sheet(5.9, title, notes, key)
    # Two rows of panels in one grid would have the same columns: the lower is as wide as all the upper together.
    upper = sheet.grid(1, len(shares), left=1.05, right=0.25, above=0.15, bottom=3.25, across=0.22, sharey=True)[0]
    money = np.array([_three(weekly(f, f.kpi, n)) for n in range(len(f.points))])
    for panel, kpi in zip(upper, shares, strict=True):
        quality = np.array([_three(f.results[n].kpi(kpi)) for n in range(len(f.points))]) * 100.0
        _scatter(panel, quality, money, f)
        for label, (level, *_), (amount, *_) in zip(f.labels, quality, money, strict=True):
            text = f"{label}: {TITLED[kpi].title} {level:.1f} %, {what.lower()} {currency} {amount:,.0f} a week"
            sheet.tell_point(panel, text, level, amount)
        panel.tick_params(labelleft=panel is upper[0])
        panel.set_xlabel(f"{TITLED[kpi].title.lower() if kpi != 'csat' else 'CSAT'}, %")
    upper[0].set_ylabel(f"{what.lower()}, {currency} a week")
    lower = sheet.grid(1, 1, left=1.05, right=0.25, above=3.45, bottom=0.5)[0, 0]
    at = _differences(lower, f, currency, what.lower())
    for label, x, d in zip(f.labels, at.tolist(), f.choice.differences, strict=True):
        mean, low, high = _three(d)
        text = f"{label}: {change_text(mean, 'money', currency)} a week against today"
        spread = f", interval {change_span(low, high, 'money')}" if np.isfinite(d.low) else ""
        sheet.tell_point(lower, text + spread, x, mean)
    return sheet


def _three(e: Estimate) -> tuple[float, float, float]:
    """One replication has no interval: its cross is a point."""
    return (e.mean, e.low, e.high) if np.isfinite(e.low) else (e.mean, e.mean, e.mean)


def _colours(f: Frontier) -> list[tuple[str, str, float]]:
    """Colour, mark and size of each value."""
    found = []
    for n in range(len(f.points)):
        best = n == f.crown
        colour = GREEN if best else INK if n == f.choice.today else BLUE
        found.append((colour, "D" if n == f.choice.today else "o", 9.0 if best else 6.5))
    return found


def _is_unclear(f: Frontier, n: int) -> bool:
    """One replication tells nothing of any value."""
    return bool(f.unclear(n)) and not f.missed(n) and f.results[n].replications > 1


def _mark(axes: Axes, x: float, y: float, f: Frontier, n: int) -> None:
    """A value's point: hollow where it misses a target, pale where that is too close to tell."""
    colour, mark, size = _colours(f)[n]
    unheld = PAPER if f.missed(n) else PALE if _is_unclear(f, n) else ""
    face, edge = (unheld, colour) if unheld else (colour, PAPER)
    axes.plot(x, y, color=colour, marker=mark, markersize=size, zorder=3, markerfacecolor=face, markeredgecolor=edge)


def _scatter(axes: Axes, x: Floats, y: Floats, f: Frontier) -> None:
    """x, y: values × (mean, low, high)."""
    axes.plot(x[:, 0], y[:, 0], color=PALE, linewidth=1.4, zorder=1)
    for (mx, lx, hx), (my, ly, hy) in zip(x, y, strict=True):
        axes.plot([lx, hx], [my, my], color=GREY, linewidth=0.9, alpha=0.5, zorder=2)
        axes.plot([mx, mx], [ly, hy], color=GREY, linewidth=0.9, alpha=0.5, zorder=2)
    for n, ((mx, *_), (my, *_)) in enumerate(zip(x, y, strict=True)):
        _mark(axes, mx, my, f, n)
    axes.set_xlim(_limits(x))
    axes.set_ylim(_limits(y))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
    _label(axes, x, y, f.labels, [colour for colour, _, _ in _colours(f)])


def _limits(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    room = max(ROOM * (high - low), 1e-3 * max(abs(high), 1.0))
    return low - room, high + room


def _label(axes: Axes, x: Floats, y: Floats, labels: Sequence[str], colours: Sequence[str]) -> None:
    """A label beside each point, where no point, cross or other label stands. x, y: values × (mean, low, high)."""
    points = 72.0 / axes.figure.dpi
    mean, low, high = (axes.transData.transform(np.column_stack([x[:, k], y[:, k]])) * points for k in range(3))
    left, bottom, right, top = (edge * points for edge in axes.bbox.extents)
    taken: list[tuple[float, ...]] = [(px - 5, py - 5, px + 5, py + 5) for px, py in mean]
    taken += [(lx, py - 1, hx, py + 1) for (lx, _), (_, py), (hx, _) in zip(low, mean, high, strict=True)]
    taken += [(px - 1, ly, px + 1, hy) for (_, ly), (px, _), (_, hy) in zip(low, mean, high, strict=True)]
    for (px, py), label, colour, place in zip(mean, labels, colours, zip(x[:, 0], y[:, 0], strict=True), strict=True):
        text = clip(label, 14)
        half = LETTER * len(text) / 2
        boxes: list[tuple[float, int, float, float, tuple[float, ...]]] = []
        for dx, dy in PLACES:
            shift = dx + (half if dx > 0 else -half)
            own = (px + shift - half, py + dy - LINE / 2, px + shift + half, py + dy + LINE / 2)
            outside = own[0] < left or own[2] > right or own[1] < bottom or own[3] > top
            # A cross shines through; nearer places come first.
            hits = sum(_overlap(own, other) for other in taken) + 1e3 * outside + 3 * len(boxes)
            boxes.append((hits, len(boxes), shift, dy, own))
        *_, shift, dy, chosen = min(boxes)
        taken.append(chosen)
        axes.annotate(
            text, place, xytext=(shift, dy), textcoords="offset points", ha="center", va="center", fontsize=9,
            color=colour if colour != BLUE else MUTED, zorder=4,
        )  # fmt: skip


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Common area of two boxes: left, bottom, right, top."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _differences(axes: Axes, f: Frontier, currency: str, what: str) -> Floats:
    """Every value's difference from today's; those surely below the line are better. Where they stand."""
    numbers = [point.value.number for point in f.points]
    spaced = None not in numbers and len(set(numbers)) == len(numbers)
    at = np.array(numbers if spaced else range(len(numbers)), dtype=np.float64)
    axes.axhline(0, color=MUTED, linewidth=1)
    means = [d.mean for d in f.choice.differences]
    axes.plot(at, means, color=PALE, linewidth=1.4, zorder=1)
    for n, (x, d, (colour, *_)) in enumerate(zip(at, f.choice.differences, _colours(f), strict=True)):
        axes.plot([x, x], [d.low, d.high], color=colour, linewidth=2, solid_capstyle="butt", zorder=2)
        _mark(axes, x, d.mean, f, n)
    reach = np.array([_three(d) for d in f.choice.differences])
    axes.set_ylim(_limits(reach))
    marks = [mark_of(f, n, with_misses=False) for n in range(len(f.points))]
    labels = [clip(label, 14) + (f"\n{mark}" if mark else "") for label, mark in zip(f.labels, marks, strict=True)]
    axes.set_xticks(at, labels)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda value, _: ("+" if value > 0 else "") + f"{value:,.0f}".replace("-", "−"))
    axes.set_ylabel(f"{what} against today,\n{currency} a week")
    axes.set_title(clip(f.lever.name, 60))
    return at
