"""What `extends`, `like` and plans do: a table of changes laid over a table."""

from __future__ import annotations

import copy
import math
import re
import types
import typing
from collections.abc import Callable
from typing import Any, Union

from pydantic import BaseModel

from sim.errors import Problem, did_you_mean, shown
from sim.scenario.language.channels import CHANNELS
from sim.scenario.language.fields import IS_DURATION, PERCENT_IS_VALUE, Mark
from sim.scenario.language.handling import DEFERRED_LEVEL, LIVE_LEVEL
from sim.scenario.language.mixes import ENTRIES, MIXES, following_heads, heads_of
from sim.scenario.reading.origins import Table, origin_of
from sim.units import format_duration, is_number, parse_duration, parse_number, parse_rate

CHOICES = {
    "Forecast": ("csv", "week", "month", "months", "replay"),
    "LawSpec": ("family",),
    "Handle": ("family",),
    "Ramp": ("family",),
    "CsvFile": ("csv",),
    "Seats": ("csv",),
    "OfferAbove": ("wait", "waiting"),
}
"""A table that names one of these makes a choice: it replaces the table it changes. Other tables merge."""

STANDS_FOR = {
    "Wage": ("steps",),
    "TenureSpread": ("from", "to"),
    "AnnualRate": ("first_90_days", "first_year", "later"),
}
"""Tables for which a single value may stand, and the settings that it then gives."""

INCOMPLETE = "changes a value, but the base gives none"

_RELATIVE = re.compile(r"[+-]\s*\d.*|\d+(\.\d+)?\s*%")


def merge(
    base: dict[str, Any], change: dict[str, Any], model: Any, where: str, problems: list[Problem]
) -> dict[str, Any]:
    """`base` with `change` laid over it; neither is altered. `model` is the schema of the table."""
    result = Table(base)
    for key, value in change.items():
        spot = f"{where}.{key}" if where else key
        old, kind, origin = base.get(key), field_kind(model, key), origin_of(change, key)
        at = str(origin or "")
        if value == "none":
            if key not in base:
                problems.append(Problem(spot, f"there is nothing to remove; {did_you_mean(key, base)}", at))
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(value.get("like"), str):
            # The table it is like comes first, and may stand in a file that is not merged yet.
            result.put(key, copy.deepcopy(value), origin)
        elif isinstance(value, dict):
            entries = ENTRIES.get(key, kind) if _is_mix(model, key) else kind
            anew = _is_choice(value, kind) and not _is_same_choice(value, old, kind)
            anew = anew or (_is_mix(model, key) and _is_anew(value, entries))
            under = {} if anew else _table_of(old, kind)
            if key == "service_level":
                under = Table({**_usual_limit(value, kind, base), **under}, getattr(under, "origins", None))
            result.put(key, merge(under, value, entries, spot, problems), origin)
        elif _is_relative(value, kind):
            try:
                start = heads_of(base) if key == "heads" and old is None and _is_of(model, "Group") else old
                result.put(key, _changed(start if start is not None else _default(model, key), value, kind), origin)
            except ValueError as error:
                problems.append(Problem(spot, str(error), at))
        else:
            result.put(key, copy.deepcopy(value), origin)
    if _is_of(model, "Group"):
        for key, mix in following_heads(base, change, result.get("heads")).items():
            origin = origin_of(change, "heads")
            result.put(key, Table(mix, dict.fromkeys(mix, origin) if origin else {}), origin)
    return result


def _is_of(model: Any, name: str) -> bool:
    return any(getattr(option, "__name__", "") == name for option in options(model))


def _is_mix(model: Any, key: str) -> bool:
    """Whether a table's entries are shares or counts that belong together."""
    return any(key in MIXES.get(getattr(option, "__name__", ""), ()) for option in options(model))


def _is_anew(mix: dict[str, Any], entries: Any) -> bool:
    """Whether a mix is given as a whole, and with no entry that changes one of the base's."""
    if not getattr(mix, "whole", False):
        return False
    return not any(value == "none" or _is_relative(value, field_kind(entries, key)) for key, value in mix.items())


def _table_of(value: object, kind: Any) -> dict[str, Any]:
    """The table that is changed: as it stands, or what a single value stands for."""
    if isinstance(value, dict):
        return value
    keys = [key for option in options(kind) for key in STANDS_FOR.get(getattr(option, "__name__", ""), ())]
    return {} if value is None else dict.fromkeys(keys, value)


def _usual_limit(change: dict[str, Any], kind: Any, queue: dict[str, Any]) -> dict[str, Any]:
    """The limit that a relative change starts from where the base gives none: its channel decides."""
    if not _is_relative(change.get("within"), field_kind(kind, "within")):
        return {}
    channel = CHANNELS.get(str(queue.get("channel")))
    level = LIVE_LEVEL if channel is None or channel.live else DEFERRED_LEVEL
    return {"within": format_duration(level.within)}


