"""Seats needed per interval for the target, pooled over skills, and where the plan falls short.

Queues that share agents, directly or through others, form a pool: its load meets one line of agents (`erlang`: with
balking, lines, busy days and intervals), and every queue must reach its own target. The pool's seats are then split
over its queues by load. Load is agents' time: a chat counts with its part of an agent who holds as many as there are
places. What vendors take over is needed too: they are no seats of ours. A queue that nobody has the skill for needs
none. The error of the forecast is no part of it: the seats are those for the volume that is forecast.

Deferred work can wait, so it has no Erlang line, only hours that it takes. Each day's goes where the day's seats leave
room beside the live queues' need; what finds none is short, spread over the hours in which the skill is there (or, on
a day without it, in which the queue is open; a day without either leaves its work to the next). That keeps the backlog
from growing; what lay there at the start is not in it, nor does it say how soon a reply goes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import work_of
from sim.measures.erlang import Asked, Line, alike, formula
from sim.measures.erlang_seats import seats_in_fractions
from sim.measures.seat_shares import SeatKinds, given_to, pools_of, skills_matrix
from sim.measures.waiting import OpenHours
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Load:
    """Mean load per interval and queue: contacts, handle time in seconds (NaN where unknown)."""

    contacts: Floats
    handle: Floats
    impatience: Floats
    """Per queue, 1 ÷ mean patience in seconds; 0 for never."""


@dataclass(frozen=True)
class Requirement:
    """Per interval of the horizon, for queues and groups: seats required in whole numbers of a pool, as they are
    scheduled, and in fractions; the seats there are, and those short."""

    contacts: Floats
    """Expected."""
    required: Floats
    exact: Floats
    seats: Floats
    short: Floats
    group_required: Floats
    group_exact: Floats
    group_seats: Floats
    group_short: Floats
    """Adds up to the queues' in every interval."""
    erlang_met: Floats
    """Of the expected contacts, those that the formula counts as met with the seats there are, and those it counts."""
    erlang_counted: Floats
    is_open: Flags
    """Whether a queue takes contacts in some part of an interval, by its opening hours."""

    @property
    def erlang_a_level(self) -> Floats:
        """The formula's service level; NaN where nobody is expected."""
        met = np.full_like(self.erlang_met, np.nan)
        return np.divide(self.erlang_met, self.erlang_counted, out=met, where=self.erlang_counted > 0)


def hands(scenario: Scenario, queue: str) -> int:
    """Contacts that an agent with full hands holds of a live queue, all channels together; 1 where they are alone."""
    own = scenario.queue(queue)
    return max((group.places for group in own.sharing), default=1) if own.is_live else 1


def at_full_hands(scenario: Scenario, queue: str, work: Floats) -> Floats:
    """Agent seconds of contacts of so much work each when their agent holds all it may; the work itself where they are
    held alone."""
    own, held = scenario.queue(queue), hands(scenario, queue)
    if held == 1:
        return work
    speeds, silent = own.speed_by_load, own.spec.silent
    silence = silent.share * silent.closes_after if silent is not None else 0.0
    return (work / speeds[min(held, len(speeds)) - 1] + silence) / held


@dataclass(frozen=True)
class _Pool:
    """The live queues of a pool, as one line."""

    queues: list[int]
    at_once: int
    """Contacts that each of its agents holds, where all are held by as many."""
    line: Line


