"""What one replication's contact rows say when they are laid side by side: which legs are one contact, how long each
stood in line and behind how many, and by which way it found its agent.

Everything follows from what the floor observed and from the plan's rules, so it is the same under both calendars.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.contact import NEVER
from sim.observations import (
    ABANDONED,
    ANSWERED,
    BALKED,
    BLOCKED,
    CUT_OFF,
    IN_HAND,
    KEPT,
    PRESENCE_ROW,
    REFUSED,
    WAITING,
    Table,
)
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WAYS = ("", "at once", "tier opened", "next free", "called back", "taken up again")
"""How a contact and its agent came together: nobody answered; somebody was free when it came; somebody was free when a
later step of its route opened; it waited, and an agent came free; a callback; work that another agent had begun."""
NO_WAY, AT_ONCE, TIER_OPENED, NEXT_FREE, CALLED_BACK, TAKEN_UP = range(len(WAYS))


class Seen:
    """One replication of a plan, by arrival. Times in seconds since the start; `stays` are its presence rows."""

    def __init__(self, prepared: Prepared, rows: Table, stays: Table | None = None) -> None:
        self.prepared = prepared
        self.rows = rows[np.argsort(rows["arrived"], kind="stable")]
        self.stays = np.empty(0, PRESENCE_ROW) if stays is None else stays

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    @cached_property
    def live(self) -> Bools:
        """Whether somebody waits for the answer: on a phone, at a chat."""
        by_queue = np.array([queue.is_live for queue in self.scenario.numbered.queues], np.bool_)
        return np.asarray(by_queue[self.rows["queue"]])

    @cached_property
    def answered(self) -> Bools:
        return np.isin(self.rows["outcome"], (ANSWERED, IN_HAND))

    @cached_property
    def by_ours(self) -> Bools:
        """Answered by an agent of the center's own, not a vendor's."""
        return self.answered & (self.rows["group"] < len(self.scenario.groups))

    @cached_property
    def taken(self) -> Floats:
        """When an agent took it: a vendor answers some time later. NaN where nobody did."""
        delay = np.maximum(self.prepared.setting.groups["delay"], 0.0)[self.rows["group"]]
        return np.where(self.answered, self.rows["answered"] - delay, np.nan)

    @cached_property
    def left(self) -> Floats:
        """When it left the line: taken, or ended unanswered."""
        return np.where(self.answered, self.taken, self.rows["ended"])

    @cached_property
    def stood(self) -> Bools:
        """Whether it held a place in line: a caller who is promised a call holds none, unless that is made in turn."""
        setting, rows = self.prepared.setting, self.rows
        in_line = rows["promised"] < 0.0
        if len(setting.callbacks):
            callback = setting.queues["callback"][rows["queue"]]
            in_line |= (callback >= 0) & (setting.callbacks["in_turn"][callback] == 1)
        came_in = ~np.isin(rows["outcome"], (BALKED, BLOCKED, REFUSED))
        return np.asarray(in_line & came_in & (self.left > rows["arrived"]))

    @cached_property
    def contact(self) -> Ints:
        """A number for each contact, from 0 on as they came: the same on all its legs.

        A later leg is known by its case, attempt and place among the interval's contacts. Legs whose first one came
        before the horizon have numbers past the others.
        """
        rows, first = self.rows, self.rows["leg"] == 0
        numbers = np.cumsum(first) - 1
        if first.all():
            return numbers
        key = np.rec.fromarrays([rows[name] for name in ("case_began", "customer", "attempt", "index")])
        code = np.unique(key, return_inverse=True)[1]
        number_of = np.full(code.max() + 1, -1)
        sent = np.flatnonzero(first & (rows["transferred"] != KEPT))[::-1]
        number_of[code[sent]] = numbers[sent]
        orphans = np.unique(code[~first & (number_of[code] < 0)])
        number_of[orphans] = first.sum() + np.arange(len(orphans))
        return np.where(first, numbers, number_of[code])

    @cached_property
    def ahead(self) -> Ints:
        """How many stood in line at its queue when it came."""
        ahead = np.zeros(len(self.rows), np.int64)
        for q in range(len(self.scenario.queues)):
            own = np.flatnonzero(self.rows["queue"] == q)
            stood, arrived = self.stood[own], self.rows["arrived"][own]
            gone = np.searchsorted(np.sort(self.left[own][stood]), arrived, side="right")
            ahead[own] = np.cumsum(stood) - stood - gone
        return ahead

    @cached_property
    def patience(self) -> Floats:
        """Seconds that it waits, as an announcement has changed them; NaN for who waits for ever."""
        return np.where(self.rows["gives_up"] < NEVER, self.rows["gives_up"] - self.rows["arrived"], np.nan)

    @cached_property
    def patience_left(self) -> Floats:
        """At the answer; NaN for who was not answered, or waits for ever."""
        return np.where(self.answered, self.rows["arrived"] + self.patience - self.rows["answered"], np.nan)

    @cached_property
    def tier(self) -> Ints:
        """The step of its queue's route, from 1 on, by which its agent's group had it; 0 for none."""
        setting, rows = self.prepared.setting, self.rows
        found = np.zeros(len(rows), np.int64)
        for q, queue in enumerate(setting.queues):
            own = np.flatnonzero((rows["queue"] == q) & self.answered)
            arrived, taken = rows["arrived"][own], self.taken[own]
            for number, tier in enumerate(setting.tiers[queue["first_tier"] : queue["end_tier"]], 1):
                groups = setting.members["group"][tier["first_member"] : tier["end_member"]]
                is_open = (arrived + tier["after"] <= taken) & (taken < arrived + tier["until"])
                fits = is_open & np.isin(rows["group"][own], groups) & (found[own] == 0)
                found[own[fits]] = number
        return found

    @cached_property
    def way(self) -> Ints:
        """How each found its agent: see WAYS."""
        rows, tier = self.rows, self.tier
        first = self.prepared.setting.queues["first_tier"][rows["queue"]]
        after = self.prepared.setting.tiers["after"][np.where(tier > 0, first + tier - 1, 0)]
        opened = (tier > 0) & (after > 0.0) & (self.taken == rows["arrived"] + after)
        ways = np.where(opened, TIER_OPENED, NEXT_FREE)
        ways = np.where(self.taken == rows["arrived"], AT_ONCE, ways)
        ways = np.where(rows["handed_back"] > 0, TAKEN_UP, ways)
        ways = np.where(rows["promised"] >= 0.0, CALLED_BACK, ways)
        return np.where(self.answered, ways, NO_WAY)

    @cached_property
    def rules(self) -> tuple[Ints, tuple[str, ...]]:
        """By which rule the agent was found among the free, or the contact among those who waited: codes, words."""
        words, scenario = [""], self.scenario
        codes = np.zeros(len(self.rows), np.int64)
        for q, queue in enumerate(scenario.numbered.queues):
            for number, tier in enumerate(queue.tiers, 1):
                found = (self.rows["queue"] == q) & (self.tier == number) & np.isin(self.way, (AT_ONCE, TIER_OPENED))
                shared = ("by share",) if tier.share else ()
                codes[found] = _known(words, "" if tier.vendor else in_words((*shared, *tier.choose)))
        for g, group in enumerate(scenario.numbered.groups):
            found = (self.rows["group"] == g) & (self.way == NEXT_FREE)
            codes[found] = _known(words, in_words(group.spec.take))
        return codes, tuple(words)


def in_words(rules: tuple[str, ...]) -> str:
    return ", then ".join(rule.replace("_", " ") for rule in rules)


def _known(words: list[str], text: str) -> int:
    if text not in words:
        words.append(text)
    return words.index(text)


LOST = (ABANDONED, BALKED, BLOCKED, CUT_OFF)
"""Outcomes of a caller who was there and was not served."""
UNDECIDED = (WAITING, IN_HAND)
"""The end of the horizon found them so."""
