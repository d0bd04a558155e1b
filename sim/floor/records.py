"""What the floor keeps in its head: records of ints and floats, the same under both calendars.

Under SimPy a table is a list of these objects; compiled, it is a numpy array whose layout derives from them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import starmap
from typing import Any, NamedTuple

import numpy as np

from sim.observations import OFF, Table, dtype_of

# Events, in the order of the handlers.
ARRIVE, ABANDON, OVERFLOW, HANG_UP, FINISH, DUTY, RETURN = range(7)

# What a duty row asks for.
ASSIGN, SEAT_ON, SEAT_OFF, CLOSE = range(4)

# How a tier chooses among idle agents.
LONGEST_IDLE, MOST_PROFICIENT, FASTEST, IN_ORDER = range(4)


@dataclass(slots=True)
class Contact:
    """A contact, with all its luck drawn at birth. Work is in seconds at standard speed until answered."""

    queue: int = 0
    index: int = 0
    balks: int = 0
    refused: int = 0
    arrived: float = 0.0
    talk: float = 0.0
    hold: float = 0.0
    wrap: float = 0.0
    gives_up: float = 0.0
    resolve: float = 0.0
    share: float = 0.0
    agent: int = -1
    tier: int = 0
    answered: float = -1.0
    hung_up: float = 0.0
    ended: float = 0.0
    line: int = -1
    ahead: int = -1
    behind: int = -1


@dataclass(slots=True)
class Agent:
    """An agent's state. `wanted` is the activity the roster asks for; it waits for the contact in hand."""

    group: int = 0
    activity: int = OFF
    since: float = 0.0
    wanted: int = OFF
    wanted_at: float = -1.0
    length: float = 0.0
    contact: int = -1
    idle_since: float = 0.0
    line: int = -1
    ahead: int = -1
    behind: int = -1


@dataclass(slots=True)
class Queue:
    lines: int = -1
    lines_used: int = 0
    cut_off: int = 0
    first_tier: int = 0
    end_tier: int = 0


@dataclass(slots=True)
class Group:
    excess: int = 0
    first_skill: int = 0
    end_skill: int = 0


@dataclass(slots=True)
class Tier:
    """Agent groups that open to a queue's contacts `after` a wait."""

    after: float = 0.0
    choose: int = LONGEST_IDLE
    then: int = LONGEST_IDLE
    shared: int = 0
    first_member: int = 0
    end_member: int = 0


@dataclass(slots=True)
class Member:
    """A group in a tier; `share_up_to` is the cumulative share between the tier's groups."""

    group: int = 0
    keep_idle: int = 0
    share_up_to: float = 1.0


@dataclass(slots=True)
class Skill:
    """A queue that a group serves; lower `rank` is taken first, then the larger wait × weight."""

    queue: int = 0
    rank: int = 0
    weight: float = 1.0
    first_opening: int = 0
    end_opening: int = 0


@dataclass(slots=True)
class Opening:
    """When a queue's contacts are open to a group that has just become free."""

    after: float = 0.0
    keep_idle: int = 0


@dataclass(slots=True)
class Duty:
    """A row of the day's roster. `length` > 0 lasts that long from when it truly starts."""

    time: float = 0.0
    what: int = 0
    who: int = 0
    activity: int = 0
    length: float = 0.0


@dataclass(slots=True)
class List:
    """A doubly linked list of contacts or agents, threaded through their records."""

    first: int = -1
    last: int = -1
    count: int = 0


@dataclass(slots=True)
class Book:
    """The floor's scalars."""

    queues: int = 0
    groups: int = 0
    agents: int = 0
    lines: int = -1
    lines_used: int = 0
    lines_counted: int = 0
    arrivals: int = 0
    duties: int = 0
    spare: int = -1
    slots: int = 0
    # used by the compiled calendar only
    pending: int = 0
    order: int = 0
    contact_rows: int = 0
    presence_rows: int = 0


@dataclass(slots=True)
class Event:
    time: float = 0.0
    order: int = 0
    what: int = 0
    who: int = 0
    stamp: int = 0


class Floor(NamedTuple):
    """Everything a rule may touch: lists of records under SimPy, arrays when compiled."""

    book: Any
    contacts: Any
    contact_stamp: Any
    agents: Any
    agent_stamp: Any
    queues: Any
    groups: Any
    tiers: Any
    members: Any
    skills: Any
    openings: Any
    lists: Any
    """A queue's line, then a group's idle agents, then a group's agents off duty."""
    speed: Any
    """agent × queue, flat: work done per second of handle time."""
    resolution: Any
    """agent × queue, flat: the chance that the contact resolves the case."""
    arrivals: Any
    duties: Any
    calendar: Any
    contact_log: Any
    presence_log: Any


@dataclass(frozen=True)
class Setting:
    """The floor before the first day, lowered to tables: policies are data."""

    book: Table
    agents: Table
    queues: Table
    groups: Table
    tiers: Table
    members: Table
    skills: Table
    openings: Table
    speed: Table
    resolution: Table


@dataclass(frozen=True)
class Day:
    """One day's contacts (dtype of Contact, by time) and duty rows (by time); the day ends at `until`."""

    arrivals: Table
    duties: Table
    until: float


LAYOUT: dict[type[Any], np.dtype[Any]] = {
    record: dtype_of(record)
    for record in (Contact, Agent, Queue, Group, Tier, Member, Skill, Opening, Duty, List, Book, Event)
}


def blank(record: type[Any], count: int) -> Table:
    """`count` records with their default values, as an array."""
    table = np.empty(count, LAYOUT[record])
    for f in fields(record):
        table[f.name] = f.default
    return table


def as_objects(record: type[Any], table: Table) -> list[Any]:
    """An array of records as the objects that Python rules work on."""
    return list(starmap(record, table.tolist()))
