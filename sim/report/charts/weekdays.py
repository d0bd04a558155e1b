"""Service by weekday and time of day as a heat map, with the people short written into the cells that are short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.report.charts.marks import label_hours, time_text
from sim.report.charts.shades import DISTANCES, distance_key, distance_shades, draw_cells, letters_on
from sim.report.charts.style import CLOSED, INK, PAPER, Sheet, bare, clip
from sim.report.charts.windows import choose_names, hours_of
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts, Target
from sim.report.text.names import plural
from sim.report.text.numbers import decimal, share
from sim.units import WEEKDAYS

Floats = NDArray[np.float64]

MOST_PLANS = 6
MOST_COLUMNS = 48


class Week(NamedTuple):
    """Weekdays × cells of the day, NaN where nobody comes."""

    days: list[str]
    edges: Floats
    """Hours of the day, one more than cells."""
    level: Floats
    """Share answered in time of all contacts of the cell."""
    aim: Floats
    """What their targets ask, weighted by the same contacts."""
    short: Floats
    """People, mean of the weekday's dates, in the worst interval of the cell."""


def week_of(rows: pd.DataFrame, targets: Mapping[str, Target], step: float) -> Week:
    """Of rows of queues by interval (the table `intervals`); `step`: hours of an interval."""
    hours, width = hours_of(rows["start"]), _width(hours_of(rows["start"]), step)
    offered = rows["offered"].where(rows["service_level"].notna(), 0.0).to_numpy(float)
    table = pd.DataFrame({
        "day": [_weekday(date) for date in rows["date"].astype(str)],
        "date": rows["date"].to_numpy(), "hour": hours, "cell": np.floor(hours / width + 1e-9) * width,
        "offered": offered, "met": offered * rows["service_level"].fillna(0.0).to_numpy(float),
        "aimed": offered * rows["name"].map({name: aim.share for name, aim in targets.items()}).to_numpy(float),
        "short": rows["short"].fillna(0.0).to_numpy(float),
    })  # fmt: skip
    days = [day for day in WEEKDAYS if day in set(table["day"])]
    edges = np.arange(float(table["cell"].min()), float(table["cell"].max()) + 1.5 * width, width)
    sums = table.groupby(["day", "cell"])[["offered", "met", "aimed"]].sum()
    sums = sums.div(sums["offered"].where(sums["offered"] > 0), axis=0)
    at_once = table.groupby(["day", "cell", "hour", "date"])["short"].sum()
    short = at_once.groupby(["day", "cell", "hour"]).mean().groupby(["day", "cell"]).max()
    level, aim, lacking = (
        _grid(found, days, edges) for found in (sums["met"], sums["aimed"], short.where(sums["offered"].notna()))
    )
    return Week(days, edges, level, aim, lacking)


def _grid(values: pd.Series, days: list[str], edges: Floats) -> Floats:
    grid = np.full((len(days), len(edges) - 1), np.nan)
    width = edges[1] - edges[0]
    places = zip(values.index.get_level_values("day"), values.index.get_level_values("cell"), strict=True)
    for (day, cell), value in zip(places, values.tolist(), strict=True):
        grid[days.index(day), round((cell - edges[0]) / width)] = value
    return grid


def _width(hours: Floats, step: float) -> float:
    """Hours of a cell: an interval, or so many of them that the day's cells can be read."""
    span = float(hours.max() - hours.min()) + step
    return next((width for width in (step, 0.5, 1.0) if width >= step and span / width <= MOST_COLUMNS), max(1.0, step))


def _weekday(date: str) -> str:
    """ "mon", of a date, and of a typical week's "2026-03 mon"."""
    return date.split(" ")[1] if " " in date else WEEKDAYS[pd.Timestamp(date).weekday()]


