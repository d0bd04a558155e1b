"""Erlang A (M/M/n+M) for many intervals at once, with balking, a limit of lines and busy days: what a planner's formula
says, beside the simulation.

Without a limit, the virtual wait V of whoever comes has an atom at 0 and the density ∝ λ exp(λ' H(v) − nμv), H the
integrated survival of patience and λ' the arrivals who do not balk (Zeltyn & Mandelbaum, "Call centers with impatient
customers", 2005); for exponential patience 1/θ its integrals are incomplete gamma functions of c = nμ/θ and η = λ'/θ.
With a limit, the chain of contacts inside is summed: whoever finds k waiting is served after a sum of k + 1
exponentials of the rates nμ, nμ + θ …, so that exp(−θ wait) has the law Beta(c, k + 1).
On busy and quiet days a gamma factor multiplies λ; of the contacts, more come on the busy ones.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_PLACES, _PARTS = (1.0 + _NODES) / 2.0, _WEIGHTS / 2.0
"""Where the factor's distribution is looked at, from 0 to 1, and for which part of the contacts each place stands."""

UNDERFLOW = 1e-280
"""An incomplete gamma below it: the wait is over long before anybody's patience is."""

NEGLIGIBLE = 1e-13
"""Of all states of the chain: what follows is left out."""

SMALLEST = 1e-290
LARGEST = 600.0
"""Powers of e beyond it are no longer distinguished."""


@dataclass(frozen=True)
class ErlangA:
    """Shares of those who come, each an array over intervals. The blocked are in no other share; `abandoned` contains
    those who balk, the other two only those who waited."""

    answered_within: Floats
    abandoned_within: Floats
    abandoned_short: Floats
    abandoned: Floats
    blocked: Floats

    def counts(self, counting: str) -> tuple[Floats, Floats]:
        """(met, counted) under one of the five conventions, as shares of those who come: who is blocked is not
        counted."""
        met, base = self.answered_within, 1.0 - self.blocked
        if counting == "positive":
            met = met + self.abandoned_within
        elif counting == "ignore":
            base = base - self.abandoned_within
        elif counting == "answered":
            base = base - self.abandoned
        elif counting == "short_excluded":
            base = base - self.abandoned_short
        return met, base

    def service_level(self, counting: str) -> Floats:
        met, base = self.counts(counting)
        return np.divide(met, base, out=np.zeros_like(met), where=base > 0)


@dataclass(frozen=True)
class Asked:
    """What a target asks of the contacts that come."""

    within: float
    short: float = 0.0
    counting: str = "negative"
    target: float = 0.8


@dataclass(frozen=True)
class Line:
    """One line of contacts before alike agents, per interval (or one value for all)."""

    arrivals: Floats
    """Per second, on a usual day; `handle` in seconds; `impatience` per second, 0 for never."""
    handle: Floats
    impatience: Floats
    balk: Floats | float = 0.0
    """Share who hang up if they would have to wait."""
    room: Floats | float = np.inf
    """Contacts that may hold a line, waiting or talking."""
    day_cv: Floats | float = 0.0
    """Of the factor by which days are busier or quieter than forecast; then of the intervals' own, on top."""
    interval_cv: Floats | float = 0.0
    wrap: Floats | float = 0.0
    """Share of the handle time in which the line is free again."""

    def columns(self) -> list[Floats]:
        values = [getattr(self, field.name) for field in fields(self)]
        return [np.array(column) for column in np.broadcast_arrays(*(np.asarray(v, np.float64) for v in values))]

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Line:
        return Line(*(column[chosen] for column in self.columns()))


def erlang_a(
    arrivals: Floats, handle: Floats, impatience: Floats, seats: Floats, within: float, short: float = 0.0
) -> ErlangA:
    """Plain Erlang A: arrivals and impatience per second, handle time in seconds, seats ≥ 0; impatience 0: never."""
    return formula(Line(arrivals, handle, impatience), seats, Asked(within, short))


def formula(line: Line, seats: Floats | float, asked: Asked) -> ErlangA:
    """What becomes of the contacts with so many seats ≥ 0; a part of a seat is one that is there for that part of the
    time."""
    columns = line.columns()
    shape = np.broadcast_shapes(columns[0].shape, np.shape(seats))
    columns = [np.broadcast_to(column, shape).ravel() for column in columns]
    wanted = np.broadcast_to(np.asarray(seats, np.float64), shape).ravel()
    whole = np.floor(wanted + 1e-9)
    part = np.clip(wanted - whole, 0.0, 1.0)
    part[part < 1e-9] = 0.0
    found = with_whole_seats(Line(*columns), whole, asked)
    if (between := part > 0.0).any():
        more = with_whole_seats(Line(*(c[between] for c in columns)), whole[between] + 1.0, asked)
        for field in fields(ErlangA):
            column = getattr(found, field.name)
            column[between] += part[between] * (getattr(more, field.name) - column[between])
    return ErlangA(*(getattr(found, field.name).reshape(shape) for field in fields(ErlangA)))


