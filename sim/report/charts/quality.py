"""Charts of speed against quality: how many contacts cases take, and how six pillars change from plan to plan."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.report.charts.marks import label_rows
from sim.report.charts.style import BLUE, GREEN, INK, ORANGE, PAPER, SKY, VERMILION, Sheet, hatched, line, room_for
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.names import ALL, plural, span_text, spread_text
from sim.report.text.numbers import decimal
from sim.report.text.quality import LOOP, beyond_the_end

CAME = (
    ("first", SKY, "", "first contacts"), ("repeats", ORANGE, "////", "repeats"),
    ("redials", VERMILION, "xxxx", "redials"),
)  # fmt: skip
SHARES = (
    ("fcr", BLUE, "o", "FCR"),
    ("fcr_observed", GREEN, "D", "observed"),
    ("case_resolution_rate", INK, "s", "in the end"),
)
OFFSETS = (0.28, 0.5, 0.72)
MOST_ROWS = 12


def of_cases(tables: Tables, facts: Facts) -> dict[str, Sheet]:
    """A row per queue, or per plan: the contacts that came, by why, and the share of cases resolved."""
    rows = _rows(facts)
    if not rows:
        return {}
    runs = plural(facts.replications[facts.baseline], "replication")
    what = "plan by plan" if facts.compares else "queue by queue"
    later = beyond_the_end(facts.days)
    key = [
        *(hatched(colour, hatch, name) for _, colour, hatch, name in CAME),
        *(line(colour, name, marker=mark, linewidth=2) for _, colour, mark, name in SHARES),
    ]
    notes = (
        "Left: contacts of a run by why they came, and how many a case takes. Right: resolved by the first contact "
        "(FCR) and without another in 7 days (observed), of those handled; cases resolved in the end, of all.",
        f"Means over {runs}, {span_text(facts.start, facts.last)}; bars through the marks: 95 % interval."
        f"{f' Of the 7 days, {later}.' if later else ''}",
    )
    labels = [plan if facts.compares else name for plan, name, _ in rows]
    sheet = Sheet(0.85 + 0.62 * max(2, len(rows)), f"How many contacts cases take, {what}", notes, key)
    left, right = sheet.grid(1, 2, left=room_for(labels), right=0.25, across=0.95, above=0.14, ratios=(5, 3))[0]
    known, whose = tables.known, (lambda plan: plan) if facts.compares else (lambda _: "")
    for row, (plan, name, came) in enumerate(rows):
        place = ("center", "all") if name == ALL else ("queue", name)
        reached = 0.0
        for which, colour, hatch, cause in CAME:
            left.barh(
                row + 0.5,
                came[which],
                left=reached,
                height=0.62,
                color=colour,
                hatch=hatch,
                edgecolor=PAPER,
                linewidth=0,
            )
            text, ends = f"{labels[row]}: {decimal(came[which], 0)} {cause}", (reached, reached + came[which])
            sheet.tell(left, text, ends, (row + 0.19, row + 0.81), whose(plan))
            reached += came[which]
        each = known.kpi(plan, "attempts_per_case", *place).mean
        left.annotate(
            decimal(each, 2), (reached, row + 0.5), xytext=(5, 0), textcoords="offset points", va="center"
        )  # fmt: skip
        for (kpi, colour, mark, what_share), offset in zip(SHARES, OFFSETS, strict=True):
            e = known.kpi(plan, kpi, *place).times(100)
            right.plot([e.low, e.high], [row + offset] * 2, color=colour, linewidth=2, solid_capstyle="butt")
            right.plot(e.mean, row + offset, color=colour, marker=mark, markersize=5.5, clip_on=False, zorder=3)
            if math.isfinite(e.mean):
                spread = spread_text(e.mean / 100, e.low / 100, e.high / 100, "share")
                text = f"{labels[row]}: {what_share} {decimal(e.mean)} %" + (f" ({spread})" if spread else "")
                sheet.tell_point(right, text, e.mean, row + offset, whose(plan))
    label_rows(left, labels)
    label_rows(right, [""] * len(labels))
    _amounts(left, "contacts")
    right.set_xlabel("%")
    right.xaxis.set_major_locator(MaxNLocator(5))
    return {"cases.png": sheet}


def _rows(facts: Facts) -> list[tuple[str, str, dict[Any, Any]]]:
    """(plan, queue or all, contacts by why they came): the plans' whole center, or the busiest queues."""
    loop = facts.loop
    if loop.empty:
        return []
    if facts.compares:
        chosen = loop[loop["name"] == ALL]
    else:
        queues = loop[loop["name"] != ALL]
        busiest = queues.set_index("name")[list(LOOP)].sum(axis=1).nlargest(MOST_ROWS).index
        chosen = queues[queues["name"].isin(busiest)]
        chosen = pd.concat([chosen, loop[loop["name"] == ALL]]) if 1 < len(chosen) < MOST_ROWS else chosen
    return [(str(row["plan"]), str(row["name"]), row) for row in chosen.to_dict("records")]


def _amounts(axes: Axes, unit: str) -> None:
    axes.set_xlim(0, 1.12 * max(axes.get_xlim()[1] / 1.05, 1.0))
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
