"""The scenario language: the single description of what a planner may write.

Field descriptions and defaults, here and in `schema_….py`, are what `sim schema` prints.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema, model_validator

from sim.errors import shown
from sim.scenario.fields import (
    Amount,
    Choices,
    ContractHours,
    Correlation,
    Count,
    Date,
    Days,
    Duration,
    File,
    Hours,
    Load,
    Name,
    Positive,
    Prose,
    Rate,
    Seed,
    Share,
    SpanOfDay,
    Spread,
    Text,
    TimeFactors,
    TimeOfDay,
    Volume,
    VolumeFactor,
    WeekdayFactors,
)
from sim.scenario.schema_business import Contract, DailyWeeklyHours, DayCalendar, Pay, Site, Vendor
from sim.scenario.schema_channels import (
    Announce,
    Backlog,
    Callback,
    Capacity,
    ChannelName,
    SelfService,
    ServiceLevel,
    Silence,
    Transfer,
)
from sim.scenario.schema_laws import Handle, LawSpec, Table
from sim.scenario.schema_off_floor import Absence, Activity, Course, CrossTraining, ShrinkagePlan, Unpunctual
from sim.scenario.schema_quality import (
    Customers,
    Escalation,
    Experience,
    Fatigue,
    Goodwill,
    Outreach,
    Pressure,
    Quality,
    Redial,
    Repeat,
    Sale,
)
from sim.scenario.schema_shifts import ShiftPart
from sim.scenario.schema_workforce import Attrition, GroupWage, Hiring, Leaver, Move, Ramp, Supervisors, Tenure, Wage
from sim.units import parse_rate

Choose = Literal["longest_idle", "most_proficient", "fastest", "in_order", "random", "least_loaded", "most_loaded"]
LOADS = ("least_loaded", "most_loaded")
"""How much agents hold decides before any other rule: the fewest, or the most, contacts."""

Take = Literal["skill_priority", "priority_class", "longest_waiting", "wait_weight", "longest_queue"]
OF_WAITS = ("longest_waiting", "wait_weight", "longest_queue")
"""Rules that look at who waits; `longest_queue`: from the queue in which most do, of equals the longest waiting."""


class Center(Table):
    start: Date = Field(description="first day")
    weeks: Count | None = None
    days: Count | None = None
    interval: Duration = Field(1800.0, description="length of an interval; divides an hour, or is whole hours")
    timezone: Text = "UTC"
    currency: Name = "USD"
    full_time_hours: Positive = 40.0
    open: Hours = Field(((((0.0, 86400.0),)),) * 7, description='opening hours, or "24/7"')
    calendar: Name | None = None
    lines: Count | None = Field(None, description="telephone lines of the whole center; no limit if not given")
    rest_between_shifts: Duration | None = None
    overtime_after: DailyWeeklyHours = DailyWeeklyHours()
    pay: Pay = Pay()


def _figure(value: object) -> object:
    """In a KPI's own unit; a share may be written "1%"."""
    return parse_rate(value) if isinstance(value, str) else value


class Precision(Table):
    kpi: Name = "service_level"
    half_width: Annotated[Positive, BeforeValidator(_figure)] = Field(
        description='half width of the 95 % interval, in the KPI\'s own unit; a share may be written "1%"'
    )
    at_least: Count = 5
    at_most: Count = 200


class Run(Table):
    replications: Count | None = None
    precision: Precision | None = None
    seed: Seed = 1
    warm_up: Duration | None = Field(
        None,
        description="whole days before the first that are played and count nowhere, like the first week: for a center "
        "that never closes, and so does not open empty",
    )


class Event(Table):
    """A dated event: demand and handle time differ from `from` to `to`, both included."""

    first: Date = Field(alias="from")
    last: Date = Field(alias="to")
    factor: VolumeFactor = 1.0
    talk_factor: Positive = 1.0

    @model_validator(mode="after")
    def _in_order(self) -> Event:
        if self.last < self.first:
            raise ValueError(f"ends on {self.last}, before it starts on {self.first}")
        return self


AhtParts = Literal["talk + hold + wrap", "talk + hold"]


class Forecast(Table):
    """Where a queue's volumes come from: `csv`, `week`, `month` or `months` (levels), or `replay` (an arrivals log)."""

    csv: File | None = Field(None, description="weekday,start,contacts[,aht_s] or date,start,contacts[,aht_s]")
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
    months: File | None = Field(None, description="month,contacts: month as 2026-03, or 3 of any year; split likewise")
    replay: File | None = Field(None, description="arrived[,talk_s,hold_s,wrap_s,patience_s]")
    season: File | None = Field(None, description="week,factor or month,factor")
    weekday: WeekdayFactors | None = None
    shape: File | None = Field(None, description="weekday,start,share")
    growth: Rate = 0.0
    day_after_closed: Amount = 1.0
    events: dict[Name, Event] = {}
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

    level_cv: Spread = 0.0
    aht_cv: Spread = 0.0


