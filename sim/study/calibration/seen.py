"""What pilot replications of the base plan saw: who answered, how they worked, and what contacts brought about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.observations import ANSWERED, ESCALATED, REFUSED, SWARMED, TRANSFERRED, Table
from sim.scenario.model import Scenario
from sim.study.expected.volumes import Inflow, split_escalations, split_repeats, split_transfers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OF_AGENTS = ("first", "care", "work", "paced")
"""Per agent and queue, of contacts answered: how many first attempts, what haste, fatigue and other contacts at a time
did to their chance to be resolved, in sum; then of all attempts the usual work at standard speed, and the same times
the pace at which it was done."""

OF_QUEUES = (
    "came", "ended", "beyond", "later_legs", "sent", "escalated", "followed", "repeats", "redials", "stayed",
    "fresh", "firsts", "first_legs", "first_legs_beyond", "held", "session", "given",
)  # fmt: skip
"""Contacts per queue: all that came, those answered, and of these: beyond everybody, handed on here, transferred,
escalated; follow-ups that came, repeats and redials that were brought about (by the queue where the attempt began);
`stayed`: seconds for which its agents stayed with a contact after handing it on to the second line; `fresh`: new cases,
as expected. Of first attempts answered: all, those that were handed on here, and those of these that nobody could
resolve. Of what our agents answered: `held` how many, and how many seconds from the answer to the end of wrap, as seen
(`session`) and as the file has it (`given`)."""

LIGHT = ("case_began", "index", "attempt", "leg", "queue", "outcome", "transferred", "arrived", "answered", "hung_up",
         "ended", "again")  # fmt: skip
"""Columns of the contacts that are handed on."""


@dataclass
class Seen:
    """What pilot replications saw."""

    of_agents: Floats
    """OF_AGENTS × agents × queues."""
    of_queues: Floats
    """OF_QUEUES × queues."""
    held_against: float = 0.0
    """Bad cases that no credit softened."""

    @classmethod
    def nothing(cls, agents: int, queues: int) -> Seen:
        return cls(np.zeros((len(OF_AGENTS), agents, queues)), np.zeros((len(OF_QUEUES), queues)))

    def and_also(self, other: Seen, remembered: float = 1.0) -> Seen:
        """What both saw, of this one only the share that is remembered."""
        return Seen(
            self.of_agents * remembered + other.of_agents,
            self.of_queues * remembered + other.of_queues,
            self.held_against * remembered + other.held_against,
        )

    @property
    def saw_some(self) -> bool:
        return bool(self.by_queue("came").any())

    def by_agent(self, name: str) -> Floats:
        """Agents × queues."""
        return np.asarray(self.of_agents[OF_AGENTS.index(name)])

    def by_queue(self, name: str) -> Floats:
        return np.asarray(self.of_queues[OF_QUEUES.index(name)])

    def per_contact(self, name: str) -> Floats:
        """Of the contacts that came."""
        return self.by_queue(name) / np.maximum(self.by_queue("came"), 1.0)

    def bad_cases_a_case(self) -> float:
        """Bad cases held against us, per case that began."""
        return self.held_against / max(float(self.by_queue("fresh").sum()), 1.0)

    def share_kept(self, base: Scenario) -> Floats:
        """Of the answered, those who end with the queue's own agents or its second line, the customer still there."""
        silent = [queue.spec.silent.share if queue.spec.silent else 0.0 for queue in base.numbered.queues]
        sent = self.by_queue("sent") / np.maximum(self.by_queue("ended"), 1.0)
        return (1.0 - sent) * (1.0 - np.array(silent))

    def share_later_legs(self) -> Floats:
        """Of the first attempts answered, those handed on by another queue."""
        return self.by_queue("first_legs") / np.maximum(self.by_queue("firsts"), 1.0)

    def share_resolvable(self, base: Scenario) -> Floats:
        """Of the first attempts answered, those that somebody could resolve."""
        own = np.array([1.0 - queue.spec.unresolvable for queue in base.numbered.queues])
        legs, beyond = self.by_queue("first_legs"), self.by_queue("first_legs_beyond")
        handed_on = 1.0 - beyond / np.maximum(legs, 1.0)
        return own + self.share_later_legs() * np.where(legs > 0, handed_on - own, 0.0)

    def inflow(self, base: Scenario) -> Inflow:
        """What each queue's contacts brought to each queue.

        As many follow-ups as came to a queue, shared out over the queues that such follow-ups come from: what a short
        horizon carries in and out need not be the same.
        """
        repeats, redials = split_repeats(base, self.per_contact("repeats")), np.diag(self.per_contact("redials"))
        due = self.by_queue("came") @ (repeats + redials)
        came = self.by_queue("followed") / np.where(due > 0.0, due, np.inf)
        return Inflow(
            split_transfers(base, self.per_contact("sent")), split_escalations(base, self.per_contact("escalated")),
            repeats * came, redials * came,
        )  # fmt: skip

    # ---------------------------------------------------------------- looking

    def look(self, base: Scenario, work: Floats, given: Floats, rows: Table) -> None:
        """At a day's contact rows. `work`: standard seconds per queue and interval, the usual last; `given`: as the
        file has them, with its events and this replication's error."""
        agents, queues = self.of_agents.shape[1:]
        outcome, first, first_leg = rows["outcome"], rows["attempt"] == 1, rows["leg"] == 0
        came, ended, again = outcome != REFUSED, outcome == ANSWERED, rows["again"] >= 0.0
        here = {
            "came": came,
            "ended": ended,
            "beyond": ended & (rows["resolved"] < 0),
            "later_legs": ended & ~first_leg,
            "sent": rows["transferred"] == TRANSFERRED,
            "escalated": rows["transferred"] >= ESCALATED,
            "followed": came & first_leg & ~first,
            "repeats": again & ended & first_leg,
            "redials": again & ~ended & first_leg,
            "firsts": ended & first,
            "first_legs": ended & first & ~first_leg,
            "first_legs_beyond": ended & first & ~first_leg & (rows["resolved"] < 0),
        }
        for name, chosen in here.items():
            self.by_queue(name)[:] += np.bincount(rows["queue"][chosen], minlength=queues)
        # What a vendor answers is not our agents' work; what waited at the start belongs to no interval.
        rows = rows[ended & (rows["agent"] < agents) & (rows["arrived"] >= 0.0)]
        key, first = rows["agent"] * queues + rows["queue"], rows["attempt"] == 1
        interval = np.where(first, (rows["arrived"] / base.clock.interval).astype(np.int64), work.shape[1] - 1)
        seconds = work[rows["queue"], interval]
        taken = rows["ended"] - rows["answered"] - rows["paused"]
        for name, weights in (("held", None), ("session", taken), ("given", given[rows["queue"], interval])):
            self.by_queue(name)[:] += np.bincount(rows["queue"], weights, queues)
        for name, of, weights in (
            ("first", key[first], None),
            ("care", key[first], rows["care"][first]),
            ("work", key, seconds),
            ("paced", key, seconds * rows["pace"]),
        ):
            self.by_agent(name)[:] += np.bincount(of, weights, agents * queues).reshape(agents, queues)


