"""The waist: what happened on the floor, as tables. The floor writes them; KPIs are computed from them alone.

A contact's row is written when it has ended; a presence row when an agent's stay in one activity has ended.
Times are seconds since the start of the horizon, on the floor's grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.contact import DRAWN, Born, Reported

# How a contact ended.
ANSWERED, ABANDONED, BALKED, BLOCKED, REFUSED, CUT_OFF, WAITING, IN_HAND, UNREACHED = range(9)
OUTCOMES = (
    "answered",
    "abandoned",
    "balked",
    "blocked",
    "out of hours",
    "cut off at close",
    "still waiting",
    "in hand",
    "not reached",
)

# What an agent is doing, whether or not a contact is in hand.
OFF, AVAILABLE, BREAK, MEETING, COACHING, TRAINING, LEAVE, SICK, AWAY, DESKLESS, LATE = range(11)
ACTIVITIES = (
    "off", "work", "break", "meeting", "coaching", "training", "leave", "sick", "away", "waiting for a desk", "late",
)  # fmt: skip
# How a contact left its first agent: not at all, to another queue, for want of a resolution, or with a second agent who
# joined.
KEPT, TRANSFERRED, ESCALATED, SWARMED = range(4)

OVERRUN = 100
"""Added to the activity that had to wait: the agent's time past the moment it was due."""

HELD = 1000
"""Plus the places taken: the time in which an agent who can hold several contacts had so many in hand."""


@dataclass(slots=True)
class ContactRow(Reported):
    """One leg of a contact's story: what is told of it, and how it ended. `group` is -1 when nobody answered.

    Groups and agents past the scenario's own are vendors' (group number: groups + vendor).
    """

    outcome: int = 0
    group: int = -1
    resolved: int = 0
    """1 if it resolved the case, 0 if not, -1 if nobody could have."""


@dataclass(slots=True)
class PresenceRow:
    """One agent's stay in one activity."""

    agent: int = 0
    group: int = 0
    activity: int = 0
    began: float = 0.0
    ended: float = 0.0


def dtype_of(record: type[Any]) -> np.dtype[Any]:
    """The numpy layout of a record of ints and floats."""
    kinds = {"int": np.int64, "float": np.float64}
    return np.dtype([(f.name, kinds[str(f.type)]) for f in fields(record)], align=True)


CONTACT_ROW = dtype_of(ContactRow)
PRESENCE_ROW = dtype_of(PresenceRow)

LUCK = np.dtype([(name, dtype_of(Born)[name]) for name in DRAWN], align=True)
"""What a contact is born with, in the order in which the floor's own record takes it."""

Table = NDArray[Any]


def as_words(table: Table) -> NDArray[np.uint64]:
    """The same memory, 64 bits for each field: numpy copies records field by field, but these in one go."""
    assert table.dtype.names is not None
    return table.view(np.uint64).reshape(len(table), len(table.dtype.names))


def stacked(tables: Sequence[Table]) -> Table:
    """A copy of these tables of one kind, one under the other."""
    return np.concatenate([as_words(table) for table in tables]).reshape(-1).view(tables[0].dtype)


def taken(table: Table, rows: NDArray[Any]) -> Table:
    """A copy of the rows with these numbers, or where this is true."""
    copy: Table = as_words(table)[rows].reshape(-1).view(table.dtype)
    return copy
