"""Every table and key of the scenario language, read off the models that a scenario file is checked by."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from sim.scenario.language.fields import IS_DURATION, IS_FILE, PERCENT_IS_VALUE
from sim.scenario.language.laws import Table
from sim.scenario.language.mixes import MIXES
from sim.scenario.language.scenario import ScenarioSpec, json_schema
from sim.scenario.reading.overrides import CHOICES, field_kind, has_mark, options
from sim.units import WEEKDAYS, format_duration

NAME = "NAME"
"""Stands for a name of the planner's own: queues.NAME.fcr."""

NO_VALUE = object()


@dataclass(frozen=True)
class Key:
    """One setting of a table."""

    name: str
    about: str
    """What it means, in a planner's words."""
    kind: str
    """What is written: "a duration with its unit"."""
    choices: tuple[str, ...]
    """The words that it takes, where it takes no others."""
    default: object
    """As a planner would write it; NO_VALUE where there is none."""
    required: bool
    examples: tuple[object, ...]
    table: type[Table] | None
    """The table that it holds, or that each of its entries is."""
    named: bool
    """Its entries have names of the planner's own."""
    listed: bool
    """It holds a list of tables: [[queues.NAME.route]]."""
    changes: str
    """What a plan, `like` and a file that extends may say instead of a value."""


@cache
def keys_of(table: type[Table]) -> dict[str, Key]:
    """The settings of a table, by the names they have in a file, in the order in which they stand there."""
    keys = [_key(table, name, info) for name, info in table.model_fields.items()]
    return {key.name: key for key in (*keys, *_of_layers(table))}


@cache
def places() -> dict[type[Table], tuple[tuple[str, ...], ...]]:
    """Where each table may stand, the file itself first: ("queues", NAME, "talk"). Of tables within tables that may
    stand in several places, each place."""
    found: dict[type[Table], list[tuple[str, ...]]] = {}
    waiting: list[tuple[type[Table], tuple[str, ...]]] = [(ScenarioSpec, ())]
    for table, place in waiting:
        found.setdefault(table, []).append(place)
        for key in keys_of(table).values():
            if key.table is not None:
                waiting.append((key.table, (*place, key.name, *((NAME,) if key.named else ()))))
    return {table: tuple(where) for table, where in found.items()}


def all_keys() -> Iterator[tuple[tuple[str, ...], Key]]:
    """Every setting at every place."""
    for table, where in places().items():
        for place in where:
            for key in keys_of(table).values():
                yield (*place, key.name), key


def about(table: type[Table]) -> str:
    """What a table is, as its model says; nothing where its keys say it all."""
    own = table.__dict__.get("__doc__") or ""
    return " ".join(own.split())


def _of_layers(table: type[Table]) -> Iterator[Key]:
    """What says which layers a file is made of: it is gone before a model sees the file."""
    schema = _whole_schema()
    said = (
        schema["properties"] if table is ScenarioSpec else schema["$defs"].get(table.__name__, {}).get("properties", {})
    )
    for name in ("extends", "plans", "grid", "like"):
        if name in said and name not in table.model_fields:
            about, many = said[name]["description"], said[name]["type"] == "object"
            kind = {"plans": "a table by name", "grid": "values by place"}.get(name, "text")
            yield Key(name, _sentence(about), kind, (), NO_VALUE, False, (), None, many, False, "")


@cache
def _whole_schema() -> dict[str, Any]:
    return json_schema()


def _key(table: type[Table], field: str, info: FieldInfo) -> Key:
    name = info.alias or field
    kind = field_kind(table, field)
    schema = _schema(kind)
    held, named, listed = _held(kind)
    return Key(
        name=name,
        about=_sentence(info.description or ""),
        kind=_kind(kind, schema, held, named, listed),
        choices=_choices(kind),
        default=_default(kind, info),
        required=info.is_required(),
        examples=tuple(info.examples or (schema or {}).get("examples", ())),
        table=held,
        named=named,
        listed=listed,
        changes=_changes(table, name, kind, held),
    )


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def _schema(kind: Any) -> dict[str, Any] | None:
    """What the language's own type of a value says of it; None where a plain type says all."""
    for inner, marks in _annotated(kind):
        for mark in marks:
            if isinstance(mark, WithJsonSchema) and mark.json_schema:
                return dict(mark.json_schema)
        if typing.get_origin(inner) is tuple:
            return _schema(typing.get_args(inner)[0])
    return None


