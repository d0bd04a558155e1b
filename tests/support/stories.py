"""A stage for stories: a few customers with scripted luck in a small center, and what became of them, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scenarios_at_random import WEEKDAYS, time_of_day, write_csv, write_toml

from sim.contact import DRAWN
from sim.demand.arrivals import Demand
from sim.demand.customers_of import lower_customers
from sim.explaining.seen import Seen
from sim.floor.tables.engine import Births
from sim.floor.tables.layout import blank
from sim.floor.tables.lower import lower_births
from sim.floor.tables.records import Contact
from sim.luck import Luck
from sim.observations import ACTIVITIES, ANSWERED, HELD, IN_HAND, LUCK, OUTCOMES, OVERRUN, Table
from sim.scenario.language.channels import CHANNELS
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import open_floor

MONDAY = dt.date(2026, 3, 2)
DAY = 86400
ALL_DAY = [(0, DAY, "work")]


@dataclass
class Call:
    """Somebody who calls `at` a second of the horizon. Without `patience` they wait for ever; `luck` scripts more."""

    at: float
    talk: float = 10.0
    patience: float | None = None
    queue: str = "calls"
    hold: float = 0.0
    wrap: float = 0.0
    luck: Mapping[str, float] = field(default_factory=dict)
    then: Again | None = None


@dataclass
class Again:
    """The case's next attempt, so long `after` an unresolved contact, or a lost one."""

    after: float
    talk: float = 10.0
    patience: float | None = None
    queue: str = "calls"
    wrap: float = 0.0
    luck: Mapping[str, float] = field(default_factory=dict)
    then: Again | None = None


@dataclass
class Told:
    """How each call ended, in their order, its later legs behind it, then whoever came again, by time: "ann 10-110",
    "abandoned 40"; and where the agents were: "ann work 0-86400", "ann holds 2 10-60"."""

    endings: list[str]
    presence: list[str]
    rows: Table
    scenario: Scenario
    prepared: Prepared
    stays: Table


Teller = Callable[..., Told]


def teller(folder: Path, engine: str) -> Teller:
    """Plays calls in a center of one queue and one agent, ann, except as said; `legs` scripts all later legs."""

    def play(
        calls: list[Call], center: dict[str, Any] | None = None, legs: Mapping[str, float] | None = None, **tables: Any
    ) -> Told:
        tables = {
            "center": {"start": MONDAY, "days": 1, **(center or {})},
            "queues": {"calls": {}},
            "groups": {"core": {"agents": {"ann": ALL_DAY}}},
            **tables,
        }
        start, queues = tables["center"]["start"], list(tables["queues"])
        tables["queues"] = {name: _queue(folder, start, name, table, calls) for name, table in tables["queues"].items()}
        tables["groups"] = {
            name: _group(folder, start, name, table, queues) for name, table in tables["groups"].items()
        }
        scenario = load(write_toml(folder / "story.toml", tables))
        prepared = prepare(scenario)
        demand, clock = Demand(lower_customers(scenario, prepared.standard.work), Luck(1, 0)), scenario.clock
        floor = open_floor(prepared.setting, engine)
        seen = []
        for day in range(clock.days):
            today = demand.day(day)
            born = lower_births(today)
            _script(born.arrivals, calls, queues)
            for column, value in (legs or {}).items():
                born.legs[column] = value
            if any(call.then for call in calls):
                born = _followed_up(born, calls, queues)
            seen.append(floor.play(born, prepared.duties.day(day), float(clock.day_start[day + 1])))
        seen.append(floor.close(clock.end))
        rows, presence = (np.concatenate([getattr(o, table) for o in seen]) for table in ("contacts", "presence"))
        rows = _in_order_of(calls, queues, rows)
        partners = [name for name, vendor in scenario.spec.vendors.items() for _ in range(vendor.capacity)]
        names = (*prepared.agents.names, *partners)
        presence = presence[presence["group"] < len(scenario.groups)]
        endings, told = [_ending(row, names) for row in rows], [_stay(row, names) for row in presence]
        return Told(endings, told, rows, scenario, prepared, presence)

    return play


def _queue(folder: Path, start: dt.date, name: str, table: dict[str, Any], calls: list[Call]) -> dict[str, Any]:
    midnight = dt.datetime.combine(start, dt.time())
    rows: list[tuple[object, ...]] = [(midnight - dt.timedelta(days=9), 0, 0, 0, 0)]
    for call in calls:
        if call.queue == name:
            patience = "" if call.patience is None else call.patience
            rows.append((midnight + dt.timedelta(seconds=call.at), call.talk, call.hold, call.wrap, patience))
    table = {"channel": "phone", "talk": {"family": "constant", "mean": "1s"}, "basis": "standard", "fcr": 0.5, **table}
    columns = ["arrived", "talk_s", "hold_s", "wrap_s"]
    if CHANNELS[table["channel"]].live:
        columns.append("patience_s")
        table = {"patience": {"family": "never"}, **table}
    if len(rows) == 1:
        # Nobody comes but by way of another queue.
        nobody = [(day, time_of_day(1800 * half), 0) for day in WEEKDAYS for half in range(48)]
        return {"forecast": {"csv": write_csv(folder / f"{name}.csv", "weekday,start,contacts", nobody)}, **table}
    log = write_csv(folder / f"{name}.csv", ",".join(columns), [row[: len(columns)] for row in rows])
    return {"forecast": {"replay": log}, **table}


