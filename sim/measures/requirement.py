"""Seats needed per interval for the target, pooled over skills, and where the plan falls short.

Queues that share agents, directly or through others, form a pool: its load meets one line of agents (Erlang A),
and every queue must reach its own target. The pool's seats are then split over its queues by load. Load is agents'
time: a chat counts with its part of an agent who holds as many as there are places, however many are held as played.
What vendors take over is needed too: they are no seats of ours. A queue that nobody has the skill for needs none.

Deferred work can wait, so it has no Erlang line, only hours that it takes. Each day's goes where the day's seats leave
room beside the live queues' need; what finds none is short, spread over the hours in which the skill is there (or, on
a day without it, in which the queue is open; a day without either leaves its work to the next). That keeps the backlog
from growing; what lay there at the start is not in it, nor does it say how soon a reply goes out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import work_of
from sim.measures.erlang import erlang_a, seats_needed
from sim.measures.waiting import OpenHours
from sim.scenario.holding import places
from sim.scenario.model import Scenario
from sim.workforce.people import Agents, holds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Load:
    """Mean load per interval and queue: contacts, handle time in seconds (NaN where unknown)."""

    contacts: Floats
    handle: Floats
    impatience: Floats
    """Per queue, 1 ÷ mean patience in seconds; 0 for never."""


@dataclass(frozen=True)
class Requirement:
    """Per interval: seats required and short, for queues and groups; what Erlang A expects of the seats there are."""

    required: Floats
    seats: Floats
    short: Floats
    group_required: Floats
    group_short: Floats
    erlang_a_level: Floats


def pools_of(scenario: Scenario) -> list[list[int]]:
    """Queues that share agents, as lists of queue numbers."""
    can = skills_matrix(scenario)
    left, pools = set(range(len(scenario.queues))), []
    while left:
        pool, frontier = set[int](), {min(left)}
        while frontier:
            pool |= frontier
            groups = can[:, sorted(pool)].any(axis=1)
            frontier = set(np.flatnonzero(can[groups].any(axis=0)).tolist()) - pool
        pools.append(sorted(pool))
        left -= pool
    return pools


def skills_matrix(scenario: Scenario) -> NDArray[np.bool_]:
    """Whether a group serves a queue; groups × queues."""
    return np.array([[queue in group.skills for queue in scenario.queues] for group in scenario.spec.groups.values()])


def hands(scenario: Scenario, queue: str) -> int:
    """Contacts that an agent with full hands holds of a live queue, all channels together; 1 where they are alone."""
    channel = scenario.spec.queues[queue].channel
    groups = [g for g, group in scenario.spec.groups.items() if queue in group.skills]
    shared = [g for g in groups if scenario.is_live(queue) and not scenario.holding(g, channel).alone]
    return max((places(scenario, g) for g in shared), default=1)


def effort_at_full_hands(scenario: Scenario, queue: str) -> float:
    """Agent seconds of a shared contact when its agent holds all it may."""
    spec, held, speeds = scenario.spec.queues[queue], hands(scenario, queue), scenario.speed_by_load(queue)
    silence = spec.silent.share * spec.silent.closes_after if spec.silent is not None else 0.0
    return (work_of(scenario, queue).mean / speeds[min(held, len(speeds)) - 1] + silence) / held


@dataclass(frozen=True)
class SeatKinds:
    """A group's seats by what their people can do: all alike, unless only some hold a skill."""

    group: Ints
    """Rising; every group has at least one kind."""
    share: Floats
    """Of the group's seats."""
    can: NDArray[np.bool_]
    """Kinds × queues."""


def seat_kinds(scenario: Scenario, agents: Agents) -> SeatKinds:
    able, matrix = holds(scenario, agents), skills_matrix(scenario)
    group: list[int] = []
    share: list[float] = []
    can: list[NDArray[np.bool_]] = []
    for g in range(len(scenario.groups)):
        members = able[agents.of_group(g)]
        rows, counts = np.unique(members if len(members) else matrix[g : g + 1], axis=0, return_counts=True)
        group += [g] * len(rows)
        share += (counts / counts.sum()).tolist()
        can += list(rows)
    return SeatKinds(np.array(group), np.array(share), np.array(can))


