"""Seats needed per interval for the target, pooled over skills, and where the plan falls short.

Queues that share agents, directly or through others, form a pool: its load meets one line of agents (Erlang A),
and every queue must reach its own target. The pool's seats are then split over its queues by load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.erlang import erlang_a, seats_needed
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]


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


def requirement(scenario: Scenario, load: Load, group_seats: Floats) -> Requirement:
    """`group_seats`: mean seats signed on, intervals × groups."""
    interval = scenario.clock.interval
    rate = load.contacts / interval
    work = load.contacts * np.nan_to_num(load.handle)
    required = np.zeros_like(load.contacts)
    levels = [queue.service_level for queue in scenario.spec.queues.values()]
    pooled: list[tuple[list[int], Floats, Floats, Floats]] = []
    for pool in pools_of(scenario):
        total = rate[:, pool].sum(axis=1)
        safe = np.maximum(total, 1e-12)
        handle = (rate[:, pool] * np.nan_to_num(load.handle[:, pool])).sum(axis=1) / safe
        impatience = (rate[:, pool] * load.impatience[pool]).sum(axis=1) / safe
        pooled.append((pool, total, handle, impatience))
        seats = np.zeros(len(total))
        known: dict[tuple[float, float, str, float], Floats] = {}
        for queue in pool:
            level = levels[queue]
            asked = (level.within, level.short_abandon, level.counting, level.target)
            if asked not in known:
                known[asked] = seats_needed(total, handle, impatience, *asked)
            own = known[asked]
            seats = np.maximum(seats, np.where(rate[:, queue] > 0, own, 0.0))
        share = work[:, pool] / np.maximum(work[:, pool].sum(axis=1, keepdims=True), 1e-12)
        required[:, pool] = share * seats[:, None]
    minimum = np.array([queue.minimum for queue in scenario.spec.queues.values()], float)
    required = np.maximum(required, np.where(load.contacts > 0, minimum, 0.0))
    split = split_seats(required, group_seats, skills_matrix(scenario))
    seats = split.sum(axis=1)
    expected_level = np.full_like(required, np.nan)
    for pool, total, handle, impatience in pooled:
        there = group_seats[:, skills_matrix(scenario)[:, pool].any(axis=1)].sum(axis=1)
        for queue in pool:
            level = levels[queue]
            result = erlang_a(total, handle, impatience, there, level.within, level.short_abandon)
            expected_level[:, queue] = np.where(rate[:, queue] > 0, result.service_level(level.counting), np.nan)
    # Where nobody with the skill is there, the need falls to groups as their usual seats do.
    usual = skills_matrix(scenario) * np.maximum(group_seats.mean(axis=0), 1e-6)[:, None]
    nobody = np.broadcast_to(usual / np.maximum(usual.sum(axis=0), 1e-12), split.shape).copy()
    portion = np.divide(split, seats[:, None, :], out=nobody, where=seats[:, None, :] > 0)
    group_required = (portion * required[:, None, :]).sum(axis=2)
    return Requirement(
        required,
        seats,
        _short(required, seats),
        group_required,
        _short(group_required, group_seats),
        expected_level,
    )


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
