"""Seats against need by interval, a panel for every plan: what one plan's page shows day by day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.report.charts.center import center_of
from sim.report.charts.marks import label_days, on_grid, seats_text, staffing, tell_steps, time_text, unit_above
from sim.report.charts.style import BLUE, INK, SKY, VERMILION, Sheet, area, clip, line
from sim.report.charts.windows import Timeline, choose_window
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.names import date_text, plural
from sim.report.text.numbers import decimal

MOST_PLANS = 6


def of_plans(tables: Tables, facts: Facts, first: str = "") -> dict[str, Sheet]:
    """All queues together, over the days in which the baseline lacks most people; `first` stands first."""
    rows = tables.intervals[tables.intervals["scope"] == "queue"]
    of_base = rows[rows["plan"] == facts.baseline]
    live = of_base[of_base["name"].isin(facts.live(facts.baseline))]
    window = choose_window(live if len(live) else of_base)
    if not window.dates:
        return {}
    plans = list(dict.fromkeys((first or facts.baseline, facts.baseline, *facts.plans)))
    capped = f"{MOST_PLANS} of {len(plans)} plans." if len(plans) > MOST_PLANS else ""
    days = {
        plan: center_of(window.of(rows[rows["plan"] == plan]), tables, facts, plan) for plan in plans[:MOST_PLANS]
    }  # fmt: skip
    timeline = Timeline.of(window, facts.interval_minutes)
    key = [
        area(SKY, "load", alpha=0.45), line(BLUE, "seats"), line(INK, "required", linestyle=(0, (3, 1))),
        area(VERMILION, "people short", alpha=0.55),
    ]  # fmt: skip
    notes = (
        f"{window.note[:-1]} in {clip(facts.baseline)}." if window.note else "",
        "All queues together, seats as rostered. Required: seats that reach the targets on the load expected.",
        capped,
    )
    bottom = 0.35 if len(timeline.dates) > 2 else 0.5
    sheet = Sheet(0.05 + bottom + 1.8 * len(days), "Seats against need, plan by plan", notes, key)
    axes = sheet.grid(len(days), 1, left=0.55, above=0.34, down=0.58, bottom=bottom, sharex=True, sharey=True)[:, 0]
    highest = max(float(table[["seats", "required", "load"]].to_numpy().max()) for table in days.values())
    for (plan, table), panel in zip(days.items(), axes, strict=True):
        own = _in_a_row(table, timeline)
        edges = np.arange(timeline.length + 1.0) - 0.5
        staffing(panel, own, edges)
        tell_steps(sheet, panel, edges, _texts(own, timeline), plan)
        panel.set_title(f"{clip(plan, 40)}: {short_text(table, timeline.step)}")
        unit_above(panel, "people (load in erlangs)")
        panel.set_ylim(0, 1.08 * max(highest, 1.0))
        label_days(panel, timeline)
        panel.tick_params(axis="x", labelbottom=True)
    return {"seats.png": sheet}


def short_text(table: pd.DataFrame, step: float) -> str:
    """ "12.5 person-hours short, in 14 of 144 intervals"."""
    short = table["short"].to_numpy(float)
    lacking = int((short >= 0.05).sum())
    if not lacking:
        return "nobody short"
    return f"{decimal(float(short.sum()) * step)} person-hours short, in {lacking} of {plural(len(short), 'interval')}"


def _in_a_row(table: pd.DataFrame, timeline: Timeline) -> pd.DataFrame:
    """A row per place of the timeline; nothing between the days."""
    edges = np.asarray(timeline.first + timeline.step * np.arange(timeline.width), np.float64)
    days = [on_grid(table[table["date"] == date], edges, timeline.step).assign(date=date) for date in timeline.dates]
    gap = pd.DataFrame(np.nan, index=[0], columns=days[0].columns.drop("date")).assign(date="")
    parts = [part for day in days for part in (day, gap)][:-1]
    return pd.concat(parts, ignore_index=True)


def _texts(own: pd.DataFrame, timeline: Timeline) -> list[str]:
    texts = []
    for place, row in enumerate(own.to_dict("records")):
        when = timeline.first + timeline.step * (place % timeline.width)
        known = row["date"] and row["seats"] + row["required"] > 0
        texts.append(f"{date_text(row['date'])} {time_text(when)}: {seats_text(row)}" if known else "")
    return texts