def busy_factors(day_cv: Floats, interval_cv: Floats) -> tuple[Floats, Floats]:
    """Both factors in one, as contacts see it: its values, and the part of the contacts that each stands for;
    intervals × places. Exact of one gamma factor; of two, a shifted gamma of the product's first three moments, which
    tells the service level to a fifth of a point at worst.

    Of contacts, λ f come on a day of factor f = a + bG: those that G stands for are b + a ÷ G times as many.
    """
    from scipy import special

    squares = np.stack([day_cv, interval_cv]) ** 2
    second = (1.0 + squares).prod(axis=0)
    cv = np.sqrt(np.maximum(second - 1.0, 1e-18))
    skew = (second * (1.0 + 2.0 * squares).prod(axis=0) - 3.0 * second + 2.0) / cv**3
    skew = np.where(squares.min(axis=0) > 0.0, skew, 2.0 * cv)
    shape, scale = (4.0 / skew**2)[:, None], (cv * skew / 2.0)[:, None]
    least = 1.0 - shape * scale
    quantiles = special.gammaincinv(shape + 1.0, _PLACES)
    varies = (cv > 1e-8)[:, None]
    factors = np.where(varies, least + scale * quantiles, 1.0)
    return factors, np.where(varies, _PARTS * shape * (scale + least / np.maximum(quantiles, 1e-12)), _PARTS)


def with_whole_seats(line: Line, seats: Floats, asked: Asked, busy: tuple[Floats, Floats] | None = None) -> ErlangA:
    """One-dimensional columns; the mixture over busy and quiet days. `busy`: the line's `busy_factors`, if known."""
    columns = line.columns()
    varies = np.maximum(columns[5], columns[6]) > 0.0
    found = _steady(line.rows(~varies), seats[~varies], asked)
    if not varies.any():
        return found
    factors, parts = busy_factors(*columns[5:7]) if busy is None else busy
    rows = [np.repeat(column[varies], len(_PLACES)) for column in columns[:5]]
    rows[0] *= factors[varies].ravel()
    wrap = np.repeat(columns[7][varies], len(_PLACES))
    mixed = _steady(replace(Line(*rows), wrap=wrap), np.repeat(seats[varies], len(_PLACES)), asked)
    shares = []
    for field in fields(ErlangA):
        whole = np.empty(len(seats))
        whole[~varies] = getattr(found, field.name)
        whole[varies] = (getattr(mixed, field.name).reshape(-1, len(_PLACES)) * parts[varies]).sum(axis=1)
        shares.append(whole)
    return ErlangA(*shares)


def _steady(line: Line, seats: Floats, asked: Asked) -> ErlangA:
    """Without busy days."""
    arrivals, handle, impatience, balk, room, *_, wrap = line.columns()
    arrivals, handle = np.maximum(arrivals, 1e-12), np.maximum(handle, 1e-9)
    found = ErlangA(*np.zeros((5, len(arrivals))))
    limited = np.isfinite(room)
    for rows in (~limited, limited):
        if rows.any():
            own = (arrivals[rows], handle[rows], impatience[rows], balk[rows], seats[rows])
            inside = _room_inside(room[rows], seats[rows], wrap[rows])
            shares = _limited(*own, inside, asked) if limited[rows][0] else _unlimited(*own, asked)
            for field, share in zip(fields(ErlangA), shares, strict=True):
                getattr(found, field.name)[rows] = share
    return found


Shares = tuple[Floats, Floats, Floats, Floats, Floats]


