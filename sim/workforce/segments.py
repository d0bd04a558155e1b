"""Scheduled stretches of people's time as columns, and what is done to them: pieces cut out, absence, the horizon."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.observations import AVAILABLE, LEAVE, SICK

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Segments:
    """Scheduled stretches, by agent and time; `start` and `end` in seconds since the start of the horizon."""

    agent: Ints
    day: Ints
    """Number of the local date, at the group's place, on which the shift starts. Before 0 for a night shift that began
    before the horizon, and at a site behind the center's time; past the last day at a site ahead of it."""
    start: Floats
    end: Floats
    activity: Ints
    paid: Bools
    contracted: Bools
    """Whether the roster pays for it, when everybody comes."""

    def days(self, horizon: int) -> range:
        """Day numbers on which somebody may be paid: the horizon's, its eve, and what sites add before and after."""
        return range(int(self.day.min(initial=-1)), int(self.day.max(initial=horizon - 1)) + 1)

    def take(self, rows: Bools | Ints | slice) -> Segments:
        if isinstance(rows, np.ndarray) and rows.dtype == np.bool_:
            # Looked through once, not for each column.
            rows = rows.nonzero()[0]
        return Segments(
            self.agent[rows], self.day[rows], self.start[rows], self.end[rows], self.activity[rows], self.paid[rows],
            self.contracted[rows],
        )  # fmt: skip

    def columns(self) -> list[NDArray[Any]]:
        return [getattr(self, name) for name in _COLUMNS]


_COLUMNS = [column.name for column in fields(Segments)]
_NO_NUMBERS, _NO_TIMES, _NO_FLAGS = np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.bool_)
NO_SEGMENTS = Segments(_NO_NUMBERS, _NO_NUMBERS, _NO_TIMES, _NO_TIMES, _NO_NUMBERS, _NO_FLAGS, _NO_FLAGS)


def joined(parts: list[Segments]) -> Segments:
    """One after the other, as they stand."""
    if len(parts) < 2:
        return parts[0] if parts else NO_SEGMENTS
    columns: list[Any] = [np.concatenate(column) for column in zip(*(part.columns() for part in parts), strict=True)]
    return Segments(*columns)


def in_order(segments: Segments) -> Segments:
    """By agent and time; mostly they are already."""
    agent, start = segments.agent, segments.start
    later = (agent[1:] > agent[:-1]) | ((agent[1:] == agent[:-1]) & (start[1:] >= start[:-1]))
    return segments if later.all() else segments.take(np.lexsort((start, agent)))


def clipped(segments: Segments, clock: Clock) -> Segments:
    """What of them lies in the horizon; without what a roster puts into the hour that a clock change skips."""
    start, end = segments.start, segments.end
    if ((start >= 0.0) & (start < end) & (end <= clock.end)).all():
        return segments
    start, end = np.maximum(start, 0.0), np.minimum(end, clock.end)
    return replace(segments, start=start, end=end).take(start < end)


def absent(segments: Segments, who: Bools, activity: int, paid: Bools) -> Segments:
    """`who` stays away, on LEAVE or SICK: what the roster pays becomes absence, paid or not, and the rest drops out.

    `who` and `paid`: per agent. What the roster itself says of leave and sickness stands.
    """
    away = who[segments.agent]
    if not away.any():
        return segments
    drops = away & ~segments.contracted & (segments.activity != AVAILABLE)
    away &= (segments.activity != LEAVE) & (segments.activity != SICK)
    activities = np.where(away, activity, segments.activity)
    return replace(segments, activity=activities, paid=segments.paid & (~away | paid[segments.agent])).take(~drops)


class Window(NamedTuple):
    """When some agents are to be off the floor: one start and end for all of them, or one each."""

    agents: Ints
    start: Floats | float
    end: Floats | float
    activity: int
    paid: Bools | bool
    key: str = ""


