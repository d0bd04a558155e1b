"""A plan's settings by their place in its file: whether there is such a one, what it is, and a change that moves it."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.errors import did_you_mean, shown
from sim.scenario.language.fields import IS_DURATION
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.model import Scenario
from sim.scenario.reading.overrides import field_kind, has_mark, options
from sim.units import format_duration, is_number

Path = tuple[str, ...]

FIXED = ("title", "author", "run", "results", "calendars", "uncertain")
FIXED_IN_CENTER = ("start", "days", "weeks", "interval", "timezone", "currency", "calendar")
"""What every value must share, or there is nothing to compare."""


@dataclass(frozen=True)
class Value:
    """A lever's value: as it is written, and as a number where it is one (durations in seconds)."""

    label: str
    number: float | None


def check_path(plan: Scenario, path: Path) -> None:
    """ValueError if the plan has no such setting, or none that could be a lever."""
    if path[0] in FIXED or (path[0] == "center" and path[1] in FIXED_IN_CENTER):
        raise ValueError("is the same for all values: it is no lever")
    kind: Any = ScenarioSpec
    raw: Any = plan.resolved
    for depth, key in enumerate(path):
        where = ".".join(path[:depth])
        inner = field_kind(kind, key)
        if inner is None:
            known = _settings_of(kind)
            raise ValueError(f"{shown(key)} is not a setting of {where or 'a scenario'}; {did_you_mean(key, known)}")
        raw = raw.get(key) if isinstance(raw, dict) else None
        if raw is None and _is_named(kind):
            spec = spec_at(plan.spec, path[:depth])
            known = list(spec) if isinstance(spec, dict) else []
            raise ValueError(f"{shown(key)} is not in {where}; {did_you_mean(key, known)}")
        if raw is None and spec_at(plan.spec, path[: depth + 1]) is None and depth + 1 < len(path):
            raise ValueError(
                f"this plan has no {'.'.join(path[: depth + 1])}: there is no value of today to start from"
            )
        kind = inner
    value = raw if raw is not None else spec_at(plan.spec, path)
    if isinstance(value, dict | list | tuple | BaseModel):
        inside = _settings_of(kind) or (list(value) if isinstance(value, dict) else [])
        hint = f"; name one of its settings: {', '.join(inside[:8])}" if inside else ""
        raise ValueError(f"is {'a list' if isinstance(value, list | tuple) else 'a table'}{hint}")


def value_at(scenario: Scenario, path: Path) -> Value:
    """The value at a place as it is written, else its default."""
    raw: Any = scenario.resolved
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    valid = spec_at(scenario.spec, path)
    number = next((float(v) for v in (valid, raw) if isinstance(v, int | float) and not isinstance(v, bool)), None)
    written = valid if raw is None else raw
    if raw is None and number is not None and has_mark(kind_at(path), IS_DURATION):
        written = format_duration(number)
    return Value(_text_of(written), number)


def _text_of(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def setter(paths: tuple[Path, ...]) -> Callable[[str], dict[str, Any]]:
    def change(text: str) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for path in paths:
            nested(path, as_written(text), whole)
        return whole

    return change


def nested(path: Path, value: object, whole: dict[str, Any] | None = None) -> dict[str, Any]:
    """The table that sets one place; `whole`: what others of its settings stand in."""
    whole = {} if whole is None else whole
    table = whole
    for key in path[:-1]:
        table = table.setdefault(key, {})
    table[path[-1]] = value
    return whole


def as_written(text: str) -> object:
    """A value of the command line as a scenario file would have it: numbers and switches bare, the rest in quotes."""
    if text in ("true", "false"):
        return text == "true"
    if is_number(text) and text[0] not in "+-":
        number = float(text)
        return int(number) if number.is_integer() and "." not in text else number
    return text


def kind_at(path: Path) -> Any:
    kind: Any = ScenarioSpec
    for key in path:
        kind = field_kind(kind, key)
    return kind


def spec_at(node: Any, path: Iterable[str]) -> Any:
    """The validated value at a place; None where nothing is."""
    for key in path:
        if isinstance(node, BaseModel):
            fields = type(node).model_fields
            name = next((name for name, info in fields.items() if key in (name, info.alias)), key)
            node = getattr(node, name, None)
        else:
            node = node.get(key) if isinstance(node, dict) else None
    return node


def _is_named(kind: Any) -> bool:
    return any(typing.get_origin(option) is dict for option in options(kind))


def _settings_of(kind: Any) -> list[str]:
    return [
        info.alias or name
        for option in options(kind)
        if isinstance(option, type) and issubclass(option, BaseModel)
        for name, info in option.model_fields.items()
    ]