class Tier(Table):
    """One step of a route: groups that may take the contact once it has waited `after`."""

    groups: tuple[Name, ...] = ()
    vendor: Name | None = Field(None, description="an outside partner instead of groups")
    after: Duration = 0.0
    until: Duration | None = Field(None, description="it takes nobody who has waited so long; no end if not given")
    keep_idle: Count = Field(0, description="idle agents that each group keeps in reserve")
    choose: Annotated[
        tuple[Choose, ...],
        Choices,
        WithJsonSchema({"type": ["string", "array"], "examples": [["longest_idle"]]}),
    ] = ("longest_idle",)
    share: dict[Name, Share] | None = Field(None, description="how contacts are split between the groups")

    @model_validator(mode="after")
    def _somebody(self) -> Tier:
        if bool(self.groups) == (self.vendor is not None):
            raise ValueError('give either groups = ["core"] or vendor = "partner"')
        return self


class Queue(Table):
    channel: ChannelName
    open: Hours | None = Field(None, description="the center's hours if not given")
    arrives: Literal["always", "open"] | None = Field(
        None, description="whether contacts come out of hours too: always on deferred channels, else open hours only"
    )
    contract: Name | None = None
    forecast: Forecast = Field(
        default_factory=lambda: NO_FORECAST,
        description="not needed where only other queues bring contacts: by transfer, escalation, deflect, or repeat.to",
    )
    busyness: Busyness = Busyness()
    talk: LawSpec | None = None
    hold: LawSpec = LawSpec(family="constant", mean="0s")
    wrap: LawSpec = Field(
        LawSpec(family="constant", mean="0s"),
        description="after-contact work: the agent is busy, the customer gone; an ACD may count it in AHT or apart",
    )
    handle: Handle | None = Field(None, description="instead of talk, hold and wrap")
    basis: Literal["observed", "standard"] = Field(
        "observed", description="observed: AHT and FCR of the base plan's staff; standard: of a fully proficient agent"
    )
    patience: LawSpec | None = Field(None, description="live channels; assumption: exponential, mean 5 min")
    balk: Share = Field(0.0, description="share who hang up at once when they have to wait")
    lines: Count | None = None
    at_close: Literal["serve", "cut off"] = Field("serve", description="what happens to those waiting at closing time")
    at_shift_end: Literal["carry over", "finish"] | None = Field(
        None,
        description="work in hand when its agent's shift or seat ends: carried over to whoever takes it up next, with "
        "nothing lost (deferred channels, if not given), or finished first, past the end (live channels always); "
        "breaks and meetings wait until it is finished",
    )
    service_level: ServiceLevel | None = Field(
        None, description="the contract's, else 80 % in 20 s (live channels) or in 24 h (deferred)"
    )
    fcr: Share = Field(0.70, description="resolved at the first contact; industry average 70 % (SQM)")
    priority: Count = Field(1, description="priority class between queues; 1 goes first")
    priority_after: tuple[tuple[Duration, Count], ...] = Field(
        (), description='priority classes of those who have waited so long, such as [["60s", 2], ["3min", 1]]'
    )
    weight: Positive = Field(1.0, description="for groups that take by wait × weight")
    head_start: Duration = Field(
        0.0, description="between queues of equal priority, its contacts stand so much further ahead than their wait"
    )
    counts_double: Duration = Field(
        0.0, description="between queues of equal priority, so much of a wait, its first part, counts double"
    )
    minimum: Count = Field(0, description="never fewer than this many signed on")
    cost_per_contact: Amount = 0.0
    route: tuple[Tier, ...] | None = Field(None, description="all groups with the skill, longest idle, if not given")
    speed_by_load: tuple[Positive, ...] | None = Field(
        None, description="chat: speed of the work on each contact when the agent works on 1, 2, 3 … of them"
    )
    silent: Silence | None = None
    backlog_at_start: Backlog | None = Field(None, description="contacts there when the horizon begins, at midnight")
    self_service: SelfService | None = None
    callback: Callback | None = None
    announce: Announce | None = None
    transfer: dict[Name, Transfer] = Field({}, description="by the queue that the contact goes on to")
    deflect: dict[Name, Share] = Field({}, description="share of the contacts that come by another queue instead")
    unresolvable: Share = Field(0.0, description="share of the cases that nobody can resolve; the FCR contains them")
    repeat: Repeat | None = None
    redial: Redial | None = None
    escalation: Escalation | None = None
    outreach: Outreach | None = None
    credit: Goodwill | None = None
    sale: Sale | None = None
    pace: Positive = Field(1.0, description="share of standard handle time that agents take")
    resolution_by_load: tuple[Share, ...] | None = Field(
        None,
        description="chat: relative chance to resolve with 1, 2, 3 … contacts in hand; no effect if not given",
    )
    patience_by_time: TimeFactors = Field(
        (),
        description='factors on the mean patience by local time of arrival, such as [["08:00", 1.2], ["17:00", 0.8]]: '
        "each to the next time, the last over midnight; repeats, redials and transfers go by when the case came",
    )
    balk_by_time: TimeFactors = Field((), description="likewise on the share who balk")
    waiting_per_minute: Amount | None = Field(None, description="instead of that in costs; 0: not priced")


