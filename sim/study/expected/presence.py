"""Who is scheduled to be there, interval by interval: seats by what their people can do, and how fast these are.

From the roster alone, without a floor: breaks, absence and activities are out, what runs over is not in. Where the
workforce moves, its days are lived on paper (`paper`), and this is their mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.floor.tables.duties import seats_by_interval
from sim.measures.seat_shares import SeatKinds, seat_kinds, skills_matrix
from sim.measures.sums import spread
from sim.observations import AVAILABLE, LEAVE, SICK
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared
from sim.workforce.people import Agents
from sim.workforce.roster import build_segments
from sim.workforce.segments import Segments, clipped

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Presence:
    """Means over the days lived; the first axis of each table is the horizon's intervals."""

    kinds: SeatKinds
    seats: Floats
    """Agents there, × kinds."""
    slowness: Floats
    """Mean of 1 ÷ speed of those there with the skill of each queue; the horizon's mean where there is nobody."""
    contracted: Floats
    """Agents contracted, × groups: with everybody who is off the floor."""
    speed: Floats
    """Mean speed of those there over their queues, × groups; likewise."""


class Lived:
    """Adds up days as the roster has them."""

    def __init__(self, scenario: Scenario, agents: Agents) -> None:
        clock, queues, groups = scenario.clock, len(scenario.queues), len(scenario.groups)
        self._scenario, self._agents, self._clock, self._runs = scenario, agents, clock, 0
        self._skilled = skills_matrix(scenario)[agents.group]
        self._number: dict[tuple[int, bytes], int] = {}
        self._seats: list[Floats] = []
        self._able, self._slow = np.zeros((2, clock.intervals, queues))
        self._contracted, self._there, self._fast = np.zeros((3, clock.intervals, groups))
        self._of_group = (agents.group[:, None] == np.arange(groups)).astype(np.float64)
        self._of_kind: tuple[bytes, Floats, list[int]] = b"", np.zeros((0, 0)), []
        places = [group.site for group in scenario.numbered.groups]
        self._desks = {
            site: np.flatnonzero(np.array([place == site for place in places])[agents.group])
            for site, one in scenario.spec.sites.items()
            if one.seats is not None and site in places
        }

    def run(self) -> None:
        """Another run of the whole horizon begins."""
        self._runs += 1

    def add(self, segments: Segments, speed: Floats) -> tuple[int, Floats]:
        """Stretches of some shifts, at these speeds (agents × queues; 0 without the skill): the first interval that
        they reach, and agents there from it on, intervals × agents."""
        segments = clipped(segments, self._clock)
        able = (speed > 0.0) & self._skilled
        columns, of_kind = self._kinds(able)
        there = segments.activity == AVAILABLE
        first, block = self._spread(segments.take(there))
        block = block * self._at_desks(segments, first, len(block))
        here = slice(first, first + len(block))
        for column, seats in zip(columns, (block @ of_kind).T, strict=True):
            self._seats[column][here] += seats
        self._able[here] += block @ able
        self._slow[here] += block @ np.divide(1.0, speed, out=np.zeros_like(speed), where=able)
        self._there[here] += block @ self._of_group
        mean = (speed * able).sum(axis=1) / np.maximum(able.sum(axis=1), 1)
        self._fast[here] += block @ (self._of_group * mean[:, None])
        paid = segments.take(segments.contracted)
        if len(paid.agent):
            start, hours = spread(
                self._clock, self._contracted.shape[1], self._agents.group[paid.agent], paid.start, paid.end
            )
            self._contracted[start : start + len(hours)] += hours / self._clock.interval
        return first, block

    def _spread(self, segments: Segments) -> tuple[int, Floats]:
        if not len(segments.agent):
            return 0, np.zeros((0, len(self._agents.names)))
        first, block = spread(self._clock, len(self._agents.names), segments.agent, segments.start, segments.end)
        return first, block / self._clock.interval

    def _at_desks(self, segments: Segments, first: int, length: int) -> Floats | float:
        """Share of each agent's time with a desk: who is on shift, breaks included, takes one if there is one."""
        if not self._desks:
            return 1.0
        share = np.ones((length, len(self._agents.names)))
        begun, shift = self._spread(segments.take((segments.activity != LEAVE) & (segments.activity != SICK)))
        for site, members in self._desks.items():
            desks = self._scenario.spec.sites[site].seats or 0
            people = np.zeros(length)
            inside = shift[max(first - begun, 0) :, members].sum(axis=1)[:length]
            people[: len(inside)] = inside
            share[:, members] = np.minimum(1.0, desks / np.maximum(people, 1e-9))[:, None]
        return share

    def _kinds(self, able: Flags) -> tuple[list[int], Floats]:
        """The kinds of people there are today: the columns of their seats, and agents × kinds."""
        key = able.tobytes()
        if key != self._of_kind[0]:
            rows, kind = np.unique(np.column_stack([self._agents.group, able]), axis=0, return_inverse=True)
            columns = []
            for row in rows:
                name = int(row[0]), row[1:].astype(np.bool_).tobytes()
                if name not in self._number:
                    self._number[name] = len(self._seats)
                    self._seats.append(np.zeros(self._clock.intervals))
                columns.append(self._number[name])
            one_each = (kind.reshape(-1)[:, None] == np.arange(len(rows))).astype(np.float64)
            self._of_kind = key, one_each, columns
        return self._of_kind[2], self._of_kind[1]

    def seats(self, group: int, name: str, kinds: SeatKinds, speed: Floats, shrinkage: float) -> None:
        """Seats that a file gives, once for all runs."""
        seats = seats_by_interval(self._scenario, name)
        members = self._agents.of_group(group)
        for kind in np.flatnonzero(kinds.group == group):
            key = group, kinds.can[kind].tobytes()
            if key not in self._number:
                self._number[key] = len(self._seats)
                self._seats.append(np.zeros(self._clock.intervals))
            self._seats[self._number[key]] += seats * kinds.share[kind] * self._runs
        own = speed[members] * self._skilled[members]
        able = own > 0.0
        people = seats[:, None] * self._runs / max(len(members), 1)
        self._able += people * able.sum(axis=0)
        self._slow += people * np.divide(1.0, own, out=np.zeros_like(own), where=able).sum(axis=0)
        self._there[:, group] += seats * self._runs
        mean = own.sum(axis=1) / np.maximum(able.sum(axis=1), 1)
        self._fast[:, group] += seats * self._runs * (float(mean.mean()) if len(members) else 1.0)
        self._contracted[:, group] += seats * self._runs / (1.0 - shrinkage)

    def mean(self, usual: SeatKinds) -> Presence:
        """Of all runs. `usual`: kinds that every group has if nobody of it was ever there."""
        for group in set(usual.group.tolist()) - {group for group, _ in self._number}:
            can = usual.can[usual.group == group][0]
            self._number[group, can.tobytes()] = len(self._seats)
            self._seats.append(np.zeros(self._clock.intervals))
        names = sorted(self._number)
        seats = np.array([self._seats[self._number[name]] for name in names]).T / self._runs
        can = np.array([np.frombuffer(able, np.bool_) for _, able in names])
        used = seats.any(axis=0)
        # A kind that is never there is kept only if its group has no other.
        group = np.array([number for number, _ in names])
        kept = used | ~np.isin(group, group[used]) & (np.diff(group, prepend=-1) > 0)
        whole = seats[:, kept].sum(axis=0)
        totals = np.bincount(group[kept], whole, len(self._scenario.groups))[group[kept]]
        share = np.divide(whole, totals, out=np.ones_like(whole), where=totals > 0)
        slowness = _filled(self._slow, self._able)
        speed = _filled(self._fast, self._there)
        return Presence(
            SeatKinds(group[kept], share, can[kept]), seats[:, kept], slowness, self._contracted / self._runs, speed
        )


