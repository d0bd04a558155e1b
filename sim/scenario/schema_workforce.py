"""The language of the workforce over months: hiring, attrition, absence, and what takes people off the floor."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, TypeAdapter, WithJsonSchema, model_validator

from sim.scenario.fields import Amount, Count, Date, Days, Duration, File, Name, Positive, Share, SpanOfDay, WageSteps
from sim.scenario.schema_laws import Table
from sim.units import DAY, HOUR, WEEK, parse_duration


class Raise(Table):
    """From a date on, all wages of the group times a factor."""

    on: Date
    factor: Positive


class Wage(Table):
    """Per hour, by weeks of tenure, with dated raises."""

    steps: WageSteps
    raises: dict[Name, Raise] = {}


# A single value that stands for a table is read at once, so that what is wrong with it is told of the value.
_STEPS: TypeAdapter[WageSteps] = TypeAdapter(WageSteps)
_RATE: TypeAdapter[Amount] = TypeAdapter(Amount)


def _wage(value: object) -> object:
    if isinstance(value, dict | Wage):
        return value
    return Wage.model_construct(steps=_STEPS.validate_python(value))


GroupWage = Annotated[
    Wage,
    BeforeValidator(_wage),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "object"}], "examples": [18.5, {"steps": [[0, 17.2], [26, 18.6]]}]}
    ),
]


class TenureSpread(Table):
    """Tenure spread evenly over the heads, `from` the newest `to` the oldest."""

    newest: Duration = Field(alias="from")
    oldest: Duration = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> TenureSpread:
        if self.oldest < self.newest:
            raise ValueError("from is the newest, to the oldest: from must not be longer than to")
        return self


def _tenure(value: object) -> object:
    if value == "steady" or isinstance(value, TenureSpread):
        return value
    if not isinstance(value, dict):
        parse_duration(value)
        value = {"from": value, "to": value}
    # Read here: of two alternatives, pydantic would tell what is wrong with both.
    return TenureSpread.model_validate(value)


Tenure = Annotated[
    TenureSpread | Literal["steady"],
    BeforeValidator(_tenure),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "object"}],
            "examples": ["26w", "steady", {"from": "2w", "to": "3w"}],
            "description": "steady: the long-run mix that the group's attrition implies",
        }
    ),
]


class RampStart(Table):
    speed: Positive = 1.0
    resolution: Amount = 1.0


RAMP_SETTINGS = {
    ("exponential", "weeks"): "weeks_to_95",
    ("exponential", "contacts"): "contacts_to_95",
    ("s-curve", "weeks"): "weeks_to_95",
    ("s-curve", "contacts"): "contacts_to_95",
    ("linear", "weeks"): "weeks",
    ("linear", "contacts"): "contacts",
    ("power", "weeks"): "learning_rate",
    ("power", "contacts"): "learning_rate",
    ("table", "weeks"): "steps",
    ("table", "contacts"): "steps",
}
"""The setting that each family takes, by what it counts."""


class Ramp(Table):
    """Speed and resolution by weeks on the floor, or contacts handled, relative to a proficient agent."""

    family: Literal["exponential", "linear", "s-curve", "power", "table"]
    by: Literal["weeks", "contacts"] = "weeks"
    start: RampStart = RampStart()
    weeks_to_95: Positive | None = None
    contacts_to_95: Positive | None = None
    weeks: Positive | None = Field(None, description="for linear: weeks to full proficiency")
    contacts: Positive | None = Field(None, description="for linear: contacts to full proficiency")
    learning_rate: Share | None = Field(
        None, description="for power: what each doubling of experience leaves of the handle time, such as 85 %"
    )
    steps: tuple[tuple[Amount, Positive, Amount], ...] | None = Field(
        None, description="for table: [weeks or contacts, speed, resolution] rows, straight lines between them"
    )
    contacts_a_week: Positive | None = Field(
        None, description="by contacts: what those who are there at the start have handled per week of tenure"
    )

    @model_validator(mode="after")
    def _parameters(self) -> Ramp:
        wanted = RAMP_SETTINGS[self.family, self.by]
        for key in dict.fromkeys(RAMP_SETTINGS.values()):
            if (getattr(self, key) is not None) != (key == wanted):
                raise ValueError(f"the family {self.family} by {self.by} takes {wanted}, and only that")
        if (self.contacts_a_week is not None) != (self.by == "contacts"):
            raise ValueError('contacts_a_week goes with by = "contacts", and only with it')
        if self.learning_rate is not None and not 0.5 <= self.learning_rate < 1.0:
            raise ValueError("learning_rate is what a doubling of experience leaves: from 50 % to less than 100 %")
        if self.family == "power" and not 0.0 < self.start.speed < 1.0:
            raise ValueError("the family power starts at a speed below 1")
        if self.steps is not None:
            experience = [row[0] for row in self.steps]
            if not experience or sorted(set(experience)) != experience:
                raise ValueError("the weeks of the steps must rise")
            if self.steps[-1][1:] != (1.0, 1.0):
                raise ValueError("the last step must reach speed 1 and resolution 1")
        return self


class Trainer(Table):
    per: Count = Field(15, description="trainees that one trainer takes; assumption")
    wage: Amount = Field(description="per hour")


class Training(Table):
    """Before the floor: paid by the group's first wage step."""

    length: Duration
    hours_a_week: Positive | None = Field(None, description="the contract's if not given")
    dropout: Share = Field(0.0, description="share who leave during the training, at any day of it")
    licence_pass: Share = Field(1.0, description="share who pass at the end")
    retake_after: Duration | None = Field(None, description="one more try after this time; who fails for good leaves")
    paid: StrictBool = True
    trainer: Trainer | None = None

    @property
    def kept(self) -> float:
        """Share of those who start that comes on the floor."""
        failed = (1.0 - self.licence_pass) ** (1 if self.retake_after is None else 2)
        return (1.0 - self.dropout) * (1.0 - failed)


