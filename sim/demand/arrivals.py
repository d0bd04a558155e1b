"""A day's contacts, with all their luck drawn at birth."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from sim.demand.busyness import Busyness, intervals_of
from sim.demand.carried_in import Before, Carried, carried_in
from sim.demand.contacts import (
    TICKS,
    Batch,
    Floats,
    Ints,
    QueueLaws,
    grid_down,
    grid_up,
    joined,
)
from sim.demand.customers_of import CustomersOf, QueueOf
from sim.demand.follow_ups import add_follow_ups, customer_of, mark
from sim.demand.legs import add_legs
from sim.demand.parts import A_PART, Span, cuts_of
from sim.demand.rows import Columns, copied, no_rows
from sim.demand.self_service import all_sessions
from sim.distributions import Law, poisson_quantile
from sim.kernels import Words, in_use
from sim.luck import ARRIVAL, DEFLECT, PREVENTED, REACHED, Luck, Stream, uniforms
from sim.observations import Table
from sim.scenario.language.handling import Backlog

COUNTED_AT_ONCE = 28
"""Days whose contacts are counted together."""

CONTACTS_AN_INTERVAL = 1 << 24
OF_ANOTHER_QUEUE = 1 << 36
"""Above all indices of a day: times the number of the queue that a contact was deflected from, counted from 1."""

OF_ANOTHER_DAY = 1 << 48
"""Above all of these: times the days ago on which a contact entered the machine, or a case began."""

FROM_BEFORE = 1 << 47
"""Below that, and above the rest: of contacts about a case from before the first day."""


@dataclass(frozen=True)
class DayOfDemand:
    """Contacts of a day, or of a part of it, by time of arrival; their legs and follow-ups; the sessions that begin.

    `contacts`, `legs` and `follow_ups` are rows of LUCK. A leg, or a follow-up, has arrived at 0.
    `legs` are those of the contacts, then those of the follow-ups.
    """

    contacts: Table
    legs: Table
    follow_ups: Table
    sessions: Columns
    outreach: Ints
    """Queues × (cases whose customers were reached, cases prevented)."""


@dataclass(frozen=True)
class _QueueDemand(QueueOf):
    """With its luck; the laws are the replication's."""

    contacts: Stream
    counts: Stream
    backlog: tuple[Backlog, Stream] | None