def _unlimited(lam: Floats, mean: Floats, theta: Floats, balk: Floats, n: Floats, asked: Asked) -> Shares:
    stay = lam * (1.0 - balk)
    served = n / mean
    scale, waits = _waits(lam, stay, theta, np.maximum(served, 1e-300), (np.inf, asked.within, asked.short))
    atom = _weight_of_no_wait(n, lam * mean) * np.exp(-scale)
    (mass, alive), (near, near_alive), (soon, soon_alive) = waits
    whole = atom + mass
    # Without patience to lose, a queue that grows for ever answers nobody in time who has to wait.
    hopeless = (n <= 0) | ((theta <= 0) & (served <= stay))
    clear, lost = np.where(hopeless, 0.0, 1.0 / whole), (theta > 0).astype(np.float64)

    def gone_by(limit: float, before: Floats, before_alive: Floats) -> Floats:
        waited = before - before_alive + (mass - before) * -np.expm1(-theta * limit)
        return (1.0 - balk) * np.where(hopeless, lost * -np.expm1(-theta * limit), clear * waited)

    gone = np.where(hopeless, balk + (1.0 - balk) * lost, clear * (mass - (1.0 - balk) * alive))
    answered = clear * (atom + (1.0 - balk) * near_alive)
    within, short = gone_by(asked.within, near, near_alive), gone_by(asked.short, soon, soon_alive)
    return answered, within, short, gone, np.zeros_like(lam)


def _waits(
    lam: Floats, stay: Floats, theta: Floats, served: Floats, limits: tuple[float, ...]
) -> tuple[Floats, list[tuple[Floats, Floats]]]:
    """∫ density × (1, survival of patience) from 0 to each limit, all divided by exp(the first that is returned)."""
    from scipy import special

    safe = np.where(theta > 0.0, theta, 1.0)
    c, eta = served / safe, np.maximum(stay / safe, 1e-300)
    log_gamma = special.gammaln(c)

    def below(x: Floats) -> tuple[Floats, Floats]:
        """The regularised incomplete gamma functions of c and of c + 1."""
        first = special.gammainc(c, x)
        with np.errstate(divide="ignore"):
            step = np.exp(c * np.log(x) - x - log_gamma - np.log(c))
        return first, np.maximum(first - step, 0.0)

    whole, whole_alive = below(eta)
    patient = (theta > 0.0) & (whole > UNDERFLOW)
    log_scale = np.where(patient, eta - c * np.log(eta) + log_gamma - np.log(safe), 0.0)
    scale = np.maximum(log_scale, 0.0)
    weight = lam * np.exp(np.maximum(log_scale - scale, -745.0))
    spare = np.where(served > stay, served - stay, 1.0)
    found = []
    for limit in limits:
        if limit == 0.0:
            found.append((np.zeros_like(lam), np.zeros_like(lam)))
            continue
        rest, rest_alive = below(eta * np.exp(-theta * limit)) if np.isfinite(limit) else (0.0, 0.0)
        mass, alive = weight * (whole - rest), weight * (c / eta) * (whole_alive - rest_alive)
        endless = lam * -np.expm1(-spare * limit) / spare
        found.append((np.where(patient, mass, endless), np.where(patient, alive, endless)))
    return scale, found


def _room_inside(lines: Floats, seats: Floats, wrap: Floats) -> Floats:
    """Contacts inside when all lines are held: of those served, the share `wrap` holds none. As many as on
    average: that they are now more, now fewer, would turn up to a fifth more away where seats are plenty."""
    talk = np.maximum(1.0 - wrap, 1e-9)
    return np.where(seats * talk >= lines, lines / talk, lines + seats * wrap)


def _limited(lam: Floats, mean: Floats, theta: Floats, balk: Floats, n: Floats, room: Floats, asked: Asked) -> Shares:
    """The chain of contacts inside; seats beyond the room are of no use. A part of a place is one that is there for
    that part of the time."""
    whole = np.floor(room + 1e-9)
    found, part = _chain(lam, mean, theta, balk, n, whole, asked), np.maximum(room - whole, 0.0)
    if not (part > 1e-9).any():
        return found
    more = _chain(lam, mean, theta, balk, n, whole + 1.0, asked)
    first, second, third, fourth, fifth = (one + part * (other - one) for one, other in zip(found, more, strict=True))
    return first, second, third, fourth, fifth


