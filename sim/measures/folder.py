"""Takes a replication's observations as they come, and keeps only sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.demand.rows import Columns
from sim.measures.elementwise import Many
from sim.measures.folding import (
    AVAILABLE,
    HANDLING,
    HANDLING_HELD,
    HANDLING_LEFT,
    balance,
    chances_of,
    close_day,
    count_handled,
    fold,
    fold_left_over,
    fold_presence,
    reach_of_contact,
    reach_of_presence,
)
from sim.measures.folding_tables import NO_SPAN, Clocks, Counting, CountingOf, People, Places, Tally, blank_tally
from sim.measures.judging import judge
from sim.measures.quality import Odds, as_chances, logistic
from sim.measures.sums import Sums
from sim.observations import CONTACT_ROW, PRESENCE_ROW, Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT_ONCE = 1 << 18
"""Contact rows that are folded at a time: those whom the end of the horizon finds waiting may be many."""

NO_CONTACTS, NO_PRESENCE = np.empty(0, CONTACT_ROW), np.empty(0, PRESENCE_ROW)

OPEN = ((HANDLING_LEFT, 0), (HANDLING, 0), (AVAILABLE, 1), (HANDLING_HELD, 0))
"""What counts while a group's queues are open, and the column of OPEN_SUMS that it adds to."""


class By(NamedTuple):
    """The rules applied to tables of rows."""

    contacts: Callable[[Counting, Tally, Table, bool], object]
    presence: Callable[..., object]
    reach: Callable[..., object]
    close: Callable[..., object]


class Folder:
    """Memory does not grow with the horizon. `compiled`: by numba, row by row; else column by column, the same rules.

    A day's rows come in one part or several; `close_day` comes after them.
    """

    def __init__(
        self, of: CountingOf, *, compiled: bool = False, warmed_up: bool = False, by: By | None = None
    ) -> None:
        """`warmed_up`: contacts from before the horizon come of a warm-up, and count by what is left of them. `by`:
        what has been compiled for this plan."""
        self._of, self._warmed_up = of, warmed_up
        self._sums, self._tally, self._totals, self._backlog = blank_tally(of)
        self._by = (_by_rows() if compiled else COLUMNS) if by is None else by
        self._day_has_rows = False
        self.counts: Any = self._tally.counts
        """LEGS, OLDER, FIRST_LEGS, DUE of all rows so far."""
        self.handled: Any = self._tally.people.handled
        """Contacts' worth by agent; whoever takes it sets it back to 0."""

    @property
    def sums(self) -> Sums:
        """What has been folded so far."""
        self.close_day()
        sums, counting = self._sums, self._of.counting
        sums.backlog, sums.oldest = self._backlog.contacts(), self._backlog.oldest()
        one_at_a_time: Any = counting.told_by_contacts[: counting.places.groups]
        older, first_slot = self._tally.by_arrival.older, self._totals.of_interval[0]
        sums.views(Sums.queue_slots)["waiting"][first_slot] += older
        sums.views(Sums.queue_days)["waiting"][0] += older
        older[:] = 0.0  # type: ignore[call-overload]
        for table in (Sums.group_slots, Sums.group_days):
            s = sums.views(table)
            s["slots"][:] = s["available"] * self._of.places
            s["slots_taken"][:, one_at_a_time] = s["handling"][:, one_at_a_time]
        return sums

    @property
    def group_days(self) -> Floats:
        """Days × groups × GROUP_SUMS so far; the day that is being folded not included."""
        return self._sums.group_days

    def work_at(self, speed: Floats) -> None:
        """From the next row on, everybody works at this speed (agents × queues, 0 without a skill)."""
        # Of queues that are none of the group's skills, the table says nothing.
        own = speed * self._of.skilled
        if len(own):
            self._tally.people.speed[:] = own.sum(axis=1) / np.maximum((own > 0.0).sum(axis=1), 1)

    def fold(self, contacts: Table, presence: Table) -> None:
        """Fold rows of a day, or of a part of it."""
        counting = self._of.counting
        self._make_room(contacts, presence)
        tally = self._tally
        for start in range(0, len(contacts), AT_ONCE):
            self._by.contacts(counting, tally, contacts[start : start + AT_ONCE], self._warmed_up)
        if len(presence):
            self._by.presence(counting.places, tally.clocks, tally.people, presence)

    def _make_room(self, contacts: Table, presence: Table) -> None:
        """Widen the day's tables to hold these rows."""
        places, tally, span = self._of.counting.places, self._tally, np.array([np.inf, -np.inf])
        self._by.reach(span, self._of.counting.laws.end, contacts, presence)
        if span[0] > span[1]:
            return
        first = int(max(span[0], 0.0) / places.interval)
        last = min(max(int(span[1] / places.interval), first) + 1, places.intervals)
        opens, has = int(tally.clocks.opens[0]), len(tally.by_arrival.by_queue)
        if not self._day_has_rows and last - first <= has:
            # The tables of the day before are empty, and long enough.
            opens = tally.clocks.opens[0] = min(first, places.intervals - has)
        if first < opens or last > opens + has:
            if self._day_has_rows:
                first, last = min(first, opens), max(last, opens + has)
            place = opens - first if self._day_has_rows else None
            tables = tally.by_arrival
            by_queue, by_group = (_wider(one, 0, last - first, place) for one in (tables.by_queue, tables.by_group))
            clocks = tally.clocks._replace(today=_wider(tally.clocks.today, 1, last - first, place))
            tally.clocks.opens[0] = first
            by_arrival = tables._replace(by_queue=by_queue, by_group=by_group)
            self._tally = tally._replace(clocks=clocks, by_arrival=by_arrival)
        self._day_has_rows = True

    def outreach(self, counts: Ints) -> None:
        """Fold a day's outreach: queues × OUTREACH_SUMS."""
        self._sums.outreach[:] += counts

    def sessions(self, columns: Columns) -> None:
        """Fold a day's self-service sessions: queue, began, ended, contained."""
        queue = columns["queue"]
        if not len(queue):
            return
        for number, weights in enumerate((None, columns["contained"], columns["ended"] - columns["began"])):
            self._sums.sessions[:, number] += np.bincount(queue, weights, len(self._sums.sessions))

    def close_day(self) -> None:
        """Add the day up with those before it."""
        if not self._day_has_rows:
            return
        tally, open_part = self._tally, self._of.open_part
        opens, clocks = int(tally.clocks.opens[0]), tally.clocks
        for number, column in OPEN:
            first, end = clocks.spans[number].tolist()
            if first < end:
                block = clocks.today[number, first - opens : end - opens]
                self._sums.while_open[:, column] += (block * open_part[first:end]).sum(axis=0)
        self._by.close(self._totals, opens, tally.by_arrival, clocks, tally.of_cases)
        clocks.spans[:] = NO_SPAN
        self._day_has_rows = False