def _filled(sums: Floats, weights: Floats) -> Floats:
    """The mean per interval; where nobody is there that of all, and 1 where nobody ever is."""
    whole = sums.sum(axis=0) / np.maximum(weights.sum(axis=0), 1e-12)
    usual = np.where(weights.sum(axis=0) > 0.0, whole, 1.0)
    filled = np.broadcast_to(usual, sums.shape).copy()
    return np.asarray(np.divide(sums, weights, out=filled, where=weights > 1e-9))


def starting_staff(prepared: Prepared) -> Presence:
    """The starting staff, as fast as on the first day, when everybody comes."""
    scenario, agents = prepared.scenario, prepared.agents
    lived = Lived(scenario, agents)
    lived.run()
    segments = build_segments(scenario, agents)
    segments = segments.take(np.argsort(segments.start, kind="stable"))
    edges = np.searchsorted(segments.start, scenario.clock.day_start)
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if last > first:
            lived.add(segments.take(slice(first, last)), prepared.speed)
    return with_given_seats(prepared, lived)


def with_given_seats(prepared: Prepared, lived: Lived) -> Presence:
    """All that was lived, and the seats that files give."""
    scenario = prepared.scenario
    usual = seat_kinds(scenario, prepared.agents)
    for number, name in enumerate(scenario.groups):
        if name in scenario.data.seats:
            lived.seats(number, name, usual, prepared.speed, float(prepared.payroll.shrinkage[number]))
    return lived.mean(usual)