def _is_choice(table: dict[str, Any], kind: Any) -> bool:
    names = [getattr(option, "__name__", "") for option in options(kind)]
    choices = [choice for name in names for choice in CHOICES.get(name, ())]
    return any(choice in table and not _is_relative(table[choice], field_kind(kind, choice)) for choice in choices)


def _is_same_choice(table: dict[str, Any], old: object, kind: Any) -> bool:
    """Whether dotted keys only name another file or volume for the same choice: what stands beside it stays."""
    names = [getattr(option, "__name__", "") for option in options(kind)]
    choices = {choice for name in names for choice in CHOICES.get(name, ()) if choice != "family"}
    made = choices & set(table)
    return not getattr(table, "whole", False) and isinstance(old, dict) and bool(made) and made <= set(old)


def _is_relative(value: object, kind: Any) -> bool:
    """Whether a value changes what the base gives: "+2" and "-20s" do, and "105%" where it is not a value itself."""
    if not isinstance(value, str) or not _RELATIVE.fullmatch(value.strip()):
        return False
    if not _is_number(kind) and not _is_table(kind):
        return False
    return value.strip()[0] in "+-" or not has_mark(kind, PERCENT_IS_VALUE)


def _changed(old: object, change: str, kind: Any) -> object:
    """ "+2" adds, "105%" scales; a duration stays a duration and a count a count."""
    text = change.strip()
    if old is None:
        raise ValueError(f"{shown(change)} {INCOMPLETE}; write the value itself")
    if isinstance(old, bool) or not isinstance(old, int | float | str):
        raise ValueError(f"{shown(change)} changes a number, but the base has {shown(old)} here; write all of it anew")
    if has_mark(kind, PERCENT_IS_VALUE):
        return _moved(old, text)
    if has_mark(kind, IS_DURATION):
        return format_duration(_sum_or_product(parse_duration(old), text, parse_duration, change))
    if isinstance(old, str):
        raise ValueError(f"{shown(change)} changes a number, but the base has {shown(old)} here")
    total = _sum_or_product(parse_number(old), text, parse_number, change)
    # Half a person more is one more.
    return math.floor(total + 0.5) if int in options(kind) and text.endswith("%") else _whole(total, old)


def _moved(old: float | str, text: str) -> object:
    """A share or a rate by percentage points: "+5%" makes 0.74 or "74%" 79 %."""
    total = round(parse_rate(old) + parse_rate(text.replace(" ", "")), 12)
    return _whole(total, old)


def _sum_or_product(old: float, text: str, parse: Callable[[str], float], change: str) -> float:
    if text[0] not in "+-":
        return parse_number(round(old * parse_rate(text), 9))
    amount = text[1:].strip()
    if amount.endswith("%"):
        way_out = f"{100 + 100 * parse_rate(text[0] + amount):g}%" if is_number(amount[:-1]) else "105%"
        raise ValueError(f'{shown(change)} is neither an amount nor a factor; write "{way_out}" to scale')
    try:
        total = round(old + parse(amount) * (-1.0 if text[0] == "-" else 1.0), 9)
    except ValueError as error:
        raise ValueError(f"{shown(change)} does not change what the base gives: {error}") from None
    if total < 0:
        raise ValueError(f"{shown(change)} goes below 0")
    return parse_number(total)


def _whole(total: float, old: object) -> float:
    """A whole number stays one, so that a count remains a count."""
    return int(total) if isinstance(old, int) and total == int(total) else total


def field_kind(model: Any, key: str) -> Any:
    """The annotation of a key in a table described by `model`: a field's, or a named table's."""
    for option in options(model):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for name, info in option.model_fields.items():
                if key in (name, info.alias):
                    # Metadata given with Annotated has moved from the annotation to the field.
                    return typing.Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
        elif typing.get_origin(option) is dict:
            return typing.get_args(option)[1]
    return None


def options(kind: Any) -> list[Any]:
    """The alternatives of a type, without Annotated and Union around them."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return options(typing.get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return [option for arg in typing.get_args(kind) for option in options(arg)]
    return [kind]


def has_mark(kind: Any, mark: Mark) -> bool:
    if typing.get_origin(kind) is typing.Annotated:
        inner, *marks = typing.get_args(kind)
        return mark in marks or has_mark(inner, mark)
    if typing.get_origin(kind) in (Union, types.UnionType):
        return any(has_mark(arg, mark) for arg in typing.get_args(kind))
    return False


def _is_number(kind: Any) -> bool:
    return bool({int, float} & set(options(kind)))


def _is_table(kind: Any) -> bool:
    return any(
        typing.get_origin(option) in (dict, tuple) or (isinstance(option, type) and issubclass(option, BaseModel))
        for option in options(kind)
    )


def _default(model: Any, key: str) -> object:
    for option in options(model):
        if isinstance(option, type) and issubclass(option, BaseModel):
            info = option.model_fields.get(key)
            if info is not None and isinstance(info.default, int | float):
                return format_duration(info.default) if has_mark(field_kind(option, key), IS_DURATION) else info.default
    return None
