"""The language of sites, pay, vendors and contracts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.scenario.language.fields import Amount, Count, Date, Duration, Name, Positive, Premium, Share, SpanOfDay, Text
from sim.scenario.language.handling import ServiceLevel
from sim.scenario.language.laws import Table


class DailyWeeklyHours(Table):
    day: Duration | None = Field(
        None, description="hours of a day beyond which work is overtime; no such limit if not given"
    )
    week: Duration | None = Field(
        None, description="hours of a week beyond which work is overtime; no such limit if not given"
    )


class NightPay(Table):
    hours: SpanOfDay = Field(description="local hours that are paid as night work")
    premium: Premium = Field(description="on the wage, for work in these hours")


class Pay(Table):
    """Premiums on the wage: night "22:00-06:00", weekend, holiday and overtime."""

    night: NightPay | None = Field(None, description="what night work earns on top of the wage, and when it is night")
    weekend: Premium = Field(0.0, description="on the wage, on Saturday and Sunday")
    holiday: Premium = Field(0.0, description="on the wage, on the calendar's holidays")
    overtime: Premium = Field(0.5, description="on the wage, for hours beyond overtime_after")


class DayCalendar(Table):
    closed: tuple[Date, ...] = Field((), description="days without work")
    holidays: tuple[Date, ...] = Field((), description="open, with holiday pay")


class Site(Table):
    """A place where agents work. What is left out is as in `center`."""

    timezone: Text | None = Field(None, description="shifts, breaks and pay rules are read in it")
    calendar: Name | None = Field(None, description="the site's closed days and holidays: a name of [calendars]")
    currency: Name | None = Field(None, description="of the wages paid there")
    exchange: Positive = Field(1.0, description="what one unit of the site's currency is worth in the center's")
    seats: Count | None = Field(None, description="desks; an agent without one waits until one is free")
    overtime_after: DailyWeeklyHours | None = Field(None, description="hours beyond which work there is overtime")
    rest_between_shifts: Duration | None = Field(
        None, description="least time between two shifts of a person there; the check warns of less"
    )
    pay: Pay | None = Field(None, description="premiums paid there")

    @field_validator("exchange", mode="before")
    @classmethod
    def _worth(cls, value: object, info: ValidationInfo) -> object:
        if value == 0 and not isinstance(value, bool):
            unit = info.data.get("currency") or "unit of the site's currency"
            raise ValueError(f"must be more than 0: what one {unit} is worth in the center's currency")
        return value


class VendorPrice(Table):
    per: Literal["handled minute", "contact"] = Field("handled minute", description="what is billed")
    rate: Amount = Field(description="per handled minute or contact, in the center's currency")
    minimum: Amount = Field(0.0, description="billed at least, per period; part of it for part of a period")
    per_period: Literal["day", "week", "month"] = Field("month", description="the period of the minimum")


class Vendor(Table):
    """An outside partner, bought by the minute, not simulated agent by agent."""

    price: VendorPrice = Field(description="what the vendor bills")
    wait: Duration = Field(0.0, description="until the vendor answers")
    handle_factor: Positive = Field(1.0, description="on the standard handle time")
    resolution: Share = Field(0.70, description="chance to resolve; assumption")
    capacity: Count = Field(description="contacts at once")


class Bill(Table):
    per: Literal["handled minute", "contact", "resolved contact", "staffed hour"] = Field(
        "handled minute", description="what the client pays for"
    )
    rate: Amount = Field(description="per unit of it, in the center's currency")


class Credit(Table):
    """Paid back when the service level of a period is below `below`; of several, the lowest that holds."""

    below: Share = Field(description="service level of a period below which the client is paid back")
    share: Share = Field(description="of the period's bill")


class Bonus(Table):
    """Earned when the service level of a period is above `above`; of several, the highest that holds."""

    above: Share = Field(description="service level of a period above which the client pays more")
    share: Share = Field(description="of the period's bill")


class Contract(Table):
    """What a client pays for its queues, and what the service level does to it."""

    bill: Bill = Field(description="what the client pays for")
    service_level: ServiceLevel | None = Field(None, description="its queues' own, if they give none")
    credits: dict[Name, Credit] = Field({}, description="paid back where service was missed, by names of your own")
    bonus: dict[Name, Bonus] = Field({}, description="earned where service was better, by names of your own")

    @model_validator(mode="after")
    def _judged(self) -> Contract:
        if (self.credits or self.bonus) and self.service_level is None:
            raise ValueError("credits and bonus need the contract's service_level")
        return self
