"""pydantic's findings in the planner's words."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.errors import Problem, did_you_mean
from sim.scenario.overrides import _field_kind, _options

NOT_YET = {
    "": {"sites", "vendors", "contracts", "hiring", "attrition", "absence", "shrinkage_plan", "courses", "customers"},
    "queues": {
        "arrives", "backlog_at_start", "callback", "contract", "escalation", "redial", "repeat", "self_service",
        "speed_by_load", "transfer", "vendor",
    },
    "groups": {"attrition", "away", "capacity", "coaching", "fatigue", "meetings", "pace", "site", "supervisors"},
    "center": {"site"},
    "route": {"vendor"},
    "skills": {"holders"},
    "forecast": {"contains"},
    "service_level": {"clock"},
    "wage": {"raises"},
    "talk": {"is"},
}  # fmt: skip
"""Words that the language is growing towards: refused by name, never ignored."""

CHANNELS_TO_COME = (
    "chat", "messaging", "email", "social", "back office", "video", "in person", "callback", "bot", "ivr"
)  # fmt: skip


def problems_of(error: ValidationError, model: type[BaseModel], prefix: str = "") -> list[Problem]:
    """Every finding, with its place as the planner wrote it."""
    return [_problem(dict(finding), model, prefix) for finding in error.errors(include_url=False)]


def _problem(finding: dict[str, Any], model: type[BaseModel], prefix: str) -> Problem:
    place = [str(part) for part in finding["loc"] if not _is_machinery(part)]
    where = ".".join([prefix, *place] if prefix else place)
    value, kind = finding["input"], finding["type"]
    if kind == "extra_forbidden":
        return Problem(where, _unknown(place, model))
    if kind == "missing":
        return Problem(where, "is missing")
    if kind == "value_error":
        return Problem(where, str(finding["ctx"]["error"]))
    if kind == "literal_error":
        if place[-1] == "channel" and isinstance(value, str) and value.lower() in CHANNELS_TO_COME:
            return Problem(where, f"{value} is not supported yet; phone is")
        known = typing.get_args(_leaf(model, finding["loc"]))
        if isinstance(value, str) and all(isinstance(word, str) for word in known):
            return Problem(where, f'"{value}" is not known; {did_you_mean(value, known)}')
        return Problem(where, f"{_short(value)} is not known")
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return Problem(where, f"write a table here, not {_short(value)}")
    if kind in ("tuple_type", "list_type"):
        return Problem(where, f"write a list here, such as [\"…\"], not {_short(value)}")
    if kind == "string_type":
        return Problem(where, f'write text in quotes here, not {_short(value)}')
    if kind.startswith("bool"):
        return Problem(where, f"write true or false, not {_short(value)}")
    if kind == "too_short":
        return Problem(where, "is empty")
    return Problem(where, f"{_short(value)} does not fit here")


def _is_machinery(part: object) -> bool:
    """Parts of pydantic's path that no planner wrote."""
    return isinstance(part, str) and ("[" in part or part in ("TenureSpread", "tuple"))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _unknown(place: list[str], model: type[BaseModel]) -> str:
    key, parents = place[-1], [part for part in place[:-1] if not part.isdigit()]
    table = {0: "", 1: parents[0] if parents else ""}.get(len(parents), parents[-1] if parents else "")
    sections = {table, parents[0] if len(parents) == 2 else table}
    if any(key in NOT_YET.get(section, set()) for section in sections):
        return f"{key} is not supported yet"
    known = _keys(model, place[:-1])
    return f'"{key}" is not a setting here; {did_you_mean(key, known)}'


def _leaf(model: Any, loc: tuple[Any, ...]) -> Any:
    kind: Any = model
    for part in loc:
        if isinstance(part, int):
            options = [option for option in _options(kind) if typing.get_origin(option) in (tuple, list)]
            kind = typing.get_args(options[0])[0] if options else kind
        elif not _is_machinery(part):
            kind = _field_kind(kind, part)
    options = _options(kind)
    return options[0] if options else kind


def _keys(model: type[BaseModel], place: list[str]) -> list[str]:
    kind: Any = _leaf(model, tuple(int(part) if part.isdigit() else part for part in place))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        keys = [info.alias or name for name, info in kind.model_fields.items()]
        if kind.__name__ in ("Queue", "Group", "Shift"):
            keys.append("like")
        return keys + (["plans", "extends"] if kind is model else [])
    return list(kind) if isinstance(kind, Mapping) else []
