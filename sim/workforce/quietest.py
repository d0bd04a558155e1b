"""Where in the week people are missed least: forecast load against the planned seats that stay on the floor."""

from __future__ import annotations

import math
from operator import mul

import numpy as np

from sim.observations import AVAILABLE
from sim.workforce.segments import Bools, Floats, Ints, Segments, Window, cut_out

LAST_SEAT = 0.01
"""What stays when the last one goes: an empty floor is the worst there is, but for one without load."""

NO_LOAD = 1e-6
"""Agent seconds in an interval without forecast: of several, the best-staffed is the quietest."""

ROUNDING = 1e-9
DONE = 0.5
"""Seconds due that are not worth a block."""

Block = tuple[int, int, float, float]
"""(agent, local date of the shift, start, length)."""


class Cover:
    """A group's planned work in a week, of which blocks are taken one after the other.

    A block starts with an interval and lies within one stretch of work. It goes where load ÷ seats left, on average
    over the intervals that it touches, is smallest; of equal ones, to the first.
    """

    def __init__(self, stretches: Segments, load: Floats, interval: float) -> None:
        self._stretches, self._interval = stretches, interval
        starts, ends = stretches.start / interval, stretches.end / interval
        self._first = math.floor(starts.min())
        intervals = math.ceil(ends.max()) - self._first
        self._load = np.maximum(load[self._first : self._first + intervals], NO_LOAD) / interval
        self._seats = _passed(starts - self._first, intervals) - _passed(ends - self._first, intervals)
        self._taken: list[Window] = []
        self.days: list[int] = np.unique(stretches.day).tolist()

    def place(
        self, agents: Ints, seconds: Floats, a_day: float, most: int, days: list[int], *, in_parts: bool = False
    ) -> list[Block]:
        """Blocks of these agents, in their order, until what they are due is done or the week is full.

        At most `a_day` of it on one date, and `most` of them in any interval. `in_parts`: whoever works no stretch so
        long takes as many whole intervals of it as fit.
        """
        heads = 1 + int(max(self._stretches.agent.max(), agents.max(initial=0)))
        self._stretches, _ = cut_out(self._stretches, self._taken, heads)
        self._taken = []
        asked = np.zeros(heads, np.bool_)
        asked[agents] = True
        rows = self._stretches.take(asked[self._stretches.agent] & (self._stretches.activity == AVAILABLE))
        rows = rows.take(_among(rows.day, days))
        possible: dict[float, _Starts] = {}
        load, seats = self._load.tolist(), self._seats.tolist()
        quiet = (self._load / (np.maximum(self._seats - 1.0, 0.0) + LAST_SEAT)).tolist()
        booked = [0] * len(load)
        blocks: list[Block] = []

        def starts_of(length: float) -> _Starts:
            found = possible.get(length)
            if found is None:
                found = possible[length] = _Starts(rows, self._first, length / self._interval, self._interval, quiet)
            return found

        for agent, due in zip(agents.tolist(), seconds.tolist(), strict=True):
            used: list[int] = []
            while due > DONE:
                length = min(a_day, due)
                starts = starts_of(length)
                while in_parts and length > self._interval and not starts.fits(agent, used):
                    length = (math.ceil(length / self._interval - ROUNDING) - 1) * self._interval
                    starts = starts_of(length)
                at, day = starts.quietest(agent, used)
                if at < 0:
                    break
                blocks.append((agent, day, (self._first + at) * self._interval, length))
                due -= length
                used.append(day)
                for i, part in enumerate(starts.parts, start=at):
                    seats[i] -= part
                    booked[i] += 1
                    left = seats[i] - 1.0
                    quiet[i] = math.inf if booked[i] >= most else load[i] / ((left if left > 0.0 else 0.0) + LAST_SEAT)
                for others in possible.values():
                    others.rescore(quiet, at, at + len(starts.parts))
        self._seats = np.array(seats)
        return blocks

    def note(self, window: Window) -> None:
        """These are off the floor then: nobody is in two places at once."""
        self._taken.append(window)


class _Starts:
    """Intervals, counted from the week's first, with which each agent could begin a block of one length."""

    def __init__(self, rows: Segments, first: int, length: float, interval: float, quiet: list[float]) -> None:
        whole = math.ceil(length - ROUNDING)
        self.parts = [1.0] * (whole - 1) + [length - (whole - 1)]
        """What the block takes of each interval that it touches."""
        earliest = np.ceil(rows.start / interval - ROUNDING).astype(np.int64) - first
        latest = np.floor(rows.end / interval - length + ROUNDING).astype(np.int64) - first
        counts = np.maximum(latest - earliest + 1, 0)
        before = np.cumsum(counts) - counts
        self._at = np.repeat(earliest - before, counts) + np.arange(counts.sum())
        self._days = np.repeat(rows.day, counts)
        whose, begins = np.unique(np.repeat(rows.agent, counts), return_index=True)
        bounds = [*begins.tolist(), len(self._at)]
        self._of = {agent: (bounds[k], bounds[k + 1]) for k, agent in enumerate(whose.tolist())}
        self._score = np.full(len(quiet), math.inf)
        self.rescore(quiet, 0, len(quiet))

    def rescore(self, quiet: list[float], first: int, end: int) -> None:
        """These intervals are as quiet as that now."""
        size = len(self.parts)
        if size == 1:
            self._score[first:end] = quiet[first:end]
            return
        for at in range(max(0, first - size + 1), min(end, len(quiet) - size + 1)):
            self._score[at] = sum(map(mul, self.parts, quiet[at : at + size]))

    def fits(self, agent: int, used: list[int]) -> bool:
        """Whether the agent works a stretch so long on another date, however busy it is then."""
        begin, end = self._of.get(agent, (0, 0))
        return begin < end and not _among(self._days[begin:end], used).all()

    def quietest(self, agent: int, used: list[int]) -> tuple[int, int]:
        """(interval, date) of the agent's best start on another date; (−1, 0) if there is none."""
        begin, end = self._of.get(agent, (0, 0))
        if begin == end:
            return -1, 0
        score = self._score[self._at[begin:end]]
        if used:
            score[_among(self._days[begin:end], used)] = math.inf
        best = score.argmin()
        found = begin + best
        return (self._at.item(found), self._days.item(found)) if score[best] < math.inf else (-1, 0)


def _among(numbers: Ints, few: list[int]) -> Bools:
    """Which of the numbers are one of these few."""
    found = np.zeros(len(numbers), np.bool_)
    for one in few:
        found |= numbers == one
    return found


def _passed(moments: Floats, intervals: int) -> Floats:
    """How many of these moments, in intervals, have passed, on average over each interval."""
    whole = np.floor(moments).astype(np.int64)
    begun = np.bincount(whole, minlength=intervals + 1)
    now = np.bincount(whole, whole + 1.0 - moments, intervals + 1)
    return np.asarray((np.cumsum(begun) - begun + now)[:intervals])
