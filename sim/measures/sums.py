"""The sums of a replication: per interval (or typical week) and day, per queue and group. Ratios come last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.measures.cases import CASE_SUMS
from sim.measures.families import WHOLE, AtMost, Families, Family
from sim.measures.judging import ByContract, Counted
from sim.measures.quality import EXPERIENCE_SUMS
from sim.scenario.model import Scenario
from sim.units import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUEUE_SUMS = Counted._fields

EVERY_LEG = frozenset({
    "talk", "hold", "wrap", "effort", "resolved", "connected",
    "callbacks", "reached", "first_reached", "kept", "promised_wait", "callback_wait", "waiting", "in_line", "queued",
})  # fmt: skip
"""What the center adds up over all legs of a contact; the rest it counts where the contact entered."""

GROUP_SUMS = (
    "answered", "handled", "talk", "hold", "wrap", "resolved", "effort",
    "handling", "available", "overrun", "shift_overrun", "slots_taken", "slots", "deskless",
)  # fmt: skip
"""The first seven by interval of arrival (of the answer, if the contact is older than the horizon), the rest by the
clock, in agent seconds: `handling` a contact, `available` (signed on, handling or idle), `overrun` past a break or
shift end, `shift_overrun` past a shift's end alone, `deskless` for want of a desk; in seconds of places for contacts:
`slots_taken` of `slots`."""

BY_ARRIVAL = GROUP_SUMS[:7]

CLOCK = ("available", "deskless", "overrun", "shift_overrun", "slots_taken", "handling", "handling", "handling")
"""What a day counts by the clock, and to which of GROUP_SUMS it adds; `handling` of what a warm-up left, of contacts,
and of agents who hold several."""

CLOCK_COLUMNS = tuple(GROUP_SUMS.index(name) for name in CLOCK)

DATED_SUMS = (
    "offered", "answered", "within", "abandoned_within", "abandoned_short", "blocked", "effort", "handled", "open",
    "abandoned",
)  # fmt: skip
"""What is kept of every dated interval, however long the horizon: need and targets are judged where they fall."""

DATED_COLUMNS = tuple(QUEUE_SUMS.index(name) for name in DATED_SUMS)

OPEN_SUMS = ("handling_open", "available_open")
"""Agent seconds as in GROUP_SUMS, while any of the group's queues is open: the live ones, if it has any."""

CONTRACT_SUMS = ByContract._fields
VENDOR_SUMS = ("answered", "handled", "handle_s")
SESSION_SUMS = ("sessions", "contained", "session_s")
OUTREACH_SUMS = ("written_to", "prevented")
"""Cases whose customers were written to in time, and those that were prevented by it."""

WAIT_EDGES: Floats = np.concatenate([[0.0], np.arange(1.0, 121.0), 120.0 * 1.02 ** np.arange(1, 631)])
"""Upper edges of the fixed bins of waits, in seconds, up to a year; the first bin holds waits of exactly 0."""

LIVE_EDGES = 490
"""So many reach to two days, enough where nobody waits for a reply."""


@dataclass(frozen=True)
class Slots:
    """How intervals are reported: each by its date, or gathered in a typical week per month."""

    of_interval: Ints
    labels: tuple[tuple[str, str], ...]
    """(date or "2026-03 mon", start) per slot."""
    occurrences: Ints
    """Intervals that each slot gathers."""

    @property
    def count(self) -> int:
        return len(self.labels)


LONGEST_BY_DATE = 56


def slots_of(scenario: Scenario) -> Slots:
    clock = scenario.clock
    mode = scenario.spec.results.intervals
    by_date = mode == "date" or (mode == "auto" and clock.days <= LONGEST_BY_DATE)
    numbers: dict[tuple[str, str], int] = {}
    of_interval = np.empty(clock.intervals, np.int64)
    starts: dict[int, list[str]] = {}
    for day, date in enumerate(clock.dates):
        # Closed days would thin out the typical week.
        kind = "closed" if date in scenario.closed_days else f"{date:%a}".lower()
        name = date.isoformat() if by_date else f"{date:%Y-%m} {kind}"
        first = int(clock.day_first[day])
        count = int(clock.day_first[day + 1]) - first
        # Days of 24 hours have the same ones.
        if count not in starts or count * clock.interval != DAY:
            starts[count] = [clock.start_label(day, position) for position in range(count)]
        for position, start in enumerate(starts[count]):
            of_interval[first + position] = numbers.setdefault((name, start), len(numbers))
    return Slots(of_interval, tuple(numbers), np.bincount(of_interval, minlength=len(numbers)))