def _annotated(kind: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The alternatives of a type, each with what was annotated; of annotations within one another, the outer first."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        inner, *marks = typing.get_args(kind)
        # A type with marks of its own within says more than what a field adds to it.
        yield inner, tuple(reversed(marks))
        yield from _annotated(inner)
    elif len(options(kind)) > 1:
        for option in typing.get_args(kind):
            yield from _annotated(option)
    else:
        yield kind, ()


def _may_be_table(schema: dict[str, Any] | None) -> bool:
    """Whether what the language says of a value allows a table: some are read from text into one."""
    return schema is None or "object" in _types(schema)


def _types(schema: dict[str, Any]) -> list[str]:
    """The kinds of JSON that a schema allows, those of its alternatives among them."""
    own = schema.get("type", [])
    found = [own] if isinstance(own, str) else list(own)
    return found + [one for inner in schema.get("anyOf", ()) for one in _types(inner)]


def _held(kind: Any) -> tuple[type[Table] | None, bool, bool]:
    """(the table that it holds, whether by names, whether as a list)."""
    if not _may_be_table(_schema(kind)):
        return None, False, False
    for option in options(kind):
        origin, arguments = typing.get_origin(option), typing.get_args(option)
        if origin is dict:
            # Some such tables hold plain values: their names stand for places.
            return _held(arguments[1])[0], True, False
        if origin is tuple and len(arguments) == 2 and arguments[1] is ...:
            held = _held(arguments[0])[0]
            return held, False, held is not None
        if isinstance(option, type) and issubclass(option, Table):
            return option, False, False
    return None, False, False


def _kind(kind: Any, schema: dict[str, Any] | None, held: type[Table] | None, named: bool, listed: bool) -> str:
    alternatives = [option for option in options(kind) if option is not type(None)]
    if named and not (schema and "description" in schema):
        inner = [typing.get_args(option)[1] for option in alternatives if typing.get_origin(option) is dict]
        what = "a table" if held is not None else _kind(inner[0], _schema(inner[0]), None, False, False)
        return f"{what} by name" if what else "a table by name"
    if listed:
        return "a list of tables"
    if held is not None and (schema is None or "description" not in schema):
        return "a table" if alternatives == [held] and schema is None else "a value, or a table"
    if schema is not None and "description" in schema:
        many = any(typing.get_origin(option) is tuple for option in alternatives)
        own = any(
            isinstance(mark, WithJsonSchema) and "description" in (mark.json_schema or {})
            for _, marks in _annotated(kind)
            for mark in marks
        )
        return f"a list: {schema['description']} each" if many and not own else str(schema["description"])
    if _choices(kind):
        many = any(typing.get_origin(option) is tuple for option in alternatives)
        return "some of these words, in order" if many else "one of these words"
    if bool in alternatives:
        return "true or false"
    if any(typing.get_origin(option) is tuple for option in alternatives):
        return "a list of texts"
    number = schema is not None and {"number", "integer"} & set(_types(schema))
    return "a number, or text" if number else "text"


def _choices(kind: Any) -> tuple[str, ...]:
    found: list[str] = []
    for option in options(kind):
        if typing.get_origin(option) is Literal:
            found += [str(word) for word in typing.get_args(option)]
        elif typing.get_origin(option) is tuple:
            found += _choices(typing.get_args(option)[0])
    return tuple(found)


def _default(kind: Any, info: FieldInfo) -> object:
    if info.is_required():
        return NO_VALUE
    value = info.get_default(call_default_factory=True) if info.default_factory is not None else info.default
    written = _written(value, kind)
    return NO_VALUE if written in ({}, [], None) else written


def _written(value: Any, kind: Any) -> Any:
    """A value as a planner would write it."""
    if isinstance(value, Table):
        given = {info.alias or name: (name, info) for name, info in type(value).model_fields.items()}
        return {
            key: written
            for key, (name, _) in given.items()
            if name in value.model_fields_set
            and (written := _written(getattr(value, name), field_kind(type(value), name))) not in ({}, [], None)
        }
    if has_mark(kind, IS_DURATION) and isinstance(value, float):
        return format_duration(value)
    if has_mark(kind, PERCENT_IS_VALUE) and isinstance(value, float):
        return f"{round(100 * value, 9):g}%"
    if isinstance(value, tuple):
        return _written_list(value, kind)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


WHOLE_WEEK = (((0.0, 86400.0),),) * 7


def _written_list(value: tuple[Any, ...], kind: Any) -> object:
    if value == tuple(range(7)):
        return f"{WEEKDAYS[0]}-{WEEKDAYS[-1]}"
    if value == WHOLE_WEEK:
        return "24/7"
    inner = next((typing.get_args(one)[0] for one in options(kind) if typing.get_origin(one) is tuple), None)
    if len(value) == 1 and isinstance(value[0], tuple) and len(value[0]) == 2 and value[0][0] == 0.0:
        return value[0][1]
    return [_written(one, inner) for one in value]


def _changes(table: type[Table], name: str, kind: Any, held: type[Table] | None) -> str:
    """What stands in a plan for it, beside a new value."""
    if name in MIXES.get(table.__name__, ()):
        return "given anew it replaces the whole; a dotted key, or a change within, alters one entry"
    if held is not None and held.__name__ in CHOICES:
        words = CHOICES[held.__name__]
        named = words[0] if len(words) == 1 else f"one of {', '.join(words)}"
        return f"a table with {named} replaces this one; other keys alter what they name"
    if any(typing.get_origin(option) is tuple for option in options(kind)) and not has_mark(kind, PERCENT_IS_VALUE):
        return "replaced as a whole"
    if held is not None:
        return "keys alter what they name"
    if has_mark(kind, IS_DURATION):
        return '"+20s" adds, "110%" scales, "none" takes it out'
    if has_mark(kind, PERCENT_IS_VALUE):
        return '"+5%" adds points, "none" takes it out'
    if int in options(kind):
        return '"+2" adds, "105%" scales and rounds, "none" takes it out'
    if float in options(kind):
        return '"+2" adds, "105%" scales, "none" takes it out'
    if has_mark(kind, IS_FILE):
        return "replaced by another file"
    return 'replaced; "none" takes it out'