def weekdays(tables: Tables, facts: Facts, first: str = "") -> dict[str, Sheet]:
    """One plan: a panel per queue where customers wait. Several: one per plan, all queues together, `first` first."""
    rows = tables.intervals[tables.intervals["scope"] == "queue"]
    live = {plan: facts.live(plan) for plan in facts.plans}
    rows = rows[[name in live[plan] for plan, name in zip(rows["plan"], rows["name"], strict=True)]]
    rows = rows[rows["offered"] > 0]
    step, weeks, capped = facts.interval_minutes / 60.0, dict[str, Week](), ""
    if facts.compares:
        plans = [plan for plan in dict.fromkeys((first or facts.baseline, *facts.plans)) if plan in set(rows["plan"])]
        capped = f"{MOST_PLANS} of {len(plans)} plans." if len(plans) > MOST_PLANS else ""
        weeks = {plan: week_of(rows[rows["plan"] == plan], facts.targets[plan], step) for plan in plans[:MOST_PLANS]}
    elif len(rows):
        names, capped = choose_names(rows, "queues")
        weeks = {name: week_of(rows[rows["name"] == name], facts.targets[facts.baseline], step) for name in names}
    if not weeks or max(len(week.days) for week in weeks.values()) < 2:
        return {}
    return {"heat.png": _sheet(weeks, facts, capped)}


def _sheet(weeks: dict[str, Week], facts: Facts, capped: str) -> Sheet:
    several = max(len(targets) for targets in facts.targets.values()) > 1
    whose = "of all queues in which customers wait, each against its own target" if several else "against the target"
    width = next(iter(weeks.values())).edges
    cell = f"a cell of {60 * (width[1] - width[0]):g} minutes"
    notes = (
        f"Shade: answered in time, {whose if facts.compares else 'against the target'}, {cell}; means over "
        f"{plural(facts.replications[facts.baseline], 'replication')} and all dates of the weekday.",
        "Number: people short, the need expected less the seats, rounded, in the worst interval of the cell; cells "
        "without one lack less than half a person.",
        capped,
    )
    heights = [0.21 * len(week.days) for week in weeks.values()]
    gap, bottom = 0.62, 0.32
    title = f"Service by weekday and time of day, and the people short{', plan by plan' if facts.compares else ''}"
    sheet = Sheet(0.42 + sum(heights) + gap * (len(heights) - 1) + bottom, title, notes, distance_key())
    axes = sheet.grid(len(weeks), 1, left=0.55, above=0.42, down=gap, bottom=bottom, height_ratios=heights)[:, 0]
    for (name, week), panel in zip(weeks.items(), axes, strict=True):
        aims = {share(target.share, 0) for plan, own in facts.targets.items() for queue, target in own.items()
                if target.live and name in (plan, queue)}  # fmt: skip
        panel.set_title(f"{clip(name, 50)}, target {' or '.join(sorted(aims))}", fontweight="bold")
        _week(sheet, panel, week, name if facts.compares else "")
    return sheet


def _week(sheet: Sheet, axes: Axes, week: Week, plan: str) -> None:
    shades = distance_shades(week.level - week.aim)
    axes.set_facecolor(CLOSED)
    draw_cells(axes, week.edges, shades, DISTANCES)
    for row, column in zip(*np.nonzero(np.isfinite(week.level)), strict=True):
        begin, end = float(week.edges[column]), float(week.edges[column + 1])
        short, level = float(week.short[row, column]), float(week.level[row, column])
        number = decimal(short, 0)
        if number != "0":
            axes.text(
                (begin + end) / 2, row + 0.52, number, ha="center", va="center",
                fontsize=7.5 if short < 99.5 else 6, color=letters_on(DISTANCES[shades[row, column]]),
            )  # fmt: skip
        text = f"{week.days[row].capitalize()} {time_text(begin)}: {share(level)} in time"
        text += f", target {share(float(week.aim[row, column]), 0)}"
        text += f"; {decimal(short)} short" if short >= 0.05 else ""
        sheet.tell(axes, text, (begin, end), (row, row + 1), plan)
    bare(axes)
    axes.hlines(range(1, len(week.days)), week.edges[0], week.edges[-1], color=PAPER, linewidth=1.2)
    axes.set_ylim(len(week.days), 0)
    axes.set_yticks(np.arange(len(week.days)) + 0.5, [day.capitalize() for day in week.days], color=INK, fontsize=9)
    label_hours(axes, float(week.edges[0]), float(week.edges[-1]), 12)
