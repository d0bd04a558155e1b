"""The center, how often it is played, what things cost, and which differences matter."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.language.business import DailyWeeklyHours, Pay
from sim.scenario.language.fields import (
    PERCENT_IS_VALUE,
    Amount,
    Count,
    Date,
    Duration,
    Hours,
    Load,
    Name,
    Positive,
    Seed,
    Share,
    Text,
)
from sim.scenario.language.laws import Table
from sim.units import parse_rate


class Center(Table):
    start: Date = Field(description="first day")
    weeks: Count | None = Field(None, description="length of the horizon in weeks; give weeks or days")
    days: Count | None = Field(None, description="length of the horizon in days; give weeks or days")
    interval: Duration = Field(1800.0, description="length of an interval; divides an hour, or is whole hours")
    timezone: Text = Field("UTC", description="of opening hours, files and results; clocks change by themselves")
    currency: Name = Field("USD", description="what all money is in; sites may have their own")
    full_time_hours: Positive = Field(40.0, description="contracted hours a week of one full-time equivalent (FTE)")
    open: Hours = Field(((((0.0, 86400.0),)),) * 7, description='opening hours, or "24/7"')
    calendar: Name | None = Field(None, description="closed days and holidays: a name of [calendars]")
    lines: Count | None = Field(None, description="telephone lines of the whole center; no limit if not given")
    rest_between_shifts: Duration | None = Field(
        None, description="least time between two shifts of a person; the check warns of less"
    )
    overtime_after: DailyWeeklyHours = Field(
        DailyWeeklyHours(), description="hours of a day or a week beyond which work is paid as overtime"
    )
    pay: Pay = Field(Pay(), description="premiums on the wage: night, weekend, holiday, overtime")


def _figure(value: object) -> object:
    """In a KPI's own unit; a share may be written "1%"."""
    return parse_rate(value) if isinstance(value, str) else value


class Precision(Table):
    kpi: Name = Field("service_level", description="the center's figure that is to be known so well")
    half_width: Annotated[Positive, BeforeValidator(_figure), PERCENT_IS_VALUE] = Field(
        description='half width of the 95 % interval, in the KPI\'s own unit; a share may be written "1%"'
    )
    at_least: Count = Field(5, description="replications before it is asked whether that is precise enough")
    at_most: Count = Field(200, description="replications at which it ends all the same")


FEWEST_WEIGHTED = 5
"""Replications from which on weights are worth the degree of freedom that they cost."""


class Run(Table):
    replications: Count | None = Field(
        None, description="independent runs of each plan; 20 if neither this nor precision is given"
    )
    precision: Precision | None = Field(
        None, description="play until a figure is known so well, instead of a number of replications"
    )
    seed: Seed = Field(1, description="of all luck: same file, same seed, same numbers")
    warm_up: Duration | None = Field(
        None,
        description="whole days before the first that are played and count nowhere, like the first week: for a center "
        "that never closes, and so does not open empty",
    )
    variance_reduction: Literal["expected load"] | None = Field(
        None,
        description="weighs replications so that together they bring just the contacts expected (a control variate): "
        "narrower intervals of KPIs and costs from the same number of replications, 5 or more",
    )


class Costs(Table):
    load: Load = Field(1.27, description="on wages: benefits and taxes; BLS ECEC, private industry")
    seat_per_hour: Amount = Field(0.0, description="desk and licence, per hour signed on")
    per_contact: Amount = Field(0.0, description="per answered contact")
    telecom_per_minute: Amount = Field(0.0, description="per minute a customer is connected, waiting included")
    waiting_per_minute: Amount = Field(
        0.0,
        description="what a minute of a customer's waiting is worth, on live channels: not paid to anybody, so no part "
        "of the cost's total; a line below it, and part of the net cost",
    )


class Matters(Table):
    """The smallest difference between plans that matters: where it is smaller, they count as the same."""

    share: Share = Field(0.001, description="of service level, abandonment, FCR …: 0.1 percentage points")
    seconds: Duration = Field(1.0, description="of waits and handle times")
    relative: Share = Field(0.001, description="of money, hours, contacts …: this share of the baseline's figure")
    kpis: dict[Name, Annotated[Amount, BeforeValidator(_figure), PERCENT_IS_VALUE]] = Field(
        {}, description='by KPI, in its own unit: { service_level = "0.5%", cost_total = 100 }'
    )


class Results(Table):
    intervals: Literal["auto", "date", "typical week"] = Field(
        "auto", description="auto: by date up to 8 weeks, beyond that a typical week per month"
    )
    matters: Matters = Field(Matters(), description="the smallest differences between plans that matter")
