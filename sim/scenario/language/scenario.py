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

    title: Text = "Untitled"
    author: Text | None = Field(None, description="who made it: stands on its pages, in the workbook and the manifest")
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
    staffing: Staffing | None = None
    uncertain: Uncertain = {}


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
        definition["properties"]["like"] = {"type": "string", "description": "everything as there, except"}
        # With `like`, or in a plan, a table may leave out what it inherits.
        definition.pop("required", None)
    schema["title"] = "Contact-center scenario"
    return schema
