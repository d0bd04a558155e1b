"""One finding of a check, and what several checks ask of a scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import Problem
from sim.scenario.model import Scenario
from sim.units import DAY


@dataclass(frozen=True)
class Finding:
    problem: Problem
    only_warns: bool = False


def error(where: str, what: str) -> Finding:
    return Finding(Problem(where, what))


def warning(where: str, what: str) -> Finding:
    return Finding(Problem(where, what), only_warns=True)


def is_lost(s: Scenario, place: str) -> bool:
    """Whether a place, or a table around it, could not be read."""
    return any(place == gone or place.startswith(gone + ".") for gone in s.lost)


def time_is_known(s: Scenario) -> bool:
    """Whether the center's days and hours could be read."""
    return not any(place.split(".")[0] in ("center", "calendars") for place in s.lost)


def is_unknown(s: Scenario, table: str, name: str) -> bool:
    """Whether the file has no such entry, not even one that could not be read."""
    return name not in getattr(s.spec, table) and not is_lost(s, f"{table}.{name}")


def names_of(s: Scenario, table: str) -> list[str]:
    written = s.resolved.get(table)
    return list(written) if isinstance(written, dict) else []


def open_slots(s: Scenario, queue: str) -> Iterator[tuple[int, dt.date, float, bool]]:
    """(day, date, local start, whether open) of each interval of the horizon."""
    clock = s.clock
    for day, date in enumerate(clock.dates):
        spans = list(s.open_spans(queue, date))
        eve = date - dt.timedelta(days=1)
        spans += [(first - DAY, last - DAY) for first, last in s.open_spans(queue, eve) if last > DAY]
        for start, fold in clock.local_starts(day):
            if not fold:
                yield day, date, start, any(first <= start < last for first, last in spans)
