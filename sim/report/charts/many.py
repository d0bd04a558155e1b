"""The picture of a selection: what every plan costs, and how far its worst period is above its target."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.choosing.selected import Selected
from sim.report.charts.style import BLUE, GREEN, GREY, INK, ORANGE, Sheet, drawing, line
from sim.report.charts.svg import Drawn
from sim.report.text.many import SAID
from sim.report.text.names import plural

Floats = NDArray[np.float64]

MARKS = {"misses": (GREY, "x", 4.0), "dearer": (BLUE, "o", 4.5), "open": (ORANGE, "^", 6.0)}
"""By what became of a plan: colour, shape and size."""


MOST_TOLD = 20
MOST_DRAWN = 2_000
"""Plans beyond which an SVG holds them as dots of a picture."""


def draw(s: Selected) -> dict[str, Drawn]:
    """By name; nothing where nobody came to any target."""
    if s.kind == "no target":
        return {}
    with drawing():
        return {"plans.png": _sheet(s).drawn("plans.png", with_svg=True)}


def _sheet(s: Selected) -> Sheet:
    tallies = s.screening.tallies
    known = [n for n in tallies if tallies[n].worst is not None]
    by_left = {left: [n for n in known if s.left(n) == left and n not in (0, s.chosen)] for left in MARKS}
    title = f"{plural(len(s.grid), 'plan')}: cost against the worst period of any target"
    what = "net cost" if s.kpi == "net_cost" else "cost"
    currency, days = s.today.spec.center.currency, plural(s.today.clock.days, "day")
    notes = [
        "Right of the line every target holds on average. Plans far from the choice were played a few times only: "
        "luck moves them.",
    ]
    key = [
        line(colour, SAID[left], marker=mark, linewidth=0)
        for left, (colour, mark, _) in MARKS.items() if by_left[left]
    ]  # fmt: skip
    chosen = "chosen" if s.kind == "holds" else "nearest"
    key = [line(GREEN, chosen, marker="*", linewidth=0, markersize=12), *key]
    if not s.keeps_today:
        key.insert(1, line(INK, "today", marker="D", linewidth=0))
    sheet = Sheet(4.6, title, notes, key)
    axes = sheet.grid(1, 1, left=1.05, right=0.25, above=0.15, bottom=0.6)[0, 0]
    for left, plans in by_left.items():
        colour, mark, size = MARKS[left]
        drawn = {"color": colour, "marker": mark, "markersize": size, "linewidth": 0}
        axes.plot(*_at(s, plans), **drawn, zorder=2, rasterized=len(plans) > MOST_DRAWN)
    if not s.keeps_today:
        axes.plot(*_at(s, [0]), color=INK, marker="D", markersize=7, linewidth=0, zorder=3)
    axes.plot(*_at(s, [s.chosen]), color=GREEN, marker="*", markersize=15, linewidth=0, zorder=4)
    axes.axvline(0.0, color=INK, linewidth=1.0, linestyle="--", zorder=1)
    axes.set_xlabel("points above the target, worst period")
    axes.set_ylabel(f"{what}, {currency} in {days}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    _tell(sheet, axes, s, what, currency)
    return sheet


def _tell(sheet: Sheet, axes: Axes, s: Selected, what: str, currency: str) -> None:
    """What today's plan, the chosen one and those ranked next to it are, under the pointer and by keys."""
    near = [n for n in s.screening.ranked() if s.screening.tallies[n].worst is not None][:MOST_TOLD]
    for n in dict.fromkeys((0, s.chosen, *near)):
        margin, cost = (float(values[0]) for values in _at(s, [n]))
        text = f"{s.grid.name(n)}: {what} {currency} {cost:,.0f}, worst period {margin:+.1f} points from its target"
        sheet.tell_point(axes, text.replace("-", "−"), margin, cost)


def _at(s: Selected, plans: list[int]) -> tuple[Floats, Floats]:
    tallies = s.screening.tallies
    return np.array([100.0 * tallies[n].margin for n in plans]), np.array([s.screening.cost(n) for n in plans])
