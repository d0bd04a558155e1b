"""Tables as the text of a scenario file."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(table: Mapping[str, Any], place: tuple[str, ...] = (), depth: int = 2) -> str:
    """Settings first, then a header for each table down to `depth`. What lies deeper stands in one line: by dotted
    keys, which change one entry, unless the table was given as a whole, in place of what it is laid over."""
    lines, tables = list[str](), list[str]()
    for key, value in table.items():
        if isinstance(value, Mapping) and value and depth:
            tables.append(toml_text(value, (*place, key), depth - 1))
        else:
            lines += _settings((key,), value)
    head = [f"[{'.'.join(map(_key, place))}]"] if place and (lines or not tables) else []
    own = "\n".join([*head, *lines]) + "\n" if head or lines else ""
    return "\n".join(part for part in (own, *tables) if part)


def _settings(place: tuple[str, ...], value: Any) -> list[str]:
    if isinstance(value, Mapping) and value and not getattr(value, "whole", False):
        return [line for key, inner in value.items() for line in _settings((*place, key), inner)]
    return [f"{'.'.join(map(_key, place))} = {value_text(value)}"]


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def value_text(value: Any) -> str:
    """A value as it stands behind the equals sign."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {value_text(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return _string(value) if isinstance(value, str) else repr(value)


def _string(text: str) -> str:
    # JSON leaves the delete character as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
