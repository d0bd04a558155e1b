"""Gamma factors of mean 1 that go together: a normal copula, given by the correlation of the factors themselves.

A factor is G(z), the gamma quantile at Φ(z), of a standard normal z. With its coefficients a_k over the normalised
Hermite polynomials, two of them on normals of correlation r have the covariance Σ a_k b_k r^k (Mehler 1866; Cario &
Nelson 1997 for making them): one polynomial to solve, and nothing drawn.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TERMS = 60
NODES = 160
ROUNDING = 1e-9


def gamma_factors(z: Floats, cv: float) -> Floats:
    """Gamma quantiles, of mean 1 and this cv, at the probabilities of standard normals."""
    from scipy import special

    shape = 1.0 / (cv * cv)
    below = special.gammaincinv(shape, special.ndtr(np.minimum(z, 0.0)))
    # From above, or the upper tail would end where 1 − u has no digits left.
    above = special.gammainccinv(shape, special.ndtr(-np.maximum(z, 0.0)))
    return np.asarray(np.where(z < 0.0, below, above) / shape)


@lru_cache(maxsize=256)
def _coefficients(cv: float) -> tuple[float, ...]:
    """Of the factor over Hermite polynomials of degree 1, 2 …, each of variance 1; their squares add up to cv²."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / math.sqrt(2.0 * math.pi)
    values = gamma_factors(nodes, cv)
    before, polynomial = np.zeros(NODES), np.ones(NODES)
    found = []
    for degree in range(1, TERMS + 1):
        before, polynomial = polynomial, (nodes * polynomial - math.sqrt(degree - 1) * before) / math.sqrt(degree)
        found.append(float(np.sum(weights * values * polynomial)))
    return tuple(found)


def factor_correlation(cv: float, other: float, normal: float) -> float:
    """The correlation of two factors whose normals have this one."""
    terms = np.array(_coefficients(cv)) * np.array(_coefficients(other))
    return float(np.polynomial.polynomial.polyval(normal, np.concatenate([[0.0], terms])) / (cv * other))


def reachable(cv: float, other: float) -> tuple[float, float]:
    """The lowest and highest correlation that two such factors can have."""
    return factor_correlation(cv, other, -1.0), factor_correlation(cv, other, 1.0)


def normal_correlation(cv: float, other: float, wanted: float) -> float:
    """The correlation of normals under which the factors have the one that is wanted; beyond reach, the nearest."""
    from scipy.optimize import brentq

    low, high = reachable(cv, other)
    if wanted <= low or wanted >= high:
        return -1.0 if wanted <= low else 1.0
    if wanted == 0.0:
        return 0.0
    return float(brentq(lambda r: factor_correlation(cv, other, r) - wanted, -1.0, 1.0, xtol=1e-13))


class NotPossibleError(Exception):
    """No factors have these correlations. `row`: the first that goes with none of those before it."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row}")
        self.row = row


def mixing(correlation: Floats) -> Floats:
    """The lower triangle L with L Lᵀ = `correlation`, by rows: the first normal stays as it is, each further one takes
    from those before it (Cholesky; 0 for one that follows from them). NotPossibleError unless positive semi-definite.
    """
    size = len(correlation)
    lower = np.zeros((size, size))
    for k in range(size):
        for j in range(k + 1):
            rest = correlation[k, j] - lower[k, :j] @ lower[j, :j]
            if j == k:
                if rest < -ROUNDING:
                    raise NotPossibleError(k)
                lower[k, k] = math.sqrt(max(rest, 0.0))
            elif lower[j, j] > math.sqrt(ROUNDING):
                lower[k, j] = rest / lower[j, j]
            elif abs(rest) > math.sqrt(ROUNDING):
                raise NotPossibleError(k)
    return lower
