"""The next attempts of each case: repeats of what was not resolved, redials of what was lost; all known at birth.

What a case's next attempt is like depends on its queue and on which attempt it is, not on the way there: a case's
contacts that come to the same point share the rows that follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.contacts import (
    Batch,
    Floats,
    Ints,
    QueueLaws,
    drawn,
    grid_up,
)
from sim.demand.rows import no_rows
from sim.distributions import Law
from sim.kernels import Words
from sim.luck import (
    COMES_WHEN,
    CUSTOMER,
    NOBODY_CAN,
    REDIAL,
    REDIAL_AFTER,
    REPEAT,
    REPEAT_AFTER,
    REPEAT_TO,
    UNRESOLVABLE,
    next_attempt,
    uniforms,
)
from sim.observations import Table
from sim.scenario.model import Scenario

NO_ROW = -1


@dataclass(frozen=True)
class Repeats:
    """A queue's: shares added up over the other queues they come to, and the share of the talk that is said again."""

    share: float
    attempts: int
    after: Law
    to: Ints
    up_to: Floats
    repeated: float

    def queue(self, keys: Words, own: int) -> Ints:
        """Where repeats come to; `keys` are those of the attempt to come."""
        if not len(self.to):
            return np.full(len(keys), own)
        chosen = np.searchsorted(self.up_to, uniforms(keys, REPEAT_TO), side="right")
        return np.append(self.to, own)[chosen]


@dataclass(frozen=True)
class Redials:
    share: float
    attempts: int
    after: Law


@dataclass(frozen=True)
class ComingAgain:
    """By the number of the queue that contacts came to; and of all queues, one after the other, the shares of them that
    may come again, 0 where none do, and the last attempt that may follow."""

    repeats: dict[int, Repeats]
    redials: dict[int, Redials]
    repeat_share: Floats
    repeat_attempts: Ints
    redial_share: Floats
    redial_attempts: Ints

    def __bool__(self) -> bool:
        return bool(self.repeats or self.redials)

    @property
    def last_attempt(self) -> int:
        return int(max(self.repeat_attempts.max(), self.redial_attempts.max()))


def coming_again_of(scenario: Scenario) -> ComingAgain:
    repeats: dict[int, Repeats] = {}
    redials: dict[int, Redials] = {}
    for queue in scenario.numbered.queues:
        spec, redial = queue.spec.repeat, queue.spec.redial
        if spec is not None and spec.share:
            repeats[queue.number] = Repeats(
                spec.share,
                spec.attempts,
                queue.law("repeat.after"),
                np.array([other.number for other, _ in queue.repeats_to], dtype=np.int64),
                np.cumsum(list(spec.to.values())),
                0.0 if scenario.spec.quality.history_shared else spec.repeated,
            )
        if redial is not None and redial.share:
            redials[queue.number] = Redials(redial.share, redial.attempts, queue.law("redial.after"))
    return ComingAgain(repeats, redials, *_by_queue(scenario, repeats), *_by_queue(scenario, redials))


def _by_queue(scenario: Scenario, of: Mapping[int, Repeats | Redials]) -> tuple[Floats, Ints]:
    """Shares and attempts."""
    share, attempts = np.zeros(len(scenario.queues)), np.zeros(len(scenario.queues), np.int64)
    for number, one in of.items():
        share[number], attempts[number] = one.share, one.attempts
    return share, attempts


def mark(rows: Table, at: Ints, keys: Words, unresolvable: float, customers: int) -> None:
    """Whose case each new one is, and which of them nobody can resolve; `keys` are those of the first attempts."""
    if customers:
        rows["customer"][at] = customer_of(keys, customers)
    if unresolvable:
        rows["resolve"][at[uniforms(keys, UNRESOLVABLE) < unresolvable]] = NOBODY_CAN


def customer_of(keys: Words, customers: int) -> Ints:
    return (uniforms(keys, CUSTOMER) * customers).astype(np.int64)


@dataclass(frozen=True)
class _Points:
    """Where cases stand: contacts that may have a next attempt, one per case, queue and attempt.

    `row` is its own, counted from the first contact through all follow-ups.
    """

    case: Ints
    keys: Words
    queue: Ints
    attempt: Ints
    row: Ints


@dataclass(frozen=True)
class _Following(_Points):
    """The attempts that follow some points: those that serve repeats (and perhaps redials), then redials alone."""

    after: Ints
    """The queue and the row of the point that each follows."""
    after_row: Ints
    repeats: NDArray[np.bool_]
    redials: NDArray[np.bool_]


