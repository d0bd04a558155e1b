"""Whose turn it is: what an agent of a group would take first, of those who wait, by the rules that the floor plays."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np

from sim.explaining.seen import Ints, Seen
from sim.floor.rules.selecting import open_to, rank_of, score_of
from sim.floor.tables.layout import Floor, as_objects
from sim.floor.tables.records import Contact, Opening, Rise, Skill

FIRST_COME, PRIORITY, WEIGHT, LENGTH = "first come", "priority", "weight", "longest queue"
"""Why one goes before another for agents of one group."""

ENOUGH = 1_000_000
"""Idle agents: as many as any group keeps in reserve."""


class Turns:
    """Of one replication. Who was begun before the horizon goes first; no row tells so, and it is not told apart."""

    def __init__(self, seen: Seen) -> None:
        self.seen, setting = seen, seen.prepared.setting
        skills: list[Skill] = as_objects(Skill, setting.skills)
        self._skills = [
            {skill.queue: skill for skill in skills[group["first_skill"] : group["end_skill"]]}
            for group in setting.groups
        ]
        self._by_length = setting.groups["by_length"] == 1
        self._waiting: dict[int, Contact] = {}
        tables = {"openings": as_objects(Opening, setting.openings), "rises": as_objects(Rise, setting.rises)}
        # All that those rules look at.
        self._floor = cast(Floor, SimpleNamespace(contacts=self._waiting, **tables))

    def why(self, row: int, before: int, group: int, now: float) -> str:
        """Why an agent of the group takes contact `row` before contact `before` now; empty where it does not.

        The floor's own comparison (`contact_for`): rank, the longer line where that counts, the larger wait × weight.
        """
        one, other = self._standing(row, group, now), self._standing(before, group, now)
        if one is None or other is None:
            return ""
        if one[0] != other[0]:
            return PRIORITY if one[0] < other[0] else ""
        if self._by_length[group]:
            lengths = [self._length(which, now) for which in (row, before)]
            if lengths[0] != lengths[1]:
                return LENGTH if lengths[0] > lengths[1] else ""
        if one[1] <= other[1]:
            return ""
        earlier = self.seen.rows["arrived"][row] <= self.seen.rows["arrived"][before]
        return FIRST_COME if earlier else WEIGHT

    def before(self, row: int, group: int, now: float) -> Ints:
        """The rows that wait now and that an agent of the group takes before this one."""
        seen, arrived = self.seen, self.seen.rows["arrived"]
        waits = np.flatnonzero(seen.stood & (arrived <= now) & (seen.left > now)).tolist()
        return np.array([other for other in waits if other != row and self.why(other, row, group, now)], np.int64)

    def open_to(self, row: int, now: float) -> list[int]:
        """The center's own groups that take this contact at this moment, in the order of the route."""
        seen = self.seen
        queue = seen.scenario.numbered.queues[int(seen.rows["queue"][row])]
        groups = [seen.scenario.group(name).number for name in queue.routed_to]
        return [group for group in groups if self._standing(row, group, now) is not None]

    def _standing(self, row: int, group: int, now: float) -> tuple[int, float] | None:
        """(rank, wait × weight) of a contact for the group; None where the group does not take it now."""
        contact = self._contact(row)
        skill = self._skills[group].get(contact.queue)
        if skill is None or not open_to(self._floor, now, skill, contact.arrived, ENOUGH):
            return None
        return rank_of(self._floor, now, skill, row), score_of(self._floor, now, skill, row)

    def _contact(self, row: int) -> Contact:
        if row not in self._waiting:
            one = self.seen.rows[row]
            self._waiting[row] = Contact(queue=int(one["queue"]), arrived=float(one["arrived"]))
        return self._waiting[row]

    def _length(self, row: int, now: float) -> int:
        seen, rows = self.seen, self.seen.rows
        own = seen.stood & (rows["queue"] == rows["queue"][row]) & (rows["arrived"] <= now) & (seen.left > now)
        return int(own.sum())
