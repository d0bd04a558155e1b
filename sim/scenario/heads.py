"""How many heads a group has, and may get, as far as the file says: no luck, and nobody leaves of their own accord."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.language.workforce import Hiring
from sim.scenario.model import Scenario
from sim.units import DAY

JOINING = ("hiring", "moves")

ASSUMED_TENURE = 104 * 7 * DAY
"""Seconds: of whoever is there at the start, where the file says nothing."""


@dataclass(frozen=True)
class Joining:
    """People who come on the floor together; `until` is their last day, where one is set."""

    heads: int
    on: dt.date
    until: dt.date | None = None


def heads_given(s: Scenario, name: str) -> int | None:
    """The group's heads at the start, where the file says so."""
    group = s.spec.groups.get(name)
    if group is None:
        return None
    if name in s.data.people:
        # An empty file could not be read: every other one has somebody.
        return len(s.data.people[name]) or None
    if group.heads is not None:
        return group.heads
    if group.shifts is not None and all(part.kind == "heads" for part in group.shifts.values()):
        return int(sum(part.value for part in group.shifts.values()))
    return None


def starting_heads(s: Scenario, name: str) -> int | None:
    """The same, a roster's agents too; None for seats."""
    if name in s.data.rosters:
        return len({row.agent for row in s.data.rosters[name]}) or None
    return None if name in s.data.seats else heads_given(s, name)


def later(date: dt.date, seconds: float) -> dt.date:
    """The day after so many whole days; begun ones count."""
    try:
        return date + dt.timedelta(days=-(-seconds // DAY))
    except OverflowError:
        return dt.date.max


def on_the_floor(hiring: Hiring, start: dt.date) -> dt.date:
    """First day on the floor of those who are hired on a day."""
    return start if hiring.training is None else later(start, hiring.training.length)


def joining(s: Scenario, name: str) -> Iterator[Joining]:
    """Everybody who may join the group on a known day; orders to hold so many heads as if all of them were new."""
    start = s.spec.center.start
    for hiring in s.spec.hiring.values():
        if hiring.group != name:
            continue
        if hiring.starts is not None:
            yield Joining(hiring.offers or 0, on_the_floor(hiring, hiring.starts), hiring.contract_until)
        elif hiring.hold:
            hired = later(max(start, hiring.first or start), hiring.vacancy)
            yield Joining(hiring.hold, on_the_floor(hiring, hired))
    for move in s.spec.moves.values():
        if move.target == name and move.on is not None:
            yield Joining(move.heads or 0, move.on)


def may_grow_unknown(s: Scenario, name: str) -> bool:
    """Whether people join whom nobody can count: by promotion, or by what could not be read."""
    promoted = any(move.target == name and move.on is None for move in s.spec.moves.values())
    return promoted or any(place.split(".")[0] in JOINING for place in s.lost)


def most_heads(s: Scenario, name: str) -> int | None:
    """No more heads are ever in the group at once; None where the file does not say."""
    heads = starting_heads(s, name)
    if heads is None or may_grow_unknown(s, name):
        return None
    return heads + sum(some.heads for some in joining(s, name))


def head_days(s: Scenario, name: str) -> float | None:
    """At most so many heads × days of the horizon; None where the file does not say."""
    heads, first = heads_given(s, name), s.clock.start
    if heads is None or may_grow_unknown(s, name):
        return None
    total = float(heads * s.clock.days)
    for some in joining(s, name):
        begin = max(0, (some.on - first).days)
        end = s.clock.days if some.until is None else min(s.clock.days, (some.until - first).days + 1)
        total += some.heads * max(0, end - begin)
    return total
