"""A plan's queues added up, per date and hour: contacts, load, seats, need."""

from __future__ import annotations

import pandas as pd

from sim.report.charts.windows import hours_of
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts

SUMMED = ["offered", "abandoned", "seats", "required", "short", "blocked", "refused"]


def center_of(rows: pd.DataFrame, tables: Tables, facts: Facts, plan: str) -> pd.DataFrame:
    """These rows of a plan's queues, of all queues together: date, hour, SUMMED, and the load in erlangs."""
    own = rows.groupby("name")["aht_s"].transform("mean")
    handle = rows["aht_s"].fillna(own).fillna(0.0) * rows["name"].map(_agents_part(rows, tables, facts, plan))
    load = rows["offered"] * handle / (facts.interval_minutes * 60.0)
    # What waits for its reply is work when there is room for it, not when it arrives.
    load = load.where(~rows["name"].isin(facts.deferred(plan)), rows["required"])
    table = rows[["date", "start", *SUMMED]].fillna(0.0).assign(load=load, hour=hours_of(rows["start"]))
    whole = table.groupby(["date", "start", "hour"], sort=False)[[*SUMMED, "load"]].sum()
    return whole.groupby(["date", "hour"]).mean().reset_index()


def _agents_part(rows: pd.DataFrame, tables: Tables, facts: Facts, plan: str) -> dict[str, float]:
    """By queue, the part of the handle time that is the agent's, who may hold other contacts meanwhile."""
    parts, scenario = dict[str, float](), facts.scenarios[plan]
    for name in dict.fromkeys(str(name) for name in rows["name"]):
        parts[name] = 1.0
        if scenario.queue(name).sharing:
            effort, session = (tables.known.kpi(plan, kpi, "queue", name).mean for kpi in ("effort_s", "aht_s"))
            parts[name] = effort / session if session > 0 else 1.0
    return parts
