"""Pilot replications of the base plan: what calibration looks at where no closed form tells it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import expected, work_of
from sim.measures.customers import Customers
from sim.observations import ANSWERED, ESCALATED, REFUSED, SWARMED, TRANSFERRED, Table
from sim.scenario.model import Scenario
from sim.shares import GOLDEN
from sim.study.prepared import Prepared
from sim.study.replicate import DayByDay, open_floor
from sim.study.volumes import Inflow, split_escalations, split_repeats, split_transfers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PILOT = 1_000_000
"""Pilots play replications from this number on, so that no luck of the study is used twice."""

PILOT_CONTACTS = 60_000
"""No pilot plays more, however rare a queue's contacts are."""

MOST_RUNS = 50

OF_AGENTS = ("first", "care", "work", "paced")
"""Per agent and queue, of contacts answered: how many first attempts, what haste, fatigue and other contacts at a time
did to their chance to be resolved, in sum; then of all attempts the usual work at standard speed, and the same times
the pace at which it was done."""

OF_QUEUES = (
    "came", "ended", "beyond", "later_legs", "sent", "escalated", "followed", "repeats", "redials", "stayed",
    "fresh", "firsts", "first_legs", "first_legs_beyond", "held", "session", "told",
)  # fmt: skip
"""Contacts per queue: all that came, those answered, and of these: beyond everybody, handed on here, transferred,
escalated; follow-ups that came, repeats and redials that were brought about (by the queue where the attempt began);
`stayed`: seconds for which its agents stayed with a contact after handing it on to the second line; `fresh`: new cases,
as expected. Of first attempts answered: all, those that were handed on here, and those of these that nobody could
resolve. Of what our agents answered: `held` how many, and how many seconds from the answer to the end of wrap, as seen
(`session`) and as the file tells (`told`)."""

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
    _legs: list[Table] = field(default_factory=list)

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

    def by_agent(self, name: str) -> Floats:
        """Agents × queues."""
        return np.asarray(self.of_agents[OF_AGENTS.index(name)])

    def by_queue(self, name: str) -> Floats:
        return np.asarray(self.of_queues[OF_QUEUES.index(name)])

    def per_contact(self, name: str) -> Floats:
        """Of the contacts that came."""
        return self.by_queue(name) / np.maximum(self.by_queue("came"), 1.0)

    def share_kept(self, base: Scenario) -> Floats:
        """Of the answered, those who end with the queue's own agents or its second line, the customer still there."""
        silent = [queue.silent.share if queue.silent else 0.0 for queue in base.spec.queues.values()]
        sent = self.by_queue("sent") / np.maximum(self.by_queue("ended"), 1.0)
        return (1.0 - sent) * (1.0 - np.array(silent))

    def share_later_legs(self) -> Floats:
        """Of the first attempts answered, those handed on by another queue."""
        return self.by_queue("first_legs") / np.maximum(self.by_queue("firsts"), 1.0)

    def share_resolvable(self, base: Scenario) -> Floats:
        """Of the first attempts answered, those that somebody could resolve."""
        own = np.array([1.0 - queue.unresolvable for queue in base.spec.queues.values()])
        legs, beyond = self.by_queue("first_legs"), self.by_queue("first_legs_beyond")
        handed_on = 1.0 - beyond / np.maximum(legs, 1.0)
        return own + self.share_later_legs() * np.where(legs > 0, handed_on - own, 0.0)

    def inflow(self, base: Scenario) -> Inflow:
        """What each queue's contacts brought to each queue.

        As many follow-ups as came to a queue, laid at the doors that such follow-ups come from: what a short horizon
        carries in and out need not be the same.
        """
        repeats, redials = split_repeats(base, self.per_contact("repeats")), np.diag(self.per_contact("redials"))
        due = self.by_queue("came") @ (repeats + redials)
        came = self.by_queue("followed") / np.where(due > 0.0, due, np.inf)
        return Inflow(
            split_transfers(base, self.per_contact("sent")), split_escalations(base, self.per_contact("escalated")),
            repeats * came, redials * came,
        )  # fmt: skip

    # ---------------------------------------------------------------- looking

    def look(self, base: Scenario, work: Floats, told: Floats, rows: Table) -> None:
        """At a day's contact rows. `work`: standard seconds per queue and interval, the usual last; `told`: as the file
        has them, with its events and this replication's error."""
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
        handed_on = ~first_leg | (rows["transferred"] > 0)
        if base.has_cases or any(queue.escalation for queue in base.spec.queues.values()):
            self._legs.append(rows[list(LIGHT)][handed_on])
        # What a vendor answers is not our agents' work; what waited at the start belongs to no interval.
        rows = rows[ended & (rows["agent"] < agents) & (rows["arrived"] >= 0.0)]
        key, first = rows["agent"] * queues + rows["queue"], rows["attempt"] == 1
        interval = np.where(first, (rows["arrived"] / base.clock.interval).astype(np.int64), work.shape[1] - 1)
        seconds = work[rows["queue"], interval]
        taken = rows["ended"] - rows["answered"] - rows["paused"]
        for name, weights in (("held", None), ("session", taken), ("told", told[rows["queue"], interval])):
            self.by_queue(name)[:] += np.bincount(rows["queue"], weights, queues)
        for name, of, weights in (
            ("first", key[first], None),
            ("care", key[first], rows["care"][first]),
            ("work", key, seconds),
            ("paced", key, seconds * rows["pace"]),
        ):
            self.by_agent(name)[:] += np.bincount(of, weights, agents * queues).reshape(agents, queues)

    def look_at_legs(self, base: Scenario) -> None:
        """At contacts that were handed on, once all their legs are known."""
        if not self._legs:
            return
        legs = np.concatenate(self._legs)
        self._legs = []
        legs = legs[np.lexsort((legs["leg"], legs["attempt"], legs["index"], legs["case_began"]))]
        same = np.ones(max(len(legs) - 1, 0), np.bool_)
        for name in ("case_began", "index", "attempt"):
            same &= legs[name][1:] == legs[name][:-1]
        # The leg with which each contact began.
        start = np.maximum.accumulate(np.where(np.concatenate([[True], ~same]), np.arange(len(legs)), 0))[: len(legs)]
        began, later = legs["queue"][start], (legs["leg"] > 0) & (legs["leg"][start] == 0)
        again, queues = (legs["again"] >= 0.0) & later, self.of_queues.shape[1]
        ended = legs["outcome"] == ANSWERED
        for name, chosen in (("repeats", again & ended), ("redials", again & ~ended)):
            self.by_queue(name)[:] += np.bincount(began[chosen], minlength=queues)
        before, after = legs[:-1], legs[1:]
        kinds = [queue.escalation.kind if queue.escalation else "" for queue in base.spec.queues.values()]
        warm, handover = np.array([kind == "warm" for kind in kinds]), _handovers(base)
        stays = same & (before["leg"] + 1 == after["leg"])
        stays &= (before["transferred"] == SWARMED) | ((before["transferred"] == ESCALATED) & warm[before["queue"]])
        before, after = before[stays], after[stays]
        until = np.where(
            before["transferred"] == SWARMED, after["hung_up"], after["answered"] + handover[before["queue"]]
        )
        until = np.where(after["outcome"] == ANSWERED, until, after["ended"])
        self.by_queue("stayed")[:] += np.bincount(before["queue"], until - after["arrived"], queues)


