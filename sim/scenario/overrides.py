"""What `extends`, `like` and plans do: a table of changes laid over a table."""

from __future__ import annotations

import copy
import re
import types
import typing
from typing import Any, Union

from pydantic import BaseModel

from sim.errors import Problem, did_you_mean
from sim.scenario.fields import Scale
from sim.units import format_duration, parse_duration

CHOICES = ("family", "csv", "week", "replay")
"""A table that holds one of these is a choice: it replaces the table it changes."""

_RELATIVE = re.compile(r"[+-]\s*\d.*|\d+(\.\d+)?\s*%")


def merge(
    base: dict[str, Any], change: dict[str, Any], model: Any, where: str, problems: list[Problem]
) -> dict[str, Any]:
    """`base` with `change` laid over it; neither is altered. `model` is the schema of the table."""
    result = dict(base)
    for key, value in change.items():
        spot = f"{where}.{key}" if where else key
        old = base.get(key)
        kind = _field_kind(model, key)
        if value == "none":
            if key not in base:
                problems.append(Problem(spot, f"there is nothing to remove; {did_you_mean(key, base)}"))
            result.pop(key, None)
        elif isinstance(value, dict):
            replaces = any(choice in value and not _is_relative(value[choice]) for choice in CHOICES)
            under = {} if replaces or not isinstance(old, dict) else old
            result[key] = merge(under, value, kind, spot, problems)
        elif _is_relative(value) and not (_is_share(kind) and not value.startswith(("+", "-"))):
            try:
                result[key] = _relative(old if old is not None else _default(model, key), value)
            except ValueError as error:
                problems.append(Problem(spot, str(error)))
                result.pop(key, None)
        else:
            result[key] = copy.deepcopy(value)
    return result


def _is_relative(value: object) -> bool:
    return isinstance(value, str) and bool(_RELATIVE.fullmatch(value.strip()))


def _relative(old: object, change: str) -> object:
    """"+2" adds, "105%" scales; a duration stays a duration and a percentage a percentage."""
    text = change.strip()
    if old is None:
        raise ValueError(f'"{change}" changes a value, but the base gives none')
    if isinstance(old, bool) or not isinstance(old, int | float | str):
        raise ValueError(f'"{change}" changes a number, but the base has a table or a list here')
    if text.endswith("%") and text[0] not in "+-":
        factor = float(text[:-1]) / 100.0
        if isinstance(old, str):
            return format_duration(round(parse_duration(old) * factor, 6))
        scaled = old * factor
        return round(scaled) if isinstance(old, int) else scaled
    sign = -1.0 if text[0] == "-" else 1.0
    amount = text[1:].strip()
    if isinstance(old, str):
        if old.strip().endswith("%") and amount.endswith("%"):
            return f"{float(old.strip()[:-1]) + sign * float(amount[:-1]):g}%"
        return format_duration(parse_duration(old) + sign * parse_duration(amount))
    if amount.endswith("%"):
        raise ValueError(f'write "{100 + sign * float(amount[:-1]):g}%" to scale, or "+2" to add')
    try:
        number = float(amount)
    except ValueError:
        raise ValueError(f'"{change}" is not a change such as "+2" or "105%"') from None
    total = old + sign * number
    return int(total) if isinstance(old, int) and total == int(total) else total


def _field_kind(model: Any, key: str) -> Any:
    """The annotation of a key in a table described by `model`: a field's, or a named table's."""
    for option in _options(model):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for name, info in option.model_fields.items():
                if key in (name, info.alias):
                    # Metadata given with Annotated has moved from the annotation to the field.
                    return typing.Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
        elif typing.get_origin(option) is dict:
            return typing.get_args(option)[1]
    return None


def _options(kind: Any) -> list[Any]:
    """The alternatives of a type, without Annotated and Union around them."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return _options(typing.get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return [option for arg in typing.get_args(kind) for option in _options(arg)]
    return [kind]


def _is_share(kind: Any) -> bool:
    if typing.get_origin(kind) is typing.Annotated:
        inner, *marks = typing.get_args(kind)
        return any(isinstance(mark, Scale) for mark in marks) or _is_share(inner)
    if typing.get_origin(kind) in (Union, types.UnionType):
        return any(_is_share(arg) for arg in typing.get_args(kind))
    return False


def _default(model: Any, key: str) -> object:
    for option in _options(model):
        if isinstance(option, type) and issubclass(option, BaseModel):
            info = option.model_fields.get(key)
            if info is not None and isinstance(info.default, int | float):
                return info.default
    return None
