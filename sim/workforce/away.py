"""Away blocks: some of a group's heads off the floor at set hours, in turn."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.observations import AVAILABLE, AWAY, BREAK
from sim.scenario.language.groups import Away
from sim.scenario.model import Scenario
from sim.workforce.people import Agents
from sim.workforce.segments import Bools, Ints, Segments, carve, joined

NEAR = (-1, 0, 1)
"""Dates from a block's to a shift's that it may meet: both may pass midnight."""


class AwayBlocks:
    """Everybody's turns; one per replication."""

    def __init__(self, scenario: Scenario, agents: Agents) -> None:
        self._blocks = [
            _Block(scenario, agents, group.name, block)
            for group in scenario.numbered.groups
            for block in group.spec.away.values()
        ]

    def cut(self, segments: Segments, day: int) -> Segments:
        """A local date's stretches; dates come in order."""
        for block in self._blocks:
            for near in NEAR:
                segments = block.cut(segments, day + near)
        return segments

    def cut_all(self, segments: Segments) -> Segments:
        """Every date's stretches at once: each block sees all of the shifts that it meets."""
        if not self._blocks:
            return segments
        by_date = _by_date(segments)
        for block in self._blocks:
            for date in block.dates:
                near = [date + step for step in NEAR if date + step in by_date]
                by_date |= _by_date(block.cut(joined([by_date[day] for day in near]), date))
        return joined(list(by_date.values()))


def _by_date(segments: Segments) -> dict[int, Segments]:
    segments = segments.take(np.argsort(segments.day, kind="stable"))
    days = np.unique(segments.day)
    bounds = zip(*(np.searchsorted(segments.day, days, side).tolist() for side in ("left", "right")), strict=True)
    return {int(day): segments.take(slice(*ends)) for day, ends in zip(days, bounds, strict=True)}


class _Block:
    def __init__(self, scenario: Scenario, agents: Agents, group: str, block: Away) -> None:
        clock = scenario.clock
        self._local, self._block = scenario.group(group).local_time, block
        self._members = agents.group == scenario.group(group).number
        self._turns = np.zeros(len(agents.names), dtype=np.int64)
        self._joins = ~agents.starting
        self._gone: dict[int, Ints] = {}
        self.dates = [
            day
            for day in clock.days_reached(self._local, block.hours)
            if (clock.start + dt.timedelta(days=day)).weekday() in block.days
        ]
        self._on = frozenset(self.dates)

    def cut(self, segments: Segments, date: int) -> Segments:
        """Stretches with the block of a date taken out; whoever went from an earlier shift counts among its heads."""
        if date not in self._on:
            return segments
        start, end = (self._local.elapsed(date, time) for time in self._block.hours)
        gone = self._gone.get(date, np.empty(0, np.int64))
        chosen = self._in_turn(segments, start, end, self._block.heads - len(gone), gone)
        self._turns[chosen] += 1
        leaving = np.concatenate([gone, chosen])
        self._gone = {day: who for day, who in self._gone.items() if day > date - len(NEAR)} | {date: leaving}
        window = np.full((2, len(self._turns)), np.nan)
        window[:, leaving] = [[start], [end]]
        return carve(segments, window[0], window[1], AWAY, self._block.paid, self._block.paid)

    def _in_turn(self, segments: Segments, start: float, end: float, heads: int, gone: Ints) -> Ints:
        """So many of those at work: first who is there for the whole block, then who was away the fewest times."""
        inside = np.minimum(segments.end, end) - np.maximum(segments.start, start)
        at_work: Bools = np.zeros(len(self._turns), dtype=np.bool_)
        at_work[segments.agent[(inside > 0) & (segments.activity == AVAILABLE)]] = True
        at_work &= self._members
        at_work[gone] = False
        candidates = np.flatnonzero(at_work)
        if heads <= 0 or not len(candidates):
            return candidates[:0]
        new = candidates[self._joins[candidates]]
        if 0 < len(new) < len(candidates):
            # Whoever joins later has no turns to make up for.
            others = candidates[~self._joins[candidates]]
            self._turns[new] = self._turns[others].min()
        self._joins[candidates] = False
        present = (inside > 0) & ((segments.activity == AVAILABLE) | (segments.activity == BREAK))
        there = np.bincount(segments.agent[present], inside[present], len(self._turns))[candidates]
        order = np.lexsort((candidates, self._turns[candidates], there < end - start))
        return candidates[order[:heads]]
