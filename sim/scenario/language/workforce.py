"""The language of people's lives: tenure, wages, ramps, hiring, attrition, moves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, TypeAdapter, WithJsonSchema, model_validator

from sim.scenario.language.fields import Amount, Count, Date, Duration, File, Name, Positive, Share, WageSteps
from sim.scenario.language.laws import Table
from sim.units import WEEK, parse_duration


class Raise(Table):
    """From a date on, all wages of the group times a factor."""

    on: Date = Field(description="the day from which it holds")
    factor: Positive = Field(description="on all wages of the group")


class Wage(Table):
    """Per hour, by weeks of tenure, with dated raises."""

    steps: WageSteps = Field(description="[weeks of tenure, wage per hour], from week 0 on")
    raises: dict[Name, Raise] = Field({}, description="dated raises, by names of your own")


# A single value that stands for a table is read at once, so that what is wrong with it is reported of the value.
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
        {
            "anyOf": [{"type": "number"}, {"type": "object"}],
            "examples": [18.5, {"steps": [[0, 17.2], [26, 18.6]]}],
            "description": "money per hour; or steps by weeks of tenure, and raises",
        }
    ),
]


class TenureSpread(Table):
    """Tenure spread evenly over the heads, `from` the newest `to` the oldest."""

    newest: Duration = Field(alias="from", description="tenure of the newest")
    oldest: Duration = Field(alias="to", description="tenure of the oldest")

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
            "description": "a duration, { from, to }, or steady: the long-run mix that the group's attrition implies",
        }
    ),
]


class RampStart(Table):
    speed: Positive = Field(1.0, description="of a newcomer, against a proficient agent's")
    resolution: Amount = Field(1.0, description="chance to resolve of a newcomer, against a proficient agent's")


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

    family: Literal["exponential", "linear", "s-curve", "power", "table"] = Field(description="the shape of the curve")
    by: Literal["weeks", "contacts"] = Field("weeks", description="what experience is counted in")
    start: RampStart = Field(RampStart(), description="where a newcomer begins")
    weeks_to_95: Positive | None = Field(None, description="weeks until 95 % of a proficient agent's speed")
    contacts_to_95: Positive | None = Field(None, description="contacts until 95 % of a proficient agent's speed")
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

    length: Duration = Field(description="from the first day to the floor")
    hours_a_week: Positive | None = Field(None, description="the contract's if not given")
    dropout: Share = Field(0.0, description="share who leave during the training, at any day of it")
    licence_pass: Share = Field(1.0, description="share who pass at the end")
    retake_after: Duration | None = Field(None, description="one more try after this time; who fails for good leaves")
    paid: StrictBool = Field(True, description="whether trainees are paid")
    trainer: Trainer | None = Field(None, description="who teaches them, as a cost")

    @property
    def kept(self) -> float:
        """Share of those who start that comes on the floor."""
        failed = (1.0 - self.licence_pass) ** (1 if self.retake_after is None else 2)
        return (1.0 - self.dropout) * (1.0 - failed)


class Nesting(Table):
    """The first weeks on the floor, with help."""

    length: Duration = Field(description="from the first day on the floor")
    speed: Positive = Field(description="against the speed of a proficient agent; the ramp comes after")
    resolution: Amount = Field(description="against the chance to resolve of a proficient agent")
    queues: tuple[Name, ...] = Field((), description="all of the group's if not given")
    mentor_per: Count | None = Field(None, description="nesters that one mentor helps")
    mentor_share: Share | None = Field(None, description="of the mentor's shift, off the floor")


class Hiring(Table):
    """A class (`starts`, `offers`), or a standing order (`replace = "leavers"`, or `hold` so many heads)."""

    group: Name = Field(description="the group that they join")
    starts: Date | None = Field(None, description="first day of a class, in training if there is one")
    offers: Count | None = Field(None, description="people of a class who are offered a place")
    show_up: Share = Field(1.0, description="share of the offers who are there on the first day")
    replace: Literal["leavers"] | None = Field(None, description="a standing order: each leaver is replaced")
    hold: Count | None = Field(None, description="heads, those in training included")
    vacancy: Duration = Field(0.0, description="from the loss to the day on which the new hire starts")
    first: Date | None = Field(None, alias="from", description="standing orders: vacancies from this day on")
    last: Date | None = Field(None, alias="to", description="standing orders: no vacancies after this day")
    training: Training | None = Field(None, description="before the floor")
    nesting: Nesting | None = Field(None, description="the first weeks on the floor, with help")
    contract_until: Date | None = Field(None, description="last day of a fixed term: not attrition")
    contract_hours: Positive | None = Field(None, description="hours a week; the group's own mix if not given")
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
    """Leavers per head and year, by tenure since the hire; a rate, so it may exceed 1.

    Any of the three may be left out: it is then as the next one given, and behind the last one as that.
    """

    first_90_days: Amount = Field(description="the next given, if not given")
    first_year: Amount = Field(description="later, if not given; else first_90_days")
    later: Amount = Field(description="the last one given, if not given")

    def after(self, days: float) -> float:
        """The rate after so many days of tenure."""
        return self.first_90_days if days < FIRST_DAYS else self.first_year if days < FIRST_YEAR else self.later


def filled_rates(given: dict[str, object]) -> dict[str, str]:
    """The steps of tenure that are not given, and whose rate each takes: the next given one's, else the last one's."""
    steps = list(AnnualRate.model_fields)
    known = [step for step in steps if step in given]
    found: dict[str, str] = {}
    for place, step in enumerate(steps):
        if known and step not in given:
            found[step] = next((other for other in steps[place:] if other in given), known[-1])
    return found


def _annual_rate(value: object) -> object:
    if isinstance(value, dict):
        if not value:
            raise ValueError("is empty; write annual_rate = 0.35, or some of first_90_days, first_year and later")
        return {**value, **{step: value[source] for step, source in filled_rates(value).items()}}
    if isinstance(value, AnnualRate):
        return value
    rate = _RATE.validate_python(value)
    return {"first_90_days": rate, "first_year": rate, "later": rate}


class Burnout(Table):
    """What weeks of high occupancy of the group multiply a rate by: factor ^ (points above ÷ 10)."""

    above_occupancy: Share = Field(description="occupancy from which on it counts")
    factor_per_10_points: Positive = Field(description="on the rate, for each 10 points of occupancy above")
    over_weeks: Positive = Field(4.0, description="weeks over which occupancy is averaged")

    def factor(self, occupancy: float) -> float:
        return float(self.factor_per_10_points ** (10.0 * max(0.0, occupancy - self.above_occupancy)))


class Attrition(Table):
    annual_rate: Annotated[
        AnnualRate,
        BeforeValidator(_annual_rate),
        WithJsonSchema(
            {
                "anyOf": [{"type": "number"}, {"type": "object"}],
                "examples": [0.35, {"first_90_days": 1.1, "later": 0.2}],
                "description": "a number, or any of { first_90_days, first_year, later }",
            }
        ),
    ] = Field(
        description="leavers per head and year, by tenure: one that is left out is as the next one given, behind "
        "the last one as that"
    )
    season: File | None = Field(None, description="factors on weeks or months of the year: week,factor or month,factor")
    burnout: Burnout | None = Field(None, description="more leave after weeks of high occupancy")


class Leaver(Table):
    """Somebody known to leave: the first day on which they are gone."""

    on: Date = Field(description="first day on which they are gone")
    heads: Count | None = Field(None, description="how many leave; give heads or agent")
    agent: Name | None = Field(None, description="a name of the people file or the roster")

    @model_validator(mode="after")
    def _who(self) -> Leaver:
        if (self.heads is None) == (self.agent is None):
            raise ValueError("give either heads or agent")
        return self


class Move(Table):
    """From one group to another: so many heads on a date, or a share of the proficient a year (promotion)."""

    source: Name = Field(alias="from", description="the group that they leave")
    target: Name = Field(alias="to", description="the group that they join")
    on: Date | None = Field(None, description="the day of the move; with heads")
    heads: Count | None = Field(None, description="how many move; with on")
    annual_share: Amount | None = Field(None, description="of proficient agents, a year")
    after: Duration = Field(52 * WEEK, description="of tenure, before a promotion")
    ramp_again: StrictBool = Field(False, description="whether they begin the new group's ramp anew")

    @model_validator(mode="after")
    def _one_kind(self) -> Move:
        if (self.on is None) != (self.heads is None) or (self.on is None) == (self.annual_share is None):
            raise ValueError("give either on and heads, or annual_share")
        return self


class Supervisors(Table):
    per: Count = Field(description="heads of the group, those in training too, that one supervisor leads")
    wage: Amount = Field(description="per hour, full time")