def requirement(scenario: Scenario, load: Load, kind_seats: Floats, kinds: SeatKinds) -> Requirement:
    """`kind_seats`: seats there, intervals × kinds."""
    interval = scenario.clock.interval
    work = load.contacts * np.nan_to_num(load.handle)
    whole, exact = np.zeros_like(load.contacts), np.zeros_like(load.contacts)
    all_pools = pools_of(scenario)
    lines = [_line_of(scenario, load, pool) for pool in all_pools]
    pools = _with_room(scenario, [line for line in lines if line is not None])
    for pool in pools:
        live = pool.queues
        needs = _places_of_pool(scenario, pool.line, live, load.contacts)
        share = work[:, live] / np.maximum(work[:, live].sum(axis=1, keepdims=True), 1e-12)
        for table, needed in ((whole, np.ceil(needs)), (exact, needs)):
            table[:, live] = share * needed[:, None] / pool.at_once
    for pool_queues in all_pools:
        live = [q for q in pool_queues if scenario.numbered.queues[q].is_live]
        room = kind_seats.copy()
        _take(room, np.asarray(kinds.can[:, live].any(axis=1)), whole[:, live].sum(axis=1))
        for queue in sorted(set(pool_queues) - set(live)):
            able = kinds.can[:, queue]
            there = kind_seats[:, able].sum(axis=1)
            whole[:, queue] = _fit_in(scenario, queue, work[:, queue], room[:, able].sum(axis=1), there)
            exact[:, queue] = whole[:, queue]
            _take(room, able, whole[:, queue])
    deferred = np.array([not queue.is_live for queue in scenario.numbered.queues])
    minimum = np.array([queue.spec.minimum for queue in scenario.numbered.queues], float)
    least = np.where(np.where(deferred, whole, load.contacts) > 0, minimum, 0.0)
    served = skills_matrix(scenario).any(axis=0)
    required, exact = np.maximum(whole, least) * served, np.maximum(exact, least) * served
    # A skill that nobody holds yet, as only cross-training gives it, is its group's all the same.
    can = kinds.can | (skills_matrix(scenario)[kinds.group] & ~kinds.can.any(axis=0))
    seats, portions = given_to(required, kind_seats, kinds.can, can)
    met, counted = np.zeros_like(required), np.zeros_like(required)
    for pool in pools:
        there = kind_seats[:, kinds.can[:, pool.queues].any(axis=1)].sum(axis=1) * pool.at_once
        known: dict[Asked, tuple[Floats, Floats]] = {}
        for queue in pool.queues:
            asked = _asked(scenario, queue)
            if asked not in known:
                known[asked] = _counted(pool.line, there, asked)
            met[:, queue], counted[:, queue] = (share * load.contacts[:, queue] for share in known[asked])
    short = _short(required, seats)
    first = np.unique(kinds.group, return_index=True)[1]

    def by_group(of_queues: Floats) -> Floats:
        of_kinds = np.zeros_like(kind_seats)
        for portion in portions:
            of_kinds[:, portion.kinds] = portion.of(of_queues)
        return np.add.reduceat(of_kinds, first, axis=1)

    edges = np.arange(scenario.clock.intervals + 1, dtype=np.float64) * interval
    hours = [OpenHours(scenario, queue).between(edges[:-1], edges[1:]) for queue in scenario.queues]
    return Requirement(
        load.contacts, required, exact, seats, short,
        by_group(required), by_group(exact), np.add.reduceat(kind_seats, first, axis=1), by_group(short),
        met, counted, np.array(hours).T > 0.0,
    )  # fmt: skip


def _places_of_pool(scenario: Scenario, line: Line, live: list[int], contacts: Floats) -> Floats:
    """Places in fractions with which every queue of the pool reaches its own target."""
    needed = np.zeros(len(contacts))
    known: dict[Asked, Floats] = {}
    for queue in live:
        asked = _asked(scenario, queue)
        if asked not in known:
            known[asked] = seats_in_fractions(line, asked)
        needed = np.maximum(needed, np.where(contacts[:, queue] > 0, known[asked], 0.0))
    return needed


def _counted(line: Line, places_there: Floats, asked: Asked) -> tuple[Floats, Floats]:
    """Shares of the contacts that the formula counts as met, and counts, with so many places there."""
    there = np.asarray(line.arrivals) > 0.0
    unique, back = alike([*line.columns(), places_there], there)
    met, counted = np.zeros((2, len(there)))
    if len(unique):
        found = formula(Line(*unique.T[:-1]), unique[:, -1], asked).counts(asked.counting)
        met[there], counted[there] = (column[back] for column in found)
    return met, counted


def _asked(scenario: Scenario, queue: int) -> Asked:
    level = scenario.numbered.queues[queue].level
    return Asked(level.within, level.short_abandon, level.counting, level.target)


def _line_of(scenario: Scenario, load: Load, pool: list[int]) -> _Pool | None:
    """The pool's live queues as one line of contacts, without a limit; None where there are none."""
    queues = scenario.numbered.queues
    live = [q for q in pool if queues[q].is_live]
    if not live:
        return None
    # Where all are held by so many, each place is served for itself; else an agent is one place.
    held = {hands(scenario, queues[q].name) for q in live}
    at_once = held.pop() if len(held) == 1 else 1
    rate = load.contacts[:, live] / scenario.clock.interval
    total = rate.sum(axis=1)
    share = rate / np.maximum(total, 1e-300)[:, None]
    handle = (share * np.nan_to_num(load.handle[:, live])).sum(axis=1) * at_once
    balk, busy = share @ np.array([queues[q].spec.balk for q in live]), _busyness(scenario, live, share)
    wrap = share @ np.array([_wrap_share(scenario, queues[q].name) for q in live])
    return _Pool(live, at_once, Line(total, handle, share @ load.impatience[live], balk, np.inf, *busy, wrap=wrap))


