"""The floor as tables of records: what rules touch, what it is set up from, and how a record lies in an array.

Under SimPy a table is a list of these objects; compiled, it is a numpy array whose layout derives from them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import starmap
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.floor.tables.records import (
    Agent,
    Callback,
    CenterState,
    Contact,
    Duty,
    Event,
    Group,
    Holding,
    List,
    Member,
    Opening,
    Queue,
    Rise,
    Site,
    Skill,
    Tier,
    Transfer,
    Window,
)
from sim.observations import Table, dtype_of
from sim.scenario.language.channels import MOST_TOGETHER


class Calendar(Protocol):
    """What a rule may ask of SimPy's calendar; the compiled one is an array of events."""

    def schedule(self, when: float, what: int, who: int, stamp: int) -> None: ...


Row = tuple[Any, ...]
"""A contact's luck still to be born, in the order of LUCK; or a row of what was observed."""


class Floor(NamedTuple):
    """Everything a rule may touch: lists of records under SimPy, as the types say; arrays of the same when compiled."""

    center: list[CenterState]
    contacts: list[Contact]
    contact_stamp: list[int]
    agents: list[Agent]
    agent_stamp: list[int]
    queues: list[Queue]
    groups: list[Group]
    tiers: list[Tier]
    members: list[Member]
    skills: list[Skill]
    openings: list[Opening]
    rises: list[Rise]
    holdings: list[Holding]
    """group × queue, flat."""
    transfers: list[Transfer]
    callbacks: list[Callback]
    windows: list[Window]
    sites: list[Site]
    lists: list[List]
    """A queue's line; a group's idle agents; a group's agents off duty; and, where the scenario needs them: a group's
    agents with 1, 2, … contacts and room for more; a group's agents on work that may be interrupted; agents who wait
    for a desk at a site; the shared contacts in an agent's hands; a queue's contacts who are promised a call later;
    and those whose call stands behind the live queue."""
    speed: list[float]
    """agent × queue, flat: work done per second of handle time."""
    resolution: list[float]
    """agent × queue, flat: the chance that the contact resolves the case."""
    pace: list[float]
    """queue × load, flat: how fast each of so many contacts is worked on."""
    care: list[float]
    """queue × load, flat: relative chance to resolve a contact that so many were held beside, itself included."""
    courtesy: list[float]
    """Per agent, 1 being usual."""
    work_stamp: list[int]
    """Per agent: moves on when the shared work in hand is planned anew."""
    arrivals: list[Contact]
    legs: list[Row]
    follow_ups: list[Row]
    duties: list[Duty]
    calendar: Calendar
    contact_log: list[Row]
    presence_log: list[Row]


@dataclass(frozen=True)
class Setting:
    """The floor before the first day, lowered to tables: policies are data."""

    center: Table
    agents: Table
    queues: Table
    groups: Table
    tiers: Table
    members: Table
    skills: Table
    openings: Table
    rises: Table
    holdings: Table
    transfers: Table
    callbacks: Table
    windows: Table
    sites: Table
    speed: Table
    resolution: Table
    pace: Table
    care: Table
    courtesy: Table


MOST_LOAD = MOST_TOGETHER + 1
"""Columns of the table of paces, by the number of contacts worked on at once."""

LAYOUT: dict[type[Any], np.dtype[Any]] = {
    record: dtype_of(record)
    for record in (
        Contact, Agent, Queue, Group, Tier, Member, Skill, Opening, Rise, Holding, Transfer, Callback, Window, Site,
        Duty, List, CenterState, Event,
    )
}  # fmt: skip


def blank(record: type[Any], count: int) -> Table:
    """`count` records with their default values, as an array."""
    table = np.empty(count, LAYOUT[record])
    for f in fields(record):
        table[f.name] = f.default
    return table


def table_of(record: type[Any], rows: list[tuple[Any, ...]]) -> Table:
    """The records of these rows; what a row does not give keeps its default."""
    table, defaults = blank(record, len(rows)), tuple(f.default for f in fields(record))
    for at, row in enumerate(rows):
        table[at] = (*row, *defaults[len(row) :])
    return table


def as_objects(record: type[Any], table: Table) -> list[Any]:
    """An array of records as the objects that Python rules work on."""
    return list(starmap(record, table.tolist()))
