"""Seats: from log-ons less pauses where a log has them, else inferred from who answered when.

Without log-ons an agent is there from contact to contact. A pause between two of them counts as away when, during it,
somebody whom the agent serves waited for long; when others took more contacts that had not waited than there were
agents, so that it would have been this one's turn; or when it is very long. Of a pause in which somebody waited for
less than that, but longer than wrap may last, as long is left out. What lies before the first and after the last
contact is unknown, and not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.fitting.finding import Flags, Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

WAITED_S = 180.0
"""So long in all may somebody wait during a pause, wrap included, until it is taken for absence."""
LONGEST_PAUSE_S = 3600.0
AT_ONCE_S = 1.0
FAR = 1e11
"""Seconds: more than any log is long."""


class Spells(NamedTuple):
    """Stretches during which agents were there."""

    agent: Ints
    since: Floats
    until: Floats


class Work(NamedTuple):
    """Answered contacts whose agent is known, by agent and time."""

    agent: Ints
    group: Ints
    since: Floats
    until: Floats
    """Wrap included, where known."""


class Waits(NamedTuple):
    """Who waited, of all contacts."""

    queue: Ints
    arrived: Floats
    left: Floats
    answered: Flags


class Steps:
    """How many of some stretches contain a moment, added up over time."""

    def __init__(self, since: Floats, until: Floats) -> None:
        # Sums of moments of the year 2026 would lose the seconds of long logs.
        self._zero = float(since.min()) if len(since) else 0.0
        self._since, self._until = np.sort(since) - self._zero, np.sort(until) - self._zero
        self._of_since = np.concatenate([[0.0], self._since.cumsum()])
        self._of_until = np.concatenate([[0.0], self._until.cumsum()])

    def up_to(self, moments: Floats) -> Floats:
        """Σ of the parts of the stretches that lie before each moment."""
        moments = moments - self._zero
        begun, over = np.searchsorted(self._since, moments), np.searchsorted(self._until, moments)
        return np.asarray((begun * moments - self._of_since[begun]) - (over * moments - self._of_until[over]))


def merged(since: Floats, until: Floats) -> tuple[Floats, Floats]:
    """The union of stretches, as stretches that do not overlap, in order."""
    if not len(since):
        return since, until
    order = np.argsort(since, kind="stable")
    since, until = since[order], np.maximum.accumulate(until[order])
    new = np.concatenate([[True], since[1:] > until[:-1]])
    ends = np.concatenate([np.flatnonzero(new)[1:] - 1, [len(since) - 1]])
    return since[new], until[ends]


class Pauses(NamedTuple):
    """From the end of a contact to the beginning of the agent's next."""

    first: Ints
    """Row of `Work` that they follow."""
    length: Floats
    waited: Floats
    """During them somebody waited for so long, of those whom the agent serves."""
    passed_over: Floats
    """Contacts that had not waited, and went to others."""


def pauses_of(work: Work, waits: Waits, serves: Flags) -> Pauses:
    rows = np.flatnonzero(work.agent[1:] == work.agent[:-1])
    since, until = work.until[rows], work.since[rows + 1]
    waited, passed = np.zeros(len(rows)), np.zeros(len(rows))
    for group in range(len(serves)):
        own = work.group[rows] == group
        mine = serves[group][waits.queue]
        queued = mine & (waits.left > waits.arrived)
        line = Steps(*merged(waits.arrived[queued], waits.left[queued]))
        waited[own] = line.up_to(until[own]) - line.up_to(since[own])
        at_once = np.sort(waits.left[mine & waits.answered & (waits.left - waits.arrived <= AT_ONCE_S)])
        passed[own] = np.searchsorted(at_once, until[own]) - np.searchsorted(at_once, since[own], side="right")
    return Pauses(rows, until - since, waited, passed)


def infer_spells(work: Work, pauses: Pauses, longest_wrap: float) -> Spells:
    """When agents were there, of contacts alone; `longest_wrap`: beyond it, who lets somebody wait is absent."""
    if not len(work.agent):
        return Spells(work.agent, work.since, work.until)
    others = _agents_by_hour(work)[pauses.first]
    away = (
        (pauses.waited > max(WAITED_S, 3 * longest_wrap))
        | (pauses.passed_over > others)
        | (pauses.length > LONGEST_PAUSE_S)
    )
    partly = ~away & (pauses.waited > longest_wrap)
    ends = np.concatenate([work.agent[1:] != work.agent[:-1], [True]])
    ends[pauses.first[away | partly]] = True
    begins = np.concatenate([[True], ends[:-1]])
    # An agent with several contacts at once is there until the last of them ends.
    until = np.maximum.reduceat(work.until, np.flatnonzero(begins))
    since, rows = work.since.copy(), pauses.first[partly]
    number = np.cumsum(ends) - 1
    until[number[rows]] = work.until[rows] + longest_wrap
    since[rows + 1] = work.until[rows] + pauses.waited[partly]
    return Spells(work.agent[begins], since[begins], until)


def _agents_by_hour(work: Work) -> Ints:
    """By contact: how many agents there are that answered in its hour."""
    hour = np.floor(work.since / 3600.0).astype(np.int64)
    pairs = np.unique(np.stack([hour, work.agent]), axis=1)
    hours, number = np.unique(pairs[0], return_counts=True)
    return np.asarray(number[np.searchsorted(hours, hour)])


def signed_on(presence: pd.DataFrame, agents: pd.Index[str]) -> tuple[Spells, dict[str, float]]:
    """(when agents were signed on and in no pause, share of the signed-on time in pause by reason)."""
    place = {str(name): number for number, name in enumerate(agents)}
    codes = np.array([place.get(str(name), -1) for name in presence["agent"]], np.int64)
    since, until = presence["since"].to_numpy(float), presence["until"].to_numpy(float)
    known = (codes >= 0) & np.isfinite(since) & np.isfinite(until)
    is_on = (presence["state"] == "signed on").to_numpy() & known
    paused = (presence["state"] == "pause").to_numpy() & known
    # Everybody on one line, each agent's time far from the next one's.
    apart = codes * FAR
    on = merged((since + apart)[is_on], (until + apart)[is_on])
    off = merged((since + apart)[paused], (until + apart)[paused])
    edges = np.unique(np.concatenate([*on, *off]))
    middle = (edges[1:] + edges[:-1]) / 2
    there = np.flatnonzero(_inside(middle, *on) & ~_inside(middle, *off))
    agent = np.floor(edges[there] / FAR).astype(np.int64)
    whole = float((on[1] - on[0]).sum())
    reasons = presence["reason"].astype(object).where(presence["reason"].notna(), "not said").to_numpy()
    shares = {
        str(reason): float((until - since)[paused & (reasons == reason)].sum()) / whole
        for reason in sorted(set(reasons[paused]))
        if whole > 0
    }
    return Spells(agent, edges[there] - agent * FAR, edges[there + 1] - agent * FAR), shares


def _inside(moments: Floats, since: Floats, until: Floats) -> Flags:
    """Of stretches that do not overlap, in order."""
    return np.asarray(np.searchsorted(since, moments) > np.searchsorted(until, moments))


def seats_by_interval(spells: Spells, of: Flags, edges: Floats) -> Floats:
    """Mean seats between consecutive edges (ascending, along the last axis), of the spells chosen."""
    steps = Steps(spells.since[of], spells.until[of])
    lengths = np.diff(edges)
    return np.asarray(np.diff(steps.up_to(edges)) / np.where(lengths > 0, lengths, np.inf))