@dataclass
class Legs:
    """Contacts that were handed on in one run, of which more is known once all their legs are."""

    base: Scenario
    rows: list[Table] = field(default_factory=list)
    batch: list[Ints] = field(default_factory=list)

    def keep(self, rows: Table, batch: int) -> None:
        """Of a day's contact rows those handed on; the day belongs to a batch."""
        if self.base.uses.cases or self.base.uses.escalations:
            kept = rows[list(LIGHT)][(rows["leg"] > 0) | (rows["transferred"] > 0)]
            self.rows.append(kept)
            self.batch.append(np.full(len(kept), batch))

    def add_to(self, batches: Sequence[Seen]) -> None:
        """To each batch, what its days' contacts brought about after they were handed on."""
        if not self.rows:
            return
        legs, batch = np.concatenate(self.rows), np.concatenate(self.batch)
        order = np.lexsort((legs["leg"], legs["attempt"], legs["index"], legs["case_began"]))
        legs, batch = legs[order], batch[order]
        same = np.ones(max(len(legs) - 1, 0), np.bool_)
        for name in ("case_began", "index", "attempt"):
            same &= legs[name][1:] == legs[name][:-1]
        # The leg with which each contact began.
        start = np.maximum.accumulate(np.where(np.concatenate([[True], ~same]), np.arange(len(legs)), 0))[: len(legs)]
        began, later = legs["queue"][start], (legs["leg"] > 0) & (legs["leg"][start] == 0)
        again, queues = (legs["again"] >= 0.0) & later, len(self.base.queues)
        ended = legs["outcome"] == ANSWERED

        def add(name: str, chosen: NDArray[np.bool_] | Ints, of: Ints, weights: Floats | None = None) -> None:
            """To each batch's sum of this name, by queue."""
            key = batch[chosen] * queues + of
            sums = np.bincount(key, weights, len(batches) * queues).reshape(len(batches), queues)
            for one, more in zip(batches, sums, strict=True):
                one.by_queue(name)[:] += more

        for name, chosen in (("repeats", again & ended), ("redials", again & ~ended)):
            add(name, chosen, began[chosen])
        before, after = legs[:-1], legs[1:]
        kinds = [queue.spec.escalation.kind if queue.spec.escalation else "" for queue in self.base.numbered.queues]
        warm, handover = np.array([kind == "warm" for kind in kinds]), _handovers(self.base)
        stays = same & (before["leg"] + 1 == after["leg"])
        stays &= (before["transferred"] == SWARMED) | ((before["transferred"] == ESCALATED) & warm[before["queue"]])
        before, after = before[stays], after[stays]
        until = np.where(
            before["transferred"] == SWARMED, after["hung_up"], after["answered"] + handover[before["queue"]]
        )
        until = np.where(after["outcome"] == ANSWERED, until, after["ended"])
        add("stayed", np.flatnonzero(stays), before["queue"], until - after["arrived"])


def together(batches: Sequence[Seen]) -> Seen:
    """What all of them saw."""
    return Seen(
        np.sum([batch.of_agents for batch in batches], axis=0),
        np.sum([batch.of_queues for batch in batches], axis=0),
        sum(batch.held_against for batch in batches),
    )


def _handovers(base: Scenario) -> Floats:
    return np.array(
        [queue.spec.escalation.handover if queue.spec.escalation else 0.0 for queue in base.numbered.queues]
    )
