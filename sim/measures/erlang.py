"""Erlang A (M/M/n+M) for many intervals at once: what a planner's formula says, beside the simulation.

Source: Zeltyn & Mandelbaum, "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue"
(2005): the virtual wait V has an atom at 0 and the density ∝ exp(λ H(v) − nμv), H the integrated survival of patience.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
NEGLIGIBLE = 40.0
"""The density is followed until it is exp(-40) of its peak."""


@dataclass(frozen=True)
class ErlangA:
    """Shares of the offered, each an array over intervals."""

    answered_within: Floats
    abandoned_within: Floats
    abandoned_short: Floats
    abandoned: Floats

    def service_level(self, counting: str) -> Floats:
        """The declared convention (DESIGN's five)."""
        met, base = self.answered_within, np.ones_like(self.answered_within)
        if counting == "positive":
            met = met + self.abandoned_within
        elif counting == "ignore":
            base = base - self.abandoned_within
        elif counting == "answered":
            base = base - self.abandoned
        elif counting == "short_excluded":
            base = base - self.abandoned_short
        return np.divide(met, base, out=np.zeros_like(met), where=base > 0)


def erlang_a(
    arrivals: Floats, handle: Floats, impatience: Floats, seats: Floats, within: float, short: float = 0.0
) -> ErlangA:
    """Arrivals and impatience per second, handle time in seconds, seats ≥ 0; impatience 0 means never."""
    lam, mean, theta, n = np.broadcast_arrays(*(np.asarray(x, float) for x in (arrivals, handle, impatience, seats)))
    lam, mean = np.maximum(lam, 1e-12), np.maximum(mean, 1e-9)
    served = n / mean
    peak, end = _extent(lam, theta, served)
    at_once = _weight_of_no_wait(n, lam * mean)
    top = _exponent(peak, lam, theta, served)
    # Everything is divided by exp(top): overload then cannot overflow.
    atom = at_once * np.exp(-np.minimum(top, 700.0))

    def integral(first: Floats, last: Floats, patience_left: float | None) -> tuple[Floats, Floats]:
        """∫ density × (1, survival) over [first, last], or × gone by `patience_left`."""
        half = np.maximum(last - first, 0.0)[..., None] / 2
        v = first[..., None] + half * (1.0 + _NODES)
        # Never above the peak, but where a queue without abandonment grows for ever and the answer is known.
        density = np.exp(
            np.minimum(_exponent(v, lam[..., None], theta[..., None], served[..., None]) - top[..., None], 0.0)
        )
        survival = np.exp(-theta[..., None] * (v if patience_left is None else np.minimum(v, patience_left)))
        mass = lam * (half * _WEIGHTS * density).sum(axis=-1)
        alive = lam * (half * _WEIGHTS * density * survival).sum(axis=-1)
        return mass, alive

    cut = np.minimum(end, within)
    near, near_alive = integral(np.zeros_like(end), cut, None)
    # The far part may be long or sharply peaked: two panels around the peak.
    middle = np.clip(peak, cut, end)
    far, far_alive = np.zeros_like(near), np.zeros_like(near)
    for first, last in ((cut, middle), (middle, (middle + end) / 2), ((middle + end) / 2, end)):
        mass, alive = integral(first, last, None)
        far, far_alive = far + mass, far_alive + alive
    whole = atom + near + far
    gone_by_short = np.zeros_like(whole)
    if short > 0:
        for first, last in (
            (np.zeros_like(end), cut),
            (cut, middle),
            (middle, (middle + end) / 2),
            ((middle + end) / 2, end),
        ):
            # The share gone by then bends at `short`: no panel may straddle it.
            bend = np.clip(short, first, last)
            for start, stop in ((first, bend), (bend, last)):
                mass, alive = integral(start, stop, short)
                gone_by_short = gone_by_short + mass - alive
    gone_within = near - near_alive + far * -np.expm1(-theta * within)
    abandoned = near - near_alive + far - far_alive
    hopeless = (n <= 0) | ((theta <= 0) & (served <= lam))
    clear = np.where(hopeless, 0.0, 1.0)
    lost = np.where(hopeless & (theta > 0), 1.0, clear * abandoned / whole)
    early = np.where(hopeless & (theta > 0), -np.expm1(-theta * within), clear * gone_within / whole)
    at_short = np.where(hopeless & (theta > 0), -np.expm1(-theta * short), clear * gone_by_short / whole)
    return ErlangA(clear * (atom + near_alive) / whole, early, at_short, lost)


def _exponent(v: Floats, lam: Floats, theta: Floats, served: Floats) -> Floats:
    """λ H(v) − nμ v."""
    with np.errstate(divide="ignore", invalid="ignore"):
        patient = np.where(theta > 0, -np.expm1(-theta * v) / np.where(theta > 0, theta, 1.0), v)
    return np.asarray(lam * patient - served * v)


def _extent(lam: Floats, theta: Floats, served: Floats) -> tuple[Floats, Floats]:
    """Where the density peaks, and where it has become negligible."""
    safe = np.where(theta > 0, theta, 1.0)
    peak = np.where((theta > 0) & (lam > served) & (served > 0), np.log(lam / np.maximum(served, 1e-300)) / safe, 0.0)
    top = _exponent(peak, lam, theta, served)
    low, high = peak.copy(), peak + 1.0
    for _ in range(60):
        short = _exponent(high, lam, theta, served) > top - NEGLIGIBLE
        if not short.any():
            break
        low, high = np.where(short, high, low), np.where(short & (high < 1e12), 2.0 * high, high)
    for _ in range(40):
        middle = (low + high) / 2
        short = _exponent(middle, lam, theta, served) > top - NEGLIGIBLE
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return peak, high


def _weight_of_no_wait(n: Floats, load: Floats) -> Floats:
    """1 / B(n−1, load): the weight of finding a free seat, against λ times the integral of the density."""
    from scipy import special

    below = np.maximum(n - 1.0, 0.0)
    log_pmf = below * np.log(load) - load - special.gammaln(below + 1.0)
    log_cdf = np.log(np.maximum(special.pdtr(below, load), 1e-300))
    return np.where(n >= 1, np.exp(np.clip(log_cdf - log_pmf, 0.0, 600.0)), 0.0)


def seats_needed(
    arrivals: Floats,
    handle: Floats,
    impatience: Floats,
    within: float,
    short: float,
    counting: str,
    target: float,
) -> Floats:
    """The fewest seats whose Erlang A service level reaches the target, per interval; 0 without arrivals."""
    load = np.asarray(arrivals * handle, float)
    low = np.zeros_like(load)
    high = np.ceil(load + 12.0 * np.sqrt(load) + 12.0)
    reachable = min(target, 0.9999)
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        enough = erlang_a(arrivals, handle, impatience, middle, within, short).service_level(counting) >= reachable
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(load > 0, high, 0.0)