class SkillSpec(Table):
    priority: Count = Field(1, description="1 is taken first")
    speed: Positive = Field(1.0, description="relative to the agent's own speed")
    resolution: Amount = Field(1.0, description="relative chance to resolve")
    holders: Share = Field(1.0, description="share of the group who hold the skill")


class CsvFile(Table):
    csv: File


class Seats(Table):
    """Signed-on seats per interval instead of people: weekday,start,seats or date,start,seats.

    Signed on is whoever talks, holds, wraps up or is free for the next contact; breaks, meetings and aux time are not.
    """

    csv: File = Field(
        description="a file under the scenario's folder; 3.5 seats are three, and a fourth for half of the interval: "
        "joined to its neighbours where it can be, else at the beginning on one day and at the end on the next"
    )
    shrinkage: Share = Field(
        0.0, description="paid time that is not in the seats: leave, breaks, meetings, aux; paid = seats ÷ (1 − this)"
    )
    leave: Literal["first free", "named"] = Field(
        "first free",
        description="who leaves when seats are cut: whoever is free first, idle agents before all others; or agents "
        "named beforehand, the last seats first, each after the live contacts in hand",
    )


class Talent(Table):
    """How much agents differ: standard deviation of the log of speed, and of the log of resolution."""

    speed: Amount = 0.0
    resolution: Amount = 0.0


class Away(Table):
    """Some of a group's heads off the floor at set hours: a project, a course."""

    days: Days = (0, 1, 2, 3, 4, 5, 6)
    hours: SpanOfDay
    heads: Count
    paid: StrictBool = True


class Group(Table):
    site: Name | None = None
    heads: Count | None = None
    contract_hours: ContractHours | None = Field(
        None, description='hours a week, or { "40" = 7, "24" = 2 } (hours = heads); the longest get the longest shifts'
    )
    shifts: dict[Name, ShiftPart] | None = Field(
        None, description="shares of heads, or counts without heads; { heads = 2, contract_hours = 24 } names contracts"
    )
    rotation: Name | None = None
    people: CsvFile | None = Field(None, description="agent[,hired,contract_hours,wage,speed,resolution]")
    roster: CsvFile | None = Field(None, description="agent,date,start,end,activity,paid")
    seats: Seats | None = None
    skills: dict[Name, SkillSpec]
    capacity: dict[ChannelName, Capacity] = Field({}, description="what one agent may hold together, by channel")
    away: dict[Name, Away] = {}
    ramp: Name | None = None
    tenure: Tenure | None = None
    talent: Talent = Talent()
    wage: GroupWage = Field(
        Wage.model_validate({"steps": 20.92}), description="per hour; default: US mean, BLS OEWS May 2023, 43-4051"
    )
    attrition: Name | None = None
    leavers: dict[Name, Leaver] = Field({}, description="known to leave, by name or in number")
    lateness: Unpunctual | None = None
    early_log_off: Unpunctual | None = None
    meetings: dict[Name, Activity] = {}
    coaching: dict[Name, Activity] = Field({}, description="one to one")
    cross_training: dict[Name, CrossTraining] = Field({}, description="by the queue whose skill it adds")
    supervisors: Supervisors | None = None
    pace: Positive = Field(1.0, description="share of standard handle time that agents take")
    pressure: Pressure | None = None
    fatigue: Fatigue | None = None
    rest_between_shifts: Duration | None = None
    take: Annotated[
        tuple[Take, ...], Choices, WithJsonSchema({"type": ["string", "array"], "examples": [["longest_waiting"]]})
    ] = ("skill_priority", "priority_class", "longest_waiting")


OF_PEOPLE = (
    "attrition", "leavers", "lateness", "early_log_off", "meetings", "coaching", "cross_training", "supervisors",
)  # fmt: skip
"""Settings of groups whose people are simulated one by one, day by day."""


