"""The kinds of value a planner may write, each with its parser and its JSON Schema."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from sim import units

Span = tuple[float, float]
Week = tuple[tuple[Span, ...], ...]
"""Spans of local time for each weekday, Monday first."""

WHOLE_DAY: Span = (0.0, units.DAY)


class Scale:
    """Marks a field whose percentages are values, so that "105%" in a plan replaces instead of scaling."""


PERCENT_IS_VALUE = Scale()


def _amount(value: object) -> float:
    number = units.parse_number(value)
    if number < 0:
        raise ValueError(f"{value} is negative")
    return number


def _positive(value: object) -> float:
    number = _amount(value)
    if number == 0:
        raise ValueError("must be more than 0")
    return number


def _count(value: object) -> int:
    number = _amount(value)
    if number != int(number):
        raise ValueError(f"{value} is not a whole number")
    if number > 10_000_000:
        raise ValueError(f"{value} is too large")
    return int(number)


def _week(value: object) -> Week:
    """{ mon-fri = "08:00-20:00", sat = ["09:00-12:00", "13:00-17:00"] } or "24/7"."""
    if value == "24/7":
        return ((WHOLE_DAY,),) * 7
    if not isinstance(value, dict):
        raise ValueError(f'write opening hours as {{ mon-fri = "08:00-20:00" }} or "24/7", not {value!r}')
    days: list[list[Span]] = [[] for _ in range(7)]
    for names, spans in value.items():
        for span in spans if isinstance(spans, list) else [spans]:
            for day in units.parse_days(names):
                days[day].append(units.parse_span(span))
    for weekday, spans_of_day in enumerate(days):
        spans_of_day.sort()
        for one, other in zip(spans_of_day, spans_of_day[1:], strict=False):
            if other[0] < one[1]:
                raise ValueError(f"the hours of {units.WEEKDAYS[weekday]} overlap")
    return tuple(tuple(spans_of_day) for spans_of_day in days)


def _weekdays(value: object) -> dict[int, float]:
    if not isinstance(value, dict):
        raise ValueError("write factors per weekday, such as { mon = 1.2, tue = 1.0 }")
    factors: dict[int, float] = {}
    for names, factor in value.items():
        for day in units.parse_days(names):
            if day in factors:
                raise ValueError(f"{units.WEEKDAYS[day]} is given twice")
            factors[day] = _amount(factor)
    if not sum(factors.values()):
        raise ValueError("the weekdays' factors are all 0")
    return factors


def _steps(value: object) -> tuple[tuple[float, float], ...]:
    """[[0, 17.20], [26, 18.60]]: (weeks of tenure, wage), or a single wage."""
    if not isinstance(value, dict | list):
        return ((0.0, _amount(value)),)
    rows = value.get("steps") if isinstance(value, dict) and set(value) == {"steps"} else value
    if not isinstance(rows, list) or not rows or any(not isinstance(r, list) or len(r) != 2 for r in rows):
        raise ValueError('write a wage per hour, such as 18.50, or { steps = [[0, 17.20], [26, 18.60]] }')
    steps = tuple((_amount(weeks), _amount(wage)) for weeks, wage in rows)
    weeks = [step[0] for step in steps]
    if weeks[0] != 0 or sorted(set(weeks)) != weeks:
        raise ValueError("wage steps start at week 0 and rise by weeks of tenure")
    return steps


def _contract(value: object) -> tuple[tuple[float, int], ...]:
    """40, or { "38.5" = 7, "30" = 2 } (hours = heads); a single number has 0 heads: all of them."""
    if isinstance(value, dict):
        return tuple((_positive(hours), _count(heads)) for hours, heads in value.items())
    return ((_positive(value), 0),)


def _part(value: object) -> tuple[str, float]:
    """("share", 0.55) of "55%" or 0.55; ("heads", 4) of 4."""
    if isinstance(value, float) or (isinstance(value, str) and value.strip().endswith("%")):
        return "share", units.parse_share(value)
    return "heads", float(_count(value))


def _choices(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _date(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise ValueError(f"write a date without quotes, such as 2026-03-02, not {value!r}")


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write a name")
    if len(value) > 80 or not value.isprintable():
        raise ValueError("a name has at most 80 printable characters")
    return value


def _text_schema(example: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example], "description": description})


_NUMBER_OR_TEXT: list[dict[str, Any]] = [{"type": "number"}, {"type": "string"}]

Duration = Annotated[
    float, BeforeValidator(units.parse_duration), _text_schema("4m10s", "a duration with its unit")
]
Share = Annotated[
    float,
    BeforeValidator(units.parse_share),
    WithJsonSchema({"anyOf": _NUMBER_OR_TEXT, "examples": [0.8, "80%"], "description": "a share from 0 to 1"}),
    PERCENT_IS_VALUE,
]
Rate = Annotated[
    float,
    BeforeValidator(units.parse_rate),
    WithJsonSchema({"anyOf": _NUMBER_OR_TEXT, "examples": ["4%"], "description": "a relative amount"}),
    PERCENT_IS_VALUE,
]
Amount = Annotated[
    float, BeforeValidator(_amount), WithJsonSchema({"type": "number", "minimum": 0, "description": "0 or more"})
]
Positive = Annotated[
    float, BeforeValidator(_positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 0})]
TimeOfDay = Annotated[float, BeforeValidator(units.parse_time_of_day), _text_schema("08:30", "a local time")]
SpanOfDay = Annotated[
    Span, BeforeValidator(units.parse_span), _text_schema("08:00-16:30", "a span of local time; may cross midnight")
]
Days = Annotated[tuple[int, ...], BeforeValidator(units.parse_days), _text_schema("mon-fri", "weekdays")]
Hours = Annotated[
    Week,
    BeforeValidator(_week),
    WithJsonSchema(
        {"anyOf": [{"const": "24/7"}, {"type": "object"}], "examples": [{"mon-fri": "08:00-20:00"}, "24/7"]}
    ),
]
WeekdayFactors = Annotated[
    dict[int, float],
    BeforeValidator(_weekdays),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "number"}, "examples": [{"mon": 1.2}]}),
]
WageSteps = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_steps),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "object"}], "examples": [18.5, {"steps": [[0, 17.2], [26, 18.6]]}]}
    ),
]
ContractHours = Annotated[
    tuple[tuple[float, int], ...],
    BeforeValidator(_contract),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "object"}], "examples": [40, {"38.5": 7, "30": 2}]}),
]
ShiftPart = Annotated[
    tuple[str, float],
    BeforeValidator(_part),
    WithJsonSchema({"anyOf": _NUMBER_OR_TEXT, "examples": ["55%", 4], "description": "a share of heads, or a count"}),
    PERCENT_IS_VALUE,
]
Choices = BeforeValidator(_choices)
Date = Annotated[
    dt.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-02"]})
]
Name = Annotated[str, BeforeValidator(_name), WithJsonSchema({"type": "string"})]
File = Annotated[Name, WithJsonSchema({"type": "string", "description": "a file under the scenario's folder"})]
