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
    csv: File = Field(description="the file that says it")


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

    speed: Amount = Field(0.0, description="standard deviation of the log of speed between agents; a real bank's: 0.19")
    resolution: Amount = Field(0.0, description="standard deviation of the log of the chance to resolve between agents")


class Away(Table):
    """Some of a group's heads off the floor at set hours: a project, a course."""

    days: Days = Field((0, 1, 2, 3, 4, 5, 6), description="on which they are away")
    hours: SpanOfDay = Field(description="from when to when")
    heads: Count = Field(description="how many of the group")
    paid: StrictBool = Field(True, description="whether these hours are paid")


class Group(Table):
    site: Name | None = Field(
        None, description="where they work: a name of [sites]; the center's own rules if not given"
    )
    heads: Count | None = Field(
        None, description="people; shifts then share them out. Without it, counts of shifts add up to the heads"
    )
    contract_hours: ContractHours | None = Field(
        None,
        description='contracted hours a week, or { "40" = 7, "24" = 2 } (hours = heads); the longest get the longest '
        "shifts",
    )
    shifts: dict[Name, ShiftPart] | None = Field(
        None,
        description="who works which shift: shares of heads, or counts without; { heads = 2, contract_hours = 24 }"
        " names contracts",
    )
    rotation: Name | None = Field(None, description="which weekdays they work in which week: a name of [rotations]")
    people: CsvFile | None = Field(
        None, description="a file of the people, one by one: agent[,hired,contract_hours,wage,speed,resolution]"
    )
    roster: CsvFile | None = Field(
        None, description="a file of who works when, instead of shifts: agent,date,start,end,activity,paid"
    )
    seats: Seats | None = Field(None, description="signed-on seats per interval, instead of people with shifts")
    skills: dict[Name, SkillSpec] = Field(description="the queues that they serve, by name")
    capacity: dict[ChannelName, Capacity] = Field({}, description="what one agent may hold together, by channel")
    away: dict[Name, Away] = Field({}, description="some of them off the floor at set hours, by names of your own")
    ramp: Name | None = Field(
        None,
        description="how people become proficient: a name of [ramp]; everybody is from the first day if not given",
    )
    tenure: Tenure | None = Field(
        None,
        description="how long those of the first day have been there; two years are assumed where it matters",
    )
    talent: Talent = Field(Talent(), description="how much agents differ")
    wage: GroupWage = Field(
        Wage.model_validate({"steps": 20.92}), description="per hour; default: US mean, BLS OEWS May 2023, 43-4051"
    )
    attrition: Name | None = Field(None, description="who leaves, and when: a name of [attrition]; nobody if not given")
    leavers: dict[Name, Leaver] = Field({}, description="known to leave, by name or in number")
    lateness: Unpunctual | None = Field(None, description="shifts begun late")
    early_log_off: Unpunctual | None = Field(None, description="shifts ended early")
    meetings: dict[Name, Activity] = Field(
        {}, description="all of the group off the floor together, by names of your own"
    )
    coaching: dict[Name, Activity] = Field({}, description="each agent alone with a coach, by names of your own")
    cross_training: dict[Name, CrossTraining] = Field({}, description="by the queue whose skill it adds")
    supervisors: Supervisors | None = Field(None, description="who leads them, as a cost")
    pace: Positive = Field(1.0, description="share of standard handle time that agents take")
    pressure: Pressure | None = Field(None, description="when they rush, and by how much")
    fatigue: Fatigue | None = Field(None, description="what hours of high occupancy do to them")
    rest_between_shifts: Duration | None = Field(
        None, description="least time between two shifts of a person; the check warns of less"
    )
    take: Annotated[
        tuple[Take, ...], Choices, WithJsonSchema({"type": ["string", "array"], "examples": [["longest_waiting"]]})
    ] = Field(
        ("skill_priority", "priority_class", "longest_waiting"),
        description="what an agent who is free takes first: rules in turn, each among the equals of the one before",
    )


OF_PEOPLE = (
    "attrition", "leavers", "lateness", "early_log_off", "meetings", "coaching", "cross_training", "supervisors",
)  # fmt: skip
"""Settings of groups whose people are simulated one by one, day by day."""