class Break(Table):
    """A break: `within` a window, staggered over the shift's agents, or `at` a time, for all at once."""

    within: SpanOfDay | None = None
    at: TimeOfDay | None = None
    length: Duration
    paid: StrictBool = False

    @model_validator(mode="after")
    def _placed(self) -> Break:
        if (self.within is None) == (self.at is None):
            raise ValueError('give either within = "09:30-11:00" or at = "10:00"')
        if self.length <= 0:
            raise ValueError("the break has no length")
        if self.within is not None and self.within[1] - self.within[0] < self.length:
            raise ValueError("the break is longer than its window")
        return self


class Shift(Table):
    days: Days = (0, 1, 2, 3, 4, 5, 6)
    hours: SpanOfDay
    breaks: tuple[Break, ...] = ()


class Rotation(Table):
    """Weeks of working days, such as ["MTWTF--", "--WTFSS"], repeated; agents are spread over the weeks."""

    weeks: tuple[str, ...] = Field(min_length=1)
    assign: Literal["spread", "together"] = "spread"

    @model_validator(mode="after")
    def _letters(self) -> Rotation:
        for week in self.weeks:
            if len(week) != 7 or any(mark not in (letter, "-") for mark, letter in zip(week, "MTWTFSS", strict=True)):
                raise ValueError(f'{shown(week)} is not a week; write "MTWTFSS" with "-" for days off')
        if not any(mark != "-" for week in self.weeks for mark in week):
            raise ValueError('nobody ever works; write the working days of "MTWTFSS"')
        return self

    def works(self, week: int, weekday: int) -> bool:
        return self.weeks[week % len(self.weeks)][weekday] != "-"


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
    """The smallest difference between plans that matters: where it is smaller, they are told to be the same."""

    share: Share = Field(0.001, description="of service level, abandonment, FCR …: 0.1 percentage points")
    seconds: Duration = Field(1.0, description="of waits and handle times")
    relative: Share = Field(0.001, description="of money, hours, contacts …: this share of the baseline's figure")
    kpis: dict[Name, Annotated[Amount, BeforeValidator(_figure)]] = Field(
        {}, description='by KPI, in its own unit: { service_level = "0.5%", cost_total = 100 }'
    )


class Results(Table):
    intervals: Literal["auto", "date", "typical week"] = Field(
        "auto", description="auto: by date up to 8 weeks, beyond that a typical week per month"
    )
    matters: Matters = Matters()


class ScenarioSpec(Table):
    """A scenario file: the world, and the base plan."""

    title: Text = "Untitled"
    description: Prose | None = Field(
        None, description="a few sentences about the scenario; a plan has its own: [plans.NAME] description = …"
    )
    center: Center
    run: Run = Run()
    calendars: dict[Name, DayCalendar] = {}
    queues: dict[Name, Queue] = Field(min_length=1)
    groups: dict[Name, Group] = Field(min_length=1)
    shifts: dict[Name, Shift] = {}
    rotations: dict[Name, Rotation] = {}
    ramp: dict[Name, Ramp] = {}
    sites: dict[Name, Site] = {}
    vendors: dict[Name, Vendor] = {}
    contracts: dict[Name, Contract] = {}
    hiring: dict[Name, Hiring] = {}
    attrition: dict[Name, Attrition] = {}
    moves: dict[Name, Move] = {}
    absence: dict[Name, Absence] = {}
    courses: dict[Name, Course] = {}
    shrinkage_plan: ShrinkagePlan | None = None
    quality: Quality = Quality()
    experience: Experience | None = None
    customers: Customers | None = None
    forecast_error: ForecastError = ForecastError()
    costs: Costs = Costs()
    results: Results = Results()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, `extends`, `like` and `plans` included."""
    schema = ScenarioSpec.model_json_schema(by_alias=True)
    properties = schema["properties"]
    properties["extends"] = {"type": "string", "description": "a scenario file that this one changes"}
    properties["plans"] = {
        "type": "object",
        "description": 'staffing alternatives: what differs from the base; "+2", "105%" and "none" change values. '
        "Tables merge, but one that makes a choice (family, csv, week) or is a mix of shares or counts (shifts, "
        "contract_hours, weekday, deflect, to) replaces; dotted keys change single entries of it. Heads that change "
        "alone take counts of shifts and contract hours along, in proportion, by largest remainder",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "description": {"type": "string", "description": "what is shown of the plan; else its changes"}
            },
        },
    }
    for table in ("Queue", "Group", "Shift"):
        definition = schema["$defs"][table]
        definition["properties"]["like"] = {"type": "string", "description": "everything as there, except"}
        # With `like`, or in a plan, a table may leave out what it inherits.
        definition.pop("required", None)
    schema["title"] = "Contact-center scenario"
    return schema