def _group(folder: Path, start: dt.date, name: str, table: dict[str, Any], queues: list[str]) -> dict[str, Any]:
    """`agents` says who works when, in seconds; `seats` how many in each half hour, the last for the rest."""
    table = {"skills": {queue: {} for queue in queues}, **table}
    if "agents" in table:
        rows: list[tuple[object, ...]] = []
        for agent, stretches in table.pop("agents").items():
            for begin, end, what in stretches:
                date, until = start + dt.timedelta(days=begin // DAY), (end - 1) % DAY + 1
                rows.append((agent, date, time_of_day(begin % DAY), time_of_day(until), what, "yes"))
        table["roster"] = {"csv": write_csv(folder / f"{name}-roster.csv", "agent,date,start,end,activity,paid", rows)}
    elif isinstance(table.get("seats"), list):
        seats = table["seats"] + [table["seats"][-1]] * 48
        slots = [(day, time_of_day(1800 * half), seats[half]) for day in WEEKDAYS for half in range(48)]
        table["seats"] = {"csv": write_csv(folder / f"{name}-seats.csv", "weekday,start,seats", slots)}
    return table


def _script(born: Table, calls: list[Call], queues: list[str]) -> None:
    for call in calls:
        mine = (born["arrived"] == call.at) & (born["queue"] == queues.index(call.queue))
        for column, value in call.luck.items():
            born[column][mine] = value


def _followed_up(born: Births, calls: list[Call], queues: list[str]) -> Births:
    """With the attempts that the story tells, and no others."""
    rows: list[dict[str, float]] = []
    born.arrivals["next_repeat"] = born.arrivals["next_redial"] = -1
    for call in calls:
        again, before = call.then, None
        mine = (born.arrivals["arrived"] == call.at) & (born.arrivals["queue"] == queues.index(call.queue))
        while again is not None and mine.any():
            row: dict[str, float] = {
                "queue": queues.index(again.queue), "attempt": 2 if before is None else before["attempt"] + 1,
                "talk": again.talk, "wrap": again.wrap, "patience": np.inf if again.patience is None else again.patience,
                "repeat_after": again.after, "redial_after": again.after, **again.luck,
            }  # fmt: skip
            if before is None:
                born.arrivals["next_repeat"][mine] = born.arrivals["next_redial"][mine] = len(rows)
            else:
                before["next_repeat"] = before["next_redial"] = len(rows)
            rows.append(row)
            again, before = again.then, row
    table = blank(Contact, len(rows))[list(DRAWN)].astype(LUCK)
    for at, row in enumerate(rows):
        for name, value in row.items():
            table[name][at] = value
    return Births(born.arrivals, born.legs, table)


def _in_order_of(calls: list[Call], queues: list[str], rows: Table) -> Table:
    firsts = [(row["arrived"], row["queue"], row["leg"]) for row in rows]
    again = np.flatnonzero(rows["attempt"] > 1)
    again = again[np.argsort(rows["arrived"][again], kind="stable")].tolist()
    order = [firsts.index((call.at, queues.index(call.queue), 0)) for call in calls]
    for place in range(len(order) - 1, -1, -1):
        index, after = rows["index"][order[place]], place + 1
        if rows["transferred"][order[place]]:
            same = (rows["index"] == index) & (rows["attempt"] == rows["attempt"][order[place]])
            legs = np.flatnonzero(same & (rows["leg"] > 0))
            order[after:after] = legs[np.argsort(rows["leg"][legs])].tolist()
    order += [at for at in again if at not in order]
    assert sorted(order) == list(range(len(rows)))
    return rows[order]


def _ending(row: Table, names: tuple[str, ...]) -> str:
    if row["outcome"] in (ANSWERED, IN_HAND):
        unfinished = " in hand" if row["outcome"] == IN_HAND else ""
        return f"{names[row['agent']]} {row['answered']:g}-{row['ended']:g}{unfinished}"
    return f"{OUTCOMES[row['outcome']]} {row['ended']:g}"


def _stay(row: Table, names: tuple[str, ...]) -> str:
    activity = int(row["activity"])
    if activity >= HELD:
        what = f"holds {activity - HELD}"
    else:
        what = f"late for {ACTIVITIES[activity - OVERRUN]}" if activity >= OVERRUN else ACTIVITIES[activity]
    return f"{names[row['agent']]} {what} {row['began']:g}-{row['ended']:g}"


def seen_of(told: Told) -> Seen:
    """What was seen of a story, as what explains it takes it."""
    return Seen(told.prepared, told.rows, told.stays)


def crew(*names: str, **more: Any) -> dict[str, Any]:
    return {"agents": dict.fromkeys(names, ALL_DAY), **more}