class Nesting(Table):
    """The first weeks on the floor, with help."""

    length: Duration
    speed: Positive
    resolution: Amount
    queues: tuple[Name, ...] = Field((), description="all of the group's if not given")
    mentor_per: Count | None = Field(None, description="nesters that one mentor helps")
    mentor_share: Share | None = Field(None, description="of the mentor's shift, off the floor")


class Hiring(Table):
    """A class (`starts`, `offers`), or a standing order (`replace = "leavers"`, or `hold` so many heads)."""

    group: Name
    starts: Date | None = Field(None, description="first day of a class, in training if there is one")
    offers: Count | None = None
    show_up: Share = 1.0
    replace: Literal["leavers"] | None = None
    hold: Count | None = Field(None, description="heads, those in training included")
    vacancy: Duration = Field(0.0, description="from the loss to the day on which the new hire starts")
    first: Date | None = Field(None, alias="from", description="standing orders: vacancies from this day on")
    last: Date | None = Field(None, alias="to", description="standing orders: no vacancies after this day")
    training: Training | None = None
    nesting: Nesting | None = None
    contract_until: Date | None = Field(None, description="last day of a fixed term: not attrition")
    contract_hours: Positive | None = None
    cost: Amount = Field(0.0, description="recruiting, per person who starts")

    @property
    def is_class(self) -> bool:
        return self.starts is not None

    @model_validator(mode="after")
    def _one_kind(self) -> Hiring:
        kinds = [key for key in ("starts", "replace", "hold") if getattr(self, key) is not None]
        if len(kinds) != 1:
            raise ValueError('give one of starts (a class), replace = "leavers" and hold (standing orders)')
        if self.is_class != (self.offers is not None):
            raise ValueError("a class has starts and offers" if self.is_class else "offers goes with starts")
        if self.is_class and {"vacancy", "first", "last"} & self.model_fields_set:
            raise ValueError("vacancy, from and to go with a standing order, not with a class")
        if not self.is_class and "show_up" in self.model_fields_set:
            raise ValueError("show_up goes with a class: a standing order looks until somebody starts")
        return self


FIRST_DAYS, FIRST_YEAR = 90, 365
"""Days of tenure at which the next rate applies."""


class AnnualRate(Table):
    """Leavers per head and year, by tenure since the hire; a rate, so it may exceed 1."""

    first_90_days: Amount
    first_year: Amount
    later: Amount

    def after(self, days: float) -> float:
        """The rate after so many days of tenure."""
        return self.first_90_days if days < FIRST_DAYS else self.first_year if days < FIRST_YEAR else self.later


def _annual_rate(value: object) -> object:
    if isinstance(value, dict | AnnualRate):
        return value
    rate = _RATE.validate_python(value)
    return {"first_90_days": rate, "first_year": rate, "later": rate}


class Burnout(Table):
    """What weeks of high occupancy of the group multiply a rate by: factor ^ (points above ÷ 10)."""

    above_occupancy: Share
    factor_per_10_points: Positive
    over_weeks: Positive = 4.0

    def factor(self, occupancy: float) -> float:
        return float(self.factor_per_10_points ** (10.0 * max(0.0, occupancy - self.above_occupancy)))


class Attrition(Table):
    annual_rate: Annotated[
        AnnualRate,
        BeforeValidator(_annual_rate),
        WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "object"}], "examples": [0.35]}),
    ]
    season: File | None = Field(None, description="week,factor or month,factor")
    burnout: Burnout | None = None


