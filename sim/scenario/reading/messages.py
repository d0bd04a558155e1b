"""pydantic's findings in the planner's words."""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.errors import MOST_SHOWN, Problem, did_you_mean, nearest, shown
from sim.scenario.reading.hints import ELSEWHERE, NOT_YET, OTHER_WORDS, SETTINGS_TO_COME, WAYS_OUT
from sim.scenario.reading.overrides import field_kind, options
from sim.scenario.reading.toml_lines import as_keys, dotted

Place = tuple[int | str, ...]
"""pydantic's path to a setting."""


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Every finding, with its place as the planner wrote it. Findings that will not be printed are only counted."""
    findings: list[dict[str, Any]] = [dict(finding) for finding in error.errors(include_url=False)]
    listed = findings[:MOST_SHOWN]
    explained = {place for finding in listed for place in explained_by(finding, model)}
    problems = [
        _problem(finding, model)
        for finding in listed
        if finding["type"] != "missing" or not explained & {finding["loc"], (*finding["loc"][:-1], "*")}
    ]
    return problems + [Problem(dotted(place_of(finding)), "is wrong") for finding in findings[MOST_SHOWN:]]


def place_of(finding: dict[str, Any]) -> Place:
    """pydantic's path without what no planner wrote: the mark of a table's key."""
    loc: Place = finding["loc"]
    return loc[:-1] if loc[-1:] == ("[key]",) else loc


def explained_by(finding: dict[str, Any], model: type[BaseModel]) -> set[Place]:
    """The missing settings that an unknown one accounts for: the one misspelt or meant, or ("*") all of its table."""
    if finding["type"] != "extra_forbidden":
        return set()
    loc: Place = finding["loc"]
    table, key = loc[:-1], loc[-1]
    if _is_to_come(_table_at(model, table), key):
        return {(*table, "*")}
    known = _keys(model, table)
    elsewhere = _elsewhere(model, table, key)
    if elsewhere is not None:
        return {(*table, word) for word in elsewhere.split() if word in known}
    near = nearest(str(key), known)
    return {(*table, near)} if near else set()


@dataclass(frozen=True)
class _Wrong:
    """One of pydantic's findings: what stands where, in which language."""

    value: Any
    place: Place
    finding: dict[str, Any]
    model: type[BaseModel]


def _problem(finding: dict[str, Any], model: type[BaseModel]) -> Problem:
    place = place_of(finding)
    say = SAID.get(finding["type"])
    wrong = _Wrong(finding["input"], place, finding, model)
    return Problem(dotted(place), f"{shown(wrong.value)} does not fit here" if say is None else say(wrong))


def _unknown(w: _Wrong) -> str:
    key, table = str(w.place[-1]), w.place[:-1]
    if _is_to_come(_table_at(w.model, table), key):
        return f"{key} {NOT_YET}"
    way_out = _elsewhere(w.model, table, key) or did_you_mean(key, _keys(w.model, table))
    return f"{shown(key)} is not a setting here; {way_out}"


def _missing(w: _Wrong) -> str:
    key = w.place[-1]
    if isinstance(key, int):
        return "the row is too short"
    way_out = WAYS_OUT.get(f"{_table_name(w.model, w.place[:-1])}.{key}") or WAYS_OUT.get(key)
    return f"is missing; {way_out}" if way_out else "is missing"


def _no_table(w: _Wrong) -> str:
    if isinstance(w.value, list) and w.value and all(isinstance(entry, dict) for entry in w.value):
        return f"is a list of tables; write [{as_keys(w.place)}] with single brackets"
    return f"write a table here, not {shown(w.value)}{_as_table(w.value, _leaf(w.model, w.place))}"


def _no_list(w: _Wrong) -> str:
    inner = options(_leaf(w.model, (*w.place, 0)))[0]
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return f"write a list of tables here, such as [[{as_keys(w.place)}]], not {shown(w.value)}"
    plain = isinstance(w.value, str | int | float) and not isinstance(w.value, bool)
    example = shown(w.value) if plain else '"…"'
    return f"write a list here, such as [{example}], not {shown(w.value)}"