def _wider(table: Floats, axis: int, length: int, place: int | None) -> Floats:
    """An empty table of that many intervals, with this one's from there on."""
    shape = list(table.shape)
    shape[axis] = length
    wider = np.zeros(shape)
    if place is not None:
        wider[(slice(None),) * axis + (slice(place, place + table.shape[axis]),)] = table
    return wider


def _reach(span: Any, end: float, contacts: Table, presence: Table) -> None:
    contact: Any = Many(contacts)
    there: Any = Many(presence)
    reach_of_contact(span, end, contact)
    reach_of_presence(span, there)


def _fold_contacts(counting: Counting, tally: Tally, rows: Table, warmed_up: bool) -> None:
    everybody: Any = Many(rows)
    balance(tally.counts, counting.laws.end, everybody)
    count_handled(tally.people.handled, counting.learnt, everybody)
    if warmed_up:
        from_before = rows["arrived"] < 0.0
        older: Any = Many(rows[from_before])
        judged = judge(counting.laws, older)
        fold_left_over(judged, counting.laws.end, counting.told_by_contacts, tally.clocks, tally.lying)
        everybody = Many(rows[~from_before])
    chances: Any = NO_CHANCES
    if counting.feels:
        chances = as_chances(chances_of(counting.laws, counting.weighed, everybody))
    fold(counting, tally, everybody, chances)


def _fold_presence(places: Places, clocks: Clocks, people: People, rows: Table) -> None:
    there: Any = Many(rows)
    fold_presence(places, clocks, people, there)


NO_CHANCES, NO_ODDS = Odds(0.0, 0.0, 0.0, 0.0), np.zeros((4, 1))
COLUMNS = By(_fold_contacts, _fold_presence, _reach, close_day)
"""Column by column."""


def _by_rows() -> By:
    """Compiled, row by row."""
    from sim.measures.folding_compiled import CHANCES, CLOSE, CONTACTS, PRESENCE, REACH

    return By(_with_chances(CONTACTS, CHANCES), PRESENCE, REACH, CLOSE)


def _with_chances(fold_all: Callable[..., object], odds_of_all: Callable[..., object]) -> Callable[..., object]:
    def contacts(counting: Counting, tally: Tally, rows: Table, warmed_up: bool) -> None:
        odds = NO_ODDS
        if counting.feels:
            odds = np.empty((4, len(rows)))
            odds_of_all(counting.laws, counting.weighed, rows, odds)
            for row in odds:
                row[:] = logistic(row)
        fold_all(counting, tally, rows, warmed_up, odds)

    return contacts


def compile_folding(of: CountingOf) -> By:
    """Compile all that folding this plan takes, or load it; to be called on tables of this plan alone."""
    from sim.compiled_kernels import entry_of
    from sim.measures.folding_compiled import CHANCES, CLOSE, CONTACTS, PRESENCE, REACH

    folder, counting = Folder(of, compiled=True), of.counting
    tally, no_contacts, no_presence = folder._tally, NO_CONTACTS, NO_PRESENCE
    chances: Callable[..., object] = CHANCES
    if counting.feels:
        chances = entry_of(CHANCES, counting.laws, counting.weighed, no_contacts, NO_ODDS)
    return By(
        _with_chances(entry_of(CONTACTS, counting, tally, no_contacts, False, NO_ODDS), chances),
        entry_of(PRESENCE, counting.places, tally.clocks, tally.people, no_presence),
        entry_of(REACH, np.zeros(2), counting.laws.end, no_contacts, no_presence),
        entry_of(CLOSE, folder._totals, 0, tally.by_arrival, tally.clocks, tally.of_cases),
    )