def _handovers(base: Scenario) -> Floats:
    return np.array([queue.escalation.handover if queue.escalation else 0.0 for queue in base.spec.queues.values()])


def work_by_interval(base: Scenario, queue: str) -> Floats:
    """The handle time the file gives for each interval's contacts; a dated event's factor comes on top."""
    work, volumes = work_of(base, queue), expected(base, queue)
    return np.asarray(volumes.work_factor * work.mean)


def pilot(prepared: Prepared, engine: str, number: int, pilots: int, wanted: int, most: int) -> Seen:
    """What one of so many pilots sees: it plays until each queue has had as many contacts answered as are wanted, or
    `most` have been played."""
    scenario = prepared.scenario
    work = np.array(
        [
            np.append(work_by_interval(scenario, q), work_of(scenario, q).mean * prepared.expected[q].usual_work)
            for q in scenario.queues
        ]
    )
    told = work.copy()
    for q, queue in enumerate(scenario.queues):
        e = prepared.expected[queue]
        told[q, :-1] += work_of(scenario, queue).talk.mean * e.spoken * (e.talk_factor - 1.0)
    # Where others alone bring contacts, a forecast of nothing does not say that nobody comes.
    queues = scenario.spec.queues
    busy = np.array([prepared.expected[q].contacts.sum() > 0 or not queues[q].forecast.is_given for q in queues])
    fresh = np.array([queue.contacts for queue in prepared.fresh().values()])
    day_of = scenario.clock.interval_day
    seen = Seen.nothing(len(prepared.agents.names), len(scenario.queues))
    played, run = 0, 0
    while played < most and run < MOST_RUNS and (_answered(seen)[busy] < wanted).any():
        first, end = _days(prepared, number / pilots, run)
        replication = PILOT + 1000 * number + run
        customers = Customers(_without_leavers(scenario), replication) if scenario.spec.customers else None
        loop = DayByDay(prepared, open_floor(prepared.setting, engine), replication)
        for observed in loop.play(first, end):
            seen.look(scenario, work, told * loop.aht_error, observed.contacts)
            loop.sessions, loop.outreach = [], []
            if customers is not None and loop.day_is_over:
                customers.evening(loop.day, observed.contacts)
            elif customers is not None:
                customers.remember(observed.contacts)
        seen.look_at_legs(scenario)
        seen.by_queue("fresh")[:] += fresh[:, (day_of >= first) & (day_of < end)].sum(axis=1)
        if customers is not None:
            seen.held_against += customers.sums["held_against"]
        played += max(loop.born, 1)
        run += 1
    return seen


def _answered(seen: Seen) -> Floats:
    return np.asarray(seen.by_agent("first").sum(axis=0))


def _without_leavers(scenario: Scenario) -> Scenario:
    """The same where nobody leaves: all bad cases are counted."""
    assert scenario.spec.customers is not None
    customers = scenario.spec.customers.model_copy(update={"leave": (0.0,)})
    return scenario.with_spec(customers=customers)


def _days(prepared: Prepared, place: float, run: int) -> tuple[int, int]:
    """First and end day of a pilot's run: the whole horizon if it is short, else a week, spread over the horizon."""
    days = prepared.scenario.clock.days
    if prepared.contacts <= PILOT_CONTACTS / 2 or days <= 7:
        return 0, days
    weeks = days // 7
    week = int((place + run * GOLDEN) % 1.0 * weeks)
    return 7 * week, 7 * week + 7