def _chain(lam: Floats, mean: Floats, theta: Floats, balk: Floats, n: Floats, room: Floats, asked: Asked) -> Shares:
    """With a whole number of places."""
    n = np.minimum(n, room)
    stay, served = lam * (1.0 - balk), n / mean
    places = room - n
    # States relative to that of one seat free; with no seat there is none.
    total = _weight_of_no_wait(n, lam * mean)
    state = np.where(n > 0.0, lam / np.where(n > 0.0, served, 1.0), 1.0)
    answered, zero = total.copy(), np.zeros_like(lam)
    blocked, gone, left_by = zero.copy(), zero.copy(), [zero.copy(), zero.copy()]
    clocks = [_Queueing(theta, served, limit) for limit in (asked.within, asked.short)]
    for k in range(int(places.max(initial=0.0)) + 1):
        total += np.where(places >= k, state, 0.0)
        blocked += np.where(places == k, state, 0.0)
        joins = np.where(places > k, state, 0.0) * (1.0 - balk)
        ever = served / np.maximum(served + (k + 1.0) * theta, 1e-300)
        for number, clock in enumerate(clocks):
            in_time, waits = clock.behind(k)
            left_by[number] += joins * np.where(theta > 0.0, 1.0 - in_time - clock.patient * waits, 0.0)
            answered += joins * in_time if number == 0 else 0.0
        gone += np.where(places > k, state, 0.0) * balk + joins * np.where(theta > 0.0, 1.0 - ever, 0.0)
        state = np.where(places > k, state * stay / np.maximum(served + (k + 1.0) * theta, 1e-12 * stay), 0.0)
        # An overload would overflow.
        large = np.where(total > 1e200, 1e-200, 1.0)
        for column in (state, total, blocked, answered, gone, *left_by):
            column *= large
        # Where no more places fill up, the last of them is never reached.
        if (state <= NEGLIGIBLE * total).all() and k > 8:
            break
    whole = np.maximum(total, 1e-300)
    return answered / whole, left_by[0] / whole, left_by[1] / whole, gone / whole, blocked / whole


class _Queueing:
    """What becomes, by a limit, of a contact that finds k waiting: asked for k = 0, 1, 2 … in turn.

    With x = 1 − exp(−θ limit), the wait is within the limit with chance I_x(k + 1, c), and within it and in time for
    the contact's own patience with chance c/(c + k + 1) I_x(k + 1, c + 1); both by steps in k.
    """

    def __init__(self, theta: Floats, served: Floats, limit: float) -> None:
        self._theta, self._served, self._limit = theta, served, limit
        safe = np.where(theta > 0.0, theta, 1.0)
        self.patient = np.exp(-theta * limit)
        self._x = -np.expm1(-theta * limit)
        self._c = np.where(theta > 0.0, served / safe, np.inf)
        self._xc = np.where(theta > 0.0, self._x * served / safe, served * limit)
        with np.errstate(divide="ignore"):
            self._log_step = np.log(self._xc) - served * limit
        self._over = -np.expm1(-served * limit)

    def behind(self, k: int) -> tuple[Floats, Floats]:
        """(chance to be answered within the limit, chance that the wait would be longer)."""
        if self._limit == 0.0:
            return np.zeros_like(self._theta), np.ones_like(self._theta)
        step = np.exp(self._log_step)
        last = np.divide(k + 1.0, self._c, out=np.zeros_like(self._c), where=self._c > 0.0)
        ever = 1.0 / (1.0 + last)
        in_time = np.where(self._served > 0.0, ever * (self._over + step * last), 0.0)
        waits = 1.0 - self._over
        with np.errstate(divide="ignore"):
            self._log_step = self._log_step + np.log((self._x * (k + 1.0) + self._xc) / (k + 2.0))
        self._over = np.maximum(self._over - step, 0.0)
        return in_time, waits


def _weight_of_no_wait(n: Floats, load: Floats) -> Floats:
    """1 / B(n−1, load): the weight of finding a free seat, against λ times the integral of the density."""
    from scipy import special

    below = np.maximum(n - 1.0, 0.0)
    log_pmf = below * np.log(load) - load - special.gammaln(below + 1.0)
    cdf = special.pdtr(below, load)
    log_cdf = np.log(np.maximum(cdf, SMALLEST))
    # Where so few are so far below the load that the sum underflows, its terms are all but a geometric series.
    series = load / np.maximum(load - below, 1.0)
    weight = np.where(cdf < SMALLEST, series, np.exp(np.clip(log_cdf - log_pmf, 0.0, LARGEST)))
    return np.where(n >= 1, weight, 0.0)


def alike(columns: list[Floats], chosen: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.int64]]:
    """The different rows among those chosen, to six significant figures, and the number of each one's: intervals that
    are alike are worked out once."""
    table = np.column_stack([_rounded(column[chosen]) for column in columns])
    unique, back = np.unique(table, axis=0, return_inverse=True)
    return unique, back.reshape(-1)


def _rounded(values: Floats) -> Floats:
    """Six significant figures."""
    known = np.isfinite(values) & (values != 0.0)
    size = 10.0 ** (5.0 - np.floor(np.log10(np.abs(np.where(known, values, 1.0)))))
    return np.where(known, np.round(values * size) / size, values)
