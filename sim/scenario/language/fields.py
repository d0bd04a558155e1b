"""The kinds of value a planner may write, each with its parser and its JSON Schema."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from sim import units
from sim.errors import did_you_mean, shown

Span = tuple[float, float]
Week = tuple[tuple[Span, ...], ...]
"""Spans of local time for each weekday, Monday first."""

WHOLE_DAY: Span = (0.0, units.DAY)

LARGEST_COUNT = 10_000_000
LARGEST_SPREAD = 5.0
LARGEST_FACTOR = 1_000_000
MOST_CONTACTS = 1_000_000
"""Of an interval."""

MOST_IN_ALL = 7 * 24 * 60 * MOST_CONTACTS
"""Of a week or a month: as many as a week of intervals of a minute."""


_MONEY = re.compile(r"(?:[$€£¥₹₱]|[A-Z]{3})\s*[\d.,]+|[\d.,]+\s*(?:[$€£¥₹₱]|[A-Z]{3})")


class Mark:
    """What `extends` and plans must know of a field."""


PERCENT_IS_VALUE = Mark()
"""A percentage replaces instead of scaling; "+5%" adds percentage points."""

IS_DURATION = Mark()

IS_FILE = Mark()
"""Names a file, relative to the folder of the scenario that names it."""


def _without_quotes(value: object) -> None:
    """ValueError of text: a scenario file writes its numbers bare, where a CSV file has only text."""
    if isinstance(value, str):
        if value == "none":
            raise ValueError('"none" removes what a base gives: leave the key out here')
        if value.strip()[:1] in ("+", "-") and units.is_number(value):
            raise ValueError(f"{shown(value)} changes what a base gives; write the number here")
        if value.strip().endswith("%"):
            raise ValueError(f"{shown(value)} is a share; write a number here")
        if units.is_number(value):
            raise ValueError(f"write {value.strip()} without quotes")
        if _MONEY.fullmatch(value.strip()):
            raise ValueError(f"{shown(value)} is not a number; the currency stands in center.currency")


def _number(value: object) -> float:
    _without_quotes(value)
    return units.parse_number(value)


def _amount(value: object) -> float:
    _without_quotes(value)
    return units.parse_amount(value)


def volume(value: object) -> float:
    """Contacts of a week or a month, as a number or as a cell of a file."""
    return units.parse_amount(value, MOST_IN_ALL, f"is too many; {MOST_IN_ALL:,} contacts at most")


def _volume(value: object) -> float:
    _without_quotes(value)
    return volume(value)


def volume_factor(value: object) -> float:
    """What multiplies contacts, as a number or as a cell of a file."""
    return units.parse_amount(value, LARGEST_FACTOR, f"is too large; {LARGEST_FACTOR:,} at most")


def _volume_factor(value: object) -> float:
    _without_quotes(value)
    return volume_factor(value)


def _positive(value: object) -> float:
    number = _amount(value)
    if number == 0:
        raise ValueError("must be more than 0")
    return number


def _count(value: object) -> int:
    _without_quotes(value)
    number = units.parse_amount(value, LARGEST_COUNT, f"is too large; {LARGEST_COUNT:,} at most")
    if number != int(number):
        raise ValueError(f"{shown(value)} is not a whole number")
    return int(number)


def _seed(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(f"{shown(value)} is not a seed; write a whole number, 0 or more")
    return value


def _spread(value: object) -> float:
    number = _amount(value)
    if number > LARGEST_SPREAD:
        raise ValueError(f"{shown(value)} is too large; 0.1 to 0.2 is usual, {LARGEST_SPREAD:g} at most")
    return number


def _correlation(value: object) -> float:
    number = _number(value)
    if not -1.0 <= number <= 1.0:
        raise ValueError(f"{shown(value)} is no correlation; write a number from -1 to 1")
    return number


def _load(value: object) -> float:
    """A factor on wages, the wage included: 1.27."""
    number = units.parse_rate(value) if isinstance(value, str) else _amount(value)
    if number < 1 or isinstance(value, str):
        way_out = 1 + number if number < 1 else number
        raise ValueError(f"{shown(value)} does not contain the wage itself; write {way_out:g}")
    return number


def _premium(value: object) -> float:
    rate = units.parse_rate(value)
    if rate < 0:
        raise ValueError(f"{shown(value)} is negative; write 0 or more")
    return rate


def _week(value: object) -> Week:
    """{ mon-fri = "08:00-20:00", sat = ["09:00-12:00", "13:00-17:00"] } or "24/7"."""
    if value == "24/7":
        return (WHOLE_DAY,), *((WHOLE_DAY,),) * 6
    if not isinstance(value, dict):
        raise ValueError(f'write opening hours as {{ mon-fri = "08:00-20:00" }} or "24/7", not {shown(value)}')
    days: list[list[tuple[Span, str]]] = [[] for _ in range(7)]
    for names, spans in value.items():
        for span in spans if isinstance(spans, list) else [spans]:
            for day in units.parse_days(names):
                days[day].append((units.parse_span(span), names))
    for weekday, spans_of_day in enumerate(days):
        spans_of_day.sort()
        for (one, names), (other, other_names) in pairwise(spans_of_day):
            if other[0] < one[1]:
                both = names if names == other_names else f"{names} and {other_names}"
                raise ValueError(f'the hours of {units.WEEKDAYS[weekday]} overlap ({both}); "none" removes a base\'s')
    return tuple(tuple(span for span, _ in spans_of_day) for spans_of_day in days)


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
    if isinstance(value, dict):
        for key in value:
            if key != "steps":
                raise ValueError(f"{shown(key)} is not a setting here; {did_you_mean(key, ['steps'])}")
    rows = value.get("steps") if isinstance(value, dict) else value
    if not isinstance(rows, list) or not rows or any(not isinstance(r, list) or len(r) != 2 for r in rows):
        raise ValueError("write a wage per hour, such as 18.50, or { steps = [[0, 17.20], [26, 18.60]] }")
    steps = tuple((_amount(weeks), _amount(wage)) for weeks, wage in rows)
    weeks = [step[0] for step in steps]
    if weeks[0] != 0 or sorted(set(weeks)) != weeks:
        raise ValueError("wage steps start at week 0 and rise by weeks of tenure")
    return steps


def _time_factors(value: object) -> tuple[tuple[float, float], ...]:
    """[["08:00", 1.2], ["17:00", 0.8]]: (seconds after midnight, factor), by time."""
    if not isinstance(value, list) or not value or any(not isinstance(r, list) or len(r) != 2 for r in value):
        raise ValueError('write factors by local time, such as [["08:00", 1.2], ["17:00", 0.8]]')
    found = tuple((units.parse_time_of_day(time), _amount(factor)) for time, factor in value)
    times = [time for time, _ in found]
    if sorted(set(times)) != times or times[-1] >= units.DAY:
        raise ValueError("the times rise, from 00:00 on, each given once and before 24:00")
    return found


def _contract(value: object) -> tuple[tuple[float, int], ...]:
    """40, or { "38.5" = 7, "30" = 2 } (hours = heads), longest first; a single number has 0 heads: all of them."""
    if not isinstance(value, dict):
        return ((_positive(value), 0),)
    if not value:
        raise ValueError('is empty; write hours a week, or { "40" = 7, "24" = 2 } (hours = heads)')
    # In an order of its own: that in which the file names them says nothing.
    contracts = sorted(((_positive(units.parse_number(hours)), _count(heads)) for hours, heads in value.items()))[::-1]
    twice = [one for (one, _), (other, _) in pairwise(contracts) if one == other]
    if twice:
        raise ValueError(f"{twice[0]:g} hours are given twice; write them once, with all their heads")
    return tuple(contracts)


def part_of(value: object) -> tuple[str, float]:
    """("share", 0.55) of "55%" or 0.55; ("heads", 4) of 4."""
    if isinstance(value, float) or (isinstance(value, str) and value.strip().endswith("%")):
        return "share", units.parse_share(value)
    return "heads", float(_count(value))


def _choices(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _date(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise ValueError(f"write a date without quotes, such as 2026-03-02, not {shown(value)}")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"write text in quotes here, not {shown(value)}")
    if len(value) > 200 or not value.isprintable():
        raise ValueError("text has at most 200 printable characters")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"write a name in quotes here, not {shown(value)}")
    if len(value) > 80 or not value.isprintable() or value != value.strip():
        raise ValueError("a name has at most 80 printable characters, and no spaces at its ends")
    return value


def prose(value: object) -> str:
    """A few sentences, on as many lines as one likes."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"write text in quotes here, not {shown(value)}")
    text = " ".join(value.split())
    if len(text) > 500 or not text.isprintable():
        raise ValueError("a description has at most 500 printable characters")
    return text


