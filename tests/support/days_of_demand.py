"""Centers made of a few queues, and what their days bring: for tests of demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scenarios_at_random import WEEKDAYS, write_csv, write_toml

from sim.contact import DRAWN
from sim.demand.arrivals import Demand
from sim.demand.customers_of import lower_customers
from sim.demand.rows import Columns
from sim.luck import Luck
from sim.observations import Table
from sim.scenario.load import load
from sim.scenario.model import Scenario

DAY, HOUR, TICK = 86400.0, 3600.0, 2.0**-20

Hours = float | Sequence[float]
WORK = ("talk", "hold", "wrap")


def only(hour: int, contacts: float) -> list[float]:
    """A day whose contacts all come in one hour."""
    return [contacts if at == hour else 0.0 for at in range(24)]


def center(
    folder: Path,
    volumes: dict[str, Hours],
    queues: dict[str, dict[str, Any]] | None = None,
    world: dict[str, Any] | None = None,
    **changes: Any,
) -> Scenario:
    """Phone queues by contacts an hour; talk has a mean of 100 s unless said otherwise. Whom they resolve is no matter."""
    tables: dict[str, Any] = {
        "center": {"start": dt.date(2026, 3, 2), "days": 2, "interval": "60min"} | changes,
        "queues": {},
        "groups": {g: {"heads": 1, "shifts": {"day": 1}, "skills": {q: {} for q in volumes}} for g in ("near", "far")},
        "shifts": {"day": {"hours": "08:00-16:00"}},
    } | (world or {})
    for name, hours in volumes.items():
        of_day = hours if isinstance(hours, Sequence) else [hours] * 24
        rows = [(day, f"{hour:02d}:00", contacts) for day in WEEKDAYS for hour, contacts in enumerate(of_day)]
        queue: dict[str, Any] = {
            "channel": "phone",
            "fcr": 0,
            "forecast": {"csv": write_csv(folder / f"{name}.csv", "weekday,start,contacts", rows)},
        }
        own = (queues or {}).get(name, {})
        if "handle" not in own:
            queue["talk"] = {"family": "exponential", "mean": "100s"}
        tables["queues"][name] = queue | own
    return load(write_toml(folder / "center.toml", tables))


def demand_of(scenario: Scenario, replication: int = 0, **standard: float) -> Demand:
    return Demand(lower_customers(scenario, dict.fromkeys(scenario.queues, 1.0) | standard), Luck(1, replication))


def together(parts: Iterable[Table]) -> Table:
    return np.concatenate(list(parts))


def contacts_of(scenario: Scenario, replication: int = 0, **standard: float) -> Table:
    """All days' contacts."""
    demand = demand_of(scenario, replication, **standard)
    return together(demand.day(day).contacts for day in range(scenario.clock.days))


def sessions_of(scenario: Scenario, replication: int = 0) -> Columns:
    demand = demand_of(scenario, replication)
    return sessions_together(demand.day(day).sessions for day in range(scenario.clock.days))


def sessions_together(parts: Iterable[Columns]) -> Columns:
    parts = list(parts)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def where(rows: Table, chosen: Any) -> Table:
    return rows[chosen]


def of_queue(rows: Table, scenario: Scenario, queue: str) -> Table:
    return where(rows, rows["queue"] == scenario.queue(queue).number)


def same(one: Table, other: Table, names: Iterable[str] = DRAWN) -> bool:
    return all(one[name].tobytes() == other[name].tobytes() for name in names)


def agrees(value: float, exact: float, error: float) -> None:
    assert abs(value - exact) <= 3.5 * error, f"{value:.6g} is not {exact:.6g} ± {error:.2g}"


def machine(containment: float, session: Any = "90s", **more: Any) -> dict[str, Any]:
    """Sessions of one length, or of a law."""
    law = session if isinstance(session, dict) else {"family": "constant", "mean": session}
    return {"self_service": {"containment": containment, "session": law, **more}}


def constant(talk: str, **more: Any) -> dict[str, Any]:
    return {"talk": {"family": "constant", "mean": talk}, **more}
