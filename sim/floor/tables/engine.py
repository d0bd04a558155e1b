"""What both calendars share: the floor set up from tables, and the day loop's four verbs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from sim.floor.tables.layout import Setting, blank
from sim.floor.tables.records import List
from sim.observations import AVAILABLE, LUCK, Table

NO_CONTACTS = np.empty(0, LUCK)


@dataclass(frozen=True)
class Births:
    """A day's contacts by time of arrival, the legs that may follow them, and the follow-ups of their cases.

    Legs and follow-ups are known by row (`first_leg`, `next_repeat`, `next_redial`): LUCK
    throughout.
    """

    arrivals: Table = field(default_factory=NO_CONTACTS.copy)
    legs: Table = field(default_factory=NO_CONTACTS.copy)
    follow_ups: Table = field(default_factory=NO_CONTACTS.copy)


@dataclass(frozen=True)
class Observed:
    """A stretch of observations: contact rows and presence rows."""

    contacts: Table
    presence: Table


class Engine(Protocol):
    """A floor under one of the calendars, for one replication."""

    events: int

    def play(self, born: Births, duties: Table, until: float, *, opens: bool = True, ends: bool = True) -> Observed:
        """Play one day's tables up to `until` (midnight); what is in progress stays on the floor. `duties` by time.

        A day may come in parts, all of them with contacts. The one that `opens` it brings the day's duties; each but
        the one that `ends` it lasts until the next one's first arrival (or the horizon's begin, if that is later).
        """

    def set_proficiency(self, speed: Table, resolution: Table, courtesy: Table) -> None:
        """Over night, everybody's speed and chance to resolve become these (agent × queue, flat, vendors included), and
        their courtesy (per agent, likewise)."""

    def close(self, now: float) -> Observed:
        """Write what the end of the horizon interrupts."""

    def begin_anew(self) -> None:
        """Be as before the first day: the next replication's floor."""


def opening_lists(setting: Setting) -> tuple[Table, Table]:
    """The lists and agents of the first moment: ours wait off duty to be called, a vendor's are idle."""
    center = setting.center[0]
    queues, groups = len(setting.queues), len(setting.groups)
    lists = blank(List, int(center["lists"]))
    agents = setting.agents.copy()
    by_group: dict[int, list[int]] = {}
    for a, g in enumerate(agents["group"].tolist()):
        by_group.setdefault(g, []).append(a)
    for g, members in by_group.items():
        is_vendor = setting.groups["delay"][g] >= 0.0
        which = queues + g if is_vendor else queues + groups + g
        lists[which] = (members[0], members[-1], len(members))
        agents["line"][members] = which
        agents["ahead"][members] = [-1, *members[:-1]]
        agents["behind"][members] = [*members[1:], -1]
        if is_vendor:
            agents["activity"][members] = agents["wanted"][members] = AVAILABLE
    return lists, agents
