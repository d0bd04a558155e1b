"""What a contact is born with: its work, patience and luck, by the laws of the queue that it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.demand.forecast import Expected, Work
from sim.demand.rows import Columns, no_rows, put, usual_row
from sim.distributions import Law
from sim.kernels import Words
from sim.luck import (
    BALK,
    CALLBACK,
    HOLD,
    NEXT_LEG,
    PATIENCE,
    PICK,
    RESOLVE,
    SHARE,
    SILENCE,
    SILENT_AT,
    TALK,
    WRAP,
    uniforms,
)
from sim.observations import Table
from sim.units import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TICKS = 2.0**20
"""Times are whole multiples of 2**-20 s, the floor's grid."""

NOT_SILENT = 2.0
"""Past the end of the talk."""

BLOCK = 4096
"""Contacts that are drawn at a time: so many stay in the processor's cache while their columns are."""


def grid_up(times: Floats) -> Floats:
    return np.asarray(np.ceil(times * TICKS) / TICKS)


def grid_down(times: Floats) -> Floats:
    return np.asarray(np.floor(times * TICKS) / TICKS)


def drawn(law: Law, keys: Words, purpose: int) -> Floats:
    """The law's times for these contacts; one that needs no luck spends none."""
    if law.mean == 0.0:
        return np.zeros(len(keys))
    if law.family == "constant":
        return np.full(len(keys), law.mean)
    return law.quantile(uniforms(keys, purpose))


@dataclass(frozen=True)
class Batch:
    """Contacts on their way to one queue.

    `interval` is the one whose work they bring; the number after the horizon's last stands for none of them, and those
    behind it for none, of each day's cases. `rows` are those of the replayed log, -1 where a contact is not from it;
    `left` is the share of talk and hold that a machine has left to do.
    """

    keys: Words
    index: Ints
    interval: Ints
    arrived: Floats
    rows: Ints | None = None
    left: Floats | None = None

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, chosen: NDArray[np.bool_] | Ints | slice) -> Batch:
        return Batch(
            self.keys[chosen], self.index[chosen], self.interval[chosen], self.arrived[chosen],
            None if self.rows is None else self.rows[chosen], None if self.left is None else self.left[chosen],
        )  # fmt: skip

    def blocks(self) -> Iterator[tuple[slice, Batch]]:
        """Itself, in pieces that are small enough to be drawn at a time."""
        for start in range(0, len(self), BLOCK):
            piece = slice(start, start + BLOCK)
            yield piece, self if len(self) <= BLOCK else self.take(piece)

    def renumbered(self, by: int) -> Batch:
        """With other indices: those of a queue's contacts on one day are unique, wherever they come from."""
        return replace(self, index=self.index + by)


