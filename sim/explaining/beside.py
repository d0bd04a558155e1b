"""Two plans beside one another on the same customers: which contact of the one is which of the other, and who fared
differently.

A contact is known by what it is born with, which no plan changes: its queue, the moment at which its case began, its
place among the interval's contacts, and which attempt of its case it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

import numpy as np

from sim.explaining.seen import Bools, Floats, Ints, Seen
from sim.observations import WAITING
from sim.units import MINUTE

ANSWERED_NOW, LOST_NOW, SOONER, LATER, GONE, NEW = range(6)
"""What the other plan did to a contact: answered, where the first lost it; lost; answered much sooner; much later; not
there any more; there in the other alone."""
BETTER, WORSE = (ANSWERED_NOW, SOONER), (LOST_NOW, LATER)

LEAST_MUCH = MINUTE
"""Seconds by which waits must differ to be told, and by the time within which the queue's target wants the answer."""

FATE_FIELDS = ("what", "queue", "attempt", "arrived", "one", "other")
"""`arrived`: seconds after the scene's begin. `one`, `other`: [place in the scene's contacts or -1, number, seconds of
waiting, outcome's number] with the first plan and with the other; None where it did not come."""


class Ends(NamedTuple):
    """Of each contact that came within the horizon, by number: all its legs together."""

    row: Ints
    """Of its first leg."""
    wait: Floats
    outcome: Ints
    """Of its last leg."""
    lost: Bools


def ends_of(seen: Seen) -> Ends:
    """How each contact ended, and how long it waited in all."""
    rows, contact = seen.rows, seen.contact
    first = np.flatnonzero(rows["leg"] == 0)
    wait = np.where(seen.answered, rows["answered"], rows["ended"]) - rows["arrived"]
    whole: Floats = np.bincount(contact, weights=wait, minlength=len(first))[: len(first)].astype(np.float64)
    order = np.lexsort((rows["leg"], contact))
    last = order[np.searchsorted(contact[order], np.arange(len(first)), side="right") - 1]
    outcome = rows["outcome"][last].astype(np.int64)
    return Ends(first, whole, outcome, ~seen.answered[last] & (outcome != WAITING))


def paired(one: Seen, other: Seen) -> tuple[Ints, Ints]:
    """Of each contact of the one, its number in the other, and the reverse; -1 where there is none."""
    known = {name: number for number, name in enumerate(_born(other))}
    there = np.array([known.get(name, -1) for name in _born(one)], np.int64)
    back = np.full(len(known), -1, np.int64)
    met = np.flatnonzero(there >= 0)
    back[there[met]] = met
    return there, back


def _born(seen: Seen) -> Iterator[Hashable]:
    """By number, what each contact is known by. Two follow-ups of one contact are told apart by which came first."""
    rows, names = seen.rows[seen.rows["leg"] == 0], list(seen.scenario.queues)
    count = dict[Hashable, int]()
    fields = (rows[name].tolist() for name in ("queue", "case_began", "customer", "index", "attempt"))
    for queue, *rest in zip(*fields, strict=True):
        name = (names[queue], *rest)
        count[name] = count.get(name, 0) + 1
        yield (*name, count[name])


def fates(one: Seen, other: Seen, shown: tuple[Ints, Ints], begin: float) -> list[list[Any]]:
    """Who fared differently with the other plan, by arrival: see FATE_FIELDS.

    `shown`: the rows of each that a scene shows, in its order; a contact is told of where either shows it.
    """
    ends = ends_of(one), ends_of(other)
    there, back = paired(one, other)
    places = [
        {int(number): place for place, number in reversed(list(enumerate(seen.contact[rows].tolist())))}
        for seen, rows in zip((one, other), shown, strict=True)
    ]
    pairs = {(n, int(there[n])) for n in places[0] if n < len(there)}
    pairs |= {(int(back[n]), n) for n in places[1] if n < len(back)}
    found = []
    for pair in pairs:
        what = _what(ends, pair, one)
        if what is None:
            continue
        seen, n, ended = (one, pair[0], ends[0]) if pair[0] >= 0 else (other, pair[1], ends[1])
        row = seen.rows[ended.row[n]]
        sides = [
            None if number < 0 else [
                place.get(number, -1), number, round(float(end.wait[number]), 1), int(end.outcome[number]),
            ]
            for number, end, place in zip(pair, ends, places, strict=True)
        ]  # fmt: skip
        name = list(seen.scenario.queues)[row["queue"]]
        found.append([what, name, int(row["attempt"]), round(float(row["arrived"]) - begin, 1), *sides])
    return sorted(found, key=lambda fate: (fate[3], fate[1], str(fate[4:])))


def _what(ends: tuple[Ends, Ends], pair: tuple[int, int], one: Seen) -> int | None:
    if min(pair) < 0:
        return NEW if pair[0] < 0 else GONE
    first, second = (
        (bool(end.lost[n]), float(end.wait[n]), int(end.outcome[n])) for end, n in zip(ends, pair, strict=True)
    )
    if first[0] != second[0] and WAITING not in (first[2], second[2]):
        return ANSWERED_NOW if first[0] else LOST_NOW
    # Who was lost in both gained nothing by being lost later; of who still waits, the wait is not known.
    if first[0] or WAITING in (first[2], second[2]):
        return None
    queue = one.scenario.numbered.queues[one.rows["queue"][ends[0].row[pair[0]]]]
    much = max(LEAST_MUCH, float(queue.level.within))
    return LATER if second[1] - first[1] >= much else SOONER if first[1] - second[1] >= much else None


def counted(found: list[list[Any]]) -> dict[str, int]:
    """How many fared better, worse, and came with one plan alone."""
    whats = [fate[0] for fate in found]
    return {
        "better": sum(what in BETTER for what in whats), "worse": sum(what in WORSE for what in whats),
        "gone": whats.count(GONE), "new": whats.count(NEW),
    }  # fmt: skip
