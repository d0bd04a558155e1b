"""The seats that reach a target: Erlang A the other way round, in whole seats and in fractions."""

from __future__ import annotations

import numpy as np

from sim.measures.erlang import Asked, Floats, Line, alike, busy_factors, with_whole_seats


def seats_needed(
    arrivals: Floats,
    handle: Floats,
    impatience: Floats,
    within: float,
    short: float,
    counting: str,
    target: float,
) -> Floats:
    """The fewest seats whose plain Erlang A service level reaches the target, per interval; 0 without arrivals."""
    return np.ceil(seats_in_fractions(Line(arrivals, handle, impatience), Asked(within, short, counting, target)))


def seats_in_fractions(line: Line, asked: Asked) -> Floats:
    """Seats that just reach the target, of all who try, per interval; 0 without arrivals.

    The part of the last seat is the part of the time for which it must be there; rounded up, the fewest whole seats
    that reach it. Where lines alone turn too many away, the seats that it would take with lines enough.
    """
    columns = line.columns()
    there = columns[0] * columns[1] > 0.0
    result = np.zeros(len(there))
    unique, back = alike(columns, there)
    if len(unique):
        result[there] = _bisected(Line(*unique.T), asked)[back]
    return result


def _bisected(line: Line, asked: Asked) -> Floats:
    columns, target = line.columns(), min(asked.target, 0.9999)
    busy = busy_factors(*columns[5:7])

    def beyond(seats: Floats) -> Floats:
        """How far the contacts met are above the target, as a share of all; whoever hears it engaged is not met."""
        found = with_whole_seats(Line(*columns), seats, asked, busy)
        met, base = found.counts(asked.counting)
        return np.asarray(met - target * (base + found.blocked))

    load, cv = columns[0] * columns[1], np.hypot(*columns[5:7])
    none, most = np.zeros_like(load), np.ceil(load * (1.0 + 6.0 * cv * (1.0 + cv)) + 12.0 * np.sqrt(load) + 12.0)
    if np.isfinite(columns[4]).any():
        # Where the lines alone turn too many away: the people whom it would take with lines enough.
        columns[4] = np.where(beyond(most) < 0.0, np.inf, columns[4])
    low, high, step = none.copy(), most.copy(), np.ones_like(load)
    below, above = np.full_like(load, -target), np.ones_like(load)
    # Square-root staffing is near: look there first, then ever further on either side, then between.
    middle = np.round(load * (1.0 + 0.5 * cv) + 0.5 * np.sqrt(load))
    while np.any(high - low > 1):
        middle = np.clip(middle, low + 1, np.maximum(high - 1, 1))
        value = beyond(middle)
        enough = value >= 0.0
        low, below = np.where(enough, low, middle), np.where(enough, below, value)
        high, above = np.where(enough, middle, high), np.where(enough, value, above)
        step *= 2.0
        between = np.floor((low + high) / 2)
        middle = np.where(low == none, np.maximum(high - step, between), between)
        middle = np.where(high == most, np.minimum(low + step, between), middle)
    if (first := low == none).any():
        below[first] = beyond(none)[first]
    last = np.clip(-below / np.maximum(above - below, 1e-300), 1e-6, 1.0)
    return low + last
