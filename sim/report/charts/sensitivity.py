"""The picture of what a choice hangs on: how far each uncertain number moves money and service (a tornado)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.choosing.sensitivity.found import Alone, Sensitivities
from sim.report.charts.style import BLUE, INK, MUTED, ORANGE, PAPER, Sheet, clip, drawing, line, room_for
from sim.report.charts.svg import Drawn
from sim.report.text.names import change_span, change_text, plural
from sim.report.text.sensitivity import money_name, subject_target

MOST = 14
NAMES = 34


def draw(s: Sensitivities) -> dict[str, Drawn]:
    """The picture by its name; none where nothing was moved."""
    if not s.alone:
        return {}
    with drawing():
        return {"sensitivity.png": _sheet(s, s.alone[:MOST]).drawn("sensitivity.png", with_svg=True)}


def _sheet(s: Sensitivities, shown: Sequence[Alone]) -> Sheet:
    scenario = s.study.results[0].scenario
    money = f"{money_name(s)}, {scenario.spec.center.currency}"
    notes = [
        f"Change from today's value over {plural(scenario.clock.days, 'day')}, each number alone, on common luck; thin "
        "lines: 95 % intervals."
    ]
    key = [
        line(ORANGE, "low end", marker="<", linewidth=0, markersize=7, markerfacecolor=PAPER),
        line(BLUE, "high end", marker=">", linewidth=0, markersize=7),
    ]
    if any(one.turns for one in shown):
        key.append(line(INK, "the choice becomes another", marker="D", linewidth=0, markersize=6))
    sheet = Sheet(0.75 + 0.42 * len(shown), f"What moves {clip(s.subject, 40)}", notes, key)
    names = [one.input.name for one in shown]
    axes = sheet.grid(
        1, 2, left=0.3 + room_for(names, NAMES), right=0.25, above=0.12, bottom=0.5, across=0.3, sharey=True
    )
    _panel(sheet, axes[0, 0], shown, "money", money)
    _panel(sheet, axes[0, 1], shown, "points", _points_label(s))
    rows = range(len(shown))
    axes[0, 0].set_yticks(rows, [clip(name, NAMES) for name in names])
    axes[0, 0].set_ylim(len(shown) - 0.4, -0.6)
    for row, one in zip(rows, shown, strict=True):
        if one.turns:
            axes[0, 0].plot(
                0.012, row, marker="D", color=INK, markersize=6, clip_on=False, zorder=5,
                transform=axes[0, 0].get_yaxis_transform(),
            )  # fmt: skip
    return sheet


def _points_label(s: Sensitivities) -> str:
    return f"points, {clip(subject_target(s), 40)}" if subject_target(s) else "points"


def _panel(sheet: Sheet, axes: Axes, shown: Sequence[Alone], what: Literal["money", "points"], label: str) -> None:
    scale = 100.0 if what == "points" else 1.0
    for row, one in enumerate(shown):
        for end in one.ends:
            e = getattr(end, what)
            if not math.isfinite(e.mean):
                continue
            is_high = end.value > one.input.today
            colour, shift = (BLUE, 0.14) if is_high else (ORANGE, -0.14)
            axes.barh(row + shift, scale * e.mean, height=0.24, color=colour, alpha=0.75 if is_high else 0.4, zorder=2)
            if e.half_width > 0:
                axes.plot([scale * e.low, scale * e.high], [row + shift] * 2, color=INK, linewidth=0.9, zorder=3)
            face = colour if is_high else PAPER
            axes.plot(
                scale * e.mean, row + shift, marker=">" if is_high else "<", color=colour, markerfacecolor=face,
                markersize=7, zorder=4,
            )  # fmt: skip
            unit = "money" if what == "money" else "share"
            spread = f", interval {change_span(e.low, e.high, unit)}" if math.isfinite(e.low) else ""
            text = f"{one.input.name} at {one.input.text(end.value)}: {change_text(e.mean, unit)}{spread}"
            sheet.tell_point(axes, text, scale * e.mean, row + shift)
    axes.axvline(0, color=MUTED, linewidth=1)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: ("+" if value > 0 else "") + f"{value:,g}".replace("-", "−"))
    axes.set_xlabel(label)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
