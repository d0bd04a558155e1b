"""What rules ask of whoever plays them, as Python; the compiled calendar gives each a compiled twin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sim.floor.rules.copying import as_row
from sim.floor.tables.layout import Floor
from sim.floor.tables.records import Contact

Rule = TypeVar("Rule", bound=Callable[..., Any])

RULES: list[Callable[..., Any]] = []
"""Every rule, for the compiled calendar to register."""

GRID = 1.5 * 2.0**32
"""Adding and subtracting it rounds a time below 2**32 s to 2**-20 s: sums of times are then exact."""


def rule(function: Rule) -> Rule:
    """Marks a floor rule: plain Python here, also compiled by the compiled calendar."""
    RULES.append(function)
    return function


@rule
def snap(time: float) -> float:
    """The nearest time on the grid."""
    return (time + GRID) - GRID


def schedule(floor: Floor, when: float, what: int, who: int, stamp: int) -> None:
    """Event `what` for `who` at `when`; it is stale if the stamp has moved on by then."""
    floor.calendar.schedule(when, what, who, stamp)


NOBODY_YET = Contact()
"""In a new slot until somebody is born into it."""


def spare_slot(floor: Floor) -> int:
    """A free row in the table of contacts: a recycled one first."""
    center = floor.center[0]
    c: int = center.spare
    if c >= 0:
        center.spare = floor.contacts[c].next_spare
        return c
    c = center.slots
    center.slots += 1
    floor.contacts.append(NOBODY_YET)
    floor.contact_stamp.append(0)
    return c


def be_born(floor: Floor, c: int, row: int) -> None:
    """Slot `c` becomes the contact of a row of today's arrivals."""
    floor.contacts[c] = floor.arrivals[row]


def leg_born(floor: Floor, c: int, row: int) -> None:
    """Slot `c` becomes a later leg, from a row of today's legs."""
    floor.contacts[c] = Contact(*floor.legs[row])


def follow_up_born(floor: Floor, c: int, row: int) -> None:
    """Slot `c` becomes a case's next attempt, from a row of today's follow-ups."""
    floor.contacts[c] = Contact(*floor.follow_ups[row])


def note_contact(floor: Floor, outcome: int, group: int, resolved: int, contact: Contact) -> None:
    """Write a contact's row (the order of ContactRow)."""
    floor.contact_log.append((*as_row(contact), outcome, group, resolved))


def note_presence(floor: Floor, a: int, group: int, activity: int, began: float, ended: float) -> None:
    """Write a presence row (the order of PresenceRow)."""
    floor.presence_log.append((a, group, activity, began, ended))
