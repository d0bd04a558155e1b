"""Where a queue's volumes come from, and how much days and intervals differ."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.language.fields import (
    Amount,
    Correlation,
    Date,
    File,
    Name,
    Positive,
    Rate,
    Share,
    Spread,
    Volume,
    VolumeFactor,
    WeekdayFactors,
)
from sim.scenario.language.laws import NamesSheet, Table


class Event(Table):
    """A dated event: demand and handle time differ from `from` to `to`, both included."""

    first: Date = Field(alias="from", description="first day")
    last: Date = Field(alias="to", description="last day, included")
    factor: VolumeFactor = Field(1.0, description="on the contacts of these days")
    talk_factor: Positive = Field(1.0, description="on the talk time of these days' contacts")

    @model_validator(mode="after")
    def _in_order(self) -> Event:
        if self.last < self.first:
            raise ValueError(f"ends on {self.last}, before it starts on {self.first}")
        return self


AhtParts = Literal["talk + hold + wrap", "talk + hold"]


class Forecast(NamesSheet):
    """Where a queue's volumes come from: `csv`, `week`, `month` or `months` (levels), or `replay` (an arrivals log)."""

    csv: File | None = Field(
        None, description="a file of volumes: weekday,start,contacts[,aht_s] or date,start,contacts[,aht_s]"
    )
    aht: AhtParts = Field(
        "talk + hold + wrap",
        description="what aht_s is made of. An ACD that counts wrap as a state of its own reports talk + hold: wrap "
        "then comes on top, by its law (or as its share, where handle gives the work)",
    )
    week: Volume | None = Field(None, description="contacts in a normal week")
    month: Volume | None = Field(
        None,
        description="contacts in a normal month: its open days share them by weekday, or as the shape's week does; a "
        "month that the horizon cuts brings its days' part. Season by month, growth, events and factor come on top",
    )
    months: File | None = Field(
        None, description="a file of months, split likewise: month,contacts; month as 2026-03, or 3 of any year"
    )
    replay: File | None = Field(
        None, description="a log that is played as it is: arrived[,talk_s,hold_s,wrap_s,patience_s]"
    )
    season: File | None = Field(None, description="factors on weeks or months of the year: week,factor or month,factor")
    weekday: WeekdayFactors | None = Field(
        None, description="factors on a week's or a month's days; the shape's own days if not given"
    )
    shape: File | None = Field(None, description="how a week's contacts lie: weekday,start,share")
    growth: Rate = Field(0.0, description="of the volume, a year, compounding from the first day")
    day_after_closed: Amount = Field(
        1.0, description="on the contacts of the first open day after one that is closed out of turn"
    )
    events: dict[Name, Event] = Field({}, description="days on which demand differs, by names of your own")
    factor: VolumeFactor = Field(1.0, description="scales the whole forecast")
    contains: Literal["all contacts", "first contacts"] = Field(
        "all contacts", description="whether the volumes include transfers, repeats and redials"
    )

    @property
    def is_given(self) -> bool:
        """Whether anybody comes to the queue by themselves."""
        return any(getattr(self, key) is not None for key in SOURCES)

    @model_validator(mode="after")
    def _one_source(self) -> Forecast:
        given = [key for key in SOURCES if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(
                f"give exactly one of {', '.join(SOURCES[:-1])} and {SOURCES[-1]}"
                f"{', not ' + ' and '.join(given) if given else ''}"
            )
        source = given[0]
        if source in LEVELS and self.shape is None:
            raise ValueError(f"{source} needs a shape: a CSV of weekday,start,share")
        if source not in LEVELS:
            for key in ("season", "weekday", "shape"):
                if getattr(self, key) is not None:
                    raise ValueError(f"{key} goes with {', '.join(LEVELS[:-1])} or {LEVELS[-1]}, not with {source}")
        if source == "months":
            for key in ("season", "growth"):
                if key in self.model_fields_set:
                    raise ValueError(f"months say how they differ: remove {key}, or give one month with it")
        if source != "csv" and "aht" in self.model_fields_set:
            raise ValueError(f"aht tells of the aht_s of a csv, and there is none with {source}")
        if self.growth <= -1.0:
            raise ValueError('growth is a rate a year, such as 0.04 or "-3%"; more than -100 %')
        if self.replay is not None and self.model_fields_set - {"replay"}:
            extra = ", ".join(sorted(self.model_fields_set - {"replay"}))
            raise ValueError(f"a replay plays the log exactly; remove {extra}")
        return self


SOURCES = ("csv", "week", "month", "months", "replay")


LEVELS = ("week", "month", "months")
"""Sources that a shape splits."""

NO_FORECAST = Forecast.model_construct(contains="first contacts")
"""Of a queue to which nobody comes but by way of others: what they bring is on top of nothing."""


class Busyness(Table):
    """Demand more variable than Poisson, and handle times that differ from day to day: gamma factors of mean 1."""

    day_cv: Spread = Field(0.0, description="of a day's volume; a real bank's: 0.11")
    interval_cv: Spread = Field(0.0, description="of an interval's volume, within its day; a real bank's: 0.18")
    shared: Name | None = Field(None, description="queues that name the same word have good and bad days together")
    handle_day_cv: Spread = Field(
        0.0,
        description="of all work on the contacts that arrive on a day, against the usual handle time; a real bank's: "
        "0.06 to 0.21 by queue",
    )
    handle_shared: Name | None = Field(
        None, description="queues that name the same word have slow days together; each its own if not given"
    )
    interval_correlation: Share = Field(
        0.0, description="of the factors of an interval and the next, within a day; it fades as a power further off"
    )
    correlation: dict[Name, Correlation] = Field(
        {}, description="by another queue: how the days' factors of both go together; below 0, busy on opposite days"
    )


class ForecastError(Table):
    """One lasting draw per replication for all volumes and all handle times."""

    level_cv: Spread = Field(0.0, description="of all volumes, against the forecast: one draw for each replication")
    aht_cv: Spread = Field(
        0.0, description="of all handle times, against those observed: one draw for each replication"
    )
    level: VolumeFactor = Field(
        1.0, description="all volumes are so many times the forecast, which no schedule knows of; 1.05: 5 % more"
    )
    aht: Positive = Field(1.0, description="all handle times are so many times what was observed, likewise")
