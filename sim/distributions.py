"""Laws of times by mean and coefficient of variation, sampled by inversion (one uniform a draw)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Law:
    """A law of non-negative times, in seconds.

    `cv` is standard deviation over mean. `sample` holds an empirical law's values, sorted; `branches` those of a
    hyperexponential law that is given by them: (share, mean), the shares adding up to 1.
    """

    family: str
    mean: float = math.inf
    cv: float = 1.0
    sample: tuple[float, ...] = field(default=(), repr=False)
    branches: tuple[tuple[float, float], ...] = ()

    def unit_quantile(self, u: Floats) -> Floats:
        """Quantiles at `u` of the law scaled to mean 1 (constant and never included)."""
        from scipy import special

        if self.family == "constant" or (self.cv == 0.0 and self.family in NEED_SPREAD):
            return np.ones_like(u)
        if self.family == "never":
            return np.full_like(u, np.inf)
        if self.family == "exponential":
            return -np.log1p(-u)
        if self.family == "lognormal":
            # A lognormal's mean is exp(mu + sigma²/2), not exp(mu).
            variance = math.log1p(self.cv * self.cv)
            z = special.ndtri(u)
            z *= math.sqrt(variance)
            z -= variance / 2
            return np.asarray(np.exp(z, out=z))
        if self.family in ("gamma", "erlang"):
            shape = 1.0 / (self.cv * self.cv)
            shape = float(round(shape)) if self.family == "erlang" else shape
            return np.asarray(special.gammaincinv(shape, u) / shape)
        if self.family == "weibull":
            shape = weibull_shape(self.cv)
            return np.asarray((-np.log1p(-u)) ** (1.0 / shape) / math.gamma(1.0 + 1.0 / shape))
        if self.family == "uniform":
            # From 1 − √3 cv to 1 + √3 cv.
            return np.asarray(1.0 + math.sqrt(3.0) * self.cv * (2.0 * u - 1.0))
        if self.branches:
            # As below, a branch and the time in it share one uniform.
            shares, means = np.array(self.branches).T
            ends = np.cumsum(shares)
            branch = np.minimum(np.searchsorted(ends, u, side="right"), len(means) - 1)
            inner = np.clip((u - (ends - shares)[branch]) / shares[branch], 0.0, np.nextafter(1.0, 0.0))
            return np.asarray(-np.log1p(-inner) * means[branch] / self.mean)
        if self.family == "hyperexponential":
            # Two phases with balanced means (Whitt 1982); the phase and the time share one uniform.
            share = balanced_share(self.cv)
            first = u < share
            inner = np.where(first, u / share, (u - share) / (1.0 - share))
            rate = np.where(first, 2.0 * share, 2.0 * (1.0 - share))
            return np.asarray(-np.log1p(-inner) / rate)
        values = np.asarray(self.sample)
        index = np.minimum((u * len(values)).astype(np.int64), len(values) - 1)
        return np.asarray(values[index] / values.mean())

    def quantile(self, u: Floats) -> Floats:
        """Seconds at the uniforms `u`."""
        if self.family == "never":
            return np.full_like(u, np.inf)
        if self.mean == 0.0:
            return np.zeros_like(u)
        return self.unit_quantile(u) * self.mean


NEED_SPREAD = ("lognormal", "gamma", "weibull", "uniform")
"""Families whose formulas do not hold without spread."""

UNIFORM_CV = 1.0 / math.sqrt(3.0)
"""Of a uniform law from 0; a larger one would reach below."""


@lru_cache(maxsize=256)
def weibull_shape(cv: float) -> float:
    """The Weibull shape whose coefficient of variation is `cv`."""
    from scipy.optimize import brentq

    def excess(log_shape: float) -> float:
        shape = math.exp(log_shape)
        log_ratio = math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)
        return log_ratio - math.log1p(cv * cv)

    return math.exp(float(brentq(excess, math.log(0.05), math.log(1e4), xtol=1e-14)))


def balanced_share(cv: float) -> float:
    """Probability of the fast phase of a two-phase hyperexponential with balanced means."""
    scv = cv * cv
    return 0.5 * (1.0 + math.sqrt((scv - 1.0) / (scv + 1.0)))


def branched(branches: tuple[tuple[float, float], ...]) -> Law:
    """The hyperexponential law with these branches (share, mean): E[X] = Σ p m, E[X²] = 2 Σ p m².

    The shortest branch comes first, whatever the order in which they are given.
    """
    whole = sum(share for share, _ in branches)
    ordered = tuple(sorted(((share / whole, mean) for share, mean in branches if share), key=lambda one: one[1]))
    mean = sum(share * of for share, of in ordered)
    square = 2.0 * sum(share * of * of for share, of in ordered)
    return Law("hyperexponential", mean, math.sqrt(max(square / (mean * mean) - 1.0, 0.0)), branches=ordered)


def law_problem(family: str, mean: float, cv: float) -> str | None:
    """Why this law cannot be, in the planner's words; None when it can."""
    if family == "hyperexponential" and cv <= 1.0:
        return f"a hyperexponential law has a cv above 1, not {cv:g}; use exponential, gamma or lognormal"
    if family == "erlang":
        if not 0 < cv <= 1:
            return f"an Erlang law has a cv of 1 or less, not {cv:g}; use hyperexponential or lognormal"
        stages = 1.0 / (cv * cv)
        if abs(stages - round(stages)) > 0.02 * stages:
            near = 1.0 / math.sqrt(max(1, round(stages)))
            return f"an Erlang law's cv is 1/√k for a whole k; the nearest is {near:.4g}; or use gamma"
    if family == "uniform" and cv > UNIFORM_CV + 1e-9:
        return f"a uniform law's cv is {UNIFORM_CV:.4g} at most (from 0 to twice the mean), not {cv:g}"
    if family == "weibull" and not 0.01 <= cv <= 15:
        return f"a Weibull law's cv lies between 0.01 and 15, not {cv:g}"
    if cv > 30 and family in ("lognormal", "gamma"):
        return f"a cv of {cv:g} is not a law of times; a handle time's is about 1"
    if family != "never" and not math.isfinite(mean):
        return "the mean is missing"
    return None


def poisson_quantile(u: Floats, mean: Floats) -> NDArray[np.int64]:
    """The smallest k with P(N ≤ k) ≥ u, for N Poisson with this mean."""
    from scipy import special

    some = mean > 0.0
    if not some.all():
        whole = np.zeros(len(mean), np.int64)
        whole[some] = poisson_quantile(u[some], mean[some])
        return whole
    # Cornish & Fisher's expansion comes next to it: from there a step or none.
    z = special.ndtri(u)
    k = np.maximum(np.floor(mean + np.sqrt(mean) * z + (z * z + 2.0) / 6.0), 0.0)
    too_low = below = np.flatnonzero(special.pdtr(k, mean) < u)
    while len(below):
        k[below] += 1.0
        below = below[special.pdtr(k[below], mean[below]) < u[below]]
    may_fall = k > 0.0
    may_fall[too_low] = False
    above = np.flatnonzero(may_fall)
    while len(above := above[special.pdtr(k[above] - 1.0, mean[above]) >= u[above]]):
        k[above] -= 1.0
        above = above[k[above] > 0.0]
    return k.astype(np.int64)