def _has_contracts(scenario: Scenario) -> bool:
    return bool(scenario.spec.contracts)


def counts_cases(scenario: Scenario) -> bool:
    return scenario.uses.case_counts


def _asks_customers(scenario: Scenario) -> bool:
    return scenario.uses.experience is not None


OFFERED_IS_THE_MOST = AtMost(
    "contacts answered, lost or not reached, of those offered",
    lambda s: s["answered"] + s["abandoned"] + s["unreached"],
    lambda s: s["offered"],
)
HANDLING_IS_SIGNED_ON = AtMost(
    "seconds handling, of those signed on", lambda s: s["handling"], lambda s: s["available"]
)
SLOTS_ARE_THE_MOST = AtMost("seconds of places taken, of all", lambda s: s["slots_taken"], lambda s: s["slots"])


class Sums(Families):
    """One replication's sums: a row per family, and nothing else to write down when one is added but its counting."""

    queue_slots = Family("slots", "queues", columns=QUEUE_SUMS)
    queue_days = Family("days", "queues", columns=QUEUE_SUMS, laws=(OFFERED_IS_THE_MOST,))
    group_slots = Family("slots", "groups", columns=GROUP_SUMS)
    group_days = Family("days", "groups", columns=GROUP_SUMS, laws=(HANDLING_IS_SIGNED_ON, SLOTS_ARE_THE_MOST))
    waits = Family("queues", "bins", kept="each")
    """Everybody's wait."""
    shift_overrun = Family("agents", "days")
    """Paid seconds past the end of the shift."""
    dated = Family("intervals", "queues", columns=DATED_SUMS, kept="added up")
    signed_on = Family("intervals", "groups", kept="added up")
    """Agent seconds."""
    later_legs = Family(WHOLE, "queues", columns=QUEUE_SUMS)
    """What came by transfer, and of `waits` below: the center counts a contact once, where it entered."""
    later_waits = Family("queues", "bins", kept="each")
    contract_days = Family("days", "queues", columns=CONTRACT_SUMS, where=_has_contracts)
    """Judged by the limits of the queue's contract."""
    group_work = Family("days", "groups", "queues", where=_has_contracts)
    """Agent seconds on contacts."""
    vendor_days = Family("vendors", "days", columns=VENDOR_SUMS)
    sessions = Family("queues", columns=SESSION_SUMS, kept="each")
    """Self-service."""
    backlog = Family("intervals", "deferred queues", kept="added up")
    """Contacts that lie there at each interval's end."""
    oldest = Family("intervals", "deferred queues", kept="added up")
    """Seconds since the arrival of the oldest of them."""
    effective = Family("days", "groups", kept="added up")
    """Agent seconds signed on × the agent's speed on that day."""
    cases = Family("legs", "queues", columns=CASE_SUMS, where=counts_cases)
    """Of contacts as they came, and of what came by transfer; where something needs them."""
    group_cases = Family(WHOLE, "groups", columns=CASE_SUMS, where=counts_cases, kept="each")
    experience = Family(WHOLE, "queues", columns=EXPERIENCE_SUMS, where=_asks_customers, kept="each")
    """Where somebody asks what customers feel."""
    group_experience = Family(WHOLE, "groups", columns=EXPERIENCE_SUMS, where=_asks_customers, kept="each")
    outreach = Family("queues", columns=OUTREACH_SUMS, kept="each")
    while_open = Family("groups", columns=OPEN_SUMS, kept="each")


def spread(
    clock: Clock, entities: int, entity: Ints, start: Floats, end: Floats, weight: Floats | None = None
) -> tuple[int, Floats]:
    """Seconds of [start, end) per clock interval, times a weight: (first interval, intervals × entities)."""
    length = clock.interval
    i = (start / length).astype(np.int64)
    last = np.minimum(np.maximum(np.ceil(end / length).astype(np.int64) - 1, i), clock.intervals - 1)
    first = int(i.min())
    width = int(last.max()) - first + 1
    block = np.zeros(width * entities)
    while len(i):
        seconds = np.minimum(end, (i + 1) * length) - np.maximum(start, i * length)
        if weight is not None:
            seconds = seconds * weight
        block += np.bincount((i - first) * entities + entity, seconds, len(block))
        more = i < last
        i, last, entity, start, end = i[more] + 1, last[more], entity[more], start[more], end[more]
        weight = None if weight is None else weight[more]
    return first, block.reshape(width, entities)
