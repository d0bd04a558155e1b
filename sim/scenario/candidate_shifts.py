"""Shifts that nobody works yet, made by the rules of `[staffing.shifts]`, as tables that a file could say."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.language.shifts import Shift
from sim.scenario.language.staffing import ShiftRule
from sim.units import DAY, MINUTE, WEEKDAYS, format_duration, format_time_of_day

MOST_OF_A_RULE = 200


def candidate_tables(spec: ScenarioSpec) -> dict[str, dict[str, Any]]:
    """Those of all rules, by name; of a rule that makes too many, none."""
    rules = spec.staffing.shifts if spec.staffing is not None else {}
    found: dict[str, dict[str, Any]] = {}
    for name, rule in rules.items():
        if size_of(rule) <= MOST_OF_A_RULE:
            found |= made_by(name, rule)
    return found


def size_of(rule: ShiftRule) -> int:
    return len(_starts(rule)) * len(rule.lengths)


def made_by(name: str, rule: ShiftRule) -> dict[str, dict[str, Any]]:
    """By name: the rule's own and the start, and the length where there are several."""
    several = len(set(rule.lengths)) > 1
    return {
        named(name, start) + (f"-{format_duration(length)}" if several else ""): _table(rule, start, length)
        for start in _starts(rule)
        for length in rule.lengths
    }


def named(name: str, start: float) -> str:
    """ "peak-0930"."""
    return f"{name}-{format_time_of_day(start).replace(':', '')}"


def span_text(start: float, end: float) -> str:
    """ "22:00-06:00" of seconds after a midnight, whichever midnight."""
    begin = start % DAY
    return f"{format_time_of_day(begin)}-{format_time_of_day((end - 1) % DAY + 1)}"


def room_for_breaks(rule: ShiftRule, length: float) -> list[float]:
    """By break of a shift of this length: how much longer its window is than it is; negative where it has no room."""
    kept = [pause for pause in rule.breaks if length >= pause.shifts_from]
    return [length - pause.after - pause.before_end - pause.length for pause in kept]


def as_shifts(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Shift]:
    return {name: Shift.model_validate(table) for name, table in tables.items()}


def matched(patterns: tuple[str, ...], names: list[str]) -> list[str]:
    """Those of the names that some pattern fits, in their order."""
    return [name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns)]


def with_days(days: tuple[int, ...]) -> dict[str, str]:
    """The setting of these days, which a shift of all days does not need: "mon-fri,sun"."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = (f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}" if len(run) > 1 else WEEKDAYS[run[0]] for run in runs)
    return {} if len(days) == len(WEEKDAYS) else {"days": ",".join(names)}


def _starts(rule: ShiftRule) -> list[float]:
    first, last, every = rule.starts.first, rule.starts.last, rule.starts.every
    return [start for start in np.arange(first, last + MINUTE / 2, every).tolist() if start < DAY]


def _table(rule: ShiftRule, start: float, length: float) -> dict[str, Any]:
    breaks = [
        {
            "within": span_text(start + pause.after, start + length - pause.before_end),
            "length": format_duration(pause.length),
            "paid": pause.paid,
        }
        for pause in rule.breaks
        if length >= pause.shifts_from
    ]
    return {**with_days(rule.days), "hours": span_text(start, start + length), **({"breaks": breaks} if breaks else {})}
