"""What a file says of how far its numbers may be off: ranges by place, read as a plan that changes them would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.errors import Problem, shown
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.language.uncertain import KEYS
from sim.scenario.model import Scenario
from sim.scenario.reading.overrides import merge
from sim.scenario.reading.toml_lines import as_keys, split_keys
from sim.scenario.settings import Path, check_path, kind_at, nested, value_at
from sim.units import parse_rate

HANDLE_TIME = "handle_time"
"""Of a queue: all work on its contacts, as a multiple of what the file says. No setting of its own."""

DECIDED = {
    "queues": (
        "open", "lines", "priority", "priority_after", "weight", "head_start", "minimum", "counts_double", "pace",
    ),
    "groups": (
        "heads", "people", "contract_hours", "shifts", "rotation", "roster", "seats", "skills", "capacity", "meetings",
        "coaching", "cross_training", "supervisors", "pace", "rest_between_shifts", "take",
    ),
    "sites": ("seats", "rest_between_shifts"),
    "hiring": ("starts", "offers", "from", "to"),
    "moves": ("on", "heads"),
}  # fmt: skip
"""By table, what a planner sets: a lever of plans, and never off by itself."""

AN_EXAMPLE = 'queues.orders.patience.mean = ["2min", "8min"]'


@dataclass(frozen=True)
class Stated:
    """A range that the file gives; numbers as the program has them, durations in seconds."""

    path: Path
    today: float
    low: float
    high: float
    source: str = ""
    is_outside: bool = False
    """Whether today's value lies outside: the range then reaches to it."""


def stated_ranges(s: Scenario) -> tuple[list[Stated], list[Problem]]:
    """The ranges of the file's `[uncertain]`, and what is wrong with the others; each by its place in that table."""
    found, problems = list[Stated](), list[Problem]()
    for path, entry in _entries(s.spec.uncertain):
        where = f"uncertain.{as_keys(path)}"
        try:
            found.append(_stated(s, path, entry))
        except ValueError as error:
            problems.append(Problem(where, str(error)))
    twice = {one.path for one in found if sum(other.path == one.path for other in found) > 1}
    problems += [Problem(f"uncertain.{as_keys(path)}", "has two ranges; keep one") for path in twice]
    return found, problems


def _entries(table: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """(place, what is said of it); a place may be written as tables, or as one key in quotes."""
    for key, entry in table.items():
        spot = (*path, *(split_keys(key) or (key,))) if not path else (*path, key)
        if isinstance(entry, dict) and not (isinstance(entry.get("range"), list) and set(entry) <= set(KEYS)):
            yield from _entries(entry, spot)
        else:
            yield spot, entry


def _stated(s: Scenario, path: Path, entry: Any) -> Stated:
    """ValueError says what is wrong with it."""
    ends, source = (entry["range"], entry.get("source", "")) if isinstance(entry, dict) else (entry, "")
    if not isinstance(ends, list) or len(ends) != 2:
        raise ValueError(f"write its low and its high end, such as {AN_EXAMPLE}, not {shown(ends)}")
    if not isinstance(source, str) or len(source) > 200 or not source.isprintable():
        raise ValueError("source is text in quotes, of at most 200 characters: where the range is from")
    if len(path) < 2:
        raise ValueError(f"names no setting; write its place, such as {AN_EXAMPLE}")
    if is_handle_time(path) and path[1] in s.queues:
        low, high = (parse_rate(end) for end in ends)
        return _ranged(path, 1.0, low, high, ends, source)
    try:
        check_path(s, path)
    except ValueError as error:
        text = "what every play shares cannot be uncertain" if "no lever" in str(error) else str(error)
        raise ValueError(text) from None
    if "service_level" in path:
        raise ValueError("is what plans are judged by: a target is not uncertain")
    if _is_decided(path):
        place = as_keys(path)
        raise ValueError(f"is decided, and not uncertain; sim compare --vary {place}=… or a plan tries other values")
    today = value_at(s, path)
    if today.number is None:
        raise ValueError(f"is {shown(today.label)} today, and no number; a range goes from a number to a number")
    low, high = (_number(s, path, end) for end in ends)
    return _ranged(path, today.number, low, high, ends, source)


def _is_decided(path: Path) -> bool:
    return path[0] in ("shifts", "rotations", "staffing") or (len(path) > 2 and path[2] in DECIDED.get(path[0], ()))


def is_handle_time(path: Path) -> bool:
    return len(path) == 3 and path[0] == "queues" and path[2] == HANDLE_TIME


def _ranged(path: Path, today: float, low: float, high: float, ends: list[object], source: str) -> Stated:
    if low >= high:
        raise ValueError(f"goes from low to high; {shown(ends[0])} is not below {shown(ends[1])}")
    return Stated(path, today, min(low, today), max(high, today), source, not low <= today <= high)


def _number(s: Scenario, path: Path, end: object) -> float:
    """An end of a range as a number: what a plan that says so would set."""
    problems = list[Problem]()
    raw: Any = merge(s.resolved, nested(path, end), ScenarioSpec, "", problems)
    if problems:
        raise ValueError(problems[0].what)
    for key in path:
        raw = raw[key]
    try:
        value = TypeAdapter(kind_at(path)).validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(str(first.get("ctx", {}).get("error", f"{shown(end)} is not possible here"))) from None
    number = next((float(v) for v in (value, raw) if isinstance(v, int | float) and not isinstance(v, bool)), None)
    if number is None:
        raise ValueError(f"{shown(end)} is no number")
    return number