def _text_schema(example: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example], "description": description})


_NUMBER_OR_TEXT: list[dict[str, Any]] = [{"type": "number"}, {"type": "string"}]

Duration = Annotated[
    float, BeforeValidator(units.parse_duration), _text_schema("4m10s", "a duration with its unit"), IS_DURATION
]
Share = Annotated[
    float,
    BeforeValidator(units.parse_share),
    WithJsonSchema({"anyOf": _NUMBER_OR_TEXT, "examples": ["80%", 0.8], "description": "a share from 0 to 1"}),
    PERCENT_IS_VALUE,
]
Rate = Annotated[
    float,
    BeforeValidator(units.parse_rate),
    WithJsonSchema({"anyOf": _NUMBER_OR_TEXT, "examples": ["4%"], "description": "a relative amount, such as 4%"}),
    PERCENT_IS_VALUE,
]
Premium = Annotated[
    float,
    BeforeValidator(_premium),
    WithJsonSchema({"anyOf": _NUMBER_OR_TEXT, "examples": ["25%"], "description": "a share on top"}),
    PERCENT_IS_VALUE,
]
Load = Annotated[
    float,
    BeforeValidator(_load),
    WithJsonSchema({"type": "number", "minimum": 1, "examples": [1.27], "description": "a factor, 1 or more"}),
]
Spread = Annotated[
    float,
    BeforeValidator(_spread),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": LARGEST_SPREAD, "examples": [0.1], "description": "SD ÷ mean"}
    ),
]
Correlation = Annotated[
    float,
    BeforeValidator(_correlation),
    WithJsonSchema(
        {"type": "number", "minimum": -1, "maximum": 1, "examples": [0.5], "description": "a number from -1 to 1"}
    ),
]
Amount = Annotated[
    float,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "number", "minimum": 0, "description": "a number, 0 or more"}),
]
Volume = Annotated[
    float,
    BeforeValidator(_volume),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": MOST_IN_ALL, "examples": [21500], "description": "contacts"}
    ),
]
VolumeFactor = Annotated[
    float,
    BeforeValidator(_volume_factor),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": LARGEST_FACTOR, "examples": [1.1], "description": "a factor"}
    ),
]
Positive = Annotated[
    float,
    BeforeValidator(_positive),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"}),
]
Count = Annotated[
    int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 0, "description": "a whole number"})
]
Seed = Annotated[
    int, BeforeValidator(_seed), WithJsonSchema({"type": "integer", "minimum": 0, "description": "a whole number"})
]
TimeOfDay = Annotated[float, BeforeValidator(units.parse_time_of_day), _text_schema("08:30", "a local time")]
SpanOfDay = Annotated[
    Span, BeforeValidator(units.parse_span), _text_schema("08:00-16:30", "a span of local time; may cross midnight")
]
Days = Annotated[tuple[int, ...], BeforeValidator(units.parse_days), _text_schema("mon-fri", "weekdays")]
Hours = Annotated[
    Week,
    BeforeValidator(_week),
    WithJsonSchema(
        {
            "anyOf": [{"const": "24/7"}, {"type": "object"}],
            "examples": [{"mon-fri": "08:00-20:00"}, "24/7"],
            "description": "spans of local time by weekdays",
        }
    ),
]
WeekdayFactors = Annotated[
    dict[int, float],
    BeforeValidator(_weekdays),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"type": "number"},
            "examples": [{"mon": 1.2, "tue-fri": 1}],
            "description": "a factor by weekdays",
        }
    ),
]
WageSteps = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_steps),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "object"}],
            "examples": [18.5, {"steps": [[0, 17.2], [26, 18.6]]}],
            "description": "money per hour, or steps by weeks of tenure",
        }
    ),
]
TimeFactors = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_time_factors),
    WithJsonSchema(
        {
            "type": "array",
            "examples": [[["08:00", 1.2], ["17:00", 0.8]]],
            "description": "[local time, factor] rows, each from its time on",
        }
    ),
]
ContractHours = Annotated[
    tuple[tuple[float, int], ...],
    BeforeValidator(_contract),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "object"}],
            "examples": [40, {"38.5": 7, "30": 2}],
            "description": "hours a week, or heads by hours a week",
        }
    ),
]
Choices = BeforeValidator(_choices)
Date = Annotated[
    dt.date,
    BeforeValidator(_date),
    WithJsonSchema(
        {"type": "string", "format": "date", "examples": ["2026-03-02"], "description": "a date, without quotes"}
    ),
]
Name = Annotated[str, BeforeValidator(_name), WithJsonSchema({"type": "string", "description": "a name"})]
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string", "description": "text"})]
Prose = Annotated[
    str, BeforeValidator(prose), WithJsonSchema({"type": "string", "maxLength": 500, "description": "a few sentences"})
]
File = Annotated[
    Text,
    WithJsonSchema(
        {
            "type": "string",
            "description": "a file under the scenario's folder: CSV, or a sheet of a workbook, as book.xlsx#Sheet",
        }
    ),
    IS_FILE,
]