class Demand:
    """One replication's customers; `first_day` is the one that is played first."""

    def __init__(self, of: CustomersOf, luck: Luck, first_day: int = 0) -> None:
        self._of, self._scenario = of, of.scenario
        error = of.scenario.spec.forecast_error
        lasting = luck.stream("forecast error")
        self.level_error = error.level * _lognormal(lasting, 1, error.level_cv)
        self.aht_error = error.aht * _lognormal(lasting, 2, error.aht_cv)
        self._busyness = Busyness(of.busyness, luck)
        self._queues = [self._with_luck(queue, luck) for queue in of.queues]
        self._laws_of = [queue.laws for queue in self._queues]
        self._customers, self._onward, self._again = of.customers, of.onward, of.again
        self._counted: dict[int, tuple[int, list[Ints]]] = {}
        """By queue, the first of the days that were counted last, and their counts."""
        self._carried = self._carried_in(of.carried, first_day)
        with_machine = {queue.number for queue in self._queues if queue.machine is not None}
        self._feed_machines = [q for q in self._queues if with_machine & {q.number, *q.deflected_to}]
        self._next_day = 0
        self._on_their_way: dict[tuple[int, int, int], Batch] = {}
        """Whom a machine keeps past the part in which they enter it: by that day, queue, and place of where they come
        from."""

    def _with_luck(self, queue: QueueOf, luck: Luck) -> _QueueDemand:
        name, there = queue.name, queue.backlog_at_start
        of_plan = vars(queue) | {"laws": queue.laws.of_luck(self.aht_error, self._busyness.handle_times(name))}
        return _QueueDemand(
            **of_plan,
            contacts=luck.stream(f"queue/{name}"),
            counts=luck.stream(f"queue/{name}/counts"),
            backlog=None if there is None else (there, luck.stream(f"queue/{name}/backlog")),
        )

    def _carried_in(self, chances: dict[str, float], first_day: int) -> list[Carried]:
        found: list[Carried] = []
        for queue in self._queues:
            repeats, chance = self._again.repeats.get(queue.number), chances.get(queue.name, 0.0)
            if repeats is not None and repeats.attempts > 1 and chance > 0.0:
                on = partial(self._contacts_before, queue, first_day)
                before = Before(queue.number, on, chance, repeats, queue.unresolvable)
                found += carried_in(self._scenario, before, self._laws_of, first_day, self._customers)
        return found

    def _contacts_before(self, queue: _QueueDemand, first_day: int, day: int) -> Batch:
        """Contacts of a day before the first; those before the horizon are like the days of its first week."""
        like = day if day >= 0 else self._scenario.clock.like(day)
        other = FROM_BEFORE + OF_ANOTHER_QUEUE * (queue.number + 1) + OF_ANOTHER_DAY * (first_day - day)
        return self._drawn_contacts(queue, day, like).renumbered(other)

    def day(self, day: int, gone: NDArray[np.bool_] | None = None) -> DayOfDemand:
        """What the day brings, whichever days were asked for before. `gone`: which customers begin no more cases."""
        return next(self.parts(day, gone, np.inf))

    def parts(
        self, day: int, gone: NDArray[np.bool_] | None = None, most: float | None = None
    ) -> Iterator[DayOfDemand]:
        """The same, cut by time into parts of about `most` contacts at most: the day's in turn, whatever `most` is."""
        most = A_PART if most is None else most
        if self._feed_machines:
            if day < self._next_day:
                self._next_day, self._on_their_way = 0, {}
            for earlier in range(self._next_day, day):
                for span in self._spans(earlier, most):
                    self._coming(earlier, span, self._feed_machines)
            self._next_day = day + 1
        for span in self._spans(day, most):
            yield self._part(day, span, gone)

    def _spans(self, day: int, most: float) -> Iterator[Span]:
        """The day's parts in turn."""
        clock = self._scenario.clock
        first, last = int(clock.day_first[day]), int(clock.day_first[day + 1])
        expected = self._of.by_interval[first:last]
        return pairwise(cuts_of(expected * self.level_error, first, clock.interval, most))

    def _part(self, day: int, span: Span, gone: NDArray[np.bool_] | None) -> DayOfDemand:
        coming, sessions, outreach = self._coming(day, span, self._queues, gone)
        batches = [joined(batches) for batches in coming]
        carried = [earlier.within(*span) for earlier in self._carried]
        batches += [earlier.batch for earlier in carried]
        order = in_use().order_of(np.concatenate([batch.arrived for batch in batches]))
        place, ends = np.empty_like(order), np.cumsum([len(batch) for batch in batches])
        place[order] = np.arange(len(order))
        places = np.split(place, ends[:-1])
        contacts = no_rows(len(order))
        for queue, batch, at in zip(self._queues, batches, places, strict=False):
            self._born(contacts, at, queue, batch, day)
        for earlier, at in zip(carried, places[len(self._queues) :], strict=True):
            copied(contacts, at, earlier.born)
        legs = follow_ups = no_rows()
        if self._again or self._onward:
            everybody = joined(batches)
            legs, follow_ups = self._followed(day, contacts, everybody.keys[order], everybody.interval[order])
        if self._carried:
            # The floor adds to the talk of those alone whom it sees come again.
            contacts["talk"] += contacts["told_again"]
            contacts["told_again"] = 0.0
        return DayOfDemand(contacts, legs, follow_ups, all_sessions(sessions), outreach)

    def _born(self, contacts: Table, at: Ints, queue: _QueueDemand, batch: Batch, day: int) -> None:
        """Writes a queue's new cases in these places."""
        queue.laws.born(contacts, at, batch)
        refused = self._refused(queue.name, day, batch.arrived)
        if refused is not None:
            contacts["refused"][at] = refused
        mark(contacts, at, batch.keys, queue.unresolvable, self._customers)
        if day == 0 and queue.backlog is not None and self._scenario.queue(queue.name).is_live:
            _there_already(contacts, at, queue.laws, batch, queue.backlog[0])

    def _followed(self, day: int, contacts: Table, keys: Words, interval: Ints) -> tuple[Table, Table]:
        """The legs and follow-ups that the contacts may have, who learn where they stand."""
        legs, follow_ups, began = no_rows(), no_rows(), np.ascontiguousarray(contacts["arrived"])
        if self._again:
            no_interval = self._scenario.clock.intervals + 1 + day
            follow_ups, later, cases = add_follow_ups(contacts, keys, self._again, self._laws_of, no_interval)
        if self._onward:
            if len(follow_ups):
                keys = np.concatenate([keys, later])
                interval = np.concatenate([interval, np.full(len(later), no_interval)])
                began = np.concatenate([began, began[cases]])
            legs = add_legs([contacts, follow_ups], keys, interval, began, self._onward, self._laws_of)
        return legs, follow_ups

    def _coming(
        self, day: int, span: Span, queues: list[_QueueDemand], gone: NDArray[np.bool_] | None = None
    ) -> tuple[list[list[Batch]], list[Columns], Ints]:
        """Per queue, who comes to it in this part of the day of those whom `queues` expect; sessions that begin, and
        outreach."""
        coming: list[list[Batch]] = [[] for _ in self._queues]
        outreach = np.zeros((len(self._queues), 2), np.int64)
        for queue in queues:
            batch = self._expected_contacts(queue, day, span)
            if gone is not None and gone.any():
                batch = batch.take(~gone[customer_of(batch.keys, self._customers)])
            if queue.outreach is not None:
                reached = uniforms(batch.keys, REACHED) < queue.outreach.reached
                prevented = reached & (uniforms(batch.keys, PREVENTED) < queue.outreach.prevents)
                outreach[queue.number] = reached.sum(), prevented.sum()
                batch = batch.take(~prevented)
            if queue.deflected_to:
                goes = np.searchsorted(queue.deflected_up_to, uniforms(batch.keys, DEFLECT), side="right")
                for place, other in enumerate(queue.deflected_to):
                    moved = replace(batch.take(goes == place), rows=None)
                    coming[other].append(moved.renumbered(OF_ANOTHER_QUEUE * (queue.number + 1)))
                batch = batch.take(goes == len(queue.deflected_to))
            coming[queue.number].append(batch)
        sessions: list[Columns] = []
        for queue in self._queues:
            if queue.machine is not None:
                for place, entering in enumerate(coming[queue.number]):
                    held, batch = queue.machine.serve(entering)
                    sessions.append(held)
                    way = (day, queue.number, place)
                    if way in self._on_their_way:
                        # They stand as if all of them had been drawn at once.
                        batch = joined([self._on_their_way[way], batch])
                        batch = batch.take(np.argsort(batch.index, kind="stable"))
                    self._on_their_way[way] = batch
                coming[queue.number] = []
        still: dict[tuple[int, int, int], Batch] = {}
        for (entered, number, place), batch in sorted(self._on_their_way.items(), key=itemgetter(0)):
            now = batch.arrived < span[1]
            coming[number].append(batch.take(now).renumbered(OF_ANOTHER_DAY * (day - entered)))
            if not now.all():
                still[entered, number, place] = batch.take(~now)
        self._on_their_way = still
        if day == 0 and span[0] <= 0.0:
            for queue in queues:
                if queue.backlog is not None:
                    coming[queue.number].append(self._backlog(*queue.backlog))
        return coming, sessions, outreach

    def _expected_contacts(self, queue: _QueueDemand, day: int, span: Span) -> Batch:
        """A part of the day's contacts as the queue's forecast has them."""
        if queue.replay is not None:
            rows = np.flatnonzero((queue.replay >= span[0]) & (queue.replay < span[1]))
            arrived = queue.replay[rows]
            interval = (arrived // self._scenario.clock.interval).astype(np.int64)
            return Batch(queue.contacts.keys(0, rows), rows, interval, grid_down(arrived), rows)
        return self._drawn_contacts(queue, day, day, span)

    def _drawn_contacts(self, queue: _QueueDemand, day: int, like: int, span: Span | None = None) -> Batch:
        """Contacts of a day with the expectations of another, on its own luck. `span`: the part of it, if not all."""
        clock = self._scenario.clock
        date = (clock.start + dt.timedelta(days=day)).toordinal()
        first, last = int(clock.day_first[like]), int(clock.day_first[like + 1])
        start, end = (0, last - first) if span is None else _intervals(span, first, clock.interval)
        whole = self._counts(queue, day) if like == day else self._counts_of(queue, [day], [like])[0]
        counts = whole[start:end]
        shift = clock.elapsed(day, 0.0) - float(clock.day_start[like])

        def drawn(slot: Ints, index: Ints) -> Batch:
            keys = queue.contacts.keys(date, index)
            interval = first + slot
            arrived = grid_down((interval + uniforms(keys, ARRIVAL)) * clock.interval) + shift
            return Batch(keys, index, interval, arrived)

        if span is None or span == ((first + start) * clock.interval, (first + end) * clock.interval):
            slot = np.repeat(np.arange(start, end), counts)
            starts = np.cumsum(counts) - counts
            return drawn(slot, slot * CONTACTS_AN_INTERVAL + np.arange(len(slot)) - starts[slot - start])
        # A piece of one interval: whoever comes before or after it is drawn, and let go again.
        found: list[Batch] = []
        for begin in range(0, int(counts[0]), A_PART):
            place = np.arange(begin, min(begin + A_PART, int(counts[0])))
            batch = drawn(np.full(len(place), start), start * CONTACTS_AN_INTERVAL + place)
            found.append(batch.take((batch.arrived >= span[0]) & (batch.arrived < span[1])))
        return joined(found)

    def _backlog(self, backlog: Backlog, stream: Stream) -> Batch:
        """Contacts from before the start: each at some moment of its own part of the time; and those in hand, older."""
        count = backlog.contacts
        whole = count + backlog.in_hand
        place = np.arange(whole)
        keys = stream.keys(0, place)
        ages = backlog.oldest * (count - place - uniforms(keys, ARRIVAL)) / max(count, 1)
        ages[count:] = backlog.oldest + np.arange(1, backlog.in_hand + 1) / TICKS
        arrived = np.minimum(grid_down(-ages), -1.0 / TICKS)
        return Batch(keys, place - whole, np.full(whole, self._scenario.clock.intervals), arrived)

    def forecast_contacts(self, queue: str, day: int) -> Ints:
        """Of a day, per interval: how many the luck draws of the queue's forecast, before any come another way."""
        return self._counts(self._queues[self._scenario.queue(queue).number], day)

    def _counts(self, queue: _QueueDemand, day: int) -> Ints:
        """Contacts per interval of a day of the horizon; those of some days are drawn together, which costs less."""
        place = day % COUNTED_AT_ONCE
        first, counts = self._counted.get(queue.number, (-1, []))
        if first != day - place:
            first = day - place
            days = range(first, min(first + COUNTED_AT_ONCE, self._scenario.clock.days))
            counts = self._counts_of(queue, days, days)
            self._counted[queue.number] = first, counts
        return counts[place]

    def _counts_of(self, queue: _QueueDemand, days: Sequence[int], like: Sequence[int]) -> list[Ints]:
        """Of days with the expectations of others: Poisson by inversion, so that more demand only adds some."""
        clock = self._scenario.clock
        starts, lengths = clock.day_first, np.diff(clock.day_first)[like]
        today = intervals_of([(clock.start + dt.timedelta(days=day)).toordinal() for day in days], lengths)
        mean = np.concatenate([queue.expected.contacts[starts[day] : starts[day + 1]] for day in like])
        mean = self._busyness.volumes(queue.name, today, mean * self.level_error)
        u = uniforms(queue.counts.paired(today.dates[today.day], today.number), 0)
        return np.split(poisson_quantile(u, mean), np.cumsum(lengths)[:-1])

    def _refused(self, queue: str, day: int, arrived: Floats) -> NDArray[np.bool_] | None:
        """Which contacts come outside the queue's opening hours; None if there is no outside."""
        spans = self._of.open_on(queue, day)
        if spans is None:
            return None
        # A backlog is already there.
        is_open: NDArray[np.bool_] = arrived < self._scenario.clock.day_start[day]
        for start, end in spans:
            is_open |= (arrived >= start) & (arrived < end)
        return ~is_open


def _intervals(span: Span, first: int, interval: float) -> tuple[int, int]:
    """The intervals that a span touches, counted from `first`: from, to before."""
    return math.floor(span[0] / interval) - first, math.ceil(span[1] / interval) - first


def _there_already(contacts: Table, at: Ints, laws: QueueLaws, batch: Batch, backlog: Backlog) -> None:
    """What is different of live contacts from before the start: patience left, and who is in an agent's hands."""
    begun = batch.arrived < -backlog.oldest
    waits = (batch.arrived < 0.0) & ~begun
    arrived = batch.arrived[waits]
    contacts["begun"][at] = begun
    contacts["patience"][at[begun]] = np.inf
    # What is left of it counts from the start.
    contacts["patience"][at[waits]] = grid_up(laws.patience_left(batch.keys[waits], -arrived)) - arrived


def _lognormal(stream: Stream, purpose: int, cv: float) -> float:
    if not cv:
        return 1.0
    return float(Law("lognormal", 1.0, cv).unit_quantile(np.array([stream.uniform(0, 0, purpose)]))[0])