def _empty(w: _Wrong) -> str:
    return f"is empty; {WAYS_OUT[str(w.place[-1])]}" if w.place[-1] in WAYS_OUT and len(w.place) == 1 else "is empty"


def _unknown_word(w: _Wrong) -> str:
    """A word that is none of a setting's; or none of a table's keys."""
    of_key = w.finding["loc"] != w.place
    known = _words(_keys_of(_leaf(w.model, w.place[:-1])) if of_key else _leaf(w.model, w.place))
    if not isinstance(w.value, str):
        return f"write one of {', '.join(known)} in quotes, not {shown(w.value)}"
    setting = [part for part in w.place if isinstance(part, str)][-1]
    otherwise = OTHER_WORDS.get(setting, {}).get(w.value.lower())
    if otherwise is not None:
        return f"{shown(w.value)} is not a {setting}; {otherwise}"
    return f"{shown(w.value)} is not known; {did_you_mean(w.value, known)}"


def _value_error(w: _Wrong) -> str:
    return str(w.finding["ctx"]["error"])


def _no_text(w: _Wrong) -> str:
    return f"write text in quotes here, not {shown(w.value)}"


def _no_truth(w: _Wrong) -> str:
    return f"write true or false, not {shown(w.value)}"


def _wrong_length(w: _Wrong) -> str:
    return f"{shown(w.value)} has too many or too few entries"


SAID: dict[str, Callable[[_Wrong], str]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "value_error": _value_error,
    "literal_error": _unknown_word,
    **dict.fromkeys(("model_type", "dict_type", "model_attributes_type"), _no_table),
    **dict.fromkeys(("tuple_type", "list_type"), _no_list),
    "string_type": _no_text,
    **dict.fromkeys(("bool_type", "bool_parsing"), _no_truth),
    "too_short": _empty,
    **dict.fromkeys(("too_long", "missing_argument"), _wrong_length),
}
"""What is said of a finding, by pydantic's kind of it."""


def _elsewhere(model: type[BaseModel], table: Place, key: object) -> str | None:
    return ELSEWHERE.get(_table_name(model, table), {}).get(str(key))


def _words(kind: Any) -> list[str]:
    return [word for word in typing.get_args(kind) if isinstance(word, str)]


def _keys_of(table: Any) -> Any:
    """The type of the keys of a table that is known by them."""
    return typing.get_args(table)[0] if typing.get_origin(table) is dict else None


def _is_to_come(table: type[BaseModel] | None, key: object) -> bool:
    return table is not None and key in SETTINGS_TO_COME.get(table.__name__, ())


def _table_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    kind = _leaf(model, place)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _table_name(model: type[BaseModel], place: Place) -> str:
    table = _table_at(model, place)
    return table.__name__ if table is not None else ""


def _as_table(value: Any, kind: Any) -> str:
    """What was meant by a plain value where a table belongs, if that is plain: a law's mean, a share, all defaults."""
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)) or not isinstance(value, bool | int | float | str):
        return ""
    needed = [name for name, field in kind.model_fields.items() if field.is_required()]
    if value is True:
        return "; write {} to take all that it assumes" if not needed else ""
    if isinstance(value, bool):
        return ""
    if needed == ["share"]:
        return f"; write {{ share = {shown(value)} }}"
    if "family" in needed and isinstance(value, str):
        return f'; write {{ family = "exponential", mean = {shown(value)} }}, or another family'
    return ""


def _leaf(model: Any, place: Place) -> Any:
    """The type of what stands at a place."""
    kind: Any = model
    for part in place:
        if isinstance(part, int):
            lists = [option for option in options(kind) if typing.get_origin(option) in (tuple, list)]
            kind = typing.get_args(lists[0])[0] if lists else kind
        else:
            kind = field_kind(kind, part)
    known = options(kind)
    return known[0] if known else kind


def _keys(model: type[BaseModel], place: Place) -> list[str]:
    """What may stand in the table at a place."""
    table = _table_at(model, place)
    if table is None:
        return []
    keys = [info.alias or name for name, info in table.model_fields.items()]
    if table.__name__ in ("Queue", "Group", "Shift"):
        keys.append("like")
    return keys + (["plans", "extends"] if table is model else [])
