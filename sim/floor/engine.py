"""What both calendars share: the floor set up from tables, and the day loop's four verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sim.floor.records import List, Setting, blank
from sim.observations import Table


@dataclass(frozen=True)
class Observed:
    """A stretch of observations: contact rows and presence rows."""

    contacts: Table
    presence: Table


class Engine(Protocol):
    """A floor under one of the calendars, for one replication."""

    events: int

    def play(self, arrivals: Table, duties: Table, until: float) -> Observed:
        """Play one day's tables up to `until` (midnight); what is in progress stays on the floor."""

    def close(self, now: float) -> Observed:
        """Write what the end of the horizon interrupts."""


def opening_lists(setting: Setting) -> tuple[Table, Table]:
    """The lists and agents of the first moment: agents of groups run by seats wait off duty to be called."""
    queues, groups = len(setting.queues), len(setting.groups)
    lists = blank(List, queues + 2 * groups)
    agents = setting.agents.copy()
    by_group: dict[int, list[int]] = {}
    for a, agent in enumerate(agents):
        by_group.setdefault(int(agent["group"]), []).append(a)
    for g, members in by_group.items():
        which = queues + groups + g
        lists[which] = (members[0], members[-1], len(members))
        for ahead, a, behind in zip([-1, *members], members, [*members[1:], -1], strict=False):
            agents[a]["line"], agents[a]["ahead"], agents[a]["behind"] = which, ahead, behind
    return lists, agents
