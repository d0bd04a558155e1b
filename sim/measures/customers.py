"""Customers with a memory: bad cases add up over the horizon, goodwill softens some, and some customers leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.luck import Stream, uniforms
from sim.measures.cases import closes_case
from sim.measures.elementwise import Many
from sim.measures.judging import Judge, lower_laws
from sim.measures.quality import Feelings, Odds, logistic, weigh
from sim.observations import Table, taken
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CUSTOMER_SUMS = ("bad_cases", "held_against", "credits", "credit_cost", "customers_left", "value_lost")
"""Of one replication. `held_against`: bad cases of customers who were still there, and that no credit softened."""

# Purposes of a customer's luck, each at the customer's first bad case, the second …
LEAVES, IS_CREDITED, IS_SOFTENED = range(1, 4)
MOST_CASES = 1 << 20
"""Of one customer: sets customers apart."""


class Customers:
    """Everybody's memory in one replication, brought up to date each evening."""

    def __init__(self, scenario: Scenario, replication: int, *, compiled: bool = False) -> None:
        """`compiled`: what they feel is worked out by numba, row by row; else by columns, the same rules."""
        spec = scenario.spec.customers
        assert spec is not None
        self._satisfied = _by_rows(scenario) if compiled else _by_columns(scenario)
        self._bad_below, self._value, self._leave = spec.bad_below, spec.value, np.array(spec.leave)
        credits = [queue.spec.credit for queue in scenario.numbered.queues]
        self._credited = np.array([0.0 if one is None else one.share for one in credits])
        self._amount = np.array([0.0 if one is None else one.amount for one in credits])
        self._softens = np.array([0.0 if one is None else one.softens for one in credits])
        self._luck = Stream(scenario.spec.run.seed, replication, "customers")
        self._bad = np.zeros(spec.number, np.int32)
        self._held = np.zeros(spec.number, np.int32)
        self.gone = np.zeros(spec.number, np.bool_)
        """Who has left, by customer."""
        self.left = np.zeros(scenario.clock.days + 1, np.int64)
        """How many left in the evening of each day; the last: by what the end of the horizon closed."""
        self._today: list[tuple[Ints, Ints, Floats]] = []
        """Bad cases: whose, at which queue, and when they ended."""
        self._bad_cases = self._held_against = self._credits = 0
        self._credit_cost = 0.0

    @property
    def sums(self) -> dict[str, float]:
        """CUSTOMER_SUMS so far."""
        left = int(self.left.sum())
        amounts = (
            self._bad_cases, self._held_against, self._credits, self._credit_cost, left, left * self._value,
        )  # fmt: skip
        return dict(zip(CUSTOMER_SUMS, map(float, amounts), strict=True))

    def remember(self, rows: Table) -> None:
        """Remember the cases that were closed by contacts of a part of a day."""
        row: Any = Many(rows)
        rows = taken(rows, closes_case(row) & (row.customer >= 0))
        if len(rows):
            bad = self._satisfied(rows) < self._bad_below
            self._today.append((rows["customer"][bad], rows["queue"][bad], rows["ended"][bad]))

    def evening(self, day: int, rows: Table) -> None:
        """The same of a day's last contacts, and what comes of all that were closed on it."""
        self.remember(rows)
        if not self._today:
            return
        customer, queue, ended = (np.concatenate(column) for column in zip(*self._today, strict=True))
        self._today = []
        by_customer = np.lexsort((ended, customer))
        customer, queue = customer[by_customer], queue[by_customer]
        self._bad_cases += len(customer)
        # Several bad cases of one customer on one day are gone through one after the other.
        first = np.searchsorted(customer, customer, side="left")
        which = np.arange(len(customer)) - first
        for number in range(int(which.max(initial=-1)) + 1):
            now = which == number
            self.left[day] += self._bear(customer[now], queue[now])

    def _bear(self, who: Ints, queue: Ints) -> int:
        """One bad case each of different customers: how many leave for it. Who has left has done with us."""
        there = ~self.gone[who]
        who, queue = who[there], queue[there]
        self._bad[who] += 1
        bad = self._bad[who]
        credited = self._chance(IS_CREDITED, who, bad) < self._credited[queue]
        self._credits += int(credited.sum())
        self._credit_cost += float(self._amount[queue[credited]].sum())
        softened = credited & (self._chance(IS_SOFTENED, who, bad) < self._softens[queue])
        who = who[~softened]
        self._held_against += len(who)
        self._held[who] += 1
        held = self._held[who]
        chance = self._leave[np.minimum(held, len(self._leave)) - 1]
        leaves = who[self._chance(LEAVES, who, held) < chance]
        self.gone[leaves] = True
        return len(leaves)

    def _chance(self, purpose: int, who: Ints, number: NDArray[np.int32]) -> Floats:
        """Luck of these customers at their so-many-th case, whatever befell the others."""
        return uniforms(self._luck.keys(0, who * MOST_CASES + number), purpose)


Satisfied = Callable[[Table], Floats]
"""The chance that the customer of each contact is satisfied."""


def _by_columns(scenario: Scenario) -> Satisfied:
    judge, feelings = Judge(scenario), Feelings(scenario)

    def satisfied(rows: Table) -> Floats:
        # A column, where the rule's type says one of it.
        return np.asarray(feelings(rows, judge(rows)).satisfied)

    return satisfied


def _by_rows(scenario: Scenario) -> Satisfied:
    from sim.measures.folding_compiled import CHANCES

    laws, weighed = lower_laws(scenario), weigh(scenario)

    def satisfied(rows: Table) -> Floats:
        odds = np.empty((len(Odds._fields), len(rows)))
        CHANCES(laws, weighed, rows, odds)
        return logistic(odds[Odds._fields.index("satisfied")])

    return satisfied
