"""What a study keeps of its replications: a row per family, each replication's own or all of them added up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.cases import CASE_SUMS, ENTERED
from sim.measures.contracts import contract_levels
from sim.measures.costs import STAFF_SUMS, with_staff
from sim.measures.families import WHOLE, Families, Family, Kept, always
from sim.measures.kpis import CHANNEL, LEVEL_SUMS, LEVELS, QUEUE, by_name, queues_of, ratio, with_levels
from sim.measures.ledger import LEDGER_SUMS, emptied_on, ledger_sums
from sim.measures.sums import DATED_SUMS, EVERY_LEG, GROUP_SUMS, VENDOR_SUMS, counts_cases
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared
from sim.study.replicate import Replication

Floats = NDArray[np.float64]

STAFF_NAMES = (*GROUP_SUMS, *STAFF_SUMS)

INTERVAL_COUNTS = ("offered", "answered", "abandoned", "level_met", "level_base")

TYPICAL_RUNS = 25
"""Where results are reported by typical weeks, the first so many replications keep their dated intervals: some hundred
of each weekday and hour of a month, and memory does not grow with more."""

BACKLOG_NAMES = ("backlog", "backlog_end", "oldest_s")


@dataclass
class Played:
    """A replication that has just been played, with what several families are worked out from."""

    prepared: Prepared
    one: Replication
    number: int

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    def given(self, row: Family) -> Floats | None:
        """A family as the replication hands it over; nothing, if it does not."""
        for table in (self.one.sums, self.one.lives, self.one):
            if table is not None and row.name in vars(table):
                array: Floats = vars(table)[row.name]
                return array[0] if row.axes[:1] == (WHOLE,) else array
        return None

    @cached_property
    def queue_slots(self) -> Floats:
        return with_levels(self.scenario, self.one.sums.queue_slots)

    @cached_property
    def queue_days(self) -> Floats:
        return with_levels(self.scenario, self.one.sums.queue_days)

    @cached_property
    def group_days(self) -> Floats:
        return with_staff(self.prepared.payroll, self.one.sums.group_days, self.one.staff_days)

    @cached_property
    def counts(self) -> Floats:
        """Intervals of the horizon × queues × INTERVAL_COUNTS."""
        dated = self.one.sums.dated
        counts = np.zeros((*dated.shape[:2], len(INTERVAL_COUNTS)))
        for q, queue in enumerate(self.scenario.numbered.queues):
            met, base = LEVELS[queue.level.counting]
            s = by_name(DATED_SUMS, dated[:, q])
            counts[:, q] = np.stack([s["offered"], s["answered"], s["abandoned"], met(s), base(s)], axis=-1)
        return counts

    @property
    def counts_kept(self) -> NDArray[Any] | None:
        """Of typical weeks those of the first `TYPICAL_RUNS`."""
        if self.prepared.slots.count != self.scenario.clock.intervals and self.number >= TYPICAL_RUNS:
            return None
        return self.counts.astype(np.min_scalar_type(int(self.counts.max(initial=0))))

    @property
    def intervals_met(self) -> Floats:
        targets = np.array([queue.level.target for queue in self.scenario.numbered.queues])
        level = ratio(self.counts[..., -2], self.counts[..., -1])
        return np.stack([(level >= targets).sum(axis=0), np.isfinite(level).sum(axis=0)], axis=1).astype(np.float64)

    @property
    def backlog_totals(self) -> Floats:
        sums, deferred, rows = self.one.sums, self.scenario.uses.deferred, []
        for scope, name in backlog_scopes(self.scenario):
            own = [deferred.index(queue) for queue in queues_of(self.scenario, scope, name)]
            contacts, oldest = sums.backlog[:, own].sum(axis=1), sums.oldest[:, own].max(axis=1)
            rows.append((contacts.sum(), contacts[-1], oldest.sum()))
        return np.array(rows).reshape(-1, len(BACKLOG_NAMES))

    def of_lives(self, value: Callable[[Floats, Floats], NDArray[Any]]) -> NDArray[Any] | None:
        """A value of movements and standing, of a workforce that moves."""
        lives = self.one.lives
        return None if lives is None else value(lives.movements, lives.standing)


def backlog_scopes(scenario: Scenario) -> list[tuple[str, str]]:
    """Deferred queues and their channels."""
    queues = scenario.uses.deferred
    channels = sorted({scenario.queue(queue).spec.channel for queue in queues})
    return [*((CHANNEL, channel) for channel in channels), *((QUEUE, queue) for queue in queues)]


class Worked(Family):
    """A family that is worked out from each replication; nothing where that gives none."""

    def __init__(
        self,
        of: Callable[[Played], NDArray[Any] | None],
        *axes: str,
        kept: Kept = "each",
        columns: tuple[str, ...] = (),
        where: Callable[[Scenario], object] = always,
        entered: frozenset[str] = frozenset(),
        later: str = "",
    ) -> None:
        super().__init__(*axes, columns=columns, kept=kept, where=where, entered=entered, later=later)
        self.of = of


class WorkedOut(Families):
    """What is kept in another shape than it was counted in; the rest is kept as the tables of a replication say."""

    queue_totals = Worked(
        lambda p: p.queue_days.sum(axis=0), "queues", columns=LEVEL_SUMS,
        later="later_legs", entered=frozenset(LEVEL_SUMS) - EVERY_LEG,
    )  # fmt: skip
    later_legs = Worked(lambda p: with_levels(p.scenario, p.one.sums.later_legs)[0], "queues", columns=LEVEL_SUMS)
    group_totals = Worked(lambda p: p.group_days.sum(axis=0), "groups", columns=STAFF_NAMES)
    slot_levels = Worked(lambda p: p.queue_slots[..., -2:].copy(), "slots", "queues", "met and base")
    day_levels = Worked(lambda p: p.queue_days[..., -2:].copy(), "days", "queues", "met and base")
    queue_slots = Worked(lambda p: p.queue_slots, "slots", "queues", columns=LEVEL_SUMS, kept="added up")
    queue_days = Worked(lambda p: p.queue_days, "days", "queues", columns=LEVEL_SUMS, kept="added up")
    group_slots = Worked(
        lambda p: with_staff(p.prepared.payroll, p.one.sums.group_slots, p.one.staff_slots),
        "slots", "groups", columns=STAFF_NAMES, kept="added up",
    )  # fmt: skip
    group_days = Worked(lambda p: p.group_days, "days", "groups", columns=STAFF_NAMES, kept="added up")
    intervals_met = Worked(lambda p: p.intervals_met, "queues", "met and all")
    """Intervals that met the target, and intervals with contacts."""
    interval_counts = Worked(lambda p: p.counts_kept, "intervals", "queues", "INTERVAL_COUNTS")
    """In the smallest integers that hold them."""
    vendors = Worked(lambda p: p.one.sums.vendor_days.sum(axis=1), "vendors", columns=VENDOR_SUMS)
    backlog_totals = Worked(lambda p: p.backlog_totals, "backlog scopes", columns=BACKLOG_NAMES)
    """Added up over the intervals' ends; `backlog_end`: the last."""
    contract_levels = Worked(
        lambda p: contract_levels(p.scenario, p.one.sums), "days", "judged contracts", "met and base",
        where=lambda scenario: scenario.spec.contracts,
    )  # fmt: skip
    ledgers = Worked(lambda p: p.of_lives(ledger_sums), "groups", columns=LEDGER_SUMS)
    emptied = Worked(lambda p: p.of_lives(emptied_on), "groups")
    """The day on which nobody was left on the floor; -1 where that never was."""
    cases = Worked(
        lambda p: p.one.sums.cases.sum(axis=0), "queues", columns=CASE_SUMS, where=counts_cases,
        later="later_cases", entered=frozenset(ENTERED),
    )  # fmt: skip
    later_cases = Worked(lambda p: p.one.sums.cases[1], "queues", columns=CASE_SUMS, where=counts_cases)
