"""Wrap where a log does not hold it: from pauses that begin while somebody waits.

Whoever is free takes who waits. So the pause is wrap until the agent's next contact begins; where nobody waits any more
before that, it is known only that wrap lasted as long or ended unseen: the pause is censored then. Pauses may also be
absence. Those beyond the point from which on far fewer end than before are taken for it, and are in no wrap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.fitting.finding import NORMAL, Finding, Flags, Floats, unknown
from sim.fitting.seats import LONGEST_PAUSE_S, Pauses, Waits, Work, merged

OF = "pauses while somebody waited"
FEWEST = 30
SHORTEST_CUT_S, LONGEST_CUT_S, STEP_S, AHEAD_S = 60.0, 300.0, 10.0, 60.0
FAR_FEWER = 1 / 3
"""Ending from a point on at less than this part of the rate before it, pauses are absence."""


class Wrap(NamedTuple):
    mean: Finding
    """Seconds."""
    cv: float
    longest: float
    """Beyond it, a pause is absence."""


NOT_SEEN = Wrap(unknown(OF), 1.0, SHORTEST_CUT_S)


def infer_wrap(work: Work, waits: Waits, serves: Flags, pauses: Pauses) -> Wrap:
    """Restricted mean of Kaplan and Meier's curve up to the cut, with Greenwood's variance."""
    lengths, ended = _seen(work, waits, serves, pauses)
    if int(ended.sum()) < FEWEST:
        return NOT_SEEN
    cut = _cut(lengths, ended)
    # An absence is no wrap: it is left out, not cut short.
    kept = (lengths <= cut) | ~ended
    lengths, ended = np.minimum(lengths[kept], cut), ended[kept] & (lengths[kept] <= cut)
    times, at = np.unique(lengths, return_inverse=True)
    number, events = np.bincount(at).astype(float), np.bincount(at, weights=ended)
    at_risk = number[::-1].cumsum()[::-1]
    surviving = np.cumprod(1 - events / at_risk)
    # The curve is 1 before the first time, and what it is after the last time goes on to the cut.
    edges = np.concatenate([[0.0], times, [cut]])
    heights = np.concatenate([[1.0], surviving])
    areas = heights * np.diff(edges)
    mean = float(areas.sum())
    square = float((heights * np.diff(edges**2)).sum())
    beyond = areas[1:][::-1].cumsum()[::-1]
    left = at_risk - events
    terms = np.where(left > 0, beyond**2 * events / (at_risk * np.maximum(left, 1)), 0.0)
    error = float(np.sqrt(terms.sum()))
    found = Finding(mean, mean - NORMAL * error, mean + NORMAL * error, int(ended.sum()), OF)
    return Wrap(found, float(np.sqrt(max(square / mean**2 - 1, 0.01))), cut)


def _seen(work: Work, waits: Waits, serves: Flags, pauses: Pauses) -> tuple[Floats, Flags]:
    """(how long each pause was watched, whether it was seen to end), of those at whose beginning somebody waited."""
    since = work.until[pauses.first]
    until = since + pauses.length
    lengths, ended = [np.zeros(0)], [np.zeros(0, bool)]
    # Who comes back after an hour went home, and left the wrap of the last contact unseen.
    short = pauses.length <= LONGEST_PAUSE_S
    for group in range(len(serves)):
        mine = serves[group][waits.queue] & (waits.left > waits.arrived)
        begun, over = merged(waits.arrived[mine], waits.left[mine])
        own = np.flatnonzero((work.group[pauses.first] == group) & (pauses.length > 0) & short)
        if not len(begun):
            continue
        at = np.searchsorted(begun, since[own], side="right") - 1
        empty = np.where(at >= 0, over[np.maximum(at, 0)], -np.inf)
        waited = empty > since[own]
        own, empty = own[waited], empty[waited]
        # Who waited last is taken at the very moment at which the queue is empty.
        lengths.append(np.minimum(until[own], empty) - since[own])
        ended.append(until[own] <= empty + 0.5)
    return np.concatenate(lengths), np.concatenate(ended)


def _cut(lengths: Floats, ended: Flags) -> float:
    for cut in np.arange(SHORTEST_CUT_S, LONGEST_CUT_S, STEP_S):
        before = _rate(lengths, ended, 0.0, cut)
        if _rate(lengths, ended, cut, cut + AHEAD_S) < FAR_FEWER * before:
            return float(cut)
    return LONGEST_CUT_S


def _rate(lengths: Floats, ended: Flags, since: float, until: float) -> float:
    """Ends in a second of watching, of pauses that are as long."""
    events = (ended & (lengths > since) & (lengths <= until)).sum()
    watched = (np.clip(lengths, since, until) - since).sum()
    return float(events / watched) if watched > 0 else np.inf