def add_follow_ups(
    contacts: Table, keys: Words, again: ComingAgain, laws: list[QueueLaws], no_interval: int
) -> tuple[Table, Words, Ints]:
    """The next attempts of these contacts' cases, their keys, and whose they are.

    `next_repeat` and `next_redial` are set on all. A follow-up arrives at 0. It
    belongs to no interval of the forecast; its work and patience are of the day and the time at which its case came.
    """
    count = len(keys)
    queue, attempt = (np.ascontiguousarray(contacts[name]) for name in ("queue", "attempt"))
    points, point_of = _Points(np.arange(count), keys, queue, attempt, np.arange(count)), None
    attempts: list[_Following] = []
    pointers: list[tuple[Ints, Ints]] = []
    forked, born = False, 0
    while True:
        following, by_repeat, by_redial = _next(points, again, count, born)
        # Some point has two that follow it.
        forked = forked or bool(((by_repeat >= 0) & (by_redial >= 0) & (by_repeat != by_redial)).any())
        if point_of is not None:
            by_repeat, by_redial = by_repeat[point_of], by_redial[point_of]
        pointers.append((by_repeat, by_redial))
        if following is None:
            break
        attempts.append(following)
        born += len(following.keys)
        points, point_of = following, None
        if forked:
            code = following.case * len(laws) + following.queue
            _, first, point_of = np.unique(code, return_index=True, return_inverse=True)
            points = _Points(*(getattr(following, name)[first] for name in _Points.__dataclass_fields__))
    contacts["next_repeat"], contacts["next_redial"] = pointers[0]
    if not attempts:
        return no_rows(), keys[:0], np.empty(0, np.int64)
    whole = _all_of(attempts)
    rows = _born(contacts, whole, again, laws, no_interval)
    rows["next_repeat"], rows["next_redial"] = (np.concatenate(one) for one in zip(*pointers[1:], strict=True))
    return rows, whole.keys, whole.case


def _next(points: _Points, again: ComingAgain, contacts: int, born: int) -> tuple[_Following | None, Ints, Ints]:
    """What follows these points, and per point its rows for a repeat and a redial; `born` rows are there before."""
    count, keys, queue, attempt = len(points.case), next_attempt(points.keys), points.queue, points.attempt
    if not count or attempt.min() >= again.last_attempt:
        return None, np.full(count, NO_ROW), np.full(count, NO_ROW)
    comes = (attempt < again.repeat_attempts[queue]) & (uniforms(keys, REPEAT) < again.repeat_share[queue])
    redials = (attempt < again.redial_attempts[queue]) & (uniforms(keys, REDIAL) < again.redial_share[queue])
    to = queue.copy()
    for number, repeat in again.repeats.items():
        if len(repeat.to):
            here = np.flatnonzero(comes & (queue == number))
            to[here] = repeat.queue(keys[here], number)
    shared = redials & comes & (to == queue)
    one, other = np.flatnonzero(comes), np.flatnonzero(redials & ~shared)
    by_repeat, by_redial = np.full(count, NO_ROW), np.full(count, NO_ROW)
    by_repeat[one] = born + np.arange(len(one))
    by_redial[shared] = by_repeat[shared]
    by_redial[other] = born + len(one) + np.arange(len(other))
    if not len(one) + len(other):
        return None, by_repeat, by_redial
    parent = np.concatenate([one, other])
    is_repeat = np.arange(len(parent)) < len(one)
    following = _Following(
        points.case[parent],
        keys[parent],
        np.concatenate([to[one], queue[other]]),
        attempt[parent] + 1,
        contacts + born + np.arange(len(parent)),
        queue[parent],
        points.row[parent],
        is_repeat,
        shared[parent] | ~is_repeat,
    )
    return following, by_repeat, by_redial


def _all_of(attempts: list[_Following]) -> _Following:
    if len(attempts) == 1:
        return attempts[0]
    columns = zip(*(vars(one).values() for one in attempts), strict=True)
    return _Following(*(np.concatenate(column) for column in columns))


def _born(contacts: Table, following: _Following, again: ComingAgain, laws: list[QueueLaws], no_interval: int) -> Table:
    """The follow-ups as contacts of the queues they come to."""
    case, keys, rows = following.case, following.keys, no_rows(len(following.keys))
    index, began = contacts["index"][case], contacts["arrived"][case]
    for number in np.unique(following.queue):
        here = np.flatnonzero(following.queue == number)
        batch = Batch(keys[here], index[here], np.full(len(here), no_interval), np.zeros(len(here)))
        laws[number].born(rows, here, batch, began=began[here])
    talk = np.concatenate([contacts["talk"], rows["talk"]])
    for number, repeat in again.repeats.items():
        here = np.flatnonzero(following.repeats & (following.after == number))
        rows["told_again"][here] = repeat.repeated * talk[following.after_row[here]]
        rows["repeat_after"][here] = grid_up(drawn(repeat.after, keys[here], REPEAT_AFTER))
    for number, redial in again.redials.items():
        here = np.flatnonzero(following.redials & (following.after == number))
        rows["redial_after"][here] = grid_up(drawn(redial.after, keys[here], REDIAL_AFTER))
    beyond = contacts["resolve"] == NOBODY_CAN
    if beyond.any():
        rows["resolve"][beyond[case]] = NOBODY_CAN
    rows["customer"], rows["attempt"] = contacts["customer"][case], following.attempt
    rows["comes_when"] = uniforms(keys, COMES_WHEN)
    return rows
