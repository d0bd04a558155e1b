"""The language of `[staffing.hiring.GROUP]`: which classes a search for the hiring year may plan."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema, model_validator

from sim.scenario.language.fields import Count, Date, Duration, Name
from sim.scenario.language.laws import Table
from sim.units import DAY, WEEK

_CLASSES = re.compile(r"(\d+) class(?:es)?")


class ClassDates(Table):
    """First days that a class may have, at equal steps; what is not given is what the horizon allows."""

    first: Date | None = Field(None, alias="from", description="earliest first day of a class")
    last: Date | None = Field(None, alias="to", description="latest first day of a class")
    every: Duration = Field(WEEK, description="whole days; a week, if not given")

    @model_validator(mode="after")
    def _in_order(self) -> ClassDates:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"to, {self.last}, lies before from, {self.first}")
        if self.every < DAY or self.every % DAY:
            raise ValueError('every is whole days, such as "1w" or "14d"')
        return self


class ClassSize(Table):
    """Offers of one class."""

    at_least: Count = Field(1, description="offers")
    at_most: Count = Field(description="offers")

    @model_validator(mode="after")
    def _in_order(self) -> ClassSize:
        if not 1 <= self.at_least <= self.at_most:
            raise ValueError("at_least is 1 or more, and not above at_most")
        return self


_DATES: TypeAdapter[tuple[Date, ...]] = TypeAdapter(tuple[Date, ...])


def _starts(value: object) -> object:
    # Read here: of two alternatives, pydantic would tell what is wrong with both.
    if isinstance(value, dict | ClassDates):
        return ClassDates.model_validate(value)
    if not isinstance(value, list | tuple) or not value:
        raise ValueError('write dates, such as [2026-03-02, 2026-05-04], or { from = 2026-03-02, every = "2w" }')
    return _DATES.validate_python(tuple(value))


def _classes(value: object) -> object:
    found = _CLASSES.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found[1]) if found else value


Starts = Annotated[
    ClassDates | tuple[Date, ...],
    BeforeValidator(_starts),
    WithJsonSchema(
        {
            "anyOf": [{"type": "array", "items": {"type": "string", "format": "date"}}, {"type": "object"}],
            "examples": [{"from": "2026-03-02", "to": "2026-11-30", "every": "4w"}, ["2026-03-02", "2026-05-04"]],
            "description": "a list of dates, or { from, to, every }",
        }
    ),
]
Classes = Annotated[
    Count,
    BeforeValidator(_classes),
    WithJsonSchema(
        {"anyOf": [{"type": "integer"}, {"type": "string"}], "examples": [3], "description": "a whole number"}
    ),
]


class HiringSearch(Table):
    """The classes that may be planned for a group, in place of those that the plan has."""

    like: Name | None = Field(
        None,
        alias="class",
        description="a class of the file that the new ones are like; if not given, the group's first",
    )
    starts: Starts = Field(
        ClassDates(), description="first days that a class may have; each week of the horizon, if not given"
    )
    size: ClassSize | None = Field(None, description="offers; up to twice the group's largest class, if not given")
    at_most: Classes | None = Field(
        None, description="classes; as many as a plan of the file has at most, if not given"
    )
    until: tuple[Date, ...] = Field(
        (), description="last days of fixed terms that may be offered too; none, if not given"
    )
    in_training: Count | None = Field(
        None, description="offers in training on any day: rooms and trainers; no limit, if not given"
    )


def dates_of(starts: ClassDates | tuple[dt.date, ...], first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """The dates on which a class may start, between the first and the last that the horizon allows."""
    if not isinstance(starts, ClassDates):
        return tuple(sorted({date for date in starts if first <= date <= last}))
    begin, end = starts.first or first, min(starts.last or last, last)
    step, dates = dt.timedelta(days=round(starts.every / DAY)), list[dt.date]()
    while begin <= end:
        dates += [begin] if begin >= first else []
        begin += step
    return tuple(dates)
