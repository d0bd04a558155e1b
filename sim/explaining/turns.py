"""Whose turn it is: what an agent of a group would take first, of those who wait, by the rules that the floor plays."""

from __future__ import annotations

import numpy as np

from sim.explaining.seen import Bools, Ints, Seen

FIRST_COME, PRIORITY, WEIGHT, LENGTH = "first come", "priority", "weight", "longest queue"
"""Why one goes before another for agents of one group."""


class Turns:
    """Of one replication. Who was begun before the horizon goes first; no row tells so, and it is not told apart."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self._setting = seen.prepared.setting

    def why(self, row: int, before: int, group: int, now: float) -> str:
        """Why an agent of the group takes contact `row` before contact `before` now; empty where it does not.

        The same as the floor's own comparison (sim.floor.rules.selecting): rank, then the larger wait × weight.
        """
        one, other = self._standing(row, group, now), self._standing(before, group, now)
        if one is None or other is None:
            return ""
        if one[0] != other[0]:
            return PRIORITY if one[0] < other[0] else ""
        if self._setting.groups["by_length"][group]:
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
        waits = np.flatnonzero(seen.stood & (arrived <= now) & (seen.left > now))
        return np.array([other for other in waits.tolist() if other != row and self.why(other, row, group, now)], int)

    def open_to(self, row: int, now: float) -> Ints:
        """The center's own groups that take this contact at this moment, the route's first ones first."""
        return self._open_groups(int(self.seen.rows["queue"][row]), now - float(self.seen.rows["arrived"][row]))

    def _open_groups(self, q: int, waited: float) -> Ints:
        queue, found = self._setting.queues[q], list[int]()
        for tier in self._setting.tiers[queue["first_tier"] : queue["end_tier"]]:
            if tier["after"] <= waited < tier["until"]:
                members = self._setting.members[tier["first_member"] : tier["end_member"]]
                found += members["group"].tolist()
        own = len(self.seen.scenario.groups)
        return np.array([g for g in dict.fromkeys(found) if g < own], int)

    def _standing(self, row: int, group: int, now: float) -> tuple[int, float] | None:
        """(rank, wait × weight) of a contact for the group; None where the group does not take it now."""
        setting, q = self._setting, int(self.seen.rows["queue"][row])
        wait = now - float(self.seen.rows["arrived"][row])
        if group not in self._open_groups(q, wait):
            return None
        own = setting.groups[group]
        skills = setting.skills[own["first_skill"] : own["end_skill"]]
        for skill in skills[skills["queue"] == q]:
            rank = int(skill["rank"])
            for rise in setting.rises[skill["first_rise"] : skill["end_rise"]]:
                rank = int(rise["rank"]) if wait >= rise["after"] else rank
            twice = min(wait, float(skill["counts_double"])) if skill["counts_double"] > 0.0 else 0.0
            return rank, (wait + twice + float(skill["head_start"])) * float(skill["weight"])
        return None

    def _length(self, row: int, now: float) -> int:
        own = self._waiting(int(self.seen.rows["queue"][row]), now)
        return int(own.sum())

    def _waiting(self, q: int, now: float) -> Bools:
        seen, rows = self.seen, self.seen.rows
        return np.asarray(seen.stood & (rows["queue"] == q) & (rows["arrived"] <= now) & (seen.left > now))
