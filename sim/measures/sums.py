"""Observations folded into sums: per interval (or typical week) and day, per queue and group. Ratios come last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.clock import Clock
from sim.measures.cases import CASE_SUMS, case_columns, comes_again
from sim.measures.families import WHOLE, AtMost, Families, Family
from sim.measures.judging import Columns, Judge, Judged
from sim.measures.quality import EXPERIENCE_SUMS, Feelings, experience_columns
from sim.measures.running import Stretch, more
from sim.measures.waiting import Backlog, open_parts
from sim.observations import Table
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUEUE_SUMS = (
    "offered", "answered", "within", "abandoned", "abandoned_within", "abandoned_short", "balked", "blocked", "refused",
    "cut_off", "wait_answered", "wait", "waited", "handled", "talk", "hold", "wrap", "resolved", "connected",
    "effort", "open", "transferred", "unreached", "callbacks", "reached", "first_reached", "kept", "promised_wait",
    "callback_wait", "waiting", "delayed", "gave_up", "wait_gave_up", "in_line", "queued",
)  # fmt: skip
"""By interval of arrival; what waited before the horizon began is not in them. `within`: answered within the queue's
limit; `abandoned_within`, `abandoned_short`: gave up with 0 < wait ≤ the limit, ≤ the short-abandon threshold;
`waited`: contacts whose whole wait is known; `open`: not over at the end, and not yet late. Deferred queues answer when
the reply is sent. `callbacks`: promised ones that are over; of those `reached`, at once (`first_reached`) and by
the time promised (`kept`), and the waits of those reached, as promised and as they were. Of live queues: `waiting` at
the end of the horizon, whether or not late (the first interval's also those who came before it); `delayed`: had to wait
at all, or would have had to and balked; `gave_up` after waiting, and how long; `in_line`: seconds waited in opening
hours; `queued`: at any hour until the end of the horizon, whatever came of it, but not for a callback."""

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

DATED_SUMS = (
    "offered", "answered", "within", "abandoned_within", "abandoned_short", "blocked", "effort", "handled", "open",
    "abandoned",
)  # fmt: skip
"""What is kept of every dated interval, however long the horizon: need and targets are judged where they fall."""

DATED_COLUMNS = [QUEUE_SUMS.index(name) for name in DATED_SUMS]

OPEN_SUMS = ("handling_open", "available_open")
"""Agent seconds as in GROUP_SUMS, while any of the group's queues is open: the live ones, if it has any."""

CONTRACT_SUMS = ("offered", "answered", "within", "abandoned_within", "abandoned_short")
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

AT_ONCE = 1 << 18
"""Contact rows that are folded at a time: those whom the end of the horizon finds waiting may be many."""


def slots_of(scenario: Scenario) -> Slots:
    clock = scenario.clock
    mode = scenario.spec.results.intervals
    by_date = mode == "date" or (mode == "auto" and clock.days <= LONGEST_BY_DATE)
    numbers: dict[tuple[str, str], int] = {}
    of_interval = np.empty(clock.intervals, np.int64)
    for day, date in enumerate(clock.dates):
        # Closed days would thin out the typical week.
        kind = "closed" if date in scenario.closed_days else f"{date:%a}".lower()
        name = date.isoformat() if by_date else f"{date:%Y-%m} {kind}"
        first = int(clock.day_first[day])
        for position in range(int(clock.day_first[day + 1]) - first):
            label = (name, clock.start_label(day, position))
            of_interval[first + position] = numbers.setdefault(label, len(numbers))
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


class Folder:
    """Takes observations as they come and keeps only sums: memory does not grow with the horizon."""

    def __init__(self, scenario: Scenario, slots: Slots, agents: int) -> None:
        clock, days = scenario.clock, scenario.clock.days
        queues, groups, vendors = len(scenario.queues), len(scenario.groups), len(scenario.spec.vendors)
        self._clock, self._slots, self._groups = clock, slots, groups
        self._skilled = np.array([[q in g.spec.skills for q in scenario.queues] for g in scenario.numbered.groups])
        self._judge, self._backlog = Judge(scenario), Backlog(scenario)
        # Where contacts overlap or are interrupted, only the agents' own rows tell how long they were busy.
        self._told_by_contacts = np.array([*(not g.blends for g in scenario.numbered.groups), *[False] * vendors])
        self._places = np.array([group.places for group in scenario.numbered.groups], dtype=np.float64)
        self._counts_cases = scenario.uses.case_counts
        self._again_at = comes_again(scenario)
        self._feelings = None if scenario.uses.experience is None else Feelings(scenario)
        self._open_part = open_parts(scenario)
        bins = 1 + (len(WAIT_EDGES) if scenario.uses.deferred else LIVE_EDGES)
        sizes = {
            "slots": slots.count, "days": days, "intervals": clock.intervals, "queues": queues, "groups": groups,
            "vendors": vendors, "agents": agents, "bins": bins, "deferred queues": len(scenario.uses.deferred),
            "legs": 2,
        }  # fmt: skip
        self._sums = Sums.zeros(scenario, sizes)

        self._by_arrival: dict[str, Stretch] = {}
        self._by_clock: dict[tuple[str, str], Stretch] = {}
        self._of_day: dict[tuple[str, str], Floats] = {}
        """Of the day that is being folded: by slots and days; by the clock; and whole tables, by their columns."""

    @property
    def sums(self) -> Sums:
        """What has been folded so far."""
        self.evening()
        sums, one_at_a_time = self._sums, self._told_by_contacts[: self._groups]
        sums.backlog, sums.oldest = self._backlog.contacts(), self._backlog.oldest()
        for table in (Sums.group_slots, Sums.group_days):
            s = sums.named(table)
            s["slots"][:] = s["available"] * self._places
            s["slots_taken"][:, one_at_a_time] = s["handling"][:, one_at_a_time]
        return sums

    @property
    def group_days(self) -> Floats:
        """Days × groups × GROUP_SUMS so far."""
        self.evening()
        return self._sums.group_days

    def contacts(self, rows: Table) -> None:
        """Fold contact rows of a day, or of a part of it, into the interval of arrival, and their handling into the
        clock's intervals."""
        for start in range(0, len(rows), AT_ONCE):
            self._fold(rows[start : start + AT_ONCE])

    def _fold(self, rows: Table) -> None:
        judged = self._judge(rows)
        self._backlog.add(judged.queue, judged.arrived, judged.ended, judged.still_open)
        self._by_queue(judged.only(judged.arrived >= 0.0))
        self._wait_since_before(judged)
        self._by_answerer(judged)
        if self._counts_cases:
            self._by_case(rows, judged)
        busy = judged.taken & self._told_by_contacts[judged.group]
        start, end = judged.answered_at[busy], np.minimum(judged.ended[busy], self._clock.end)
        self._add_by_clock("handling", judged.group[busy], start, end, of="contacts")

    def evening(self) -> None:
        """Add a day's sums up with those of the days before: each day's first, then all of them."""
        sums = self._sums
        for name, stretch in self._by_arrival.items():
            slots, days = (
                (sums.queue_slots, sums.queue_days) if name == "queue" else (sums.group_slots, sums.group_days)
            )
            first, block, columns = stretch.first, stretch.block, stretch.block.shape[2]
            last = first + len(block)
            np.add.at(slots[:, :, :columns], self._slots.of_interval[first:last], block)
            np.add.at(days[:, :, :columns], self._clock.interval_day[first:last], block)
            if name == "queue":
                sums.dated[first:last] += block[:, :, DATED_COLUMNS]
        by_slot, by_day, open_parts = (
            sums.named(table) for table in (Sums.group_slots, Sums.group_days, Sums.while_open)
        )
        for (name, _), stretch in self._by_clock.items():
            first, block = stretch.first, stretch.block
            last = first + len(block)
            np.add.at(by_slot[name], self._slots.of_interval[first:last], block)
            np.add.at(by_day[name], self._clock.interval_day[first:last], block)
            if (while_open := f"{name}_open") in open_parts:
                open_parts[while_open] += (block * self._open_part[first:last]).sum(axis=0)
        for (name, column), found in self._of_day.items():
            whole = sums.named(Sums.families()[name])[column]
            whole += found.reshape(whole.shape)
        self._by_arrival, self._by_clock, self._of_day = {}, {}, {}

    def left_over(self, rows: Table) -> None:
        """Fold what is left of contacts from a warm-up: who works on them still, and their place in a backlog."""
        if not len(rows):
            return
        judged = self._judge(rows)
        self._backlog.add(judged.queue, judged.arrived, judged.ended, judged.still_open)
        busy = judged.taken & self._told_by_contacts[judged.group] & (judged.ended > 0.0)
        start, end = np.maximum(judged.answered_at[busy], 0.0), np.minimum(judged.ended[busy], self._clock.end)
        self._add_by_clock("handling", judged.group[busy], start, end, of="left over")

    def _by_queue(self, judged: Judged) -> None:
        sums, queue, interval = self._sums, judged.queue, self._interval(judged.arrived)
        self._add_by_arrival("queue", interval, queue, QUEUE_SUMS, judged.columns)
        _count_waits(sums.waits, judged)
        if judged.by_contract:
            self._add("contract_days", self._clock.interval_day[interval], queue, judged.by_contract)
        if judged.leg.any():
            later = judged.only(judged.leg > 0)
            self._add("later_legs", np.zeros_like(later.queue), later.queue, later.columns)
            _count_waits(sums.later_waits, later)

    def _wait_since_before(self, judged: Judged) -> None:
        """Who came before the horizon is in no sum by arrival; whoever waits still at its end is named all the same."""
        older = judged.columns["waiting"] & (judged.arrived < 0.0)
        if older.any():
            count = np.bincount(judged.queue[older], minlength=len(self._sums.waits))
            self._sums.named(Sums.queue_slots)["waiting"][self._slots.of_interval[0]] += count
            self._sums.named(Sums.queue_days)["waiting"][0] += count

    def _by_answerer(self, judged: Judged) -> None:
        """By the group that answered, or the vendor. What is older than the horizon counts when it is taken up."""
        ours = judged.answered & (judged.group < self._groups)
        sums, moment = self._sums, np.where(judged.arrived >= 0.0, judged.arrived, judged.answered_at)
        interval, columns = self._interval(moment[ours]), {name: judged.columns[name][ours] for name in BY_ARRIVAL}
        self._add_by_arrival("group", interval, judged.group[ours], GROUP_SUMS, columns)
        if len(sums.group_work):
            day = self._clock.interval_day[interval]
            np.add.at(sums.group_work, (day, judged.group[ours], judged.queue[ours]), columns["effort"])
        theirs = judged.answered & ~ours
        if theirs.any():
            vendor, day = judged.group[theirs] - self._groups, self._clock.interval_day[self._interval(moment[theirs])]
            parts = {name: column[theirs] for name, column in judged.columns.items()}
            parts["handle_s"] = parts["talk"] + parts["hold"] + parts["wrap"]
            self._add("vendor_days", vendor, day, parts)

    def _by_case(self, rows: Table, judged: Judged) -> None:
        """How cases go on and end, and what their customers feel; by queue, and by the group that answered."""
        by_leg, ours = np.minimum(judged.leg, 1), judged.taken & (judged.group < self._groups)
        columns, group = case_columns(rows, judged, self._clock.end, self._again_at), judged.group[ours]
        self._add("cases", by_leg, judged.queue, columns)
        self._add("group_cases", np.zeros_like(group), group, {k: c[ours] for k, c in columns.items()})
        if self._feelings is not None:
            felt = experience_columns(rows, judged, self._feelings(rows, judged))
            self._add("experience", np.zeros_like(judged.queue), judged.queue, felt)
            own = {k: c[ours] for k, c in felt.items()}
            self._add("group_experience", np.zeros_like(group), group, own)

    def outreach(self, counts: Ints) -> None:
        """Fold a day's outreach: queues × OUTREACH_SUMS."""
        self._sums.outreach[:] += counts

    def _interval(self, moment: Floats) -> Ints:
        return (moment / self._clock.interval).astype(np.int64)

    def presence(self, rows: Table) -> None:
        """Fold presence rows into the clock's intervals; a vendor's people are no business of ours."""
        if len(self._sums.vendor_days):
            rows = rows[rows["group"] < self._groups]
        activity = rows["activity"]
        there = rows[activity == obs.AVAILABLE]
        first, block = self._add_by_clock("available", there["group"], there["began"], there["ended"])
        self._sums.signed_on[first : first + len(block)] += block
        waiting = rows[activity == obs.DESKLESS]
        self._add_by_clock("deskless", waiting["group"], waiting["began"], waiting["ended"])
        held = rows[activity >= obs.HELD]
        taken = (held["activity"] - obs.HELD).astype(np.float64)
        self._add_by_clock("handling", held["group"], held["began"], held["ended"])
        self._add_by_clock("slots_taken", held["group"], held["began"], held["ended"], taken)
        overrun = rows[(activity >= obs.OVERRUN) & (activity < obs.HELD)]
        self._add_by_clock("overrun", overrun["group"], overrun["began"], overrun["ended"])
        late = rows[activity == obs.OVERRUN + obs.OFF]
        self._add_by_clock("shift_overrun", late["group"], late["began"], late["ended"])
        day = self._clock.interval_day[self._interval(late["began"])]
        np.add.at(self._sums.shift_overrun, (late["agent"], day), late["ended"] - late["began"])

    def effective(self, rows: Table, speed: Floats) -> None:
        """Fold a day's presence rows, weighted by everybody's speed (agents × queues, 0 without a skill)."""
        there = rows[(rows["activity"] == obs.AVAILABLE) & (rows["group"] < self._groups)]
        if len(there):
            # Of queues that are none of the group's skills, the table says nothing.
            own = speed[there["agent"]] * self._skilled[there["group"]]
            mean = own.sum(axis=1) / np.maximum((own > 0.0).sum(axis=1), 1)
            seconds = (there["ended"] - there["began"]) * mean
            day = self._clock.interval_day[self._interval(there["began"])]
            np.add.at(self._sums.effective, (day, there["group"]), seconds)

    def sessions(self, columns: Columns) -> None:
        """Fold a day's self-service sessions: queue, began, ended, contained."""
        queue = columns["queue"]
        for number, weights in enumerate((None, columns["contained"], columns["ended"] - columns["began"])):
            self._sums.sessions[:, number] += np.bincount(queue, weights, len(self._sums.sessions))

    def _add_by_arrival(self, of: str, interval: Ints, entity: Ints, names: tuple[str, ...], columns: Columns) -> None:
        """Add columns by interval and entity to what the day has so far, of queues or groups."""
        if not len(interval):
            return
        entities = (self._sums.queue_days if of == "queue" else self._sums.group_days).shape[1]
        first, last, stretch = int(interval.min()), int(interval.max()) + 1, self._by_arrival.get(of)
        is_new = stretch is None
        if stretch is None:
            stretch = self._by_arrival[of] = Stretch(first, np.zeros((last - first, entities, len(names))))
        stretch.widen(first, last)
        key, block = (interval - stretch.first) * entities + entity, stretch.block
        for name, column in columns.items():
            if not column.any():
                continue
            weights = None if column.dtype == bool and column.all() else column.astype(np.float64, copy=False)
            so_far = block[:, :, names.index(name)]
            found = more(None if is_new else so_far.reshape(-1), key, weights, so_far.size)
            so_far[:] = found.reshape(-1, entities)

    def _add_by_clock(
        self, name: str, group: Ints, start: Floats, end: Floats, weight: Floats | None = None, of: str = "presence"
    ) -> tuple[int, Floats]:
        """Add the seconds of [start, end) to the clock's intervals; the block added, and its first interval.

        Times are on the floor's grid, so these sums are exact in any order."""
        groups = self._sums.group_slots.shape[1]
        if not len(group):
            return 0, np.zeros((0, groups))
        first, block = spread(self._clock, groups, group, start, end, weight)
        if (name, of) not in self._by_clock:
            self._by_clock[name, of] = Stretch(first, block)
        else:
            stretch = self._by_clock[name, of]
            stretch.widen(first, first + len(block))
            stretch.block[first - stretch.first :][: len(block)] += block
        return first, block

    def _add(self, table: str, first: Ints, second: Ints, columns: Columns) -> None:
        """Add columns by two entities, the first two axes of the table, to what the day has so far."""
        rows, width = getattr(self._sums, table).shape[:2]
        key = first * width + second
        for name in Sums.families()[table].columns:
            if name in columns:
                column, so_far = columns[name], self._of_day.get((table, name))
                by_flag = column.dtype == bool
                found = (
                    more(so_far, key[column], None, rows * width)
                    if by_flag
                    else more(so_far, key, column, rows * width)
                )
                self._of_day[table, name] = found


def _count_waits(bins: Floats, judged: Judged) -> None:
    """Add everybody's wait to the bins, queues × bins."""
    queue, wait, width = judged.queue[judged.waited], judged.wait[judged.waited], bins.shape[1]
    number = np.where(wait == 0.0, 0, np.searchsorted(WAIT_EDGES[: width - 1], wait, side="left"))
    bins += np.bincount(queue * width + number, minlength=bins.size).reshape(-1, width)


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