def cut_out(segments: Segments, windows: list[Window], heads: int) -> tuple[Segments, dict[str, Floats]]:
    """Work without these windows, the earlier in the list before the later; seconds cut out per agent, by key."""
    seconds = {window.key: np.zeros(heads) for window in windows if window.key}
    windows = [window for window in windows if len(window.agents)]
    if not windows:
        return segments, seconds
    agent, start, end, activity, paid = _as_columns(windows)
    turn = _turns(agent)
    for this in range(int(turn.max()) + 1):
        now = np.flatnonzero(turn == this)
        who = agent[now]
        bounds, what, pays = np.full((2, heads), np.nan), np.zeros(heads, np.int64), np.zeros(heads, np.bool_)
        bounds[0, who], bounds[1, who], what[who], pays[who] = start[now], end[now], activity[now], paid[now]
        if seconds:
            cut, first = work_within(segments, bounds[0], bounds[1]), 0
            for window in windows:
                if window.key:
                    mine = agent[now[(now >= first) & (now < first + len(window.agents))]]
                    seconds[window.key][mine] += cut[mine]
                first += len(window.agents)
        segments = carve(segments, bounds[0], bounds[1], what, pays)
    return segments, seconds


def _as_columns(windows: list[Window]) -> tuple[Ints, Floats, Floats, Ints, Bools]:
    """Agent, start, end, activity and whether paid of each agent's window, in the order of the list."""
    agent = np.concatenate([window.agents for window in windows])
    start, end = np.empty((2, len(agent)))
    activity, paid = np.empty(len(agent), np.int64), np.empty(len(agent), np.bool_)
    first = 0
    for window in windows:
        last = first + len(window.agents)
        start[first:last], end[first:last], activity[first:last], paid[first:last] = window[1:5]
        first = last
    return agent, start, end, activity, paid


def _turns(agent: Ints) -> Ints:
    """How many of the same agent stand before: everybody's first windows go at once, then everybody's second ones."""
    order = np.argsort(agent, kind="stable")
    turn, ordered = np.empty(len(agent), np.int64), agent[order]
    turn[order] = np.arange(len(agent)) - np.searchsorted(ordered, ordered)
    return turn


def work_within(segments: Segments, start: Floats, end: Floats) -> Floats:
    """Seconds of work within a window, per agent."""
    agent = segments.agent
    inside = np.minimum(segments.end, end[agent]) - np.maximum(segments.start, start[agent])
    rows = (segments.activity == AVAILABLE) & (inside > 0.0)
    return np.asarray(np.bincount(agent[rows], inside[rows], len(start)), dtype=np.float64)


def carve(
    segments: Segments,
    start: Floats,
    end: Floats,
    activity: Ints | int,
    paid: Bools | bool,
    contracted: Bools | bool | None = None,
) -> Segments:
    """Work with a window cut out of it, per agent (NaN: none); breaks and the like stay where they are.

    What is cut out stays contracted as the work was, if not said otherwise.
    """
    first = np.maximum(segments.start, start[segments.agent])
    last = np.minimum(segments.end, end[segments.agent])
    hit = ((first < last) & (segments.activity == AVAILABLE)).nonzero()[0]
    if not len(hit):
        return segments
    # A stretch that is hit becomes what is before, within and after the window; a part without length is left out.
    first, last = first[hit], last[hit]
    before, after = segments.start[hit] < first, last < segments.end[hit]
    more = before.astype(np.int64) + after
    counts = np.ones(len(segments.agent), np.int64)
    counts[hit] += more
    cut = segments.take(np.arange(len(counts)).repeat(counts))
    at = hit + more.cumsum() - more
    within = at + before
    cut.start[within], cut.end[within] = first, last
    cut.end[at[before]] = first[before]
    cut.start[(at + more)[after]] = last[after]
    whose = segments.agent[hit]
    for column, value in ((cut.activity, activity), (cut.paid, paid), (cut.contracted, contracted)):
        if value is not None:
            column[within] = value[whose] if isinstance(value, np.ndarray) else value
    return cut