NO_CONTACTS = Batch(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def joined(batches: list[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    if not batches:
        return NO_CONTACTS
    rows: Ints | None = None
    left: Floats | None = None
    if any(batch.rows is not None for batch in batches):
        rows = np.concatenate([np.full(len(b), -1) if b.rows is None else b.rows for b in batches])
    if any(batch.left is not None for batch in batches):
        left = np.concatenate([np.ones(len(b)) if b.left is None else b.left for b in batches])
    return Batch(
        np.concatenate([batch.keys for batch in batches]), np.concatenate([batch.index for batch in batches]),
        np.concatenate([batch.interval for batch in batches]), np.concatenate([batch.arrived for batch in batches]),
        rows, left,
    )  # fmt: skip


@dataclass(frozen=True)
class ByTime:
    """A factor by the local time of day: each holds from its start to the next one's, the last over midnight."""

    starts: Floats
    """Seconds after midnight, rising; `factors` go along."""
    factors: Floats
    local: Floats
    """Local seconds after midnight of the start of each interval of the horizon."""
    interval: float

    def at(self, moments: Floats) -> Floats:
        """The factors at these seconds since the start; those outside the horizon are like its ends."""
        number = np.clip((moments // self.interval).astype(np.int64), 0, len(self.local) - 1)
        local = np.asarray((self.local[number] + moments - number * self.interval) % DAY)
        # Before the first start, place -1: the last one still holds.
        return np.asarray(self.factors[np.searchsorted(self.starts, local, side="right") - 1])


def by_time_of(clock: Clock, factors: tuple[tuple[float, float], ...]) -> ByTime | None:
    if not factors:
        return None
    local = np.array([start for day in range(clock.days) for start, _ in clock.local_starts(day)])
    starts, values = np.array(factors).T
    return ByTime(starts, values, local, clock.interval)


class QueueLaws:
    """What decides the work, patience and luck of a queue's contacts. `standard` multiplies its work.

    `patience_by_time` and `balk_by_time` multiply by the time of day.
    """

    def __init__(
        self,
        number: int,
        expected: Expected,
        work: Work,
        patience: Law,
        *,
        standard: float,
        balk: float,
        shared_route: bool,
        random_agent: bool,
        silent: float,
        callback: bool,
        replay: dict[str, Floats],
        interval_day: Ints,
        patience_by_time: ByTime | None = None,
        balk_by_time: ByTime | None = None,
    ) -> None:
        self._usual = usual_row(queue=number)
        self._expected, self._interval_day = expected, interval_day
        self._work, self._patience = work, patience
        self._patience_by_time, self._balk_by_time = patience_by_time, balk_by_time
        self._balk, self._shared_route, self._silent, self._callback = balk, shared_route, silent, callback
        self._random_agent = random_agent
        # Row -1 is none of the log's: nothing is known of it.
        self._replay = {column: np.append(values, np.nan) for column, values in replay.items()}
        self._set_work(standard, None)

    def of_luck(self, error: float, slow_days: Floats | None) -> QueueLaws:
        """Itself, or the same with work multiplied by the forecast's error, and by each day of the horizon."""
        if error == 1.0 and slow_days is None:
            return self
        other = copy(self)
        other._set_work(self.standard * error, slow_days)
        return other

    def _set_work(self, standard: float, slow_days: Floats | None) -> None:
        expected, days = self._expected, int(self._interval_day[-1]) + 1
        of_days = np.ones(days) if slow_days is None else slow_days

        def by_interval(factor: Floats) -> Floats:
            """One more for contacts of no interval; behind it, by day, those of no interval but of the day's cases."""
            usual = expected.usual(factor)
            return np.concatenate(
                [factor if slow_days is None else factor * of_days[self._interval_day], [usual], usual * of_days]
            )

        self.standard = standard
        self._work_factor = self._wrap_factor = by_interval(expected.spoken) * standard
        if expected.wrap is not expected.spoken:
            self._wrap_factor = by_interval(expected.wrap) * standard
        self._talk_factor = self._work_factor * np.concatenate([expected.talk_factor, np.ones(1 + days)])

    def born(self, rows: Table, place: Ints, batch: Batch, leg: int = 0, began: Floats | None = None) -> None:
        """Writes the batch into these places of the rows, as if nothing followed. Each leg has its own luck.

        `began`: when the cases came, of legs and follow-ups, whose own time of day nobody knows yet.
        """
        for piece, some in batch.blocks():
            columns = self._columns(some, leg, some.arrived if began is None else began[piece])
            put(rows, place[piece], self._usual, columns)

    def rows(self, batch: Batch) -> Table:
        """The batch alone."""
        rows = no_rows(len(batch))
        self.born(rows, np.arange(len(batch)), batch)
        return rows

    def _columns(self, batch: Batch, leg: int, moments: Floats) -> Columns:
        """What is not the same for all of them."""
        keys, ahead = batch.keys, leg * NEXT_LEG
        talk, hold, wrap, patience = self._times(batch, ahead)
        if self._patience_by_time is not None:
            patience = patience * self._patience_by_time.at(moments)
        columns: Columns = {
            "arrived": batch.arrived,
            "index": batch.index,
            "talk": talk,
            "hold": hold,
            "wrap": wrap,
            "patience": grid_up(batch.arrived + patience) - batch.arrived,
            "resolve": uniforms(keys, RESOLVE + ahead),
        }
        # Nobody balks who has been handed on.
        if self._balk and not leg:
            balk = self._balk if self._balk_by_time is None else self._balk * self._balk_by_time.at(moments)
            columns["balks"] = uniforms(keys, BALK) < balk
        if self._shared_route:
            columns["share"] = uniforms(keys, SHARE + ahead)
        if self._silent:
            columns["silent"] = self._falls_silent(keys, ahead)
        if self._callback:
            columns["accepts"] = uniforms(keys, CALLBACK + ahead)
        if self._random_agent:
            columns["pick"] = uniforms(keys, PICK + ahead)
        return columns

    def _times(self, batch: Batch, ahead: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Talk, hold and wrap at standard speed, and patience; a replay's own times go first."""
        keys = batch.keys
        talk = drawn(self._work.talk, keys, TALK + ahead) * self._talk_factor[batch.interval]
        if self._work.tied_wrap:
            hold, wrap = np.zeros(len(keys)), talk * self._work.tied_wrap
            talk = talk - wrap
        else:
            hold = drawn(self._work.hold, keys, HOLD + ahead) * self._work_factor[batch.interval]
            wrap = drawn(self._work.wrap, keys, WRAP + ahead) * self._wrap_factor[batch.interval]
        patience = drawn(self._patience, keys, PATIENCE + ahead)
        if batch.rows is not None and self._replay:
            given = {"talk_s": talk, "hold_s": hold, "wrap_s": wrap, "patience_s": patience}
            for column, of_law in given.items():
                if column in self._replay:
                    # A log's handle times are those of the agents who took the calls, as a mean's are.
                    scale = 1.0 if column == "patience_s" else self._work_factor[batch.interval]
                    known = self._replay[column][batch.rows] * scale
                    given[column] = np.where(np.isnan(known), of_law, known)
            talk, hold, wrap, patience = given.values()
        if batch.left is not None:
            talk, hold = talk * batch.left, hold * batch.left
        return talk, hold, wrap, patience

    def patience_left(self, keys: Words, waited: Floats) -> Floats:
        """Of customers who have waited so long already: their patience given that it is longer than that."""
        if self._patience.family == "never":
            return np.full(len(keys), np.inf)
        below, above = np.zeros(len(keys)), np.ones(len(keys))
        for _ in range(53):
            middle = (below + above) / 2
            gone = self._patience.quantile(middle) <= waited
            below, above = np.where(gone, middle, below), np.where(gone, above, middle)
        whole = self._patience.quantile(np.minimum(below + (1.0 - below) * uniforms(keys, PATIENCE), 1.0 - 2.0**-53))
        return np.asarray(np.maximum(whole - waited, 0.0))

    def _falls_silent(self, keys: Words, ahead: int) -> Floats:
        falls = uniforms(keys, SILENCE + ahead) < self._silent
        return np.where(falls, uniforms(keys, SILENT_AT + ahead), NOT_SILENT)
