"""The floor against a textbook model that knows nothing of it: the same customers, the same endings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenarios_at_random import WEEKDAYS, write_csv, write_toml
from twin import twin

from sim.demand.arrivals import Demand
from sim.demand.customers_of import lower_customers
from sim.floor.calendars.compiled import CompiledFloor
from sim.floor.calendars.simpy import SimpyFloor
from sim.floor.tables.engine import Births, Engine
from sim.luck import Luck
from sim.observations import ABANDONED, ANSWERED, IN_HAND, WAITING, Table
from sim.scenario.load import load
from sim.study.prepared import Prepared, prepare

DAYS = 2
EXPONENTIAL = {"family": "exponential", "mean": "90s"}
LOGNORMAL = {"family": "lognormal", "mean": "4min", "cv": 1.2}
HOLD = {"family": "gamma", "mean": "20s", "cv": 2.0}
CONSTANT = {"family": "constant", "mean": "40s"}
NEVER = {"family": "never"}

CENTERS: dict[str, dict[str, Any]] = {
    "impatient": {"talk": LOGNORMAL, "hold": HOLD, "wrap": EXPONENTIAL, "patience": EXPONENTIAL},
    "overloaded": {"talk": LOGNORMAL, "wrap": CONSTANT, "patience": LOGNORMAL, "contacts": 60},
    "patient for ever": {"talk": EXPONENTIAL, "patience": NEVER, "contacts": 55, "seats": 3},
    "all have the same patience": {"talk": LOGNORMAL, "wrap": EXPONENTIAL, "patience": CONSTANT, "contacts": 50},
    "one agent": {"talk": EXPONENTIAL, "wrap": EXPONENTIAL, "patience": LOGNORMAL, "contacts": 8, "seats": 1},
    "faster than standard": {"talk": LOGNORMAL, "wrap": EXPONENTIAL, "patience": EXPONENTIAL, "speed": 1.3},
}


def one_queue(folder: Path, contacts: int = 40, seats: int = 5, speed: float = 1.0, **laws: dict[str, Any]) -> Prepared:
    """One queue, open round the clock, always so many seats."""
    slots = [(day, f"{half // 2:02d}:{half % 2 * 30:02d}") for day in WEEKDAYS for half in range(48)]
    volumes = write_csv(folder / "volumes.csv", "weekday,start,contacts", [(*slot, contacts) for slot in slots])
    staff = write_csv(folder / "seats.csv", "weekday,start,seats", [(*slot, seats) for slot in slots])
    queue = {"channel": "phone", "forecast": {"csv": volumes}, **laws}
    group = {"seats": {"csv": staff}, "skills": {"calls": {"speed": speed}}}
    center = {"start": dt.date(2026, 3, 2), "days": DAYS}
    tables = {"center": center, "queues": {"calls": queue}, "groups": {"core": group}}
    scenario = load(write_toml(folder / "one.toml", tables))
    return prepare(scenario)


def by_arrival(rows: Table) -> Table:
    return rows[np.argsort(rows["arrived"], kind="stable")]


@pytest.mark.parametrize("center", CENTERS)
def test_the_same_customers_have_the_same_fate(center: str, tmp_path: Path) -> None:
    prepared = one_queue(tmp_path, **CENTERS[center])
    clock, setting = prepared.scenario.clock, prepared.setting
    demand = Demand(lower_customers(prepared.scenario, prepared.standard.work, prepared.expected), Luck(1, 0))
    days = [demand.day(day).contacts for day in range(DAYS)]
    born = np.concatenate(days)
    assert len(np.unique(born["arrived"])) == len(born) > 500
    speed = CENTERS[center].get("speed", 1.0)
    talk, wrap = (born["talk"] + born["hold"]) / speed, born["wrap"] / speed
    customers = zip(
        *(column.tolist() for column in (born["arrived"], talk, wrap, born["arrived"] + born["patience"])), strict=True
    )
    story = twin(CENTERS[center].get("seats", 5), customers, clock.end)
    never_came, unfinished = np.isnan(story.answered), np.isnan(story.ended)

    floors: tuple[Callable[[], Engine], ...] = (
        lambda: SimpyFloor(setting, careful=True),
        lambda: CompiledFloor(setting),
    )
    for build in floors:
        floor = build()
        observed = [
            floor.play(Births(born_today), prepared.duties.day(day), float(clock.day_start[day + 1]))
            for day, born_today in enumerate(days)
        ]
        rows = by_arrival(np.concatenate([day.contacts for day in [*observed, floor.close(clock.end)]]))
        assert np.array_equal(rows["arrived"], born["arrived"])
        kinds = [never_came & unfinished, never_came, unfinished]
        assert np.array_equal(rows["outcome"], np.select(kinds, [WAITING, ABANDONED, IN_HAND], ANSWERED))
        assert np.array_equal(rows["answered"][~never_came], story.answered[~never_came])
        assert np.array_equal(rows["ended"][~unfinished], story.ended[~unfinished])
        hung_up = ~np.isnan(story.hung_up)
        assert np.array_equal(rows["hung_up"][hung_up], story.hung_up[hung_up])
        assert (rows["ended"][never_came & unfinished] == clock.end).all()
        assert (rows["ended"][~never_came & unfinished] >= clock.end).all()
