"""Who went first: contacts that came later, and were taken by somebody who might have taken the one that waited."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from sim.explaining.seen import Bools, Floats, Ints, Seen

PAIRS_AT_ONCE = 1_000_000
"""Pairs of one who waits and one who is taken meanwhile that are looked at together: some 100 MB."""


class Overtaking:
    """Of live queues: mail that waits till tomorrow is not overtaken by each call of today.

    "Might have taken": its group is in a step of the route that was open to the one who waited, keeps no idle agents
    in reserve there, and the agent had nothing else in hand, or held contacts of the same channel.
    """

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        took = np.flatnonzero(seen.by_ours & (seen.rows["handed_back"] == 0))
        self._takes = took[np.argsort(seen.taken[took], kind="stable")]
        self._times = seen.taken[self._takes]

    def of(self, waiting: Ints) -> Iterator[tuple[Ints, Ints]]:
        """(who waited, who went first): row numbers, pair by pair, in the order of `waiting` and then of taking."""
        seen = self.seen
        waiting = waiting[(seen.stood & seen.live & (seen.rows["promised"] < 0.0))[waiting]]
        first = np.searchsorted(self._times, seen.rows["arrived"][waiting], side="right")
        end = np.searchsorted(self._times, seen.left[waiting], side="left")
        counts = np.maximum(end - first, 0)
        chunk = np.cumsum(counts) // PAIRS_AT_ONCE
        for number in np.unique(chunk):
            here = chunk == number
            pair = np.repeat(waiting[here], counts[here])
            place = np.arange(counts[here].sum()) - np.repeat(np.cumsum(counts[here]) - counts[here], counts[here])
            other = self._takes[np.repeat(first[here], counts[here]) + place]
            went = self._went_first(pair, other)
            yield pair[went], other[went]

    def all(self) -> tuple[Ints, Ints]:
        pairs = list(self.of(np.arange(len(self.seen.rows))))
        none = np.empty(0, np.int64)
        return np.concatenate([none, *(p for p, _ in pairs)]), np.concatenate([none, *(o for _, o in pairs)])

    def _went_first(self, pair: Ints, other: Ints) -> Bools:
        rows = self.seen.rows
        later = rows["arrived"][other] > rows["arrived"][pair]
        pair, other = pair[later], other[later]
        waited = self.seen.taken[other] - rows["arrived"][pair]
        after, until = self._openings
        q, g = rows["queue"][pair], rows["group"][other]
        is_open = ((after[q, g] <= waited[:, None]) & (waited[:, None] < until[q, g])).any(axis=1)
        same = rows["queue"][other] == q
        channel = self.seen.prepared.setting.queues["channel"]
        might = self._alone[other] | (channel[rows["queue"][other]] == channel[q])
        later[later] = is_open & (same | (might & self._skilled(rows["agent"][other], q, g)))
        return later

    def _skilled(self, agent: Ints, q: Ints, g: Ints) -> Bools:
        """Whether the agent surely has the skill: who learns it on the way is not known from the first day."""
        prepared = self.seen.prepared
        if prepared.scenario.uses.moving_workforce:
            return ~self._partial[q, g]
        return np.asarray(prepared.speed[agent, q] > 0.0)

    @cached_property
    def _openings(self) -> tuple[Floats, Floats]:
        """Queues × groups × steps of the route: from which wait on, and until which, a group takes its contacts; a
        group that keeps idle agents in reserve takes them as those allow, which no row tells."""
        setting, groups = self.seen.prepared.setting, len(self.seen.scenario.groups)
        steps = int((setting.queues["end_tier"] - setting.queues["first_tier"]).max(initial=1))
        after = np.full((len(setting.queues), groups, max(steps, 1)), np.inf)
        until = np.zeros_like(after)
        for q, queue in enumerate(setting.queues):
            for step, tier in enumerate(setting.tiers[queue["first_tier"] : queue["end_tier"]]):
                for member in setting.members[tier["first_member"] : tier["end_member"]]:
                    if member["group"] < groups and not member["keep_idle"]:
                        after[q, member["group"], step], until[q, member["group"], step] = tier["after"], tier["until"]
        return after, until

    @cached_property
    def _partial(self) -> Bools:
        """Queues × groups: whether only some of the group hold the skill."""
        setting = self.seen.prepared.setting
        partial = np.zeros((len(setting.queues), len(self.seen.scenario.groups)), np.bool_)
        for q, queue in enumerate(setting.queues):
            for tier in setting.tiers[queue["first_tier"] : queue["end_tier"]]:
                for member in setting.members[tier["first_member"] : tier["end_member"]]:
                    if member["group"] < partial.shape[1]:
                        partial[q, member["group"]] |= bool(member["partial"])
        return partial

    @cached_property
    def _alone(self) -> Bools:
        """Whether the agent had nothing else in hand when it took the contact."""
        rows, alone = self.seen.rows, np.ones(len(self.seen.rows), np.bool_)
        own = np.flatnonzero(self.seen.by_ours)
        order = own[np.lexsort((self.seen.taken[own], rows["agent"][own]))]
        agent, taken, ended = rows["agent"][order], self.seen.taken[order], rows["ended"][order]
        if len(order):
            # A running maximum within each agent's rows: times of one agent lie apart from the next one's.
            apart = (ended.max() + 1.0) * (agent + 1.0)
            busy_until = np.maximum.accumulate(ended + apart) - apart
            before = np.concatenate([[-np.inf], busy_until[:-1]])
            alone[order] = (np.concatenate([[True], agent[1:] != agent[:-1]])) | (before <= taken)
        return alone
