"""The scenario language: the single description of what a planner may write.

Field descriptions and defaults, here and in `schema_….py`, are what `sim schema` prints.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.scenario.language.business import Contract, DayCalendar, Site, Vendor
from sim.scenario.language.center import Center, Costs, Results, Run
from sim.scenario.language.fields import Name, Prose, Text
from sim.scenario.language.forecast import ForecastError
from sim.scenario.language.groups import Group
from sim.scenario.language.laws import Table
from sim.scenario.language.off_floor import Absence, Course, ShrinkagePlan
from sim.scenario.language.quality import Customers, Experience, Quality
from sim.scenario.language.queues import Queue
from sim.scenario.language.shifts import Rotation, Shift
from sim.scenario.language.staffing import Staffing
from sim.scenario.language.uncertain import Uncertain
from sim.scenario.language.workforce import Attrition, Hiring, Move, Ramp


class ScenarioSpec(Table):
    """A scenario file: the world, and the base plan."""

    title: Text = Field("Untitled", description="what results are headed by")
    author: Text | None = Field(None, description="who made it: stands on its pages, in the workbook and the manifest")
    description: Prose | None = Field(
        None, description="a few sentences about the scenario; a plan has its own: [plans.NAME] description = …"
    )
    center: Center = Field(description="the horizon, the hours, the money")
    run: Run = Field(Run(), description="how often it is played, and by which luck")
    calendars: dict[Name, DayCalendar] = Field({}, description="closed days and holidays, by name")
    queues: dict[Name, Queue] = Field(min_length=1, description="what customers bring, by name")
    groups: dict[Name, Group] = Field(min_length=1, description="who answers, by name")
    shifts: dict[Name, Shift] = Field({}, description="when people work and pause, by name")
    rotations: dict[Name, Rotation] = Field({}, description="which weekdays are worked in which week, by name")
    ramp: dict[Name, Ramp] = Field({}, description="how people become proficient, by name")
    sites: dict[Name, Site] = Field({}, description="where people work, by name")
    vendors: dict[Name, Vendor] = Field({}, description="outside partners, by name")
    contracts: dict[Name, Contract] = Field({}, description="what clients pay, by name")
    hiring: dict[Name, Hiring] = Field({}, description="classes and standing orders, by name")
    attrition: dict[Name, Attrition] = Field({}, description="how people leave, by name")
    moves: dict[Name, Move] = Field({}, description="people who change the group, by name")
    absence: dict[Name, Absence] = Field({}, description="sickness and leave, by name")
    courses: dict[Name, Course] = Field({}, description="courses that agents attend, by name")
    shrinkage_plan: ShrinkagePlan | None = Field(
        None, description="what was planned to keep people off the floor, set beside what was produced"
    )
    quality: Quality = Field(Quality(), description="what pace does to quality")
    experience: Experience | None = Field(
        None, description="what customers feel; CSAT, NPS and CES are played if it is there"
    )
    customers: Customers | None = Field(
        None, description="customers with a memory, who may leave; gives service a price"
    )
    forecast_error: ForecastError = Field(ForecastError(), description="how far the whole forecast may be off")
    costs: Costs = Field(Costs(), description="prices besides wages")
    results: Results = Field(Results(), description="how results are told")
    staffing: Staffing | None = Field(None, description="what a search for staff may change, and what must hold")
    uncertain: Uncertain = Field({}, description="how far numbers of the file may be off: what `sim sensitivity` moves")


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
    properties["grid"] = {
        "type": "object",
        "description": "settings by their places, each with values to try: `sim compare` then chooses among all "
        'combinations. A list, [20, 22, 24] or ["+2", "105%"], or a range, "-2..+4" or "20..30/2"',
        "additionalProperties": {"type": ["array", "string", "object"]},
    }
    for table in ("Queue", "Group", "Shift"):
        definition = schema["$defs"][table]
        definition["properties"]["like"] = {
            "type": "string",
            "description": "the name of another entry of the table: everything is as there, but for what stands here",
        }
        # With `like`, or in a plan, a table may leave out what it inherits.
        definition.pop("required", None)
    schema["title"] = "Contact-center scenario"
    return schema
