"""A group of agents: who they are, when they are there, which contacts they take and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, WithJsonSchema

from sim.scenario.language.fields import (
    Amount,
    Choices,
    ContractHours,
    Count,
    Days,
    Duration,
    File,
    Name,
    Positive,
    Share,
    SpanOfDay,
)
from sim.scenario.language.handling import Capacity, ChannelName
from sim.scenario.language.laws import NamesSheet, Table
from sim.scenario.language.off_floor import Activity, CrossTraining, Unpunctual
from sim.scenario.language.quality import Fatigue, Pressure
from sim.scenario.language.shifts import ShiftPart
from sim.scenario.language.workforce import GroupWage, Leaver, Supervisors, Tenure, Wage

Take = Literal["skill_priority", "priority_class", "longest_waiting", "wait_weight", "longest_queue"]

OF_WAITS = ("longest_waiting", "wait_weight", "longest_queue")
"""Rules that look at who waits; `longest_queue`: from the queue in which most do, of equals the longest waiting."""


class SkillSpec(Table):
    priority: Count = Field(1, description="1 is taken first")
    speed: Positive = Field(1.0, description="relative to the agent's own speed")
    resolution: Amount = Field(1.0, description="relative chance to resolve")
    holders: Share = Field(1.0, description="share of the group who hold the skill")


class CsvFile(NamesSheet):
    csv: File


class Seats(NamesSheet):
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
