"""The language of what takes people off the floor: absence, meetings, courses, and what was planned of it all."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import Field, StrictBool, model_validator

from sim.scenario.language.fields import Amount, Count, Date, Days, Duration, File, Name, Positive, Share, SpanOfDay
from sim.scenario.language.laws import NamesSheet, Table
from sim.scenario.language.workforce import Burnout
from sim.units import DAY, HOUR, WEEK


def heads_at_once(share: float, heads: int) -> int:
    """A share of a group's heads as people: one at least, or in small groups it would never be anybody's turn."""
    return max(1, math.floor(share * heads + 1e-9))


class Absence(NamesSheet):
    """Sickness (`spell`), or leave: planned, in blocks."""

    annual_days: Amount = Field(description="working days a year of somebody who works five a week")
    spell: Duration | None = Field(None, description="sickness: mean length, in calendar days")
    block: Duration = Field(5 * DAY, description="leave: working days taken together; assumption")
    season: File | None = Field(None, description="week,factor or month,factor: when it is taken, or comes")
    at_most: Share = Field(1.0, description="leave: of a group's heads at once, and one of them at least")
    csv: File | None = Field(None, description="leave already granted: agent,from,to")
    burnout: Burnout | None = Field(None, description="sickness: more of it after weeks of high occupancy")
    groups: tuple[Name, ...] = Field((), description="all with shifts or a roster if not given")
    paid: StrictBool = Field(True, description="whether these days are paid")

    def most_at_once(self, heads: int) -> int:
        """On leave together, of a group of so many heads."""
        return heads_at_once(self.at_most, heads)

    @property
    def is_sickness(self) -> bool:
        return self.spell is not None

    @model_validator(mode="after")
    def _one_kind(self) -> Absence:
        if self.is_sickness:
            wrong = {"block", "at_most", "csv"} & self.model_fields_set
            if wrong:
                raise ValueError(f"{', '.join(sorted(wrong))} goes with leave, spell with sickness")
            if self.spell is not None and self.spell < DAY:
                raise ValueError('a spell lasts a day or more; write spell = "2.5d"')
        elif self.burnout is not None:
            raise ValueError("burnout goes with sickness: give spell")
        elif self.block < DAY:
            raise ValueError('a block lasts a day or more; write block = "5d"')
        return self


class Unpunctual(Table):
    """A share of shifts begun late, or ended early, by an exponential time."""

    share: Share = Field(description="of the shifts")
    mean: Duration = Field(description="mean time missed; exponential")
    paid: StrictBool = Field(False, description="whether it is paid")


class Activity(Table):
    """Off the floor: at set `hours`, for all at once; or for a `length`, in the week's quietest interval."""

    days: Days = Field((0, 1, 2, 3, 4, 5, 6), description="on which it may be")
    hours: SpanOfDay | None = Field(None, description="at set hours, all of the group together")
    length: Duration | None = Field(
        None, description="for so long, each agent when few contacts are expected; instead of hours"
    )
    every: Duration = Field(WEEK, description="how often, in whole weeks")
    at_once: Share = Field(1.0, description="of the group's heads; quietest interval only")
    paid: StrictBool = Field(True, description="whether it is paid")

    @model_validator(mode="after")
    def _placed(self) -> Activity:
        if (self.hours is None) == (self.length is None):
            raise ValueError('give either hours = "09:00-09:30", or length = "30min" in the week\'s quietest interval')
        if self.hours is not None and "at_once" in self.model_fields_set:
            raise ValueError("at_once goes with length: set hours are for all at once")
        if self.length is not None and self.length <= 0:
            raise ValueError("has no length")
        if self.every < WEEK or self.every % WEEK:
            raise ValueError('every is whole weeks, such as "1w" or "2w"')
        return self


class Effect(Table):
    """What a course multiplies: 1.05 is 5 % more."""

    speed: Positive = Field(1.0, description="on the speed of work")
    resolution: Positive = Field(1.0, description="on the chance to resolve")
    courtesy: Positive = Field(1.0, description="on courtesy, which satisfaction depends on")


class Lessons(Table):
    """Hours off the floor for each agent who attends."""

    starts: Date = Field(description="first day on which agents may attend")
    length: Duration = Field(description="for each agent")
    a_day: Duration = Field(4 * HOUR, description="of it, at most on one day")
    at_once: Share = Field(0.1, description="of the group's heads; assumption")
    cost: Amount = Field(0.0, description="per agent, beside the time")
    paid: StrictBool = Field(True, description="whether attending is paid")


class Course(Lessons):
    """All agents of some groups attend, and are faster or better for it."""

    kind: Literal["technical", "soft skills"] = Field(
        "technical", description="technical, or soft skills: what it is called in the results"
    )
    groups: tuple[Name, ...] = Field(description="whose agents attend")
    every: Duration | None = Field(None, description="repeated after this time; the effect is renewed, not added")
    effect: Effect = Field(Effect(), description="what it does for those who have attended")
    half_life: Duration | None = Field(None, description="of the effect; it stays if not given")


class CrossTraining(Lessons):
    """Adds a skill, whose ramp then starts; the key is the queue."""

    heads: Count = Field(description="agents of the group who learn it")
    ramp: Name | None = Field(None, description="of the new skill; proficient at once if not given")


OUT_OF_OFFICE = ("leave", "sick")
"""The kinds of shrinkage that are shares of contracted hours; the others are of attended ones."""


class ShrinkagePlan(Table):
    """What was planned of each kind, beside what is produced: OUT_OF_OFFICE, then in the office."""

    leave: Share = Field(0.0, description="of contracted hours")
    sick: Share = Field(0.0, description="of contracted hours")
    breaks: Share = Field(0.0, description="of attended hours")
    meetings: Share = Field(0.0, description="of attended hours")
    coaching: Share = Field(0.0, description="of attended hours")
    training: Share = Field(0.0, description="of attended hours")
    away: Share = Field(0.0, description="of attended hours")
    late: Share = Field(0.0, description="of attended hours")

    @property
    def combined(self) -> float:
        """1 − (1 − out of office)(1 − in office)."""
        plan: dict[str, Any] = dict(self)
        out = sum(plan[key] for key in OUT_OF_OFFICE)
        return float(1.0 - (1.0 - out) * (1.0 - (sum(plan.values()) - out)))