class Leaver(Table):
    """Somebody known to leave: the first day on which they are gone."""

    on: Date
    heads: Count | None = None
    agent: Name | None = Field(None, description="a name of the people file or the roster")

    @model_validator(mode="after")
    def _who(self) -> Leaver:
        if (self.heads is None) == (self.agent is None):
            raise ValueError("give either heads or agent")
        return self


class Move(Table):
    """From one group to another: so many heads on a date, or a share of the proficient a year (promotion)."""

    source: Name = Field(alias="from")
    target: Name = Field(alias="to")
    on: Date | None = None
    heads: Count | None = None
    annual_share: Amount | None = Field(None, description="of proficient agents, a year")
    after: Duration = Field(52 * WEEK, description="of tenure, before a promotion")
    ramp_again: StrictBool = Field(False, description="whether they begin the new group's ramp anew")

    @model_validator(mode="after")
    def _one_kind(self) -> Move:
        if (self.on is None) != (self.heads is None) or (self.on is None) == (self.annual_share is None):
            raise ValueError("give either on and heads, or annual_share")
        return self


def heads_at_once(share: float, heads: int) -> int:
    """A share of a group's heads as people: one at least, or in small groups it would never be anybody's turn."""
    return max(1, math.floor(share * heads + 1e-9))


class Absence(Table):
    """Sickness (`spell`), or leave: planned, in blocks."""

    annual_days: Amount = Field(description="working days a year of somebody who works five a week")
    spell: Duration | None = Field(None, description="sickness: mean length, in calendar days")
    block: Duration = Field(5 * DAY, description="leave: working days taken together; assumption")
    season: File | None = Field(None, description="week,factor or month,factor: when it is taken, or comes")
    at_most: Share = Field(1.0, description="leave: of a group's heads at once, and one of them at least")
    csv: File | None = Field(None, description="leave already granted: agent,from,to")
    burnout: Burnout | None = Field(None, description="sickness: more of it after weeks of high occupancy")
    groups: tuple[Name, ...] = Field((), description="all with shifts or a roster if not given")
    paid: StrictBool = True

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

    share: Share
    mean: Duration
    paid: StrictBool = False


class Activity(Table):
    """Off the floor: at set `hours`, for all at once; or for a `length`, in the week's quietest interval."""

    days: Days = (0, 1, 2, 3, 4, 5, 6)
    hours: SpanOfDay | None = None
    length: Duration | None = None
    every: Duration = WEEK
    at_once: Share = Field(1.0, description="of the group's heads; quietest interval only")
    paid: StrictBool = True

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

    speed: Positive = 1.0
    resolution: Positive = 1.0
    courtesy: Positive = 1.0


class Lessons(Table):
    """Hours off the floor for each agent who attends."""

    starts: Date
    length: Duration = Field(description="for each agent")
    a_day: Duration = Field(4 * HOUR, description="of it, at most on one day")
    at_once: Share = Field(0.1, description="of the group's heads; assumption")
    cost: Amount = Field(0.0, description="per agent, beside the time")
    paid: StrictBool = True


class Course(Lessons):
    """All agents of some groups attend, and are faster or better for it."""

    kind: Literal["technical", "soft skills"] = "technical"
    groups: tuple[Name, ...]
    every: Duration | None = Field(None, description="repeated after this time; the effect is renewed, not added")
    effect: Effect = Effect()
    half_life: Duration | None = Field(None, description="of the effect; it stays if not given")


class CrossTraining(Lessons):
    """Adds a skill, whose ramp then starts; the key is the queue."""

    heads: Count
    ramp: Name | None = Field(None, description="of the new skill; proficient at once if not given")


class Supervisors(Table):
    per: Count = Field(description="heads of the group, those in training too, that one supervisor leads")
    wage: Amount = Field(description="per hour, full time")


OUT_OF_OFFICE = ("leave", "sick")
"""The kinds of shrinkage that are shares of contracted hours; the others are of attended ones."""


class ShrinkagePlan(Table):
    """What was planned of each kind, beside what is produced: OUT_OF_OFFICE, then in the office."""

    leave: Share = 0.0
    sick: Share = 0.0
    breaks: Share = 0.0
    meetings: Share = 0.0
    coaching: Share = 0.0
    training: Share = 0.0
    away: Share = 0.0
    late: Share = 0.0

    @property
    def combined(self) -> float:
        """1 − (1 − out of office)(1 − in office)."""
        plan: dict[str, Any] = dict(self)
        out = sum(plan[key] for key in OUT_OF_OFFICE)
        return float(1.0 - (1.0 - out) * (1.0 - (sum(plan.values()) - out)))