def _wrap_share(scenario: Scenario, queue: str) -> float:
    """Of the handle time, in which the line is free again."""
    work = work_of(scenario, queue)
    return (work.wrap.mean + work.talk.mean * work.tied_wrap) / work.mean if work.mean else 0.0


def _busyness(scenario: Scenario, live: list[int], share: Floats) -> tuple[Floats, Floats]:
    """CV of the days', and of the intervals', factor on the pool's contacts: days that queues share add up, others
    even out."""
    queues = [scenario.numbered.queues[q] for q in live]
    played = [0.0 if queue.spec.forecast.replay is not None else 1.0 for queue in queues]
    days = np.array([queue.spec.busyness.day_cv for queue in queues]) * played
    intervals = np.array([queue.spec.busyness.interval_cv for queue in queues]) * played
    together = [queue.spec.busyness.shared or f"queue/{queue.name}" for queue in queues]
    by_day = np.zeros(len(share))
    for name in dict.fromkeys(together):
        by_day += (share @ (days * [other == name for other in together])) ** 2
    return np.sqrt(by_day), np.sqrt((share**2) @ (intervals**2))


def _with_room(scenario: Scenario, pools: list[_Pool]) -> list[_Pool]:
    """The pools with the lines that their contacts may take: the queues' own, and what other pools leave of the
    center's."""
    queues, lines = scenario.numbered.queues, scenario.spec.center.lines
    trunk = [any(queues[q].channel.lines for q in pool.queues) for pool in pools]
    busy = [pool.line.arrivals * pool.line.handle / pool.at_once for pool in pools]
    found = []
    for number, pool in enumerate(pools):
        own = [queues[q].spec.lines for q in pool.queues]
        room = np.full(len(busy[number]), float(sum(o for o in own if o is not None)) if None not in own else np.inf)
        if trunk[number] and lines is not None:
            others = sum((b for n, b in enumerate(busy) if n != number and trunk[n]), np.zeros_like(room))
            room = np.minimum(room, np.maximum(lines - others, 0.0))
        found.append(replace(pool, line=replace(pool.line, room=room)))
    return found


def _take(room: Floats, able: NDArray[np.bool_], needed: Floats) -> None:
    """Leave of each of these kinds' room (intervals × kinds) what a need does not take, the same share of all."""
    there = room[:, able].sum(axis=1)
    taken = np.divide(np.minimum(needed, there), there, out=np.zeros_like(there), where=there > 0)
    room[:, able] *= 1.0 - taken[:, None]


def _fit_in(scenario: Scenario, queue: int, work: Floats, room: Floats, there: Floats) -> Floats:
    """Seats for each day's deferred work (agent seconds by interval of arrival), where there is room for it; `there`
    are the seats with the skill, busy or not."""
    clock = scenario.clock
    day, edges = clock.interval_day, np.arange(clock.intervals + 1, dtype=np.float64) * clock.interval
    is_open = OpenHours(scenario, scenario.queues[queue]).between(edges[:-1], edges[1:]) > 0
    staffed = np.bincount(day, there > 0, clock.days) > 0
    worked = np.where(staffed[day], there > 0, is_open)
    hours = np.bincount(day, worked, clock.days)
    due = np.bincount(day, work / clock.interval, clock.days)
    for today in np.flatnonzero(hours[:-1] == 0):
        due[today], due[today + 1] = 0.0, due[today + 1] + due[today]
    fits = np.bincount(day, room, clock.days)
    inside = np.minimum(due, fits)
    found = np.divide(inside, fits, out=np.zeros_like(fits), where=fits > 0)
    outside = np.divide(due - inside, hours, out=np.zeros_like(fits), where=hours > 0)
    return np.asarray(room * found[day] + worked * outside[day])


def _short(required: Floats, seats: Floats) -> Floats:
    """required − seats, floored at 0; a hundredth of a seat is rounding."""
    short = np.maximum(required - seats, 0.0)
    return np.asarray(np.where(short < 0.01, 0.0, short))