def requirement(scenario: Scenario, load: Load, group_seats: Floats, kinds: SeatKinds) -> Requirement:
    """`group_seats`: mean seats signed on, intervals × groups."""
    interval = scenario.clock.interval
    rate = load.contacts / interval
    work = load.contacts * np.nan_to_num(load.handle)
    required = np.zeros_like(load.contacts)
    levels = [scenario.level(queue) for queue in scenario.queues]
    kind_seats = group_seats[:, kinds.group] * kinds.share
    pooled: list[tuple[list[int], int, Floats, Floats, Floats]] = []
    for pool in pools_of(scenario):
        live = [queue for queue in pool if scenario.is_live(scenario.queues[queue])]
        if live:
            # Where all are held by so many, each place is served for itself; else an agent is one place.
            held = {hands(scenario, scenario.queues[queue]) for queue in live}
            at_once = held.pop() if len(held) == 1 else 1
            total = rate[:, live].sum(axis=1)
            safe = np.maximum(total, 1e-12)
            handle = (rate[:, live] * np.nan_to_num(load.handle[:, live])).sum(axis=1) / safe
            impatience = (rate[:, live] * load.impatience[live]).sum(axis=1) / safe
            handle = handle * at_once
            pooled.append((live, at_once, total, handle, impatience))
            seats = np.zeros(len(total))
            known: dict[tuple[float, float, str, float], Floats] = {}
            for queue in live:
                level = levels[queue]
                asked = (level.within, level.short_abandon, level.counting, level.target)
                if asked not in known:
                    known[asked] = seats_needed(total, handle, impatience, *asked) / at_once
                own = known[asked]
                seats = np.maximum(seats, np.where(rate[:, queue] > 0, own, 0.0))
            share = work[:, live] / np.maximum(work[:, live].sum(axis=1, keepdims=True), 1e-12)
            required[:, live] = share * seats[:, None]
        room = kind_seats.copy()
        _take(room, np.asarray(kinds.can[:, live].any(axis=1)), required[:, live].sum(axis=1))
        for queue in sorted(set(pool) - set(live)):
            able = kinds.can[:, queue]
            there = kind_seats[:, able].sum(axis=1)
            required[:, queue] = _fit_in(scenario, queue, work[:, queue], room[:, able].sum(axis=1), there)
            _take(room, able, required[:, queue])
    deferred = np.array([not scenario.is_live(queue) for queue in scenario.queues])
    minimum = np.array([queue.minimum for queue in scenario.spec.queues.values()], float)
    required = np.maximum(required, np.where(np.where(deferred, required, load.contacts) > 0, minimum, 0.0))
    required *= skills_matrix(scenario).any(axis=0)
    split = split_seats(required, kind_seats, kinds.can)
    seats = split.sum(axis=1)
    expected_level = np.full_like(required, np.nan)
    for live, at_once, total, handle, impatience in pooled:
        there = kind_seats[:, kinds.can[:, live].any(axis=1)].sum(axis=1) * at_once
        for queue in live:
            level = levels[queue]
            result = erlang_a(total, handle, impatience, there, level.within, level.short_abandon)
            expected_level[:, queue] = np.where(rate[:, queue] > 0, result.service_level(level.counting), np.nan)
    # Where nobody with the skill is there, the need falls to groups as their usual seats do.
    # A skill that nobody holds yet, as only cross-training gives it, is its group's all the same.
    can = kinds.can | (skills_matrix(scenario)[kinds.group] & ~kinds.can.any(axis=0))
    usual = can * np.maximum(kind_seats.mean(axis=0), 1e-6)[:, None]
    nobody = np.broadcast_to(usual / np.maximum(usual.sum(axis=0), 1e-12), split.shape).copy()
    portion = np.divide(split, seats[:, None, :], out=nobody, where=seats[:, None, :] > 0)
    kind_required = (portion * required[:, None, :]).sum(axis=2)
    group_required = np.add.reduceat(kind_required, np.unique(kinds.group, return_index=True)[1], axis=1)
    return Requirement(
        required,
        seats,
        _short(required, seats),
        group_required,
        _short(group_required, group_seats),
        expected_level,
    )


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


def split_seats(needed: Floats, group_seats: Floats, can: NDArray[np.bool_]) -> Floats:
    """Each group's seats over its queues: every queue gets the same multiple of its need, as far as skills allow.

    Shapes: intervals × queues, intervals × groups, groups × queues → intervals × groups × queues.
    By iterative proportional fitting.
    """
    weight: Floats = can[None, :, :].astype(np.float64) * np.maximum(needed, 1e-6)[:, None, :]
    split: Floats = np.zeros_like(weight)
    for _ in range(60):
        total = weight.sum(axis=2, keepdims=True)
        split = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0) * group_seats[:, :, None]
        got = split.sum(axis=1)
        lack = np.divide(np.maximum(needed, 1e-6), got, out=np.ones_like(got), where=got > 1e-9)
        weight = weight * lack[:, None, :]
        weight /= np.maximum(weight.max(axis=2, keepdims=True), 1e-300)
    return split
