"""Seats by what their people can do, and their shares among the queues that skills tie together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from sim.workforce.people import Agents, holds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


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


def skills_matrix(scenario: Scenario) -> Flags:
    """Whether a group serves a queue; groups × queues."""
    groups = scenario.numbered.groups
    return np.array([[queue in group.spec.skills for queue in scenario.queues] for group in groups])


@dataclass(frozen=True)
class SeatKinds:
    """A group's seats by what their people can do: all alike, unless only some hold a skill."""

    group: Ints
    """Rising; every group has at least one kind."""
    share: Floats
    """Of the group's seats."""
    can: Flags
    """Kinds × queues."""


def seat_kinds(scenario: Scenario, agents: Agents) -> SeatKinds:
    able, matrix = holds(scenario, agents), skills_matrix(scenario)
    group: list[int] = []
    share: list[float] = []
    can: list[Flags] = []
    for g in range(len(scenario.groups)):
        members = able[agents.of_group(g)]
        rows, counts = np.unique(members if len(members) else matrix[g : g + 1], axis=0, return_counts=True)
        group += [g] * len(rows)
        share += (counts / counts.sum()).tolist()
        can += list(rows)
    return SeatKinds(np.array(group), np.array(share), np.array(can))


@dataclass(frozen=True)
class Portion:
    """How much of each queue's need, and seats, is of each kind of people, in one pool of those whom skills tie
    together: intervals × its kinds × its queues. One pool at a time, for most people and queues have nothing to do with
    each other."""

    kinds: Ints
    queues: Ints
    table: Floats

    def of(self, of_queues: Floats) -> Floats:
        """Values of queues (intervals × all queues) by kind of people; intervals × the pool's kinds."""
        parts = self.table * of_queues[:, None, self.queues]
        if len(self.queues) > 2:
            # Added up in the order in which all queues stand: to the last digit as if there were no pools.
            every = np.zeros((*parts.shape[:2], of_queues.shape[1]))
            every[:, :, self.queues] = parts
            parts = every
        return np.asarray(parts.sum(axis=2))


def given_to(required: Floats, kind_seats: Floats, holds_skill: Flags, can: Flags) -> tuple[Floats, list[Portion]]:
    """(seats there for each queue, intervals × queues; the portions of the kinds in it, pool by pool).

    `holds_skill`, `can`: kinds × queues, now and with what nobody holds yet. Where nobody with the skill is there, the
    need falls to groups as their usual seats do.
    """
    usual = can * np.maximum(kind_seats.mean(axis=0), 1e-6)[:, None]
    usual = usual / np.maximum(usual.sum(axis=0), 1e-12)
    seats, portions = np.zeros_like(required), []
    for kinds, queues in _pools(can):
        own = np.ix_(kinds, queues)
        split = split_seats(required[:, queues], kind_seats[:, kinds], holds_skill[own])
        # Kind by kind, as they stand beside others: to the last digit as if there were no pools.
        alone = required.shape[1] == 1
        there = split.sum(axis=1) if alone else sum(np.moveaxis(split, 1, 0), np.zeros((len(split), len(queues))))
        seats[:, queues] = there
        nobody = np.broadcast_to(usual[own], split.shape).copy()
        table = np.divide(split, there[:, None, :], out=nobody, where=there[:, None, :] > 0)
        portions.append(Portion(kinds, queues, table))
    return seats, portions


def split_seats(needed: Floats, group_seats: Floats, can: Flags) -> Floats:
    """Each group's seats over its queues: every queue gets the same multiple of its need, as far as skills allow.

    Shapes: intervals × queues, intervals × groups, groups × queues → intervals × groups × queues.
    By iterative proportional fitting, one pool of people after another: what has no skill in common has no say.
    """
    split: Floats = np.zeros((len(needed), *can.shape))
    for groups, queues in _pools(can):
        own = np.ix_(groups, queues)
        split[:, own[0], own[1]] = _fitted(needed[:, queues], group_seats[:, groups], can[own])
    return split


def _pools(can: Flags) -> list[tuple[Ints, Ints]]:
    """(groups, queues) that skills tie together; a queue or a group by itself is in none."""
    left, pools = can.any(axis=1), []
    while left.any():
        groups = np.zeros_like(left)
        groups[np.argmax(left)] = True
        while True:
            queues = can[groups].any(axis=0)
            more = np.asarray(can[:, queues].any(axis=1))
            if (more == groups).all():
                break
            groups = more
        pools.append((np.flatnonzero(groups), np.flatnonzero(queues)))
        left &= ~groups
    return pools


def _fitted(needed: Floats, group_seats: Floats, can: Flags) -> Floats:
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
