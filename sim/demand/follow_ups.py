"""The next attempts of each case: repeats of what was not resolved, redials of what was lost; all known at birth.

What a case's next attempt is like depends on its queue and on which attempt it is, not on the way there: a case's
contacts that come to the same point share the rows that follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.contact import DRAWN
from sim.demand.contacts import (
    Batch,
    Columns,
    Floats,
    Ints,
    QueueLaws,
    drawn,
    grid_up,
    no_rows,
    stacked,
)
from sim.distributions import Law
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
    Words,
    next_attempt,
    uniforms,
)
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
    """By the number of the queue that contacts came to."""

    repeats: dict[int, Repeats]
    redials: dict[int, Redials]

    def __bool__(self) -> bool:
        return bool(self.repeats or self.redials)


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
    return ComingAgain(repeats, redials)


def mark(born: Columns, keys: Words, unresolvable: float, customers: int) -> None:
    """Whose case each new one is, and which of them nobody can resolve; `keys` are those of the first attempts."""
    if customers:
        born["customer"] = customer_of(keys, customers)
    if unresolvable:
        beyond = uniforms(keys, UNRESOLVABLE) < unresolvable
        born["resolve"] = np.where(beyond, NOBODY_CAN, born["resolve"])


def customer_of(keys: Words, customers: int) -> Ints:
    return (uniforms(keys, CUSTOMER) * customers).astype(np.int64)


@dataclass(frozen=True)
class _Points:
    """Where cases stand: contacts that may have a next attempt, one per case, queue and attempt."""

    case: Ints
    keys: Words
    queue: Ints
    attempt: Ints
    talk: Floats


@dataclass(frozen=True)
class _Following:
    """The attempts that follow some points: those that serve repeats (and perhaps redials), then redials alone."""

    case: Ints
    keys: Words
    queue: Ints
    attempt: Ints
    repeat_after: Floats
    redial_after: Floats
    told_again: Floats
    forks: bool
    """Whether some point has two."""


def add_follow_ups(
    contacts: Columns, keys: Words, again: ComingAgain, laws: list[QueueLaws], no_interval: int
) -> tuple[Columns, Words, Ints]:
    """The next attempts of these contacts' cases, their keys, and whose they are.

    `next_repeat` and `next_redial` are set on all. A follow-up arrives at 0. It
    belongs to no interval of the forecast; its work and patience are of the day and the time at which its case came.
    """
    points = _Points(np.arange(len(keys)), keys, contacts["queue"], contacts["attempt"], contacts["talk"])
    point_of: Ints | None = None
    forked, rows, last = False, 0, contacts
    tables: list[Columns] = []
    all_keys: list[Words] = []
    cases: list[Ints] = []
    while True:
        following, by_repeat, by_redial = _next(points, again, rows)
        if point_of is not None:
            by_repeat, by_redial = by_repeat[point_of], by_redial[point_of]
        last["next_repeat"], last["next_redial"] = by_repeat, by_redial
        if following is None:
            break
        last = _born(contacts, following, laws, no_interval)
        tables.append(last)
        all_keys.append(following.keys)
        cases.append(following.case)
        rows += len(following.keys)
        points = _Points(following.case, following.keys, following.queue, following.attempt, last["talk"])
        forked, point_of = forked or following.forks, None
        if forked:
            code = points.case * len(laws) + points.queue
            _, first, point_of = np.unique(code, return_index=True, return_inverse=True)
            points = _Points(*(values[first] for values in vars(points).values()))
    if not tables:
        return no_rows(), keys[:0], np.empty(0, np.int64)
    whole = {name: np.concatenate([table[name] for table in tables]) for name in DRAWN}
    return whole, np.concatenate(all_keys), np.concatenate(cases)


def _next(points: _Points, again: ComingAgain, born: int) -> tuple[_Following | None, Ints, Ints]:
    """What follows these points, and per point its rows for a repeat and a redial; `born` rows are there before."""
    count, keys = len(points.case), next_attempt(points.keys)
    comes, redials = np.zeros(count, bool), np.zeros(count, bool)
    to, repeated = points.queue.copy(), np.zeros(count)
    repeat_after, redial_after = np.zeros(count), np.zeros(count)
    for number, repeat in again.repeats.items():
        here = np.flatnonzero((points.queue == number) & (points.attempt < repeat.attempts))
        here = here[uniforms(keys[here], REPEAT) < repeat.share]
        comes[here] = True
        to[here] = repeat.queue(keys[here], number)
        repeated[here] = repeat.repeated * points.talk[here]
        repeat_after[here] = grid_up(drawn(repeat.after, keys[here], REPEAT_AFTER))
    for number, redial in again.redials.items():
        here = np.flatnonzero((points.queue == number) & (points.attempt < redial.attempts))
        here = here[uniforms(keys[here], REDIAL) < redial.share]
        redials[here] = True
        redial_after[here] = grid_up(drawn(redial.after, keys[here], REDIAL_AFTER))
    shared = redials & comes & (to == points.queue)
    one, other = np.flatnonzero(comes), np.flatnonzero(redials & ~shared)
    by_repeat, by_redial = np.full(count, NO_ROW), np.full(count, NO_ROW)
    by_repeat[one] = born + np.arange(len(one))
    by_redial[shared] = by_repeat[shared]
    by_redial[other] = born + len(one) + np.arange(len(other))
    if not len(one) + len(other):
        return None, by_repeat, by_redial
    parent = np.concatenate([one, other])
    nothing = np.zeros(len(other))
    following = _Following(
        points.case[parent],
        keys[parent],
        np.concatenate([to[one], points.queue[other]]),
        points.attempt[parent] + 1,
        np.concatenate([repeat_after[one], nothing]),
        np.concatenate([np.where(shared, redial_after, 0.0)[one], redial_after[other]]),
        np.concatenate([repeated[one], nothing]),
        bool((comes & redials & ~shared).any()),
    )
    return following, by_repeat, by_redial


def _born(contacts: Columns, following: _Following, laws: list[QueueLaws], no_interval: int) -> Columns:
    """The follow-ups as contacts of the queues they come to."""
    index, began = contacts["index"][following.case], contacts["arrived"][following.case]
    parts: list[Columns] = []
    places: list[Ints] = []
    for number in np.unique(following.queue):
        here = np.flatnonzero(following.queue == number)
        batch = Batch(following.keys[here], index[here], np.full(len(here), no_interval), np.zeros(len(here)))
        parts.append(laws[number].born(batch, began=began[here]))
        places.append(here)
    back = np.argsort(np.concatenate(places))
    table = stacked(parts, back)
    beyond = contacts["resolve"][following.case] == NOBODY_CAN
    return table | {
        "resolve": np.where(beyond, NOBODY_CAN, table["resolve"]),
        "customer": contacts["customer"][following.case],
        "attempt": following.attempt,
        "repeat_after": following.repeat_after,
        "redial_after": following.redial_after,
        "comes_when": uniforms(following.keys, COMES_WHEN),
        "told_again": following.told_again,
    }
